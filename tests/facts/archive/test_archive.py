"""Documents are kept as they came, once, and given out only where their hash still says so."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.facts.archive.bad_files import picture, xlsx
from xinheng.base.access.errors import AccessDenied
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor
from xinheng.facts.archive import queries, services
from xinheng.facts.archive.errors import (
    AttachmentUnknown,
    DocumentAltered,
    DocumentEmpty,
    DocumentTooLarge,
    DocumentTypeRefused,
)
from xinheng.facts.archive.models import Attachment, Document
from xinheng.facts.archive.values import Attached, Upload

pytestmark = pytest.mark.django_db
REPORT = b"%PDF-1.7\n" + bytes(range(256)) * 20
SHA = hashlib.sha256(REPORT).hexdigest()


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.ARCHIVE_FOLDER = tmp_path / "archive"
    return tmp_path / "archive"


def attach(actor: Actor, day: date, content: bytes = REPORT, name: str = "资信报告.pdf") -> Attached:
    return services.attach(actor=actor, on=day, subject="survey:7", upload=Upload(name, content, "机构报告"))


@pytest.mark.req("SIX-12")
def test_a_report_is_kept_unchanged_with_its_hash(chief: Actor, day: date, folder: Path) -> None:
    kept = attach(chief, day)

    assert (kept.sha256, kept.size, kept.content_type) == (SHA, len(REPORT), "application/pdf")
    assert (kept.file_name, kept.attached_by, kept.attached_on) == ("资信报告.pdf", "chief", day)
    assert (folder / SHA[:2] / SHA).read_bytes() == REPORT
    told = services.read(actor=chief, on=day, attachment_id=kept.id, subject="survey:7")
    assert told.content == REPORT
    assert list(Entry.objects.filter(subject="survey:7").values_list("act", flat=True).order_by("id")) == [
        "archive.attach",
        "archive.read",
    ]
    with pytest.raises(AttachmentUnknown):
        services.read(actor=chief, on=day, attachment_id=kept.id, subject="survey:8")


@pytest.mark.req("SIX-12")
def test_an_altered_or_lost_file_is_not_given_out(chief: Actor, day: date, folder: Path) -> None:
    kept = attach(chief, day)
    assert queries.altered() == []
    path = folder / SHA[:2] / SHA
    path.chmod(0o600)
    path.write_bytes(REPORT.replace(b"\x07", b"\x08", 1))

    with pytest.raises(DocumentAltered):
        services.read(actor=chief, on=day, attachment_id=kept.id, subject="survey:7")
    assert queries.altered() == [SHA]
    path.unlink()
    with pytest.raises(DocumentAltered):
        services.read(actor=chief, on=day, attachment_id=kept.id, subject="survey:7")
    attach(chief, day, name="again.pdf")  # who still has it brings it back
    assert queries.altered() == []


def test_the_same_bytes_are_kept_once(chief: Actor, day: date, folder: Path) -> None:
    first = attach(chief, day)
    assert attach(chief, day).id == first.id
    services.attach(actor=chief, on=day, subject="customer:C-1", upload=Upload("b.pdf", REPORT))

    assert (Document.objects.count(), Attachment.objects.count()) == (1, 2)
    assert len([path for path in folder.rglob("*") if path.is_file()]) == 1
    assert [one.file_name for one in queries.beside(["survey:7", "customer:C-1"])] == [
        "资信报告.pdf",
        "b.pdf",
    ]


@pytest.mark.req("RR-13")
@pytest.mark.parametrize(
    ("file", "refusal"),
    [
        (("a.pdf", b""), DocumentEmpty),
        ((" ", REPORT), DocumentEmpty),
        (("a.pdf", REPORT + bytes(2**20)), DocumentTooLarge),
        (("a.pdf", b"MZ\x90\x00\x03\x00\x00\x00" + bytes(100)), DocumentTypeRefused),
        (("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"), DocumentTypeRefused),
        (("a.html", b"<html><script>alert(1)</script></html>"), DocumentTypeRefused),
        (("a.txt", b"text\x00binary"), DocumentTypeRefused),
        (("a.zip", b"PK\x03\x04" + bytes(40)), DocumentTypeRefused),
    ],
)
def test_what_may_not_be_kept_leaves_nothing(
    chief: Actor, day: date, folder: Path, settings: Any, file: tuple[str, bytes], refusal: type
) -> None:
    settings.ARCHIVE_MOST_BYTES = 2**20
    with pytest.raises(refusal):
        attach(chief, day, file[1], file[0])
    assert not Document.objects.exists()
    assert not folder.exists()


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.txt", "走访记录".encode(), "text/plain"),
        ("a.csv", "户名,金额".encode("gb18030"), "text/csv"),
        ("photo", picture("JPEG"), "image/jpeg"),
        ("a.exe", picture(), "image/png"),
        ("a.xlsx", xlsx(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)
def test_the_bytes_say_what_a_file_is(chief: Actor, day: date, name: str, content: bytes, told: str) -> None:
    assert attach(chief, day, content, name).content_type == told


def test_who_may_not_keep_keeps_nothing(reader: Actor, day: date) -> None:
    with pytest.raises(AccessDenied):
        attach(reader, day)
    assert not Document.objects.exists()
