"""The files of a run: one customer's rows out of inputs and results of any size."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings

from xinheng.judgements.ratings.errors import RunFilesMissing
from xinheng.judgements.ratings.models import Run

MOST_ROLES = 2  # rows a customer may have


def rows_of(run: Run, file: str, customer_no: str) -> list[dict[str, Any]]:
    """A customer's rows (one a role) of "inputs" or "results". Refuses: RunFilesMissing."""
    path = path_of(run, file)
    try:
        footer, bounds = _footer(path, path.stat().st_mtime_ns)
        groups = [group for group, (low, high) in enumerate(bounds) if low <= customer_no <= high]
        found: list[dict[str, Any]] = []
        with pq.ParquetFile(path, metadata=footer) as parquet:
            for group in groups:
                found += _matching(parquet, group, customer_no)
    except (OSError, pa.ArrowInvalid) as error:
        raise RunFilesMissing(file=path.name, run_id=run.pk) from error
    return found


def path_of(run: Run, file: str) -> Path:
    """Where the inputs or the results of a run are kept."""
    return Path(settings.HOME) / (run.inputs_path if file == "inputs" else run.results_path)


def _matching(parquet: pq.ParquetFile, group: int, customer_no: str) -> list[dict[str, Any]]:
    numbers = parquet.read_row_group(group, columns=["customer_no"], use_threads=False)
    first = numbers.column(0).combine_chunks().index(customer_no).as_py()
    if first < 0:
        return []
    found = parquet.read_row_group(group, use_threads=False)  # threads cost more than they save here
    rows: list[dict[str, Any]] = found.slice(first, MOST_ROLES).to_pylist()
    return [row for row in rows if row["customer_no"] == customer_no]


@lru_cache(maxsize=64)
def _footer(path: Path, _changed_ns: int) -> tuple[pq.FileMetaData, list[tuple[str, str]]]:
    """The file's footer, and the first and last customer_no of each row group: the file is sorted."""
    footer = pq.read_metadata(path)
    column = footer.schema.names.index("customer_no")
    chunks = [footer.row_group(group).column(column).statistics for group in range(footer.num_row_groups)]
    return footer, [(chunk.min, chunk.max) for chunk in chunks]
