"""An inspection on a phone: from the list of suspects to a signature drawn with a finger."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.browser.test_people_pages import agree, no_wider_than_the_window
from tests.facts.archive.bad_files import picture
from tests.operations.inspections import utility
from xinheng.base.access import services as access
from xinheng.base.kernel.actors import system_actor
from xinheng.operations.inspections import services as acts
from xinheng.operations.inspections.models import Case, Exhibit, Finding, Signature

pytestmark = pytest.mark.browser
Shot = Callable[[str], None]
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def suspected(organisation: date) -> date:
    root: Any = {"actor": system_actor(), "on": organisation}
    for code in ("NORTH", "SOUTH"):
        access.create_unit(**root, code=code, name=code, kind="company", parent="HQ")
    utility.supplied(organisation)
    utility.ranked({"6001": (0.95, "high"), "6003": (0.4, "low")}, organisation)
    return organisation


def draw(page: Page) -> None:
    canvas = page.locator("[data-signing-canvas]")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 40)
    page.mouse.down()
    for step in range(1, 9):
        page.mouse.move(box["x"] + 20 + 30 * step, box["y"] + 40 - 25 * (step % 2))
    page.mouse.up()


@pytest.mark.req("PWR-25", "PWR-21")
def test_a_suspect_becomes_a_signed_finding_on_a_phone(
    suspected: date, person: Any, signed_in: SignIn, screenshot: Shot
) -> None:
    person("inspector", "shi")
    page = signed_in("utility_analyst", login="han")
    for login, pass_no in {"han": "JC-1", "shi": "JC-2"}.items():
        acts.set_inspector(actor=system_actor(), on=suspected, login=login, pass_no=pass_no)
    agree(page)
    page.goto("/theft/")
    expect(page.locator("[data-chart=theft-industries] svg")).to_be_visible()
    screenshot("suspects")
    page.goto("/theft/suspects/6001/")
    expect(page.locator("[data-chart=theft-curves]")).to_be_visible()
    screenshot("suspect")
    page.get_by_role("button", name="立案检查").click()
    no = Case.objects.get().no
    page.set_viewport_size(PHONE)
    page.goto(f"/inspections/cases/{no}/?do=assign")
    for box in page.locator("[name=inspectors]").all():
        box.check()
    page.get_by_role("button", name="派工").click()

    page.goto(f"/inspections/cases/{no}/?do=visit#act-visit")
    page.locator("#id_at").fill("00:00")
    page.get_by_role("button", name="保存").click()
    page.goto(f"/inspections/cases/{no}/?do=exhibit#act-exhibit")
    photo = {"name": "表箱.png", "mimeType": "image/png", "buffer": picture(size=(80, 60))}
    page.locator("#id_file").set_input_files(photo)  # type: ignore[arg-type]
    page.get_by_role("button", name="保存证据").click()
    expect(page.get_by_text(Exhibit.objects.get().sha256)).to_be_visible()
    page.goto(f"/inspections/cases/{no}/?do=theft#act-theft")
    assert no_wider_than_the_window(page)
    screenshot("inspection-theft")
    page.locator("#id_price").fill("0.56")
    page.locator("#id_kva").fill("2.2")
    page.get_by_role("button", name="计算并保存").click()
    expect(page.get_by_text("5,322.24").first).to_be_visible()
    page.set_viewport_size(PHONE)
    page.get_by_role("link", name="签署通知书").click()
    page.locator("#id_name").fill("李某")
    draw(page)
    screenshot("inspection-sign")
    page.set_viewport_size(PHONE)
    draw(page)
    page.locator("form[data-signing] [type=submit]").click()
    expect(page.locator("#signatures")).to_be_visible()
    assert no_wider_than_the_window(page)
    screenshot("inspection-case")
    assert (Finding.objects.get().total.minor, Signature.objects.get().name) == (532_224, "李某")
    page.goto("/inspections/")
    screenshot("inspections")
    page.goto("/inspections/usefulness/")
    screenshot("inspections-usefulness")
