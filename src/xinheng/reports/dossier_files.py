"""The files of a dossier to take away: as a ZIP for people, or as an archival package with a manifest."""

from __future__ import annotations

import json
import re
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import PurePosixPath
from typing import IO, Any

from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.refusal import Refusal
from xinheng.base.secrecy import queries as grades
from xinheng.facts.archive import services as archive
from xinheng.facts.dossiers import queries
from xinheng.reports.exports import notes_of
from xinheng.reports.sheets import Column, Sheet, workbook

IN_MEMORY = 64 * 2**20  # bytes of a ZIP that need no disk
UNFIT = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')


def export_dossier_files(*, actor: Actor, on: date, no: str) -> IO[bytes]:
    """Every file of a dossier that the actor may see, in a ZIP with a catalogue of them.

    The catalogue tells what is left out and why.

    Pictures go without the traces of a camera to who may not see sensitive fields. The caller closes it.
    Refuses: AccessDenied, DossierUnknown.
    """
    access.require(actor, "exports.read", f"dossier:{no[:40]}")
    dossier = queries.get_dossier(actor, no, on=on)
    kind = queries.kind_of(dossier, on)
    taken: list[tuple[Any, str]] = []
    left: list[tuple[str, ...]] = []
    with _room() as out, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for paper in queries.papers_of(actor, dossier, on):
            why, content = _content(actor, on, paper)
            if content is None:
                left.append((paper.label, paper.number, paper.title, why))
                continue
            line = kind.line(paper.item)
            folder = _fit(line.words if line else _("beside the checklist"))
            path = f"{folder}/{paper.label} {_fit(paper.title)}{_ending(paper)}"
            file.writestr(path, content)
            taken.append((paper, path))
        file.writestr(f"{_('catalogue')}.xlsx", _catalogue(actor, on, dossier, taken, left))
    after = {"files": len(taken), "left_out": len(left)}
    audit.record(actor=actor, act="exports.dossier_files", subject=f"dossier:{no}", on=on, after=after)
    return out


def export_package(*, actor: Actor, on: date, no: str) -> IO[bytes]:
    """A dossier as an archival package: the files as they came in, metadata, catalogue and manifest.

    Only who may file dossiers and see sensitive fields makes one, for the originals are in it; a file that
    is not what came in stops it. The caller closes it.
    Refuses: AccessDenied, DossierUnknown, DocumentAltered.
    """
    for act in ("dossiers.file", "sensitive.read", "exports.read"):
        access.require(actor, act, f"dossier:{no[:40]}")
    dossier = queries.get_dossier(actor, no, on=on)
    papers = queries.papers_of(actor, dossier, on)
    top, files = dossier.no, []
    with _room() as out, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as file:

        def put(path: str, content: bytes, **told: str) -> None:
            file.writestr(f"{top}/{path}", content)
            files.append(queries.packed(path, content, **told))

        for paper in papers:
            if paper.document is None or paper.document.wiped_on:
                continue
            content = archive.content(paper.document, actor=actor, on=on, subject=f"paper:{paper.label}")
            put(
                f"{queries.CONTENT}/{paper.label}/{_fit(paper.title)}{_ending(paper)}", content,
                content_type=paper.document.content_type, paper=paper.label,
            )  # fmt: skip
        put(queries.METADATA, _json(queries.metadata(papers)))
        rows = [(paper, "") for paper in papers]
        put(queries.CATALOGUE, _catalogue(actor, on, dossier, rows, []))
        told = queries.manifest(dossier, files, made_on=on, made_by=actor.login)
        file.writestr(f"{top}/{queries.MANIFEST}", _json(told))
        file.writestr(f"{top}/{queries.MANIFEST_XML}", queries.as_xml(told))
    after = {"files": len(files), "bytes": sum(one.size for one in files)}
    audit.record(actor=actor, act="exports.package", subject=f"dossier:{no}", on=on, after=after)
    return out


def _content(actor: Actor, on: date, paper: Any) -> tuple[str, bytes | None]:
    """The bytes of a paper, or why they are left out."""
    if paper.document is None:
        return _("on paper only"), None
    try:
        return "", archive.content(paper.document, actor=actor, on=on, subject=f"paper:{paper.label}")
    except Refusal as refusal:
        if refusal.code == "access_denied":
            raise
        return str(refusal), None


def _catalogue(
    actor: Actor, on: date, dossier: Any, taken: list[tuple[Any, str]], left: list[tuple[str, ...]]
) -> bytes:  # fmt: skip
    names = grades.grade_names(on)
    rows = [
        (number, paper.number or paper.label, paper.title, paper.kept_by, paper.formed_on,
         names.get(paper.secrecy, paper.secrecy), paper.retention, paper.pages,
         queries.form_word(paper.copy_form), queries.paper_word(paper.state), path or paper.note)
        for number, (paper, path) in enumerate(taken, 1)
    ]  # fmt: skip
    sheets = [Sheet(_("Catalogue"), _columns(), rows)]
    if left:
        headings = [_("Label"), _("Archive number"), _("Title of the paper"), _("Why it is left out")]
        sheets.append(Sheet(_("Left out"), [Column(one, width=30) for one in headings], left))
    told = [
        ("dossier", f"{dossier.no} {dossier.title}"),
        ("clearance", _("papers above the reader's clearance are in no export")),
    ]
    return workbook(sheets, notes=notes_of(actor, on, told), about=_("About this file"))


def _columns() -> list[Column]:
    return [
        Column(_("No."), "count", 6), Column(_("Archive number"), width=34),
        Column(_("Title of the paper"), width=40),
        Column(_("Person responsible for it"), width=14), Column(_("Day of the paper"), "date", 12),
        Column(_("Grade of secrecy"), width=12), Column(_("Term of keeping"), width=10),
        Column(_("Number of pages"), "count", 8), Column(_("Copy form"), width=12),
        Column(_("State"), width=12),
        Column(_("File or remark"), width=50),
    ]  # fmt: skip


@contextmanager
def _room() -> Iterator[IO[bytes]]:
    """A file that stays in memory as long as it is small; it stays open unless something went wrong."""
    out = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115
    try:
        yield out
        out.seek(0)
    except BaseException:
        out.close()
        raise


def _fit(name: str) -> str:
    """A name that any system takes as that of a file."""
    return UNFIT.sub("_", name).strip(" .")[:80] or "_"


def _ending(paper: Any) -> str:
    ending = PurePosixPath(paper.file_name).suffix
    return ending if re.fullmatch(r"\.[A-Za-z0-9]{1,8}", ending) else ""


def _json(told: Any) -> bytes:
    return json.dumps(told, ensure_ascii=False, indent=1).encode()
