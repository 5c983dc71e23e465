"""Workbooks: every cell as text first, typed afterwards; kept as Parquet beside the file."""

from __future__ import annotations

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
    sheets = _sheets(path, file_name=file_name, sheet=sheet)
    headers = {name: find_header(frame.head(PEEKED_ROWS).rows(), known) for name, frame in sheets.items()}
    scored = {name: header for name, header in headers.items() if header is not None}
    if not scored:
        raise errors.FileNotATable(file_name=file_name, detail="no header row")
    best = max(scored.values(), key=lambda header: header.score)
    chosen = {
        name: header
        for name, header in scored.items()
        if header is best or (header.score and set(header.names) == set(best.names))
    }
    kept = path.with_name("workbook.parquet")
    rows = pl.concat([_named(sheets[name], name, header) for name, header in chosen.items()], how="diagonal")
    rows.write_parquet(kept, compression="lz4", row_group_size=CHUNK_ROWS)
    notes = {
        "sheet": "、".join(chosen),
        "header_row": str(best.last_row + 1),
        "other_sheets": "、".join(name for name in sheets if name not in chosen),
    }
    return Table(best.names, lambda: _chunks(kept), rows.height, frozenset(best.names), notes)


def _sheets(path: Path, *, file_name: str, sheet: str) -> dict[str, pl.DataFrame]:
    try:
        workbook = fastexcel.read_excel(path)
        if sheet and sheet not in workbook.sheet_names:
            raise errors.FileNotATable(file_name=file_name, detail=f"no sheet {sheet}")
        wanted = [sheet] if sheet else workbook.sheet_names
        found = {}
        for name in wanted:
            loaded = workbook.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
            if loaded.visible == "visible" or sheet:
                found[name] = _as_frame(loaded)
    except fastexcel.FastExcelError as broken:
        if "password" in str(broken).lower() or "encrypt" in str(broken).lower():
            raise errors.FileEncrypted(file_name=file_name) from broken
        raise errors.FileNotATable(file_name=file_name, detail=str(broken).splitlines()[0]) from broken
    if not any(frame.height for frame in found.values()):
        raise errors.FileEmpty(file_name=file_name)
    return found


def _as_frame(loaded: fastexcel.ExcelSheet) -> pl.DataFrame:
    frame = loaded.to_polars()
    if not frame.width:
        return frame
    texts = frame.with_columns(pl.all().cast(pl.String))
    return texts.with_columns(pl.when(pl.all().str.strip_chars() != "").then(pl.all()))


def _named(frame: pl.DataFrame, sheet: str, header: Header) -> pl.DataFrame:
    width = len(header.names)
    named = frame.select(pl.nth(range(min(width, frame.width))))
    named.columns = list(header.names[: named.width])
    return (
        named.with_row_index(ROW, offset=1)
        .slice(header.last_row + 1)
        .with_columns(pl.col(ROW).cast(pl.Int64), pl.lit(sheet).alias(SHEET))
    )


def _chunks(kept: Path) -> Iterator[pl.DataFrame]:
    for batch in pq.ParquetFile(kept).iter_batches(batch_size=CHUNK_ROWS):
        frame = pl.from_arrow(batch)
        assert isinstance(frame, pl.DataFrame)
        yield frame
