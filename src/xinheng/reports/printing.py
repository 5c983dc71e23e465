"""Printed documents as PDF, set by typst in a font that is installed with the program."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import typst
from django.conf import settings

from xinheng.base.kernel.fonts import FONT_PACKAGE, font_folder
from xinheng.base.secrecy import services as secrecy
from xinheng.reports.errors import PrintFontMissing
from xinheng.reports.printed import Chart, Table, in_words, signatures

SHEETS = Path(__file__).parent / "typst"
CURVE_WIDTH = 24  # centimetres across a page


def pdf(sheet: str, told: Mapping[str, Any]) -> bytes:
    """A PDF: one of the sheets in the folder typst, filled with plain values. Refuses: PrintFontMissing."""
    fonts = font_folder()
    if fonts is None:
        raise PrintFontMissing(package=FONT_PACKAGE.replace("_", "-"))
    made = typst.compile(
        str(SHEETS / f"{sheet}.typ"),
        root=str(SHEETS),
        font_paths=[str(fonts)],
        ignore_system_fonts=not getattr(settings, "PRINT_FONTS", ""),
        sys_inputs={"told": json.dumps(told, ensure_ascii=False)},
    )
    assert isinstance(made, bytes)
    return made


def print_pdf(
    tables: Sequence[Table], *, title: str, footer: str, across: bool = True, apart: bool = True
) -> bytes:
    """The same tables and charts as print_workbook, on paper; apart: each begins on a page of its own."""
    told = {
        "title": title,
        "footer": footer,
        "mark": secrecy.mark(),
        "across": across,
        "signatures": signatures(),
        "blocks": [
            _block(table, apart=apart and place > 0, signed=place == len(tables) - 1, across=across)
            for place, table in enumerate(tables)
        ],
    }
    return pdf("tables", told)


def _block(table: Table, *, apart: bool, signed: bool, across: bool) -> dict[str, Any]:
    kinds = [column.kind for column in table.columns]

    def worded(row: Sequence[Any]) -> list[str]:
        return [in_words(value, kind) for value, kind in zip(row, kinds, strict=True)]

    return {
        "title": table.title,
        "left": table.left,
        "right": table.right,
        "head": [column.title for column in table.columns],
        "widths": [column.width for column in table.columns],
        "aligned": ["left" if kind in ("text", "date") else "right" for kind in kinds],
        "rows": [worded(row) for row in table.rows],
        "total": None if table.total is None else worded(table.total),
        "note": table.note,
        "chart": None if table.chart is None else _drawn(table.chart, across=across),
        "apart": apart,
        "signed": signed,
    }


def _drawn(chart: Chart, *, across: bool) -> dict[str, Any]:
    return {
        "kind": chart.kind,
        "title": chart.title,
        "names": list(chart.names),
        "series": [
            {"name": one.name, "colour": one.colour, "values": list(one.values)} for one in chart.series
        ],
        "colours": list(chart.colours),
        "steps": list(chart.steps),
        "width": CURVE_WIDTH if across else 17,
    }
