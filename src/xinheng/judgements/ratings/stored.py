"""The files of a run: one customer's rows out of inputs and results of any size."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.conf import settings

from xinheng.judgements.ratings.errors import RunFilesMissing
from xinheng.judgements.ratings.models import Run


def rows_of(run: Run, file: str, customer_no: str) -> list[dict[str, Any]]:
    """A customer's rows (one a role) of "inputs" or "results". Refuses: RunFilesMissing."""
    path = path_of(run, file)
    try:
        with pq.ParquetFile(path) as parquet:
            found: list[dict[str, Any]] = []
            for group in _groups(parquet.metadata, customer_no):
                table = parquet.read_row_group(group)
                found += table.filter(pc.field("customer_no") == customer_no).to_pylist()
            return found
    except (OSError, pa.ArrowInvalid) as error:
        raise RunFilesMissing(file=path.name, run_id=run.pk) from error


def path_of(run: Run, file: str) -> Path:
    """Where the inputs or the results of a run are kept."""
    return Path(settings.HOME) / (run.inputs_path if file == "inputs" else run.results_path)


def _groups(footer: Any, customer_no: str) -> list[int]:
    """The row groups that may hold the customer: the file is sorted by customer_no."""
    column = footer.schema.names.index("customer_no")
    chunks = [footer.row_group(group).column(column).statistics for group in range(footer.num_row_groups)]
    return [
        group
        for group, held in enumerate(chunks)
        if held is None or not held.has_min_max or held.min <= customer_no <= held.max
    ]
