"""Workbooks: every cell as text first, typed afterwards; kept as Parquet beside the file."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fastexcel
import polars as pl
import pyarrow.parquet as pq
from python_calamine import CalamineWorkbook

from xinheng.facts.intake import errors
from xinheng.facts.intake.reading.header import Header, find_header
from xinheng.facts.intake.reading.tables import CHUNK_ROWS, ROW, SHEET, Table

PEEKED_ROWS = 60
ERRORS = {"NA": "#N/A", "Div0": "#DIV/0!", "Name": "#NAME?"}
ERRORS |= {each: f"#{each.upper()}!" for each in ("Ref", "Value", "Num", "Null")}
EXCESS = re.compile(r"^\s*[-+]?[\d,]*\.\d{3,}\s*$")


@dataclass(frozen=True)
class Sheet:
    """A sheet kept as Parquet. strict: places of the columns whose amounts are text."""

    path: Path
    strict: frozenset[int]


def open_workbook(path: Path, *, file_name: str, sheet: str, known: Collection[str]) -> Table:
    """A workbook as a table: the sheet that was named, or all that have the headings of the best one.

    Numbers of a workbook are floats, so amounts are loose in every column but those that hold them as text.
    """
    sheets = _sheets(path, file_name=file_name)
    if sheet:
        if sheet not in sheets:
            raise errors.FileNotATable(file_name=file_name, detail=f"no sheet {sheet}")
        sheets = {sheet: sheets[sheet]}
    headers = {name: find_header(_first_rows(kept.path), known) for name, kept in sheets.items()}
    scored = {name: header for name, header in headers.items() if header is not None}
    if not scored:
        raise errors.FileNotATable(file_name=file_name, detail="no header row")
    best = max(scored.values(), key=lambda header: header.score)
    chosen = {
        name: header
        for name, header in scored.items()
        if header is best or (header.score and set(header.names) == set(best.names))
    }
    notes = {
        "sheet": "、".join(chosen),
        "header_row": str(best.last_row + 1),
        "other_sheets": "、".join(name for name in sheets if name not in chosen),
    }
    rows = sum(pq.ParquetFile(sheets[name].path).metadata.num_rows for name in chosen)
    strict = {
        chosen[name].names[place]
        for name in chosen
        for place in sheets[name].strict
        if place < len(chosen[name].names)
    }
    loose = frozenset(best.names) - strict
    return Table(best.names, lambda: _chunks(sheets, chosen, best), rows, loose, notes)


def _sheets(path: Path, *, file_name: str) -> dict[str, Sheet]:
    """The visible sheets, each kept as Parquet; a workbook is slow to read, so it is read once."""
    listed = path.with_name("sheets.json")
    if not listed.exists():
        try:
            told = _read_sheets(path)
        except fastexcel.FastExcelError as broken:
            if "password" in str(broken).lower() or "encrypt" in str(broken).lower():
                raise errors.FileEncrypted(file_name=file_name) from broken
            detail = str(broken).splitlines()[0]
            raise errors.FileNotATable(file_name=file_name, detail=detail) from broken
        if not told:
            raise errors.FileEmpty(file_name=file_name)
        listed.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    kept: dict[str, list[int]] = json.loads(listed.read_text(encoding="utf-8"))
    return {
        name: Sheet(path.with_name(f"sheet-{place}.parquet"), frozenset(strict))
        for place, (name, strict) in enumerate(kept.items())
    }


def _read_sheets(path: Path) -> dict[str, list[int]]:
    """Keep every visible sheet; gives the places of the columns whose amounts are text, sheet by sheet."""
    found: dict[str, list[int]] = {}
    workbook = fastexcel.read_excel(path)
    for name in workbook.sheet_names:
        loaded = workbook.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
        if loaded.visible != "visible" or not loaded.width or not loaded.total_height:
            continue
        batch, wrong = loaded.to_arrow_with_errors()
        frame = pl.from_arrow(batch)
        assert isinstance(frame, pl.DataFrame)
        texts = _with_errors(frame.with_columns(pl.all().cast(pl.String)), wrong)
        texts = texts.with_columns(pl.when(pl.all().str.strip_chars() != "").then(pl.all()))
        kept = path.with_name(f"sheet-{len(found)}.parquet")
        texts.write_parquet(kept, compression="lz4", row_group_size=CHUNK_ROWS, statistics=False)
        found[name] = _told_as_text(path, name, texts)
    return found


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


def _told_as_text(path: Path, sheet: str, texts: pl.DataFrame) -> list[int]:
    """Where amounts of many decimals stand as text, not as numbers; looked at only where there are any."""
    many = texts.select(pl.all().str.contains(EXCESS.pattern).any()).row(0)
    places = [place for place, has in enumerate(many) if has]
    if not places:
        return []
    typed = CalamineWorkbook.from_path(path).get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    return [place for place in places if any(_is_long_text(row[place]) for row in typed if place < len(row))]


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
