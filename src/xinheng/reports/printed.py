"""Tables and charts as they are printed: one description for Excel and for PDF."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

import xlsxwriter
from django.utils.translation import gettext as _

from xinheng.base.kernel.money import Money
from xinheng.reports.sheets import FORMATS, Column, mark_line, safe_text, sheet_name, write_cell

HEAD = 3  # rows above the first figure: the title, the line of units, the headings
A4 = 9  # as Excel numbers paper


@dataclass(frozen=True)
class Series:
    """One colour of a chart: its name, its colour, and a value a category."""

    name: str
    colour: str
    values: Sequence[float | None]


@dataclass(frozen=True)
class Chart:
    """A chart of a printed table. bars: one series, a colour a bar; curve: a step a category."""

    kind: Literal["bars", "stacked", "curve"]
    title: str
    names: Sequence[str]
    series: Sequence[Series]
    colours: Sequence[str] = ()  # of each bar
    steps: Sequence[str] = ()  # of a curve: what 1, 2, 3 … from below stand for


@dataclass(frozen=True)
class Table:
    """A table to be printed: a title, a line with day and unit, headings, rows, a total, a chart.

    Rows are plain values in the order of the columns; None leaves a cell empty.
    """

    name: str
    title: str
    left: str
    right: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]
    total: Sequence[Any] | None = None
    chart: Chart | None = None
    note: str = ""


def signatures() -> list[str]:
    """Who signs a printed table."""
    return [_("Prepared by:"), _("Reviewed by:"), _("Approved by:"), _("Date:")]


def print_workbook(tables: Sequence[Table], *, notes: Sequence[tuple[str, str]], about: str) -> bytes:
    """An Excel workbook to print: A4 across, as wide as the page, the head on every page, a signature line.

    Rows are written as they come, so a million rows need no more memory than a page of them.
    """
    target = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        looks = _looks(book)
        for table in tables:
            _write(book, table, looks)
        page = book.add_worksheet(sheet_name(about))
        page.set_paper(A4)
        page.fit_to_pages(1, 0)
        page.set_column(0, 0, 24)
        page.set_column(1, 1, 80)
        for line, (what, text) in enumerate(notes):
            page.write_string(line, 0, safe_text(what), looks["head"])
            page.write_string(line, 1, safe_text(text))
    return target.getvalue()


def _looks(book: Any) -> dict[str, Any]:
    looks = {kind: book.add_format({**look, "border": 1}) for kind, look in FORMATS.items()}
    bold = {"bold": True, "border": 1, "bg_color": "#F3F5F9"}
    looks |= {f"total_{kind}": book.add_format({**look, **bold}) for kind, look in FORMATS.items()}
    looks["title"] = book.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"})
    looks["line"] = book.add_format({"valign": "vcenter"})
    looks["unit"] = book.add_format({"align": "right", "valign": "vcenter"})
    looks["head"] = book.add_format(
        {"bold": True, "bg_color": "#E9EFF8", "border": 1, "text_wrap": True, "align": "center",
         "valign": "vcenter"}
    )  # fmt: skip
    return looks


def _write(book: Any, table: Table, looks: dict[str, Any]) -> None:
    page = book.add_worksheet(sheet_name(table.name))
    page.set_header(mark_line())
    last = len(table.columns) - 1
    _set_up(page)
    for place, column in enumerate(table.columns):
        page.set_column(place, place, column.width)
    page.set_row(0, 30)
    if last:
        page.merge_range(0, 0, 0, last, safe_text(table.title), looks["title"])
    else:
        page.write_string(0, 0, safe_text(table.title), looks["title"])
    page.write_string(1, 0, safe_text(table.left), looks["line"])
    page.write_string(1, last, safe_text(table.right), looks["unit"])
    page.set_row(2, 26)
    for place, column in enumerate(table.columns):
        page.write_string(2, place, safe_text(column.title), looks["head"])
    line = HEAD
    for row in table.rows:
        _row(page, line, row, table.columns, looks, "")
        line += 1
    end = line - 1
    if table.total is not None:
        _row(page, line, table.total, table.columns, looks, "total_")
        line += 1
    for text in filter(None, [table.note]):
        page.write_string(line, 0, safe_text(text), looks["line"])
        line += 1
    signs = signatures()
    gap = max(1, (last + 1) // len(signs))
    for place, text in enumerate(signs):
        page.write_string(line + 1, min(place * gap, last) if last >= 3 else place, text, looks["line"])
    if table.chart is not None and end >= HEAD:
        page.insert_chart(line + 3, 0, _chart(book, page, table, end), {"object_position": 2})


def _set_up(page: Any) -> None:
    page.set_landscape()
    page.set_paper(A4)
    page.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0, HEAD - 1)
    page.freeze_panes(HEAD, 0)
    page.center_horizontally()
    page.set_footer("&C" + _("Page %(page)s of %(pages)s") % {"page": "&P", "pages": "&N"} + "&R&D")


def _row(
    page: Any, line: int, row: Sequence[Any], columns: Sequence[Column], looks: dict[str, Any], kind: str
) -> None:
    for place, (value, column) in enumerate(zip(row, columns, strict=True)):
        look = looks[f"{kind}{column.kind}"]
        if value is None or value == "":
            page.write_blank(line, place, None, look)
        else:
            write_cell(page, (line, place), value, column.kind, look)


def _chart(book: Any, page: Any, table: Table, end: int) -> Any:
    """The chart over the cells of the table: categories in the first column, a series a column of figures."""
    chart = table.chart
    assert chart is not None
    kinds: dict[str, dict[str, str]] = {
        "bars": {"type": "column"},
        "stacked": {"type": "bar", "subtype": "stacked"},
        "curve": {"type": "line"},
    }
    drawn = book.add_chart(kinds[chart.kind])
    named = {column.title: place for place, column in enumerate(table.columns)}
    for series in chart.series:
        place = named[series.name]
        told: dict[str, Any] = {
            "name": series.name,
            "categories": [page.name, HEAD, 0, end, 0],
            "values": [page.name, HEAD, place, end, place],
            "fill": {"color": series.colour},
        }
        if chart.kind == "bars":
            told["points"] = [{"fill": {"color": colour}} for colour in chart.colours]
            told["data_labels"] = {"value": True}
        if chart.kind == "curve":
            told |= {"line": {"color": series.colour}, "marker": {"type": "circle", "size": 7}}
        drawn.add_series(told)
    drawn.set_title({"name": chart.title, "name_font": {"size": 12}})
    drawn.set_legend({"none": True} if chart.kind == "bars" else {"position": "bottom"})
    if chart.kind == "stacked":
        drawn.set_y_axis({"reverse": True})
    drawn.set_size({"width": 760, "height": max(300, 60 + 24 * len(chart.names))})
    return drawn


def in_words(value: Any, kind: str) -> str:
    """A cell as it is printed; nothing where there is no value."""
    if value is None or value == "":
        return ""
    if isinstance(value, Money | date) or kind == "text":
        return str(value)
    if kind == "share":
        return f"{(Decimal(str(value)) * 100).quantize(Decimal('0.1'), ROUND_HALF_UP)}%"
    if kind == "count":
        return f"{value:,}" if isinstance(value, int) else str(value)
    return f"{Decimal(str(value)):,.2f}" if isinstance(value, int | float | Decimal) else str(value)
