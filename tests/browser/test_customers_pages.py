"""From the list to one customer, why it has its grade, and what a salesperson is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from tests.web import credit_world
from xinheng.base.access.models import Person

pytestmark = pytest.mark.browser
CHINESE_PAGES = re.compile(r"[A-Za-z]{4,} [A-Za-z]{2,} [A-Za-z]{2,}")  # three English words: not translated


@pytest.fixture
def company(transactional_db: None) -> None:
    """A small company, measured and rated."""
    credit_world.found(count=24)


@pytest.fixture
def enter(company: None, page: Page, live_server: Any) -> Callable[..., Page]:
    """Opens the pages as someone of the company."""

    def sign_in(login: str, language: str = "zh-hans") -> Page:
        Person.objects.filter(login=login).update(language=language)
        client = Client()
        person = Person.objects.get(login=login)
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        page.context.clear_cookies()
        page.context.add_cookies(
            [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
        )
        return page

    return sign_in


def no_wider_than_the_window(page: Page) -> bool:
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width <= 0


def test_from_the_list_to_the_reasons_and_back_through_every_tab(enter: Any, screenshot: Any) -> None:
    page = enter("credit")
    page.goto("/customers/")
    expect(page.locator("#sizes")).to_contain_text("24")
    page.get_by_label("地区").select_option("上海")
    expect(page).to_have_url(re.compile("region="))
    expect(page.locator("#sizes")).to_contain_text("8")
    screenshot("customers-filtered")

    page.get_by_role("link", name="应收余额").click()
    expect(page.locator("th[aria-sort=descending]")).to_contain_text("应收余额")
    page.goto("/customers/?q=C-0007")
    page.locator("tbody a").first.click()

    expect(page.locator("#grade")).to_have_text("B")
    expect(page.locator("#why")).to_contain_text("B")
    screenshot("customer-why")
    for tab, sign in (
        ("指标", "table"),
        ("付款与账单", ".xh-chart svg"),
        ("自身经营", ".xh-empty"),
        ("信用档案", ".xh-figures"),
        ("联系人与关联方", "table"),
        ("人工评定", "form"),
        ("历史", ".xh-chart svg"),
    ):
        page.get_by_role("tab", name=tab).click()
        expect(page.get_by_role("tab", name=tab)).to_have_attribute("aria-selected", "true")
        expect(page.locator(f"#customer-tabs {sign}").first).to_be_visible()
        assert no_wider_than_the_window(page), tab
        assert not CHINESE_PAGES.search(page.locator("main").inner_text()), tab
        screenshot(
            f"customer-{sign.strip('.#').split()[0]}-{['指标', '付款与账单', '自身经营', '信用档案', '联系人与关联方', '人工评定', '历史'].index(tab)}"
        )
    page.go_back()
    expect(page.get_by_role("tab", name="人工评定")).to_have_attribute("aria-selected", "true")


def test_an_answer_is_kept_and_shown(enter: Any) -> None:
    page = enter("credit", "en")
    page.goto("/customers/file/C-0001/?tab=assessments")
    question = page.locator("select[name=question]")
    question.select_option(chosen := "lawful_strict")
    page.locator("select[name=value]").select_option(index=1)  # appears once the question is chosen
    expect(page.locator("select[name=question]")).to_have_value(chosen)
    page.locator("[name=evidence]").fill("visit of 2026-06-01")
    page.get_by_role("button", name="Keep it").click()

    expect(page.locator("#customer-tabs table").last).to_contain_text("visit of 2026-06-01")


@pytest.mark.req("RR-14")
def test_a_salesperson_is_told_nothing_of_another_ones_customer(enter: Any, screenshot: Any) -> None:
    page = enter("wang")
    page.goto("/customers/")
    expect(page.locator("#sizes")).to_contain_text("12")
    expect(page.get_by_label("业务员")).to_have_count(0)

    page.goto("/customers/file/C-0002/")
    refused = page.locator("main").inner_text()
    page.goto("/customers/file/C-9992/")

    assert page.locator("main").inner_text().replace("C-9992", "") == refused.replace("C-0002", "")
    screenshot("customer-refused")


def test_a_fact_is_told_contradicted_and_settled(enter: Any, screenshot: Any) -> None:
    def tell(page: Page, choice: str, channel: str) -> None:
        page.goto("/customers/file/C-0001/?tab=file")
        page.get_by_role("link", name="登记信息").click()
        page.locator("select[name=item]").select_option("tax_grade")
        page.locator("select[name=value]").select_option(choice)  # the field follows the item
        page.locator("select[name=channel]").select_option(channel)
        page.get_by_role("button", name="保存").click()
        expect(page.locator("#toasts")).to_contain_text("信息已登记")

    tell(enter("wang"), "B", "customer")
    page = enter("credit")
    tell(page, "A", "public")
    row = page.locator("#customer-tabs tr", has_text="纳税信用级别")
    expect(row).to_contain_text("矛盾")
    screenshot("customer-contradiction")

    page.get_by_role("link", name="以此为准").click()
    expect(page.locator("#act")).to_contain_text("将标为有争议")
    page.get_by_label("依据").fill("税务机关公示")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="以此为准").click()
    row = page.locator("#customer-tabs tr", has_text="纳税信用级别")
    expect(row).to_contain_text("税务机关公示")
    expect(row).not_to_contain_text("矛盾")


def test_a_bill_is_posted_once_confirmed_and_settled_with_what_is_left(enter: Any, screenshot: Any) -> None:
    page = enter("credit")
    answers = iter((False, True, True, True))
    page.on("dialog", lambda dialog: dialog.accept() if next(answers) else dialog.dismiss())
    page.goto("/customers/file/C-0010/do/bill/")  # never billed before
    page.locator("[name=bill_no]").fill("B-新")
    page.locator("[name=due_on]").fill(page.locator("[name=billed_on]").input_value())
    page.locator("[name=amount]").fill("１,234.50")
    page.get_by_role("button", name="入账").click()  # turned down in the dialog: nothing is sent
    expect(page).to_have_url(re.compile("/do/bill/"))
    page.get_by_role("button", name="入账").click()
    expect(page.locator("#toasts")).to_contain_text("账单已入账")

    page.goto("/customers/file/C-0010/do/receipt/")
    page.locator("[name=receipt_no]").fill("R-新")
    page.locator("[name=amount]").fill("1000")
    page.get_by_role("button", name="入账").click()
    expect(page.locator("#toasts")).to_contain_text("收款已入账")
    page.get_by_role("link", name="核销", exact=True).first.click()
    expect(page.locator("[name=amount]")).to_have_value("1234.50")
    expect(page.locator("datalist option[value='R-新']")).to_have_count(1)
    page.locator("[name=receipt_no]").fill("R-新")
    page.get_by_role("button", name="核销").click()
    expect(page.locator("#act")).to_contain_text("1,000.00")  # more than the receipt has left
    screenshot("ledger-refused")
    assert not CHINESE_PAGES.search(page.locator("main").inner_text())

    page.goto("/ledger/")
    expect(page.locator("#ledger-figures")).to_contain_text("与账单减收款一致")
    screenshot("ledger")


def test_the_pages_fit_a_phone(enter: Any) -> None:
    page = enter("credit", "en")
    page.set_viewport_size({"width": 390, "height": 844})
    for address in (
        "/customers/",
        "/customers/new/",
        "/customers/quality/",
        "/ledger/",
        "/customers/file/C-0007/do/tell/",
        "/customers/file/C-0007/do/settle/",
        "/customers/file/C-0007/?tab=parties",
        *(f"/customers/file/C-0007/?tab={tab}" for tab in ("why", "payments", "file")),
    ):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert no_wider_than_the_window(page), address
    page.goto("/customers/?sort=-overdue")
    page.locator("tbody a").first.click()
    expect(page.locator("#grade")).to_be_visible()
