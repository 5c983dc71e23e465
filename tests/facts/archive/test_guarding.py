"""What would do harm is refused by name and cause before a byte of it is kept."""

from __future__ import annotations

import io
import socket
import socketserver
import struct
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest
from django.utils import translation

from tests.facts.archive import bad_files as bad
from xinheng.base.kernel.actors import Actor
from xinheng.facts.archive import services
from xinheng.facts.archive.errors import (
    DocumentBomb,
    DocumentDamaged,
    DocumentDangerous,
    DocumentInfected,
    DocumentLocked,
    DocumentNameRefused,
    DocumentNotScanned,
    DocumentTypeRefused,
)
from xinheng.facts.archive.values import Upload

LINK = '<Relationships><Relationship Id="a" Type="http://x/oleObject" Target="http://x/" TargetMode="External"/></Relationships>'
PAGE_LINK = LINK.replace("/oleObject", "/hyperlink")
JPEG, PNG = bad.picture("JPEG"), bad.picture()
MACRO_TYPES = bad.DOCX.replace(
    "openxmlformats-officedocument.wordprocessingml.document", "ms-word.document.macroEnabled"
)

DANGEROUS: dict[str, tuple[str, bytes, str]] = {
    "pdf and zip": ("a.pdf", bad.pdf() + bad.packed(("x.txt", "x")), "two_formats"),
    "picture and zip": ("a.jpg", JPEG + bad.packed(("x.txt", "x")), "two_formats"),
    "picture and pdf": ("a.jpg", JPEG[:4] + b"%PDF-1.7" + JPEG[4:], "two_formats"),
    "page in a picture": ("a.png", PNG + b"<ScRipt>alert(1)</script>", "script"),
    "php in a picture": ("a.jpg", JPEG + b"<?php system(1);", "script"),
    "text and pdf": ("a.txt", b"hello\n%PDF-1.4\n", "two_formats"),
    "pdf runs a script": ("a.pdf", bad.pdf(root=b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>"), "script"),
    "script by escapes": ("a.pdf", bad.pdf(root=b"/OpenAction<</S/Java#53cript/#4aS(1)>>"), "script"),
    "script in a list of objects": (
        "a.pdf", bad.pdf(bad.stream(b"/Type/ObjStm/N 1/First 4", b"9 0 <</S/JavaScript/JS(1)>>")), "script",
    ),
    "pdf starts a program": ("a.pdf", bad.pdf(root=b"/OpenAction<</S/Launch/F(cmd.exe)>>"), "program"),
    "pdf with files": ("a.pdf", bad.pdf(root=b"/Names<</EmbeddedFiles 5 0 R>>"), "files_within"),
    "macros by their type": ("a.docx", bad.packed(("[Content_Types].xml", MACRO_TYPES)), "program"),
    "macros by their entry": ("a.docx", bad.docx(("word/vbaProject.bin", b"x")), "program"),
    "program in an office file": ("a.xlsx", bad.xlsx(("xl/embeddings/run.exe", b"x")), "program"),
    "loads from outside": ("a.docx", bad.docx(("word/_rels/document.xml.rels", LINK)), "outside"),
    "entities": ("a.docx", bad.docx(("word/x.xml", '<!DOCTYPE a [<!ENTITY b "c">]>')), "entities"),
    "path within": ("a.docx", bad.docx(("../../etc/passwd", b"x")), "path_within"),
    "absolute path within": ("a.docx", bad.docx(("/etc/passwd", b"x")), "path_within"),
}  # fmt: skip
BOMBS: dict[str, tuple[str, bytes, str]] = {
    "picture": ("a.png", bad.huge_png(), "pixels"),
    "zip by ratio": ("a.xlsx", bad.xlsx(("xl/a.bin", bytes(12 * 2**20))), "ratio"),
    "zip by size": ("a.xlsx", bad.xlsx(("xl/a.bin", bytes(21 * 2**20))), "unpacked"),
    "zip by entries": ("a.xlsx", bad.xlsx(*((f"xl/{n}", b"") for n in range(60))), "entries"),
    "zip in zip": ("a.docx", bad.docx(("word/inner.zip", bad.packed(("a", b"a")))), "nested"),
    "zip that overlaps": ("a.docx", bad.overlapping(), "overlap"),
    "pdf pages": ("a.pdf", bad.pdf(pages=31), "pages"),
    "pdf of one point": ("a.pdf", bad.pdf(box="0 0 1 1"), "page_size"),
    "pdf of a mile": ("a.pdf", bad.pdf(box="0 0 99999 99999"), "page_size"),
    "pdf stream": ("a.pdf", bad.pdf(bad.stream(b"", bytes(21 * 2**20))), "unpacked"),
    "pdf packed twice": (
        "a.pdf", bad.pdf(b"9 0 obj <</Filter[/FlateDecode/FlateDecode]>> stream\nx\nendstream endobj\n"), "ratio",
    ),
    "pdf picture": (
        "a.pdf", bad.pdf(b"9 0 obj <</Subtype/Image/Width 90000/Height 90000>> stream\nx\nendstream endobj\n"),
        "pixels",
    ),
}  # fmt: skip
NAMES = {
    "../a.txt": "path", "/etc/passwd": "path", "..\\a.txt": "path", "..": "path", "a\x00.txt": "control",
    "合同\u202egpj.txt": "turned", "con.txt": "reserved", "LPT1": "reserved", "a.txt.": "reserved",
    "a" * 201 + ".txt": "long", "a\n.txt": "control",
}  # fmt: skip


@pytest.fixture(autouse=True)
def narrow(settings: Any, tmp_path: Path) -> None:
    settings.ARCHIVE_FOLDER = tmp_path / "archive"
    settings.ARCHIVE_MOST_UNPACKED, settings.ARCHIVE_MOST_PAGES = 20 * 2**20, 30
    settings.ARCHIVE_MOST_ENTRIES = 50


@pytest.mark.req("RR-13")
@pytest.mark.any_database
def test_every_dangerous_file_is_refused_with_its_name_and_cause() -> None:
    for told, (name, content, cause) in DANGEROUS.items():
        with pytest.raises(DocumentDangerous) as refused:
            services.check(Upload(name, content))
        assert (told, refused.value.params) == (told, {"file": name, "cause": cause})
    for told, (name, content, cause) in BOMBS.items():
        with pytest.raises(DocumentBomb) as bomb:
            services.check(Upload(name, content))
        assert (told, bomb.value.params["cause"], bomb.value.params["file"]) == (told, cause, name)
    for name, cause in NAMES.items():
        with pytest.raises(DocumentNameRefused) as named:
            services.check(Upload(name, b"text"))
        assert (named.value.params["cause"], "\u202e" in named.value.params["file"]) == (cause, False)
    with translation.override("zh-hans"):
        assert str(bomb.value) == "文件“a.pdf”打开后会无限膨胀，不予保存：其中图像超过 100000000 像素。"


@pytest.mark.any_database
def test_locked_damaged_and_foreign_files_are_named_and_good_ones_pass() -> None:
    locked = io.BytesIO()
    made = bytearray(bad.docx())
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        made[made.find(sign) + place] |= 1
    for name, content, refusal in (
        ("a.docx", bytes(made), DocumentLocked),
        ("a.pdf", LOCKED_PDF, DocumentLocked),
        ("a.png", PNG[:20], DocumentDamaged),
        ("a.docx", bad.xlsx(), DocumentDamaged),
        ("a.docx", b"PK\x03\x04" + bytes(60), DocumentDamaged),
        ("a.docm", bad.docx(), DocumentTypeRefused),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", DocumentTypeRefused),
        ("a.gif", b"GIF89a/*" + bytes(30) + b"*/=1;alert(1)", DocumentTypeRefused),
        ("a.html", b"<html><script>1</script></html>", DocumentTypeRefused),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), DocumentTypeRefused),
    ):
        with pytest.raises(refusal):
            services.check(Upload(name, content))
    two = pdfium.PdfDocument.new()
    two.new_page(595, 842)
    two.save(locked)
    two.close()
    for name, content in (
        ("合同 (1).pdf", bad.pdf(pages=30)),
        ("空白.pdf", locked.getvalue()),
        ("残件.pdf", b"%PDF-1.4 half of it"),
        ("照片.jpg", bad.picture("JPEG", exif=True)),
        ("扫描.tif", bad.picture("TIFF")),
        ("信.docx", bad.docx(("word/_rels/document.xml.rels", PAGE_LINK))),
        ("表.xlsx", bad.xlsx(("xl/a.bin", bytes(9 * 2**20)))),
        ("长.txt", ("字" * 700_000).encode()),
    ):
        assert services.check(Upload(name, content)) != "application/octet-stream"


