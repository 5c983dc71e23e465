"""PDF: no programs, no files within, no locks, no pages or streams that fill a machine."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO

import pypdfium2 as pdfium
from django.conf import settings
from pypdfium2 import raw

from xinheng.facts.archive.errors import DocumentBomb, DocumentDangerous, DocumentLocked

BEGINNING, ENDING = b"stream", b"endstream"
MOST_TOLD = 4000  # bytes before a stream that tell what it is
LONG_NAMES = {
    b"/JavaScript": "script", b"/Launch": "program", b"/EmbeddedFile": "files_within",
    b"/RichMedia": "program", b"/ImportData": "outside", b"/GoToR": "outside", b"/GoToE": "outside",
}  # fmt: skip
SHORT_SCRIPT = re.compile(rb"/JS[\s(<\[/]")
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
WIDTH, HEIGHT = re.compile(rb"/Width\s+(\d{1,9})\b"), re.compile(rb"/Height\s+(\d{1,9})\b")
FLATE = re.compile(rb"/(?:FlateDecode|Fl)\b")
TWICE = re.compile(rb"/(?:FlateDecode|Fl)\s*/(?:FlateDecode|Fl)\b")
LEAST_POINTS, MOST_POINTS = 3, 14_400  # of a page's side


def look(file: BinaryIO, name: str) -> None:
    """Refuses: DocumentDangerous, DocumentBomb, DocumentLocked.

    A PDF that no reader can open is kept as it came: it may be all that is left of an original.
    """
    if zipfile.is_zipfile(file):
        raise DocumentDangerous(file=name, cause="two_formats")
    file.seek(0)
    content = file.read()
    _names(content, name)
    between = []
    left = settings.ARCHIVE_MOST_UNPACKED
    for told, packed in _streams(content):
        between.append(told)
        left -= _stream(told[-MOST_TOLD:], packed, name, left)
    _short_names(b"".join(between), name)
    _pages(content, name)


def _names(text: bytes, name: str) -> None:
    plain = ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), text)
    for sign, cause in LONG_NAMES.items():
        if sign in plain:
            raise DocumentDangerous(file=name, cause=cause)


def _short_names(text: bytes, name: str) -> None:
    """Names so short that packed bytes may spell them by chance: looked for outside of streams only."""
    if SHORT_SCRIPT.search(ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), text)):
        raise DocumentDangerous(file=name, cause="script")


def _streams(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """What stands before each stream, and the stream; at the end what stands after the last."""
    place = 0
    while (start := content.find(BEGINNING, place)) >= 0:
        end = content.find(ENDING, start + len(BEGINNING))
        if end < 0:
            break
        yield content[place:start], content[start + len(BEGINNING) : end].lstrip(b"\r\n")
        place = end + len(ENDING)
    yield content[place:], b""


def _stream(told: bytes, packed: bytes, name: str, left: int) -> int:
    """How many bytes a stream unpacks to, of those left; lists of objects are read for what they name."""
    told = told[max(told.rfind(b" obj"), 0) :]
    width, height = WIDTH.search(told), HEIGHT.search(told)
    most_pixels = settings.ARCHIVE_MOST_PIXELS
    if width and height and int(width[1]) * int(height[1]) > most_pixels:
        raise DocumentBomb(file=name, cause="pixels", most=most_pixels)
    if TWICE.search(told):
        raise DocumentBomb(file=name, cause="ratio", most=1)
    if not FLATE.search(told):
        return 0
    size = 0
    kept: list[bytes] = []
    for piece in _unpacked(packed):
        size += len(piece)
        if size > left:
            raise DocumentBomb(file=name, cause="unpacked", most=settings.ARCHIVE_MOST_UNPACKED // 2**20)
        if b"/ObjStm" in told:
            kept.append(piece)
    _names(b"".join(kept), name)
    _short_names(b"".join(kept), name)
    return size


def _unpacked(packed: bytes) -> Iterator[bytes]:
    """A stream piece by piece; what does not unpack is no bomb, and the viewer says that it does not open."""
    unpacker = zlib.decompressobj()
    with suppress(zlib.error):
        while packed:
            yield unpacker.decompress(packed, 2**20)
            packed = unpacker.unconsumed_tail


def _pages(content: bytes, name: str) -> None:
    try:
        pdf = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", 0) == raw.FPDF_ERR_PASSWORD:
            raise DocumentLocked(file=name) from None
        return
    try:
        if len(pdf) > settings.ARCHIVE_MOST_PAGES:
            raise DocumentBomb(file=name, cause="pages", most=settings.ARCHIVE_MOST_PAGES)
        for number in range(len(pdf)):
            sides = pdf.get_page_size(number)
            if not all(LEAST_POINTS <= side <= MOST_POINTS for side in sides):
                raise DocumentBomb(file=name, cause="page_size", most=MOST_POINTS)
        if raw.FPDFDoc_GetJavaScriptActionCount(pdf) > 0:
            raise DocumentDangerous(file=name, cause="script")
        if raw.FPDFDoc_GetAttachmentCount(pdf) > 0:
            raise DocumentDangerous(file=name, cause="files_within")
    finally:
        pdf.close()
