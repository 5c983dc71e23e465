"""What a file is, told by its content; and the files that are turned down before they are read."""

from __future__ import annotations

import codecs
import mmap
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import puremagic
from django.utils.translation import gettext as _

from xinheng.facts.intake import errors

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
WEB_PAGE = re.compile(
    rb"^\s*(<!--.*?-->\s*)*(<!doctype\s+html|<html|<head|<body|<table|<meta|<\?xml|mime-version:)",
    re.IGNORECASE | re.DOTALL,
)
OTHER_TEXT = re.compile(rb"^\s*(%PDF-|%!PS|\{\\rtf|\[\s*\{|\{\s*\")")  # text by its bytes, and yet no table
MACROS = "vbaproject.bin"
MACRO_SHEETS = "xl/macrosheets/"
MACRO_TYPES = re.compile(rb"vbaproject|macrosheet", re.IGNORECASE)
STEP = 1 << 20
OLD_WORKBOOK_MB = 256  # more than any workbook of 65,536 rows a sheet holds


@dataclass(frozen=True)
class Limits:
    """How large files may be. largest_mb: as they are; expanded_mb: unpacked; ratio: between the two."""

    largest_mb: int = 2047
    expanded_mb: int = 4096
    ratio: int = 250
    ratio_counts_from_mb: int = 64  # below that, a high ratio harms nobody
    dense_cells: int = 60_000_000  # the rectangle a sheet spans, empty cells included


def sniff(path: Path, *, file_name: str, limits: Limits) -> str:
    """The format of a file: xlsx, xlsb, xls, ods, parquet or csv. Refuses what cannot or must not be read."""
    size = path.stat().st_size
    if size == 0:
        raise errors.FileEmpty(file_name=file_name)
    if size > limits.largest_mb * STEP:
        raise errors.FileTooLarge(file_name=file_name, size=size // STEP, limit=limits.largest_mb)
    with path.open("rb") as file:
        head = file.read(64 * 1024)
        file.seek(-min(size, 4), 2)
        tail = file.read(4)
    if head.startswith(b"PAR1"):
        if tail != b"PAR1":
            raise errors.FileNotATable(file_name=file_name, detail=_("Parquet, cut off"))
        return "parquet"
    if head.startswith(b"PK\x03\x04"):
        return _packed(path, file_name=file_name, limits=limits)
    if head.startswith(b"PARE"):
        raise errors.FileEncrypted(file_name=file_name)
    if head.startswith(OLE):
        return _compound(path, file_name=file_name)
    return _text(head, file_name=file_name)


def _text(head: bytes, *, file_name: str) -> str:
    encoding = "utf-16" if head[:2] in {b"\xff\xfe", b"\xfe\xff"} else bare_utf16(head)
    plain = head.decode(encoding, errors="ignore").encode() if encoding else head
    plain = plain.removeprefix(b"\xef\xbb\xbf")
    if WEB_PAGE.match(plain):
        raise errors.FileIsWebPage(file_name=file_name)
    if not plain.strip():
        raise errors.FileEmpty(file_name=file_name)
    if b"\x00" in plain or _control_share(plain) > 0.01 or OTHER_TEXT.match(plain):
        raise errors.FileNotATable(file_name=file_name, detail=_kind_of_binary(head))
    return "csv"


def bare_utf16(head: bytes) -> str:
    """The kind of UTF-16 that text without a mark at its beginning is in; "" for any other text."""
    if b"\x00" not in head:
        return ""
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = codecs.getincrementaldecoder(encoding)().decode(head)
        except UnicodeDecodeError:
            continue
        if "\n" in text and not any(mark < " " and mark not in "\t\r\n\f" for mark in set(text)):
            return encoding
    return ""


def _control_share(head: bytes) -> float:
    return sum(head.count(bytes([code])) for code in range(32) if code not in (9, 10, 12, 13, 26)) / len(head)


def _kind_of_binary(head: bytes) -> str:
    try:
        return puremagic.from_string(head, mime=True) or _("not text")
    except puremagic.PureError:
        return _("not text")


def _compound(path: Path, *, file_name: str) -> str:
    """An OLE file: an old workbook, an encrypted new one, or something else."""
    size = path.stat().st_size // STEP
    if size > OLD_WORKBOOK_MB:
        raise errors.FileTooLarge(file_name=file_name, size=size, limit=OLD_WORKBOOK_MB)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:

        def holds(name: str) -> bool:
            return content.find(name.encode("utf-16-le")) >= 0

        if holds("EncryptedPackage"):
            raise errors.FileEncrypted(file_name=file_name)
        if holds("_VBA_PROJECT"):
            raise errors.FileHasMacros(file_name=file_name)
        if holds("Workbook") or holds("Book"):
            return "xls"
    raise errors.FileNotATable(file_name=file_name, detail=_("an old Office document"))


def _packed(path: Path, *, file_name: str, limits: Limits) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            names = {entry.filename.lower() for entry in entries}
            if any(entry.flag_bits & 0x1 for entry in entries):
                raise errors.FileEncrypted(file_name=file_name)
            if any(name.endswith(MACROS) or name.startswith(MACRO_SHEETS) for name in names):
                raise errors.FileHasMacros(file_name=file_name)
            kind = _workbook_kind(archive, names, file_name=file_name)
            _check_expansion(path, entries, file_name=file_name, limits=limits)
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        struct.error,
        zlib.error,
        OSError,
    ) as broken:
        detail = _("the packed file is damaged")
        raise errors.FileNotATable(file_name=file_name, detail=detail) from broken
    return kind


