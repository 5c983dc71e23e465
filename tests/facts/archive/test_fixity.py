"""Kept files are proven, shown and destroyed; what is wrong with one is told and never put right."""

from __future__ import annotations

import hashlib
import io
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import docx as word
import openpyxl
import pytest
from PIL import Image

from tests.facts.archive import bad_files as bad
from xinheng.base.access.errors import AccessDenied
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor, Scope
from xinheng.facts.archive import files, fixity, queries, services
from xinheng.facts.archive.errors import (
    DocumentAltered,
    DocumentInUse,
    DocumentWiped,
    PreviewNotThere,
)
from xinheng.facts.archive.models import Document, FixityRun
from xinheng.facts.archive.values import Upload

pytestmark = pytest.mark.django_db
SALES = Actor("wang", "王", permits=frozenset({"archive.*"}), scope=Scope("own"))


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.ARCHIVE_FOLDER, settings.ARCHIVE_COPY = tmp_path / "archive", str(tmp_path / "copy")
    return tmp_path / "archive"


def keep(actor: Actor, on: date, content: bytes, name: str = "a.txt") -> Document:
    return services.keep(actor=actor, on=on, upload=Upload(name, content))


def spoil(path: Path, content: bytes) -> None:
    path.chmod(0o600)
    path.write_bytes(content)


def test_every_altered_or_lost_file_is_an_event_and_nothing_is_repaired(
    chief: Actor, reader: Actor, day: date, folder: Path
) -> None:
    rows = [keep(chief, day, f"文件{number}".encode()) for number in range(5)]
    assert rows[0].sm3 == hashlib.new("sm3", "文件0".encode()).hexdigest()
    Document.objects.filter(pk=rows[1].pk).update(sm3="")  # kept before the second hash was
    spoil(files.path_of(rows[2].sha256), b"altered")
    files.path_of(rows[3].sha256).unlink()
    spoil(folder.parent / "copy" / rows[4].sha256[:2] / rows[4].sha256, b"altered")
    later = day + timedelta(days=1)
    told: list[tuple[int, int]] = []

    found = services.check_fixity(actor=chief, on=later, said=lambda done, all_: told.append((done, all_)))

    faults = [(rows[2].sha256, "altered"), (rows[3].sha256, "missing"), (rows[4].sha256, "copy_altered")]
    assert (found.faults, found.documents, found.bytes, found.is_finished) == (tuple(faults), 5, 35, True)
    assert told == [(5, 5)]
    assert Document.objects.get(pk=rows[1].pk).sm3 == hashlib.new("sm3", "文件1".encode()).hexdigest()
    events = Entry.objects.filter(act="archive.fault").order_by("id")
    assert [(one.subject, one.after["fault"]) for one in events] == [
        (f"document:{sha256}", fault) for sha256, fault in faults
    ]
    assert files.path_of(rows[2].sha256).read_bytes() == b"altered"
    assert not files.path_of(rows[3].sha256).exists()
    held = queries.holding(chief)
    assert (held.documents, held.bytes, held.faulty, held.never_checked) == (5, 35, 3, 0)
    assert [one.pk for one in queries.faulty(chief)] == [one.pk for one in rows[2:]]
    assert [one.run for one in queries.fixity_runs(chief)] == [found.run]
    with pytest.raises(DocumentAltered):
        services.content(rows[2], actor=chief, on=later, subject="dossier:1")
    with pytest.raises(AccessDenied):
        services.check_fixity(actor=reader, on=later)


def test_a_check_goes_on_where_it_was_cut_off_and_the_longest_unchecked_come_first(
    chief: Actor, day: date, monkeypatch: Any
) -> None:
    monkeypatch.setattr(fixity, "A_STEP", 2)
    rows = [keep(chief, day, bytes([65 + number]) * 100) for number in range(6)]

    def stop(done: int, _total: int) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        services.check_fixity(actor=chief, on=day + timedelta(days=1), said=stop)
    cut = FixityRun.objects.get()
    assert (cut.documents, cut.last_document, cut.is_finished) == (4, rows[3].pk, False)
    found = services.check_fixity(actor=chief, on=day + timedelta(days=1))
    assert (found.run, found.documents, found.bytes) == (cut.pk, 6, 600)

    Document.objects.filter(pk=rows[4].pk).update(checked_on=None)
    Document.objects.filter(pk=rows[2].pk).update(checked_on=day - timedelta(days=30))
    third = day + timedelta(days=2)
    sample = services.check_fixity(actor=chief, on=third, most_bytes=250)
    assert (sample.documents, sample.bytes, sample.of_all) == (3, 300, False)
    checked = Document.objects.filter(checked_on=third).values_list("pk", flat=True)
    assert set(checked) == {rows[4].pk, rows[2].pk, rows[0].pk}
    began = fixity.time.monotonic()
    services.check_fixity(actor=chief, on=third, rate=12_000)  # with the copies 1 200 bytes
    assert fixity.time.monotonic() - began >= 0.1


