"""The grid, a consumer's curve and a file of readings in a real browser, on a desk and on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SignIn
from tests.browser.test_imports_pages import work
from tests.browser.test_people_pages import agree, is_translated, no_wider_than_the_window
from xinheng.base.access import services as access
from xinheng.base.kernel.actors import system_actor
from xinheng.facts.metering import queries as metering
from xinheng.runs.demonstration.metering import supply_power

pytestmark = pytest.mark.browser
Shot = Callable[[str], None]


@pytest.fixture
def utility(organisation: date) -> date:
    for code in ("PW-A", "PW-B", "PW-C"):
        access.create_unit(
            actor=system_actor(), on=organisation, code=code, name=f"{code}县", kind="company", parent="HQ"
        )
    supply_power(actor=system_actor(), on=organisation)
    return organisation


def test_the_grid_leads_to_a_consumer_whose_curve_can_be_read_by_everybody(
    utility: date, signed_in: SignIn, screenshot: Shot
) -> None:
    page = signed_in("utility_analyst", login="han")
    agree(page)
    page.goto("/grid/")
    expect(page.locator("[data-chart=grid-map] svg")).to_be_visible()
    screenshot("grid")
    for name in (
        "城关县",
        "城关110kV变电站",
        "10kV城东线",
        "和平里2号台区",
    ):  # by the table: no mouse on the drawing
        page.get_by_role("link", name=name, exact=True).click()
    expect(page.locator("[data-chart=area-loss] svg")).to_be_visible()
    screenshot("grid-area")
    page.get_by_role("link", name="02栋1户（演示）").click()
    use = page.locator("[data-chart=consumer-use]")
    expect(use.locator("svg")).to_be_visible()
    use.locator("summary").click()
    rows = use.locator("table tbody tr")
    assert rows.count() == 366
    assert rows.last.locator("th").text_content() == (utility - timedelta(days=1)).isoformat()
    expect(page.get_by_role("cell", name="301B")).to_be_visible()
    use.locator("summary").click()
    screenshot("consumer")
    for address in ("/consumers/", "/grid/loss/", "/outside-factors/", "/outside-factors/series/temperature/",
                    "/outside-factors/entries/"):  # fmt: skip
        page.goto(address)
        is_translated(page)
        screenshot(f"power{address.replace('/', '-')}")
        page.set_viewport_size({"width": 390, "height": 844})
        no_wider_than_the_window(page)
        page.set_viewport_size({"width": 1280, "height": 800})


def test_a_file_of_readings_is_followed_looked_at_and_kept(
    utility: date, signed_in: SignIn, screenshot: Shot
) -> None:
    page = signed_in("utility_analyst", login="han")
    agree(page)
    page.goto("/metering/files/new/")
    screenshot("metering-file-new")
    day = utility - timedelta(days=1)
    rows = f"户号,日期,电量\nDY0001,{day},77.5\nDY9999,{day},5\n"
    page.locator("#id_file").set_input_files(
        {"name": "电量.csv", "mimeType": "", "buffer": rows.encode("gb18030")}
    )
    page.get_by_role("button", name="读取并检查").click()
    page.wait_for_url(re.compile(r"/metering/files/\d+/\?job="))
    work()
    expect(page.locator("#file-state .xh-figures")).to_be_visible()
    expect(page.locator("#file-state")).to_contain_text("DY9999")
    is_translated(page)
    screenshot("metering-file-checked")
    page.get_by_role("button", name="只接受有效数据").click()
    page.wait_for_url(re.compile("job="))
    work()
    expect(page.locator("#file-state .xh-mark-good")).to_be_visible()
    assert metering.readings_of(system_actor(), "DY0001", since=day)[0].kwh == 77.5
