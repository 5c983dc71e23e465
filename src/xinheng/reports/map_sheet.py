"""The mapping sheet of an import of files: written with guesses, read back as a person corrected it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.facts.dossiers import queries
from xinheng.facts.dossiers import services as dossiers
from xinheng.facts.dossiers.errors import FolderUnusable
from xinheng.facts.dossiers.values import FORMS, MapFault, MapRow
from xinheng.reports.sheets import Column, Sheet, workbook

FIELDS = (
    "path", "dossier", "kind", "subject", "item", "title", "formed_on", "copy_form", "secrecy",
    "has_original",
)  # fmt: skip
WIDTHS = (50, 18, 20, 22, 18, 36, 12, 12, 12, 10)
YES = ("1", "是", "yes", "y", "true", "有", "√")


def export_map(*, actor: Actor, on: date, top: Path) -> bytes:
    """A mapping sheet for a folder or ZIP, filled with what names tell, and the codes it may use.

    Refuses: AccessDenied, FolderUnusable.
    """
    access.require(actor, "dossiers.write", "dossiers")
    rows = dossiers.guess(actor=actor, on=on, top=top)
    told = [tuple(_cell(getattr(row, field)) for field in FIELDS) for row in rows]
    columns = [Column(field, width=width) for field, width in zip(FIELDS, WIDTHS, strict=True)]
    lines = [
        (kind.code, kind.words, line.code, line.words)
        for kind in queries.kinds(on).values()
        for line in kind.lines
    ]
    names = [_("Kind"), _("Name of the kind"), _("Line"), _("Name of the line")]
    forms = [(form, queries.form_word(form)) for form in FORMS]
    sheets = [
        Sheet(_("Mapping"), columns, told),
        Sheet(_("Kinds and lines"), [Column(one, width=26) for one in names], lines),
        Sheet(
            _("Copy forms"),
            [Column(_("Copy form"), width=16), Column(_("Name of the form"), width=20)],
            forms,
        ),
    ]
    content = workbook(sheets, notes=_notes(), about=_("How to fill it"))
    after = {"files": len(rows)}
    audit.record(actor=actor, act="exports.map", subject=f"folder:{top.name}"[:120], on=on, after=after)
    return content


def read_map(content: bytes, name: str) -> list[MapRow]:
    """The rows of a mapping sheet: the first sheet, its columns found by their headings.

    Refuses: FolderUnusable where it is no such sheet.
    """
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        cells: list[list[Any]] = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError, IndexError):
        raise FolderUnusable(file=name, cause="not_a_sheet") from None
    headings = [str(one).strip() for one in cells[0]] if cells else []
    if not {"path", "title"} <= set(headings):
        raise FolderUnusable(file=name, cause="not_a_sheet")
    places = {field: headings.index(field) for field in FIELDS if field in headings}
    return [_read(row, places) for row in cells[1:] if any(_text(cell) for cell in row)]


def export_map_faults(faults: Sequence[MapFault]) -> bytes:
    """The faults of a sheet as a workbook, to correct it by."""
    headings = [Column(_("Row"), "count", 8), Column(_("File"), width=50), Column(_("Field"), width=14),
                Column(_("Cause"), width=70)]  # fmt: skip
    rows = [(one.row, one.path, one.field, one.cause) for one in faults]
    return workbook([Sheet(_("Faults"), headings, rows)])


def _read(row: Sequence[Any], places: dict[str, int]) -> MapRow:
    told = {field: _text(row[place]) if place < len(row) else "" for field, place in places.items()}
    has_original = told.pop("has_original", "").lower() in YES
    return MapRow(**told, has_original=has_original)


def _text(cell: Any) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _cell(value: Any) -> str:
    return (_("yes") if value else "") if isinstance(value, bool) else str(value)


def _notes() -> list[tuple[str, str]]:
    return [
        ("dossier", _("the number of a dossier that is there; or else kind and subject")),
        ("subject", _("customer:NUMBER, or what the kind is about; a dossier is opened where there is none")),
        ("item", _("the code of a line of the checklist; blank: sorted in later")),
        ("formed_on", _("the day of the paper, as 2026-06-30")),
        ("secrecy", _("blank: as the dossier")),
        ("has_original", _("whether the sheet itself is kept")),
    ]
