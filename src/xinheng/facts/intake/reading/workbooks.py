"""Workbooks: every cell as text first, typed afterwards; kept as Parquet beside the file."""

from __future__ import annotations

import json
import re
import zipfile
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fastexcel
import polars as pl
import pyarrow.parquet as pq
from django.utils.translation import gettext as _
from python_calamine import CalamineWorkbook

from xinheng.facts.intake import errors
from xinheng.facts.intake.reading.header import Header, find_header, unit_above
from xinheng.facts.intake.reading.tables import CHUNK_ROWS, ROW, SHEET, Table

PEEKED_ROWS = 60
ERRORS = {"NA": "#N/A", "Div0": "#DIV/0!", "Name": "#NAME?"}
ERRORS |= {each: f"#{each.upper()}!" for each in ("Ref", "Value", "Num", "Null")}
EXCESS = re.compile(r"^\s*[-+]?[\d,]*\.\d{3,}\s*$")
LONG = re.compile(r"^\d{16,}$")  # a number cell of a workbook holds 15 digits; text holds as many as it has
DATE_1904 = re.compile(rb"<workbookPr[^>]*\sdate1904=[\"'](1|true)[\"']")


@dataclass(frozen=True)
class Sheet:
    """A sheet kept as Parquet. strict: places of the columns whose amounts are text."""

    path: Path
    strict: frozenset[int]


def open_workbook(path: Path, *, file_name: str, sheet: str, known: Collection[str]) -> Table:
    """A workbook as a table: the sheet that was named, or all that have the headings of the best one.

    Numbers of a workbook are floats, so amounts are loose in every column but those that hold them as text.
    """
    sheets, hidden = _sheets(path, file_name=file_name)
    if sheet:
        if sheet not in sheets:
            detail = _("no sheet %(sheet)s") % {"sheet": sheet}
            raise errors.FileNotATable(file_name=file_name, detail=detail)
        sheets = {sheet: sheets[sheet]}
    beginnings = {name: _first_rows(kept.path) for name, kept in sheets.items()}
    headers = {name: find_header(rows, known) for name, rows in beginnings.items()}
    scored = {name: header for name, header in headers.items() if header is not None}
    if not scored:
        raise errors.FileNotATable(file_name=file_name, detail=_("no header row"))
    best = max(scored.values(), key=lambda header: header.score)
    chosen = {
        name: header
        for name, header in scored.items()
        if header is best or (header.score and set(header.names) == set(best.names))
    }
    units = {unit_above(beginnings[name][: header.last_row]) for name, header in chosen.items()}
    if len(units) > 1:
        raise errors.FileNotATable(file_name=file_name, detail=_("sheets in different units"))
    notes = {
        "sheet": "、".join(chosen),
        "header_row": str(best.last_row + 1),
        "other_sheets": "、".join([*(name for name in sheets if name not in chosen), *hidden]),
        "unit": units.pop(),
    }
    rows = sum(pq.ParquetFile(sheets[name].path).metadata.num_rows for name in chosen)
    strict = {
        chosen[name].names[place]
        for name in chosen
        for place in sheets[name].strict
        if place < len(chosen[name].names)
    }
    loose = frozenset(best.names) - strict
    return Table(
        best.names, lambda: _chunks(sheets, chosen, best), rows, loose, notes, _counts_from_1904(path)
    )


