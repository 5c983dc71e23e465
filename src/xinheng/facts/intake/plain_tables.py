"""Tables that other rooms read for themselves: the same openings and the same days and amounts as imports."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from xinheng.facts.intake.catalogue import plain_heading
from xinheng.facts.intake.parsing.amounts import parse_money
from xinheng.facts.intake.parsing.days import parse_days
from xinheng.facts.intake.reading.opening import open_table
from xinheng.facts.intake.reading.sniffing import Limits, sniff
from xinheng.facts.intake.reading.tables import ROW, SHEET, Table

LARGEST_MB = 100


def table_of(
    content: bytes, *, file_name: str, headings: Collection[str], settings: dict[str, Any] | None = None
) -> pl.DataFrame:
    """A file of text or a workbook as one frame: _row (as a person counts it) and the columns as they are.

    headings: such as tell the header row. Refuses what imports refuse of a file (FileNotATable …).
    """
    with TemporaryDirectory() as folder:
        path = Path(folder, "table")
        path.write_bytes(content)
        limits = Limits(largest_mb=LARGEST_MB)
        table = opened(path, file_name=file_name, headings=headings, settings=settings or {}, limits=limits)
        pieces = [piece.drop(SHEET, strict=False) for piece in table.chunks()]
    wanted = [ROW, *table.columns]
    return pl.concat([piece.select(wanted) for piece in pieces]) if pieces else pl.DataFrame(schema=wanted)


def opened(
    path: Path, *, file_name: str, headings: Collection[str], settings: dict[str, Any], limits: Limits
) -> Table:
    """A file of any size as a table of pieces; a copy in UTF-8 may be written beside it.

    headings: such as tell the header row. Refuses what imports refuse of a file (FileNotATable …).
    """
    known = frozenset(plain_heading(one)[0] for one in headings)
    form = sniff(path, file_name=file_name, limits=limits)
    return open_table(path, form=form, file_name=file_name, settings=settings, known=known)


def days_of(raw: pl.Series, *, latest_year: int) -> tuple[pl.Series, pl.Series]:
    """Days of a column, and why a cell is none (null: it is, or is empty)."""
    parsed = parse_days(raw, latest_year=latest_year)
    return parsed.values, _causes(parsed.causes, raw)


def amounts_of(raw: pl.Series, *, places: int = 2) -> tuple[pl.Series, pl.Series]:
    """Minor units of a column of amounts, and why a cell is none (null: it is, or is empty)."""
    parsed = parse_money(raw, places=places)
    return parsed.values, _causes(parsed.causes, raw)


def _causes(causes: pl.Series | None, raw: pl.Series) -> pl.Series:
    return pl.Series([None] * len(raw), dtype=pl.String) if causes is None else causes
