"""One way to read them all: a table gives its columns, and its rows piece by piece."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import polars as pl

CHUNK_ROWS = 200_000
CHUNK_CELLS = 8_000_000  # of a table with very many columns fewer rows are read at once
ROW, SHEET, EXTRA = "_row", "_sheet", "_extra"


@dataclass(frozen=True)
class Table:
    """A file that was recognised.

    chunks: frames of _row (as a person counts it), _sheet, the columns, and _extra where rows may be
    longer than the header. rows: about how many, 0 when not known. loose: columns whose amounts the
    file keeps as floats. notes: what was found (header row, sheets, encoding, delimiter, unit of amounts).
    from_1904: serials of days count from 1904, as the workbook itself says.
    """

    columns: tuple[str, ...]
    chunks: Callable[[], Iterator[pl.DataFrame]]
    rows: int = 0
    loose: frozenset[str] = frozenset()
    notes: dict[str, str] = field(default_factory=dict)
    from_1904: bool = False


def rows_a_piece(columns: int) -> int:
    """How many rows are read at once, so that a piece fits the memory however wide it is."""
    return min(CHUNK_ROWS, max(1_000, CHUNK_CELLS // max(1, columns)))
