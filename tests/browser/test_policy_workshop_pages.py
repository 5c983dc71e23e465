"""A draft is checked as one types, a fault leads to its line, Ctrl+S saves, and a simulation is read."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.judgements.ratings.simulated_world import JUNE, found
from xinheng.base.kernel.actors import system_actor
from xinheng.base.packs import queries as packs
from xinheng.base.packs.models import PolicyRevision

pytestmark = pytest.mark.browser


def test_from_a_typing_fault_to_a_saved_draft_and_its_simulation(signed_in: Any, screenshot: Any) -> None:
    page = signed_in("credit_manager", language="en")
    found(system_actor())
    packs.not_adopted("rating")  # read once, so that the first page does not wait for it
    page.set_default_timeout(60_000)
    page.goto("/policies/")
    screenshot("policies-list")
    page.get_by_role("link", name="Tiny").click()
    screenshot("policies-page")
    page.get_by_role("button", name="Draft from it").click()

    text = page.get_by_label("The text of the policy")
    expect(page.locator(".xh-editor-lines")).to_contain_text("44")
    words = text.input_value()
    text.fill(words.replace('version: "1"', 'version: "2"').replace("of: worst_delay_24m", "of: worst_dely"))
    fault = page.get_by_role("button", name="worst_dely")
    expect(fault).to_be_visible()
    screenshot("draft-fault")
    fault.click()
    chosen = page.evaluate(
        "() => { const t = document.activeElement; return t.value.slice(t.selectionStart, t.selectionEnd) }"
    )
    assert "worst_dely" in chosen
    text.fill(words.replace('version: "1"', 'version: "2"').replace("value: 12,", "value: 3,"))
    expect(page.locator("#faults")).to_contain_text("Sound")
    expect(page.locator("[data-saved]")).to_have_text(re.compile(r"Saved \d\d:\d\d"))
    assert not PolicyRevision.objects.get(number__gt=1).is_kept
    text.press("Control+s")
    expect(page.locator("#toasts")).to_contain_text("is saved")
    assert PolicyRevision.objects.filter(is_kept=True).count() == PolicyRevision.objects.count() == 2

    _typed_in_the_form(page, screenshot)
    page.get_by_role("link", name="What it changes").click()
    expect(page.locator("#compare")).to_contain_text("months a customer is new")
    screenshot("compare")
    page.go_back()
    page.get_by_role("link", name="Simulate").click()
    page.get_by_label("Last day").fill(JUNE.isoformat())
    page.get_by_label("Days").fill("2")
    screenshot("simulate-form")
    page.get_by_role("button", name="Simulate").click()
    expect(page.locator("#simulation")).to_contain_text("new customer")
    screenshot("simulation")
    page.locator("#simulation td a").first.click()
    screenshot("movers")
    page.locator("#movers tbody a").first.click()
    expect(page.locator("#case")).to_contain_text("new customer")
    screenshot("case")


def _typed_in_the_form(page: Any, screenshot: Any) -> None:
    """A fault stands beside its field, and the revision that was saved last can be had back."""
    page.get_by_role("link", name="As a form").click()
    rule = page.locator('[name="v:scoring.items.0.of"]')
    rule.fill("worst_dely")
    expect(page.locator('[data-fault-of="scoring.items.0.of"]')).to_contain_text("worst_dely")
    screenshot("draft-form")
    page.once("dialog", lambda asked: asked.accept())
    page.get_by_role("button", name="Back to revision").click()
    page.get_by_role("link", name="As a form").click()
    expect(rule).to_have_value("worst_delay_24m")
