"""A seller enters an order over the limit, the manager releases a part of it until a day, and goods leave."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import expect

from tests.judgements.limits.conftest import HEAD, LIMIT, adopt
from xinheng.base.access.models import Person
from xinheng.base.kernel.actors import system_actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import services as files
from xinheng.facts.customers.values import NewCustomer
from xinheng.judgements.limits import services
from xinheng.judgements.limits.values import NewLimit

pytestmark = pytest.mark.browser


def test_from_an_order_over_the_limit_to_goods_that_leave(
    signed_in: Any, person: Callable[..., Person], organisation: date, live_server: Any, screenshot: Any
) -> None:
    page = signed_in("salesperson", login="wang", language="en")
    root, on = system_actor(), organisation
    new = NewCustomer(name="长江贸易有限公司", no="C-1", unit_code="HQ", person_login="wang")
    files.register(actor=root, on=on, new=new)
    adopt(root, HEAD + LIMIT)
    limit = NewLimit("年度授信", Money.of("100"))
    services.set_limit(actor=root, on=on, customer_no="C-1", limit=limit)

    page.goto("/customers/file/C-1/do/order/")
    page.get_by_label("Order number").fill("O-1")
    page.get_by_label("Amount").fill("250")
    page.get_by_role("button", name="Check and take it").click()
    expect(page.locator("#order-reasons")).to_contain_text("150.00 too much")
    screenshot("order-held")

    client = Client()
    client.force_login(
        person("credit_manager", login="max", language="en"),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page.goto("/holds/")
    screenshot("hold-desk")
    page.get_by_role("link", name="O-1").click()
    page.get_by_role("link", name="Release").click()
    page.get_by_label("Up to the value").fill("120")
    page.get_by_label("Until").fill((on + timedelta(days=3)).isoformat())
    page.get_by_label("Reason").fill("老客户")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Release it").click()
    expect(page.locator("#order")).to_contain_text("released up to 120.00 CNY")

    page.get_by_role("link", name="Deliver").click()
    page.get_by_label("Delivery number").fill("D-1")
    page.get_by_label("Amount").fill("120")
    page.get_by_role("button", name="Post the delivery").click()
    expect(page.locator("#order")).to_contain_text("D-1")
    screenshot("order-delivered")
    page.goto("/customers/file/C-1/?tab=credit_line")
    expect(page.locator("#credit-use")).to_contain_text("of the limit is used")
    screenshot("credit-line")
