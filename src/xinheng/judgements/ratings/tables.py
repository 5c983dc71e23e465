"""The files of a run, for who reads whole columns of them."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pyarrow as pa

from xinheng.base.kernel import columns
from xinheng.judgements.ratings.errors import RunFilesMissing
from xinheng.judgements.ratings.models import Run
from xinheng.judgements.ratings.stored import path_of

LEADING = pa.schema([("customer_id", pa.int64()), ("grade", pa.string())])


def inputs(run: Run) -> Path:
    """The file of the figures a run looked at: a row a customer (and role). Refuses: RunFilesMissing."""
    return _there(run, "inputs")


def results(run: Run) -> Path:
    """The file of what came out: state, grade, points, caps, vetoes. Refuses: RunFilesMissing."""
    return _there(run, "results")


def leading_grades(run_id: int) -> pl.DataFrame:
    """The grade of each customer in a run, the worse where it has several roles: customer_id, grade.

    An empty grade is not graded. Not narrowed to what an actor may see.
    """
    return columns.frame(
        f"SELECT customer_id, grade FROM ratings_grade WHERE run_id = {int(run_id)} AND leads", LEADING
    )


def _there(run: Run, file: str) -> Path:
    path = path_of(run, file)
    if not path.exists():
        raise RunFilesMissing(file=path.name, run_id=run.pk)
    return path
