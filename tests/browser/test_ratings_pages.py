"""From a rating run to the customers behind a cell, and to the policy it was made by."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.test_customers_pages import company, enter, no_wider_than_the_window
from tests.web import credit_world
from xinheng.base.kernel.actors import system_actor
from xinheng.judgements.ratings import services as ratings

__all__ = ["company", "enter"]  # fixtures
pytestmark = pytest.mark.browser


def test_from_the_run_to_a_cell_to_the_policy(enter: Any, screenshot: Any) -> None:
    page = enter("credit", "en")
    page.goto("/ratings/")
    page.locator("section#ratings tbody a").first.click()
    expect(page.locator("[data-chart=distribution] svg")).to_be_visible()
    expect(page.locator("[data-chart=industries] svg")).to_be_visible()
    screenshot("rating-run")
    page.get_by_role("button", name="Compute again").click()
    expect(page.locator("#replay")).to_contain_text("The same result")

    page.locator("section#run table td a").first.click()
    expect(page.locator("section#run-cell tbody tr").first).to_be_visible()
    screenshot("rating-cell")
    page.locator("section#run-cell tbody a").first.click()
    expect(page.locator("#why")).to_be_visible()

    page.get_by_role("link", name="Read the policy").click()
    expect(page.get_by_role("heading", name="What gives which grade")).to_be_visible()
    page.locator("#whole-text summary").click()
    expect(page.locator("#policy-text")).to_contain_text("kind: rating")
    screenshot("policy")
    page.goto("/indicators/")
    expect(page.locator("#turnover_12m")).to_be_visible()
    screenshot("indicators")


def test_runs_policies_and_indicators_fit_a_phone(enter: Any) -> None:
    page = enter("credit")
    page.set_viewport_size({"width": 390, "height": 844})
    for address in (
        "/ratings/",
        "/ratings/start/",
        "/policies/",
        "/policies/adv/1/",
        "/policies/lse/1/",
        "/indicators/",
    ):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert no_wider_than_the_window(page), address
    page.goto("/ratings/")
    page.locator("tbody a").first.click()
    expect(page.locator("[data-chart=distribution] svg")).to_be_visible()
    assert no_wider_than_the_window(page)


def test_from_a_run_to_a_customer_and_to_its_grade_by_another_policy(enter: Any, screenshot: Any) -> None:
    for day in credit_world.DAYS:
        ratings.rate(actor=system_actor(), on=credit_world.DAYS[-1], policy_code="general", as_of=day)
    page = enter("credit")
    page.goto("/ratings/")
    page.get_by_label("政策").select_option("general")
    expect(page).to_have_url(re.compile("policy=general"))
    page.locator("tbody a").first.click()
    cell = page.locator("dl.xh-figures div", has=page.locator(".xh-grade")).filter(
        has_not_text=re.compile(r"\b0\b")
    )
    wanted = cell.first.locator(".xh-grade").inner_text()
    cell.first.get_by_role("link").click()
    page.locator("section#run-cell tbody a").first.click()

    expect(page.locator("#grade")).to_have_text(wanted)
    expect(page.locator("#why")).to_contain_text(wanted)
    page.locator("#other-grades a").first.click()
    expect(page).to_have_url(re.compile("policy=adv"))
    expect(page.locator("#why")).to_be_visible()
    page.get_by_role("tab", name="历史").click()
    expect(page.locator("#customer-tabs .xh-chart svg")).to_be_visible()
    expect(page).to_have_url(re.compile("policy=adv"))
    screenshot("customer-by-another-policy")


def test_who_may_not_read_ratings_is_turned_down_in_words(enter: Any) -> None:
    page = enter("archive")
    page.goto("/")
    assert "评级" not in page.get_by_role("navigation").first.get_by_role("link").all_inner_texts()

    answer = page.goto("/ratings/")

    assert answer.status == 403
    expect(page.get_by_role("alert")).to_contain_text("您无权执行此操作")


def test_a_server_that_does_not_answer_is_said_and_what_stood_stays(
    enter: Any, context: BrowserContext
) -> None:
    enter("credit")
    page = context.new_page()  # the browser itself complains of a lost network: not counted here
    page.goto("/customers/file/C-0007/")
    expect(page.locator("#why")).to_be_visible()

    context.set_offline(True)
    page.get_by_role("tab", name="历史").click()

    expect(page.get_by_text("服务器没有响应，请检查网络后重试。")).to_be_visible()
    expect(page.locator("#why")).to_be_visible()
    context.set_offline(False)
    page.get_by_role("tab", name="历史").click()
    expect(page.locator("#customer-tabs .xh-chart svg")).to_be_visible()
    page.close()
