"""Workbooks: every cell as text first, typed afterwards; kept as Parquet beside the file."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from pathlib import Path

import fastexcel
import polars as pl
import pyarrow.parquet as pq

from xinheng.facts.intake import errors
from xinheng.facts.intake.reading.header import Header, find_header
from xinheng.facts.intake.reading.tables import CHUNK_ROWS, ROW, SHEET, Table

PEEKED_ROWS = 60


def open_workbook(path: Path, *, file_name: str, sheet: str, known: Collection[str]) -> Table:
    """A workbook as a table: the sheet that was named, or all that have the headings of the best one.

    Numbers of a workbook are floats, so their amounts are loose in every column.
    """
    sheets = _sheets(path, file_name=file_name)
    if sheet:
        if sheet not in sheets:
            raise errors.FileNotATable(file_name=file_name, detail=f"no sheet {sheet}")
        sheets = {sheet: sheets[sheet]}
    headers = {name: find_header(_first_rows(kept), known) for name, kept in sheets.items()}
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
    rows = sum(pq.ParquetFile(sheets[name]).metadata.num_rows for name in chosen)
    return Table(best.names, lambda: _chunks(sheets, chosen, best), rows, frozenset(best.names), notes)


def _sheets(path: Path, *, file_name: str) -> dict[str, Path]:
    """The visible sheets, each kept as Parquet; a workbook is slow to read, so it is read once."""
    listed = path.with_name("sheets.json")
    if listed.exists():
        names: list[str] = json.loads(listed.read_text(encoding="utf-8"))
        return {name: path.with_name(f"sheet-{place}.parquet") for place, name in enumerate(names)}
    found: dict[str, Path] = {}
    try:
        workbook = fastexcel.read_excel(path)
        for name in workbook.sheet_names:
            loaded = workbook.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
            frame = loaded.to_polars()
            if loaded.visible != "visible" or not frame.width or not frame.height:
                continue
            found[name] = path.with_name(f"sheet-{len(found)}.parquet")
            texts = frame.with_columns(pl.all().cast(pl.String))
            texts = texts.with_columns(pl.when(pl.all().str.strip_chars() != "").then(pl.all()))
            texts.write_parquet(found[name], compression="lz4", row_group_size=CHUNK_ROWS, statistics=False)
    except fastexcel.FastExcelError as broken:
        if "password" in str(broken).lower() or "encrypt" in str(broken).lower():
            raise errors.FileEncrypted(file_name=file_name) from broken
        raise errors.FileNotATable(file_name=file_name, detail=str(broken).splitlines()[0]) from broken
    if not found:
        raise errors.FileEmpty(file_name=file_name)
    listed.write_text(json.dumps(list(found), ensure_ascii=False), encoding="utf-8")
    return found


def _first_rows(kept: Path) -> list[tuple[str | None, ...]]:
    return pl.scan_parquet(kept).head(PEEKED_ROWS).collect().rows()


def _chunks(sheets: dict[str, Path], chosen: dict[str, Header], best: Header) -> Iterator[pl.DataFrame]:
    for name, header in chosen.items():
        row_no = 1
        for batch in pq.ParquetFile(sheets[name]).iter_batches(batch_size=CHUNK_ROWS):
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