LOCKED_PDF = (
    b"%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n2 0 obj <</Type/Pages/Count 1/Kids[3 0 R]>> endobj\n"
    b"3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>> endobj\n"
    b"4 0 obj <</Filter/Standard/V 1/R 2/P -4/O<" + b"28" * 32 + b">/U<" + b"11" * 32 + b">>> endobj\n"
    b"trailer <</Root 1 0 R/Encrypt 4 0 R/ID[<" + b"ab" * 16 + b"><" + b"ab" * 16 + b">]>>\n%%EOF\n"
)


class Scanner(socketserver.StreamRequestHandler):
    """Speaks INSTREAM as clamd does: pieces with their length before them, the last of them empty."""

    def handle(self) -> None:
        assert self.rfile.readline() == b"nINSTREAM\n"
        seen = b""
        while size := struct.unpack(">L", self.rfile.read(4))[0]:
            seen += self.rfile.read(size)
        self.wfile.write(b"stream: Eicar-Test-Signature FOUND\n" if bad.EICAR in seen else b"stream: OK\n")


@pytest.fixture
def scanner() -> Iterator[str]:
    with socketserver.TCPServer(("127.0.0.1", 0), Scanner) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"tcp://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.mark.any_database
def test_a_virus_is_refused_and_what_was_not_scanned_does_not_pass(settings: Any, scanner: str) -> None:
    settings.ARCHIVE_CLAMD = scanner
    assert services.check(Upload("a.txt", b"good")) == "text/plain"
    with pytest.raises(DocumentInfected) as found:
        services.check(Upload("a.txt", b"begin " + bad.EICAR))
    assert found.value.params == {"file": "a.txt", "virus": "Eicar-Test-Signature"}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.ARCHIVE_CLAMD = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(DocumentNotScanned):
        services.check(Upload("a.txt", b"good"))
    settings.ARCHIVE_CLAMD = "unix:/nowhere/clamd.sock"
    with pytest.raises(DocumentNotScanned):
        services.check(Upload("a.txt", b"good"))


@pytest.mark.django_db
def test_a_large_file_is_kept_without_taking_it_into_memory(chief: Actor, day: date, tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    path.write_bytes(b"line\n" * 600_000)
    kept = services.keep(actor=chief, on=day, upload=Upload("大.txt", path=path))
    assert (kept.size, len(kept.sha256), len(kept.sm3)) == (3_000_000, 64, 64)
    assert services.content(kept, actor=chief, on=day, subject="dossier:1") == path.read_bytes()
