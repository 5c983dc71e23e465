"""From a rating run to the customers behind a cell, and to the policy it was made by."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.test_customers_pages import company, enter, no_wider_than_the_window

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
    page.get_by_text("The text as adopted").click()
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
