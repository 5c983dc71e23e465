"""Papers are read page by page, apart from the books; what stops the work loses no page that was read."""

from __future__ import annotations

import time
from datetime import date
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.facts.texts import sheets
from xinheng.base.access.errors import AccessDenied
from xinheng.base.audit.models import Entry as Trail
from xinheng.base.kernel.actors import Actor
from xinheng.facts.dossiers import services as dossiers
from xinheng.facts.texts import queries, reading, services
from xinheng.facts.texts.apart import Reader
from xinheng.facts.texts.errors import ReadingBusy, ReadingUnknown
from xinheng.facts.texts.models import Entry, Page, Reading
from xinheng.facts.texts.taking.page import Taken
from xinheng.facts.texts.values import Ended, Failed, Wanted

DAY = date(2026, 6, 30)
CONTRACT = "\n".join(sheets.CLAUSES)


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> None:
    settings.ARCHIVE_FOLDER = tmp_path / "archive"
    settings.HOME = tmp_path


def plain(told: list[Any]) -> list[str]:
    return ["".join(page.text.split()) for page in told if isinstance(page, Taken)]


@pytest.mark.any_database
def test_every_kind_of_document_is_read_and_scans_are_recognised() -> None:
    """One process reads them all, so that it starts once."""
    scan = sheets.scanned(CONTRACT)
    frames = [Image.open(__import__("io").BytesIO(scan)), Image.new("L", (300, 200), 255)]
    tiff = sheets.saved(frames[0].convert("L"), "TIFF", save_all=True, append_images=frames[1:])
    gb = "客户：苏州華信\r\n信用額度".encode("gb18030")
    mail = "Subject: =?utf-8?b?5a+56LSm5Ye9?=\nContent-Type: text/html; charset=utf-8\n\n<p>欠款<b>十万</b></p><script>x()</script>"
    office = "application/vnd.openxmlformats-officedocument"

    with Reader(threads=1) as reader:

        def read(content: bytes, told: str, first: int = 1) -> list[Any]:
            return list(reader.read(content, told, first=first))

        two = read(sheets.printed(CONTRACT, "第二页：交货清单"), "application/pdf")
        only_second = read(sheets.printed(CONTRACT, "第二页：交货清单"), "application/pdf", first=2)
        picture = read(tiff, "image/tiff")
        rest = {
            "word": plain(read(sheets.word("购销合同", "第一条"), f"{office}.wordprocessingml.document")),
            "sheets": plain(read(sheets.workbook(), f"{office}.spreadsheetml.sheet")),
            "ofd": plain(read(sheets.ofd("电子发票", "价税合计"), "application/ofd")),
            "text": plain(read(gb, "text/plain")),
            "mail": plain(read(mail.encode(), "message/rfc822")),
            "empty": plain(read(b"\xef\xbb\xbf", "text/plain")),
        }
        broken = read(b"%PDF-1.7 broken", "application/pdf")
        packed = read(b"PK\x03\x04", f"{office}.wordprocessingml.document")
        unread = read(b"PK\x03\x04", "application/zip")

    told = "".join(sheets.CLAUSES)
    assert [(page.no, page.way) for page in two[:-1]] == [
        (1, "text"),
        (2, "text"),
    ]  # not recognised: layer read
    assert plain(two) == [told, "第二页：交货清单"]
    assert two[-1] == Ended(2)
    assert [page.no for page in only_second[:-1]] == [2]
    assert (picture[0].way, picture[1].text, picture[2]) == ("ocr", "", Ended(2))
    seen = plain(picture)[0]
    right = sum(
        block.size for block in SequenceMatcher(None, told, seen, autojunk=False).get_matching_blocks()
    )
    assert right / len(told) >= 0.95, seen
    assert "万分之五" in seen
    assert "壹拾贰万元" in seen
    assert picture[0].confidence > 0.9
    assert rest == {
        "word": ["购销合同第一条开户银行苏州银行园区支行"],
        "sheets": ["资产负债货币资金12000003.5", "利润营业收入88"],
        "ofd": ["电子发票", "价税合计"],
        "text": ["客户：苏州華信信用額度"],
        "mail": ["Subject:对账函欠款十万"],
        "empty": [""],
    }
    for hopeless in (broken, packed, unread):
        assert len(hopeless) == 1
        assert hopeless[0].never


