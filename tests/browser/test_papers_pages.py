"""Papers in a real browser: files dropped together, a signature drawn by hand, codes read one after another."""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image
from playwright.sync_api import Page, expect

from tests import worlds
from tests.facts.archive import bad_files as bad
from tests.facts.custody.office import at, office, unit, volume
from xinheng.base.access.models import Person
from xinheng.base.kernel.actors import system_actor
from xinheng.facts.archive import files as kept_files
from xinheng.facts.custody import services as custody
from xinheng.facts.custody.models import Signature
from xinheng.facts.custody.values import NewLine
from xinheng.facts.dossiers.models import Paper
from xinheng.runs.services import business_day

pytestmark = pytest.mark.browser
Enter = Callable[[str], Page]
DROP = """([area, files]) => {
  const told = new DataTransfer();
  for (const [name, text] of files) {
    const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
    told.items.add(new File([bytes], name));
  }
  area.dispatchEvent(new DragEvent("dragover", { dataTransfer: told, bubbles: true, cancelable: true }));
  area.dispatchEvent(new DragEvent("drop", { dataTransfer: told, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def enter(transactional_db: None, settings: Any, tmp_path: Any, page: Page, live_server: Any) -> Enter:
    """Opens the pages as one of the office."""
    settings.ARCHIVE_FOLDER = tmp_path / "archive"
    worlds.given(office)

    def sign_in(login: str) -> Page:
        client = Client()
        client.force_login(Person.objects.get(login=login))
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
        page.context.add_cookies([cookie])
        return page

    return sign_in


def base64_of(content: bytes) -> str:
    return base64.b64encode(content).decode()


@pytest.mark.req("C02", "VEH-02")
def test_many_files_are_dropped_at_once_and_each_is_told_apart(enter: Enter, screenshot: Any) -> None:
    """Eight scans and a PDF with a script: eight papers, one refusal by name, nothing of it kept."""
    kept = volume("internal", business_day(), papers=0)
    page = enter("li")
    page.goto(f"/dossiers/one/{kept.no}/files/")
    scans = {f"扫描{number}.txt": f"第{number}页".encode() for number in range(1, 9)}
    bad_one = bad.pdf(root=b"/OpenAction<</S/JavaScript/JS(1)>>")
    files = [(name, base64_of(content)) for name, content in {**scans, "带脚本.pdf": bad_one}.items()]
    area = page.locator(".xh-drop")
    page.evaluate(DROP, [area.element_handle(), files])
    lines = page.locator("[data-upload-list] li")
    expect(lines).to_have_count(9)
    assert Paper.objects.count() == 0  # nothing is sent before one says so
    screenshot("papers-dropped")

    page.locator("form[data-upload] [type=submit]").click()
    expect(page.locator("[data-upload-list] .xh-mark-good")).to_have_count(8)
    refused = page.locator("[data-upload-list] li", has=page.locator(".xh-mark-bad"))
    expect(refused).to_have_count(1)
    expect(refused).to_contain_text("带脚本.pdf")
    page.locator("[data-upload-next]").click()
    expect(page.locator("table tbody tr")).to_have_count(8)
    papers = {paper.file_name: paper.document.sha256 for paper in Paper.objects.select_related("document")}
    assert papers == {name: hashlib.sha256(content).hexdigest() for name, content in scans.items()}


@pytest.mark.req("VEH-04", "C03")
def test_a_hand_over_is_signed_by_hand_on_the_canvas_and_an_empty_one_is_no_signature(
    enter: Enter, screenshot: Any
) -> None:
    today, system = business_day(), system_actor()
    handing = custody.open_handover(
        actor=system, on=today, scheme="lar_timely", subject="volume:7", started_on=today,
        from_unit=unit("SALES"), to_unit=unit("CARE"), owner="zhang",
    )  # fmt: skip
    line = NewLine(title="会议记录", copy_form="original", pages=12, secrecy="internal")
    custody.write_list(actor=system, on=today, handover_id=handing.pk, lines=[line])
    page = enter("li")
    page.goto(reverse("custody_sign", args=[handing.pk, "giver"]))
    page.locator("#id_login").fill("zhang")
    page.locator("form[data-signing] [type=submit]").click()
    expect(page.get_by_text("签名未被接受")).to_be_visible()
    assert not Signature.objects.exists()  # neither drawn nor by password

    page.locator("#id_login").fill("zhang")
    canvas = page.locator("[data-signing-canvas]")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    for _try in range(2):  # wiped once: what was drawn before is not sent
        page.mouse.move(box["x"] + 40, box["y"] + 90)
        page.mouse.down()
        for step in range(1, 9):
            page.mouse.move(box["x"] + 40 + 45 * step, box["y"] + 90 - 60 * (step % 2))
        page.mouse.up()
        if not _try:
            page.locator("[data-signing-clear]").click()
    screenshot("papers-signing")
    page.locator("form[data-signing] [type=submit]").click()
    expect(page.locator("form[data-signing]")).to_have_count(0)
    signed = Signature.objects.get()
    assert (signed.way, signed.side, signed.login) == ("hand", "giver", "zhang")
    assert signed.drawing is not None
    drawn = Image.open(io.BytesIO(kept_files.read(signed.drawing.sha256) or b""))
    assert drawn.size == (900, 260)
    assert drawn.getchannel("A").getbbox() is not None


@pytest.mark.req("C04", "VEH-05")
def test_a_reader_types_codes_one_after_another_and_each_is_answered_at_once(
    enter: Enter, screenshot: Any
) -> None:
    today, system = business_day(), system_actor()
    labels = list(
        Paper.objects.filter(dossier=volume("internal", today, papers=3)).values_list("label", flat=True)
    )
    told: dict[str, Any] = {"actor": system, "on": today, "at": at(f"{today} 09:00")}
    custody.put(code=labels[0], place="R1-B1", **told)
    custody.put(code=labels[1], place="R1-B2", **told)
    count = custody.open_stock_take(actor=system, on=today, place="R1-C1")
    page = enter("li")
    page.goto(f"/custody/counts/{count.pk}/")
    field = page.locator("#scan-code")
    expect(field).to_be_focused()
    list_ = page.locator("[data-scanning-list] li")
    for place, code in enumerate(("R1-B1", labels[0], labels[1], "X-9", labels[0]), start=1):
        page.keyboard.type(code)  # as a reader does: the code, then Enter, with nobody at the mouse
        page.keyboard.press("Enter")
        expect(list_).to_have_count(place)
        expect(list_.first.locator(".xh-mark")).not_to_be_empty()
        expect(field).to_be_focused()
        expect(field).to_have_value("")
    expect(page.locator("[data-scanning-place]")).to_have_text("R1-B1")
    expect(page.locator("[data-scanning-count]")).to_have_text(
        "3"
    )  # a place and a second reading do not count
    tones = [mark.get_attribute("class").split("-")[-1] for mark in list_.locator(".xh-mark").all()]
    assert tones == ["note", "bad", "bad", "good", "note"]  # the newest first
    screenshot("papers-scanning")
    closed = custody.close_stock_take(actor=system, on=today, stock_take_id=count.pk)
    assert closed.counts == {"right": 1, "misplaced": 1, "unknown": 1}
