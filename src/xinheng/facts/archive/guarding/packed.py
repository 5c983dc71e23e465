"""Archives and office files: read by their list, never unpacked before it is known how large they are."""

from __future__ import annotations

import re
import zipfile
from itertools import pairwise
from pathlib import PurePosixPath
from typing import BinaryIO

from django.conf import settings

from xinheng.facts.archive.errors import DocumentBomb, DocumentDamaged, DocumentDangerous, DocumentLocked
from xinheng.facts.archive.guarding import names
from xinheng.facts.archive.kinds import PACKED

OFFICE = {PACKED[".docx"]: b"wordprocessingml.document.main", PACKED[".xlsx"]: b"spreadsheetml.sheet.main",
          PACKED[".pptx"]: b"presentationml.presentation.main"}  # fmt: skip
PROGRAMS = re.compile(r"vbaproject\.bin|activex/|\.(exe|dll|js|vbs|hta|scr|bat|cmd|ps1|lnk|jar|msi)$", re.I)
ARCHIVES = re.compile(r"\.(zip|7z|rar|gz|tar|bz2|xz|cab|iso)$", re.I)
OUTSIDE = re.compile(rb"<[^>]*Relationship\b[^>]*>", re.I)
MOST_RATIO, SMALL = 200, 10 * 2**20  # bytes below which no ratio is a bomb
FOUR, LIST_SIGN = b"PK\x03\x04", b"PK\x05\x06"


def look(file: BinaryIO, name: str) -> None:
    """Refuses: DocumentDangerous, DocumentBomb, DocumentLocked, DocumentDamaged."""
    if b"%PDF-" in file.read(1024):
        raise DocumentDangerous(file=name, cause="two_formats")
    try:
        with zipfile.ZipFile(file) as packed:
            entries = packed.infolist()
            _bomb(entries, name)
            _listed(entries, name)
            _office(packed, name)
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, EOFError, RuntimeError):
        raise DocumentDamaged(file=name) from None


def _bomb(entries: list[zipfile.ZipInfo], name: str) -> None:
    """Size, number, ratio and overlap of the entries as the list gives them."""
    if len(entries) > settings.ARCHIVE_MOST_ENTRIES:
        raise DocumentBomb(file=name, cause="entries", most=settings.ARCHIVE_MOST_ENTRIES)
    full = sum(entry.file_size for entry in entries)
    if full > settings.ARCHIVE_MOST_UNPACKED:
        raise DocumentBomb(file=name, cause="unpacked", most=settings.ARCHIVE_MOST_UNPACKED // 2**20)
    packed = sum(entry.compress_size for entry in entries)
    if full > SMALL and full > MOST_RATIO * max(packed, 1):
        raise DocumentBomb(file=name, cause="ratio", most=MOST_RATIO)
    ordered = sorted(entries, key=lambda entry: entry.header_offset)
    for one, following in pairwise(ordered):
        if one.header_offset + one.compress_size > following.header_offset:
            raise DocumentBomb(file=name, cause="overlap", most=0)


def _listed(entries: list[zipfile.ZipInfo], name: str) -> None:
    """Names, locks, programs and archives within."""
    for entry in entries:
        if entry.flag_bits & 1:
            raise DocumentLocked(file=name)
        parts = PurePosixPath(entry.filename).parts
        if (
            entry.filename.startswith("/")
            or "\\" in entry.filename
            or any(names.fault(part) in ("path", "control", "turned") for part in parts)
        ):
            raise DocumentDangerous(file=name, cause="path_within")
        if PROGRAMS.search(entry.filename):
            raise DocumentDangerous(file=name, cause="program")
        if ARCHIVES.search(entry.filename):
            raise DocumentBomb(file=name, cause="nested", most=1)


def _office(packed: zipfile.ZipFile, name: str) -> None:
    """An office file is what its ending says, runs nothing and loads nothing from outside."""
    ending = PurePosixPath(name).suffix.lower()
    asked = OFFICE.get(PACKED.get(ending, ""))
    if asked is None:
        return
    try:
        types = packed.read("[Content_Types].xml")
    except KeyError:
        raise DocumentDamaged(file=name) from None
    if b"macroenabled" in types.lower():
        raise DocumentDangerous(file=name, cause="program")
    if asked not in types:
        raise DocumentDamaged(file=name)
    for entry in packed.infolist():
        lowered = entry.filename.lower()
        if lowered.endswith((".xml", ".rels")):
            _part(packed.read(entry), name, is_links=lowered.endswith(".rels"))


def _part(text: bytes, name: str, *, is_links: bool) -> None:
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise DocumentDangerous(file=name, cause="entities")
    if not is_links:
        if b"DDEAUTO" in text:
            raise DocumentDangerous(file=name, cause="outside")
        return
    for link in OUTSIDE.findall(text):
        if b'"External"' in link and b"/hyperlink" not in link:
            raise DocumentDangerous(file=name, cause="outside")