@pytest.mark.any_database
def test_a_reader_that_hangs_or_falls_is_ended_and_the_next_page_is_read(
    settings: Any, tmp_path: Path
) -> None:
    """The program in the place of the real one: page 2 never ends, page 4 kills it."""
    settings.TEXTS_PAGE_SECONDS = 0.4
    program = tmp_path / "child.py"
    program.write_text(
        "import json, os, sys, time\n"
        "say = lambda **told: print(json.dumps(told), flush=True)\n"
        "while line := sys.stdin.buffer.readline():\n"
        "    told = json.loads(line); sys.stdin.buffer.read(told['size']); say(pages=5)\n"
        "    for no in range(told['first'], 6):\n"
        "        say(begins=no)\n"
        "        if no == 2: time.sleep(60)\n"
        "        if no == 4: os.kill(os.getpid(), 9)\n"
        "        say(page=no, text=f'p{no}', way='text', confidence=None)\n"
        "    say(done=True, pages=5)\n"
    )
    from xinheng.facts.texts import apart

    kept, apart.PROGRAM, opening = apart.PROGRAM, [apart.sys.executable, str(program)], apart.OPENING_SECONDS
    apart.OPENING_SECONDS = 2
    began = time.monotonic()
    try:
        with Reader(threads=1) as reader:
            told = list(reader.read(b"x" * 300_000, "application/pdf", first=1))
    finally:
        apart.PROGRAM, apart.OPENING_SECONDS = kept, opening

    assert [page.no for page in told if isinstance(page, Taken)] == [1, 3, 5]
    assert [page.no for page in told if isinstance(page, Failed)] == [2, 4]
    assert told[-1] == Ended(5)
    assert time.monotonic() - began < 10


@pytest.mark.any_database
def test_no_document_reaches_for_the_net() -> None:
    import subprocess
    import sys

    asked = (
        "from xinheng.facts.texts.taking import child; child._without_net()\n"
        "import socket, urllib.request\n"
        "for reach in (lambda: socket.create_connection(('127.0.0.1', 9)), lambda: socket.socket().connect(('127.0.0.1', 9)),\n"
        "              lambda: urllib.request.urlopen('http://localhost:9')):\n"
        "    try: reach()\n"
        "    except OSError as error: assert 'without the net' in str(error), error\n"
        "    else: raise AssertionError\n"
    )
    assert subprocess.run([sys.executable, "-W", "ignore", "-c", asked], check=False).returncode == 0