def _counts_from_1904(path: Path) -> bool:
    """Whether a workbook says that its days count from 1904."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open("xl/workbook.xml") as book:
            return DATE_1904.search(book.read(1 << 20)) is not None
    except (KeyError, zipfile.BadZipFile, zlib.error):  # another format; what is damaged was refused before
        return False


def _sheets(path: Path, *, file_name: str) -> tuple[dict[str, Sheet], list[str]]:
    """The visible sheets, each kept as Parquet, and the names of the hidden ones.

    A workbook is slow to read, so it is read once.
    """
    listed = path.with_name("workbook.json")
    if not listed.exists():
        try:
            told, hidden = _read_sheets(path)
        except fastexcel.FastExcelError as broken:
            if "password" in str(broken).lower() or "encrypt" in str(broken).lower():
                raise errors.FileEncrypted(file_name=file_name) from broken
            raise errors.FileNotATable(file_name=file_name, detail=_("the workbook is damaged")) from broken
        if not told:
            raise errors.FileEmpty(file_name=file_name)
        content = json.dumps({"sheets": told, "hidden": hidden}, ensure_ascii=False)
        listed.write_text(content, encoding="utf-8")
    kept: dict[str, Any] = json.loads(listed.read_text(encoding="utf-8"))
    sheets = {
        name: Sheet(path.with_name(f"sheet-{place}.parquet"), frozenset(strict))
        for place, (name, strict) in enumerate(kept["sheets"].items())
    }
    return sheets, list(kept["hidden"])


def _read_sheets(path: Path) -> tuple[dict[str, list[int]], list[str]]:
    """Keep every visible sheet; gives the places of the columns whose amounts are text, sheet by sheet."""
    found: dict[str, list[int]] = {}
    hidden: list[str] = []
    workbook = fastexcel.read_excel(path)
    for name in workbook.sheet_names:
        loaded = workbook.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
        if not loaded.width or not loaded.total_height:
            continue
        if loaded.visible != "visible":
            hidden.append(name)
            continue
        batch, wrong = loaded.to_arrow_with_errors()
        frame = pl.from_arrow(batch)
        assert isinstance(frame, pl.DataFrame)
        texts = _with_errors(frame.with_columns(pl.all().cast(pl.String)), wrong)
        texts = texts.with_columns(pl.when(pl.all().str.strip_chars() != "").then(pl.all()))
        texts, found_strict = _judged_by_type(path, name, texts)
        kept = path.with_name(f"sheet-{len(found)}.parquet")
        texts.write_parquet(kept, compression="lz4", row_group_size=CHUNK_ROWS, statistics=False)
        found[name] = found_strict
    return found, hidden


def _with_errors(texts: pl.DataFrame, wrong: Any) -> pl.DataFrame:
    """A cell whose formula failed says so; left empty it would be taken for one that was never filled."""
    by_column: dict[int, dict[int, str]] = {}
    for each in wrong.errors if wrong else []:
        kind = each.detail.rpartition("(")[2].rstrip(")'\"")
        by_column.setdefault(each.position[1], {})[each.offset_position[0]] = ERRORS.get(kind, "#ERROR!")
    columns = []
    for place, cells in by_column.items():
        series = texts.to_series(place)
        columns.append(series.scatter(list(cells), list(cells.values())))
    return texts.with_columns(columns)


def _judged_by_type(path: Path, sheet: str, texts: pl.DataFrame) -> tuple[pl.DataFrame, list[int]]:
    """What only the type of a cell tells: numbers that have lost digits are written as such, 9.1E+17, and
    the places of columns whose amounts of many decimals are text. The types are looked at only where
    there is such a cell, row by row, since a workbook reader gives them in no other way.
    """
    many = texts.select(pl.all().str.contains(EXCESS.pattern).any()).row(0)
    long = texts.select(pl.all().str.contains(LONG.pattern).any()).row(0)
    excess, long_places = ([place for place, has in enumerate(each) if has] for each in (many, long))
    if not excess and not long_places:
        return texts, []
    strict: set[int] = set()
    lost: dict[int, dict[int, str]] = {}
    typed = CalamineWorkbook.from_path(path).get_sheet_by_name(sheet)
    for line, row in enumerate(typed.iter_rows()):
        strict |= {place for place in excess if place < len(row) and _is_long_text(row[place])}
        for place in long_places:
            cell = row[place] if place < len(row) else None
            if isinstance(cell, (int, float)) and abs(cell) >= 1e15:
                lost.setdefault(place, {})[line] = f"{cell:.14E}"
    columns = [
        texts.to_series(place).scatter(list(cells), list(cells.values())) for place, cells in lost.items()
    ]
    return texts.with_columns(columns), sorted(strict)


def _is_long_text(cell: Any) -> bool:
    return isinstance(cell, str) and EXCESS.match(cell) is not None


def _first_rows(kept: Path) -> list[tuple[str | None, ...]]:
    return pl.scan_parquet(kept).head(PEEKED_ROWS).collect().rows()


def _chunks(sheets: dict[str, Sheet], chosen: dict[str, Header], best: Header) -> Iterator[pl.DataFrame]:
    for name, header in chosen.items():
        row_no = 1
        for batch in pq.ParquetFile(sheets[name].path).iter_batches(batch_size=CHUNK_ROWS):
            frame = pl.from_arrow(batch)
            assert isinstance(frame, pl.DataFrame)
            named = frame.select(pl.nth(range(min(len(header.names), frame.width))))
            named.columns = list(header.names[: named.width])
            rows = named.with_row_index(ROW, offset=row_no).filter(pl.col(ROW) > header.last_row + 1)
            row_no += frame.height
            missing = [pl.lit(None, pl.String).alias(each) for each in best.names if each not in rows.columns]
            if rows.height:
                yield rows.select(
                    pl.col(ROW).cast(pl.Int64),
                    pl.lit(name).alias(SHEET),
                    *[pl.col(each) for each in best.names if each in rows.columns],
                    *missing,
                )
