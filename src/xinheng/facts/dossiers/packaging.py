"""Archival packages of dossiers: what they say of themselves, and whether that is still so.

A package is a ZIP with the files as they came in, the metadata, a catalogue for people, and a manifest that
names every file with its size and both hashes (SHA-256, SM3), once as JSON and once as XML.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree  # nosec B405 - only written, never read

from django.conf import settings
from django.utils.translation import gettext as _

from xinheng.facts.dossiers.errors import PackageUnreadable
from xinheng.facts.dossiers.models import Dossier, Paper
from xinheng.facts.dossiers.values import PackageFault, Packed

FORMAT = "xinheng-dossier-package/1"
MANIFEST, MANIFEST_XML, METADATA, CATALOGUE, CONTENT = (
    "manifest.json", "manifest.xml", "metadata.json", "catalogue.xlsx", "content",
)  # fmt: skip
CHUNK, MOST_MANIFEST = 2**20, 64 * 2**20


def packed(path: str, content: bytes, *, content_type: str = "", paper: str = "") -> Packed:
    """A file of a package with its size and hashes."""
    return Packed(
        path, len(content), hashlib.sha256(content).hexdigest(), hashlib.new("sm3", content).hexdigest(),
        content_type, paper,
    )  # fmt: skip


def manifest(dossier: Dossier, files: Iterable[Packed], *, made_on: date, made_by: str) -> dict[str, Any]:
    """What a package says of itself: reference, context, provenance, fixity and rights (OAIS)."""
    return {
        "format": FORMAT,
        "dossier": dossier.no,
        "title": dossier.title,
        "kind": dossier.kind,
        "about": dossier.subject,
        "unit": dossier.unit.code,
        "secrecy": dossier.secrecy,
        "opened_on": dossier.opened_on.isoformat(),
        "closed_on": dossier.closed_on.isoformat() if dossier.closed_on else None,
        "made_on": made_on.isoformat(),
        "made_by": made_by,
        "files": [
            {"path": one.path, "size": one.size, "sha256": one.sha256, "sm3": one.sm3,
             "content_type": one.content_type, "paper": one.paper}
            for one in files
        ],
    }  # fmt: skip


def as_xml(told: Mapping[str, Any]) -> bytes:
    """The manifest as XML."""
    root = ElementTree.Element("package", format=str(told["format"]))
    for name, value in told.items():
        if name not in ("files", "format"):
            ElementTree.SubElement(root, name).text = "" if value is None else str(value)
    files = ElementTree.SubElement(root, "files")
    for one in told["files"]:
        ElementTree.SubElement(files, "file", {name: str(value) for name, value in one.items()})
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def metadata(papers: Iterable[Paper]) -> list[dict[str, Any]]:
    """What is known of each paper, by the names of the columns."""
    return [
        {
            "label": one.label, "number": one.number, "title": one.title, "item": one.item,
            "copy_form": one.copy_form, "has_original": one.has_original, "secrecy": one.secrecy,
            "retention": one.retention, "formed_on": one.formed_on.isoformat(),
            "received_on": one.received_on.isoformat(),
            "valid_until": one.valid_until.isoformat() if one.valid_until else None,
            "filed_on": one.filed_on.isoformat() if one.filed_on else None, "pages": one.pages,
            "version": one.version, "state": one.state, "kept_by": one.kept_by, "file_name": one.file_name,
            "sha256": one.document.sha256 if one.document else "",
        }
        for one in papers
    ]  # fmt: skip


def check_package(path: Path) -> tuple[dict[str, Any], list[PackageFault]]:
    """The manifest of a package and everything that is no longer as it says; reads, keeps nothing.

    Refuses: PackageUnreadable.
    """
    try:
        with zipfile.ZipFile(path) as file:
            top, told = _manifest(file, path.name)
            return told, _faults(file, top, told)
    except (zipfile.BadZipFile, OSError):
        raise PackageUnreadable(file=path.name) from None


def _manifest(file: zipfile.ZipFile, name: str) -> tuple[str, dict[str, Any]]:
    """The folder of the package within the file, and what it says of itself."""
    for entry in file.infolist():
        top, _sign, rest = entry.filename.rpartition("/")
        if rest == MANIFEST and "/" not in top and entry.file_size <= MOST_MANIFEST:
            try:
                told = json.loads(file.read(entry))
                assert told["format"] == FORMAT
                assert all({"path", "size", "sha256", "sm3"} <= one.keys() for one in told["files"])
            except (ValueError, KeyError, TypeError, AttributeError, AssertionError):
                break
            return f"{top}/" if top else "", told
    raise PackageUnreadable(file=name)


def _faults(file: zipfile.ZipFile, top: str, told: Mapping[str, Any]) -> list[PackageFault]:
    entries = {one.filename.removeprefix(top): one for one in file.infolist() if not one.is_dir()}
    faults = []
    for one in told["files"]:
        entry = entries.pop(str(one["path"]), None)
        if entry is None:
            faults.append(PackageFault(one["path"], _("missing")))
        elif entry.file_size != one["size"] or entry.file_size > settings.ARCHIVE_MOST_UNPACKED:
            faults.append(PackageFault(one["path"], _("another size")))
        elif _hashes(file, entry) != (one["sha256"], one["sm3"]):
            faults.append(PackageFault(one["path"], _("content altered")))
    known = {MANIFEST, MANIFEST_XML}
    return faults + [PackageFault(path, _("not told of")) for path in sorted(entries.keys() - known)]


def _hashes(file: zipfile.ZipFile, entry: zipfile.ZipInfo) -> tuple[str, str]:
    sha256, sm3 = hashlib.sha256(), hashlib.new("sm3")
    try:
        with file.open(entry) as source:
            while piece := source.read(CHUNK):
                sha256.update(piece)
                sm3.update(piece)
    except (zipfile.BadZipFile, RuntimeError, EOFError):
        return "", ""
    return sha256.hexdigest(), sm3.hexdigest()