@pytest.mark.django_db
@pytest.mark.req("PRP-02")
def test_papers_are_queued_read_once_and_followed_to_their_end(settings: Any) -> None:
    people = sheets.company()
    dossier = sheets.file_of("C-1", DAY)
    contract = sheets.put(dossier, DAY, "购销合同.pdf", sheets.printed(CONTRACT))
    again = sheets.put(dossier, DAY, "合同副本.pdf", sheets.printed(CONTRACT))  # the same bytes
    broken = sheets.put(dossier, DAY, "坏表.txt", "乱".encode())
    sheet = sheets.put(dossier, DAY, "仅纸质.pdf", None)
    assert (queries.progress(people["dang"]).queued, Entry.objects.count()) == (2, 4)

    def found(words: str) -> set[str]:
        told = services.search(actor=people["dang"], on=DAY, wanted=Wanted(words))
        return {hit.paper.label for hit in told.hits}

    assert found("违约金") == set()  # not read yet
    assert found("购销合同") == {contract.label}  # its title is found at once
    archived = Path(settings.ARCHIVE_FOLDER, broken.document.sha256[:2], broken.document.sha256)
    archived.chmod(0o600)
    archived.write_bytes(b"altered")
    told: list[int] = []
    outcome = services.read_waiting(
        actor=people["dang"], on=DAY, workers=2, tell=lambda row: told.append(row.pk)
    )

    assert (outcome.documents, outcome.pages, outcome.failed, outcome.waiting) == (2, 1, 1, 0)
    assert sorted(told) == sorted([contract.document_id, broken.document_id])
    read = queries.reading_of(again)
    assert read is not None
    assert (read.state, read.pages, read.pages_read, read.read_on) == ("read", 1, 1, DAY)
    assert found("违约金") == {contract.label, again.label}
    assert [row.label for row in queries.failed(people["dang"], DAY)] == [broken.label]
    assert "".join(queries.pages_of(people["dang"], DAY, contract.label)[0].text.split()) == "".join(
        sheets.CLAUSES
    )
    noted = Trail.objects.get(act="texts.read")
    assert noted.after == {"documents": 2, "pages": 1, "failed": 1}

    with pytest.raises(AccessDenied):
        services.read_again(actor=people["wang"], on=DAY)
    with pytest.raises(ReadingUnknown):
        services.read_again(actor=people["dang"], on=DAY, document_id=contract.document_id)
    assert services.read_again(actor=people["dang"], on=DAY, document_id=broken.document_id) == 1
    assert queries.progress(people["dang"]).queued == 1
    Page.objects.filter(document_id=contract.document_id).update(way="ocr")
    Reading.objects.update(engine="older")
    assert services.read_anew(actor=people["dang"], on=DAY) == 1
    assert found("违约金") == {contract.label, again.label}  # until it is read anew

    told_of = {"actor": sheets.SYSTEM, "on": DAY, "why": "放错卷"}
    dossiers.withdraw_paper(label=contract.label, **told_of)
    assert found("违约金") == {again.label}
    assert Page.objects.filter(document_id=contract.document_id).exists()  # the other paper says it still
    dossiers.withdraw_paper(label=again.label, **told_of)
    dossiers.withdraw_paper(label=sheet.label, **told_of)
    assert found("违约金") == found("仅纸质") == set()
    assert not Page.objects.exists()
    assert not Reading.objects.filter(document_id=contract.document_id).exists()


@pytest.mark.django_db
def test_a_page_that_fails_is_tried_again_until_the_site_gives_up(settings: Any, monkeypatch: Any) -> None:
    people = sheets.company()
    settings.TEXTS_ATTEMPTS, settings.TEXTS_MOST_PAGES = 2, 3
    paper = sheets.put(sheets.file_of("C-1", DAY), DAY, "长件.pdf", sheets.printed("一", "二", "三", "四"))
    bad = {2}

    def some(_self: Any, _content: bytes, _type: str, *, first: int) -> Any:
        for no in range(first, 4):
            yield Failed(no, "longer than 60 s") if no in bad else Taken(no, f"第{no}页违约金")
        yield Ended(4)

    monkeypatch.setattr(Reader, "read", some)
    outcome = services.read_waiting(actor=people["dang"], on=DAY)
    row = queries.reading_of(paper)
    assert row is not None
    assert (outcome.documents, outcome.waiting) == (2, 0)  # the second attempt follows in the same stretch
    assert (row.state, row.attempts, row.error) == ("failed", 2, "p. 2: longer than 60 s")
    assert (row.pages, row.left_out, row.pages_read) == (4, 1, 2)
    hit = services.search(actor=people["dang"], on=DAY, wanted=Wanted("违约金")).hits[0]
    assert hit.pages == (1, 3)  # what could be read is found

    bad.clear()
    services.read_again(actor=people["dang"], on=DAY)
    services.read_waiting(actor=people["dang"], on=DAY, most=1)
    row = queries.reading_of(paper)
    assert row is not None
    assert (row.state, row.error, row.pages_read) == ("read", "", 3)


@pytest.mark.django_db
def test_one_process_reads_at_a_time_and_who_may(chief: Actor, reader: Actor) -> None:
    with pytest.raises(AccessDenied):
        services.read_waiting(actor=reader, on=DAY)
    with reading._alone():
        assert queries.is_running()
        with pytest.raises(ReadingBusy):
            services.read_waiting(actor=chief, on=DAY)
    assert not queries.is_running()
    assert services.read_waiting(actor=chief, on=DAY).documents == 0
    assert not Trail.objects.filter(act="texts.read").exists()  # nothing was done
