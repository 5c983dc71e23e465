"""Reading one customer's row out of a values file of any size."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

KEPT_OPEN = 32  # files whose footers are remembered; a file is never changed once written


def row(path: Path, customer_no: str, codes: Sequence[str] | None = None) -> dict[str, Any] | None:
    """The customer's values by column, or None where the file has no row of it.

    Reads the one row group that can hold it: the file is sorted by customer_no. Codes the file does
    not know (measured before the indicator existed) are left out.
    """
    footer, starts = _footer(path)
    group = bisect_right(starts, customer_no) - 1
    if group < 0:
        return None
    columns = None if codes is None else [code for code in codes if code in footer.schema.names]
    with pq.ParquetFile(path, metadata=footer) as file:
        numbers = file.read_row_group(group, columns=["customer_no"]).column(0).combine_chunks()
        place = numbers.index(customer_no).as_py()
        if place < 0:
            return None
        rows = file.read_row_group(group, columns=columns, use_threads=False)
        found: dict[str, Any] = rows.slice(place, 1).to_pylist()[0]
    return found


@lru_cache(maxsize=KEPT_OPEN)
def _footer(path: Path) -> tuple[pq.FileMetaData, list[str]]:
    """The file's footer, and the first customer_no of each row group."""
    footer = pq.read_metadata(path)
    column = footer.schema.names.index("customer_no")
    groups = range(footer.num_row_groups)
    return footer, [footer.row_group(group).column(column).statistics.min for group in groups]