def test_what_is_wiped_is_overwritten_everywhere_and_does_not_come_back(
    chief: Actor, reader: Actor, day: date, folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    one, other = keep(chief, day, b"secret"), keep(chief, day, b"beside")
    services.attach(actor=chief, on=day, subject="customer:1", upload=Upload("b.txt", b"beside"))
    with pytest.raises(AccessDenied):
        services.wipe(one, actor=reader, on=day, reason="期满")
    with pytest.raises(DocumentInUse):
        services.wipe(other, actor=chief, on=day, reason="期满")
    linked = folder.parent / "link"
    linked.hardlink_to(files.path_of(one.sha256))
    with django_capture_on_commit_callbacks(execute=True):
        services.wipe(one, actor=chief, on=day, reason="期满")
    assert linked.read_bytes() != b"secret"
    assert [path.name for path in folder.parent.rglob(one.sha256)] == []
    row = Document.objects.get(pk=one.pk)
    assert (row.wiped_on, row.sha256) == (day, hashlib.sha256(b"secret").hexdigest())
    with pytest.raises(DocumentWiped):
        keep(chief, day, b"secret", "again.txt")
    with pytest.raises(DocumentWiped):
        services.content(row, actor=chief, on=day, subject="dossier:1")
    assert services.preview_way(row) == "none"
    assert services.check_fixity(actor=chief, on=day).documents == 1
    assert Entry.objects.get(act="archive.wipe").reason == "期满"


def test_pages_are_shown_as_pictures_with_the_watermark_and_without_traces(chief: Actor, day: date) -> None:
    paper = keep(chief, day, bad.pdf(pages=2), "合同.pdf")
    assert (services.preview_way(paper), services.page_count(paper)) == ("exact", 2)
    plain = services.preview(paper, 2, width=600)
    marked = services.preview(paper, 2, width=600, watermark="王 wang 2026-06-30")
    first, second = (Image.open(io.BytesIO(one)) for one in (plain, marked))
    assert (first.size, second.size, first.tobytes() == second.tobytes()) == ((600, 850), (600, 850), False)
    for page in (0, 3):
        with pytest.raises(PreviewNotThere):
            services.preview(paper, page, width=600)

    photo = keep(chief, day, bad.picture("JPEG", exif=True), "照片.jpg")
    shown = services.preview(photo, 1, width=5000)
    assert not Image.open(io.BytesIO(shown)).getexif()
    taken = services.content(photo, actor=SALES, on=day, subject="dossier:1")
    assert b"Exif" not in taken
    assert Image.open(io.BytesIO(taken)).size == (60, 40)
    png = keep(chief, day, bad.picture("PNG", exif=True), "照片.png")
    assert not Image.open(io.BytesIO(services.content(png, actor=SALES, on=day, subject="x:1"))).getexif()
    original = services.content(photo, actor=chief, on=day, subject="dossier:1")
    assert hashlib.sha256(original).hexdigest() == photo.sha256
    broken = keep(chief, day, b"%PDF-1.4 half", "残.pdf")
    assert services.page_count(broken) == 0


def test_office_files_and_texts_are_shown_simplified(chief: Actor, day: date) -> None:
    letter, book, out = word.Document(), openpyxl.Workbook(), io.BytesIO()
    letter.add_heading("供货合同", 1)
    letter.add_paragraph("甲方应在收货后三十日内付款。")
    letter.add_table(2, 2).cell(0, 0).text = "数量"
    letter.save(out)
    sheet = io.BytesIO()
    book.active.append(["户名", "金额"])
    book.save(sheet)
    mail = "From: a@x.cn\nSubject: 催款\nContent-Type: text/plain; charset=utf-8\n\n请付款".encode()
    for name, content in (
        ("合同.docx", out.getvalue()), ("表.xlsx", sheet.getvalue()), ("信.eml", mail),
        ("表.csv", "户名,金额\n甲,1".encode("gb18030")), ("记.txt", "#panic(1) $x$ 走访".encode()),
    ):  # fmt: skip
        kept = keep(chief, day, content, name)
        assert (name, services.preview_way(kept), services.page_count(kept)) == (name, "simplified", 1)
    assert services.preview(kept, 1, width=300).startswith(b"\x89PNG")