def _workbook_kind(archive: zipfile.ZipFile, names: set[str], *, file_name: str) -> str:
    if "xl/workbook.bin" in names or "xl/workbook.xml" in names:
        if MACRO_TYPES.search(_entry(archive, "[Content_Types].xml")):
            raise errors.FileHasMacros(file_name=file_name)
        return "xlsb" if "xl/workbook.bin" in names else "xlsx"
    if b"opendocument.spreadsheet" in _entry(archive, "mimetype"):
        _check_ods_password(archive, file_name=file_name)
        return "ods"
    raise errors.FileNotATable(file_name=file_name, detail=_("packed, but no workbook"))


def _entry(archive: zipfile.ZipFile, name: str) -> bytes:
    """The beginning of an entry; nothing where there is none."""
    try:
        with archive.open(name) as entry:
            return entry.read(STEP)
    except KeyError:
        return b""


def _check_ods_password(archive: zipfile.ZipFile, *, file_name: str) -> None:
    content = _entry(archive, "META-INF/manifest.xml")
    if b"encryption-data" in content:
        raise errors.FileEncrypted(file_name=file_name)
    if b"Basic/script" in content:
        raise errors.FileHasMacros(file_name=file_name)


def _check_expansion(path: Path, entries: list[zipfile.ZipInfo], *, file_name: str, limits: Limits) -> None:
    """Unpack every entry to nowhere, since a bomb need not say how large it is."""
    expanded = 0
    dense = 0
    size = max(path.stat().st_size, 1)
    for entry in entries:
        extent = _Extent() if entry.filename.lower().startswith("xl/worksheets/") else None
        for piece in _unpacked(path, entry):
            expanded += len(piece)
            if extent:
                extent.see(piece)
            too_dense = expanded > limits.ratio_counts_from_mb * STEP and expanded / size > limits.ratio
            if expanded > limits.expanded_mb * STEP or too_dense:
                detail = f"{expanded // STEP} MB / {size / STEP:.1f} MB"
                raise errors.FileExpandsTooMuch(file_name=file_name, detail=detail)
        dense = max(dense, extent.cells if extent else 0)
    if dense > limits.dense_cells:
        raise errors.FileExpandsTooMuch(
            file_name=file_name, detail=_("%(count)s cells") % {"count": f"{dense:,}"}
        )


def _unpacked(path: Path, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The content of an entry piece by piece, however long it really is."""
    with path.open("rb") as file:
        file.seek(entry.header_offset)
        header = file.read(30)
        name_length, extra_length = struct.unpack("<HH", header[26:30])
        file.seek(name_length + extra_length, 1)
        left = entry.compress_size
        if entry.compress_type == zipfile.ZIP_STORED:
            while left > 0 and (piece := file.read(min(STEP, left))):
                left -= len(piece)
                yield piece
            return
        if entry.compress_type != zipfile.ZIP_DEFLATED:
            raise zipfile.BadZipFile(f"compression {entry.compress_type}")
        unpacker = zlib.decompressobj(-15)
        while left > 0 and (packed := file.read(min(STEP, left))):
            left -= len(packed)
            while packed:
                yield unpacker.decompress(packed, STEP)
                packed = unpacker.unconsumed_tail


class _Extent:
    """How large a rectangle a sheet spans: a workbook reader keeps all of it in memory."""

    def __init__(self) -> None:
        self.rows = 0
        self.columns = 26
        self.rest = b""

    def see(self, piece: bytes) -> None:
        text = self.rest + piece
        at = text.rfind(b"<row ")
        if at >= 0 and (found := re.match(rb'<row [^>]*?\br="(\d+)"', text[at:])):
            self.rows = max(self.rows, int(found[1]))
        if self.columns < 16_384 and re.search(rb'<c r="[A-Z]{3}\d', text):
            self.columns = 16_384
        for first in range(min(26, 27 - self.columns // 26)):  # from ZA down to what is known already
            if self.columns < 703 and re.search(rb'<c r="%c[A-Z]\d' % (ord("Z") - first), text):
                self.columns = max(self.columns, (27 - first) * 26)
                break
        self.rest = text[-200:]

    @property
    def cells(self) -> int:
        return self.rows * self.columns
