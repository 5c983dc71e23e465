"""Excel sheets a person can work with: typed money and dates, a frozen header, widths, no formula."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

import xlsxwriter

from xinheng.base.kernel.money import Money
from xinheng.base.secrecy import services as secrecy

FORMULA_STARTS = tuple("=+-@＝＋－＠")
LONGEST_CELL = 32_767
MOST_ROWS = 1_048_575  # an Excel sheet holds one more: the header
Kind = Literal["text", "money", "number", "count", "share", "date"]
FORMATS: dict[str, dict[str, Any]] = {
    "text": {"num_format": "@"},
    "money": {"num_format": "#,##0.00;[Red]-#,##0.00"},
    "number": {"num_format": "#,##0.00"},
    "count": {"num_format": "#,##0"},
    "share": {"num_format": "0.0%"},
    "date": {"num_format": "yyyy-mm-dd"},
}


@dataclass(frozen=True)
class Column:
    """One column of a sheet: its heading in the reader's language, its kind, its width in characters."""

    title: str
    kind: Kind = "text"
    width: int = 14


@dataclass(frozen=True)
class Sheet:
    """One sheet: a name, its columns, and rows as plain values in their order. None leaves a cell empty."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]


def workbook(sheets: Sequence[Sheet], *, notes: Sequence[tuple[str, str]] = (), about: str = "i") -> bytes:
    """An Excel workbook of the sheets, with a last sheet of notes (what, when, by whom, which filter).

    about: the name of the sheet of notes, in the reader's language.

    Rows are written as they come, so a million rows need no more memory than a page of them.
    """
    target = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        formats = {kind: book.add_format(look) for kind, look in FORMATS.items()}
        header = book.add_format(
            {"bold": True, "bg_color": "#E9EFF8", "bottom": 1, "text_wrap": True, "valign": "vcenter"}
        )
        for sheet in sheets:
            page = book.add_worksheet(sheet_name(sheet.name))
            page.set_header(mark_line())
            _write(page, sheet, formats, header)
        if notes:
            page = book.add_worksheet(sheet_name(about))
            page.set_column(0, 0, 24)
            page.set_column(1, 1, 80)
            for line, (what, text) in enumerate(notes):
                page.write_string(line, 0, safe_text(what), header)
                page.write_string(line, 1, safe_text(text))
    return target.getvalue()


def mark_line() -> str:
    """What stands above each printed page of a sheet: who took it, and when; nothing of what nobody took."""
    told = secrecy.mark().replace("&", "&&")[:200]
    return f"&R&8{told}" if told else ""


def safe_text(text: str) -> str:
    """The text with an apostrophe before it if a spreadsheet might take it for a formula."""
    text = text[: LONGEST_CELL - 1]
    risky = text.lstrip().startswith(FORMULA_STARTS) or text.startswith(("\t", "\r", "\n"))
    return f"'{text}" if risky else text


def _write(page: Any, sheet: Sheet, formats: dict[str, Any], header: Any) -> None:
    page.freeze_panes(1, 0)
    page.set_row(0, 24)
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, column.width, formats[column.kind])
        page.write_string(0, place, safe_text(column.title), header)
    kinds = [(column.kind, formats[column.kind]) for column in sheet.columns]
    last = 0
    for line, row in enumerate(sheet.rows, start=1):
        last = line
        for place, (value, (kind, look)) in enumerate(zip(row, kinds, strict=True)):
            write_cell(page, (line, place), value, kind, look)
    page.autofilter(0, 0, max(last, 1), len(sheet.columns) - 1)


def write_cell(page: Any, at: tuple[int, int], value: Any, kind: str, look: Any) -> None:
    """Write one value by the kind of its column; nothing where there is none."""
    if value is None or value == "":
        return
    if isinstance(value, Money):
        page.write_number(*at, value.decimal, look)
    elif kind == "date" and isinstance(value, date):
        page.write_datetime(*at, value, look)
    elif kind != "text" and isinstance(value, int | Decimal | float) and not isinstance(value, bool):
        page.write_number(*at, value, look)
    else:
        page.write_string(*at, safe_text(str(value)), look)


def sheet_name(name: str) -> str:
    """A name Excel takes for a sheet."""
    return "".join(" " if letter in "[]:*?/\\" else letter for letter in name)[:31].strip("' ") or "1"
