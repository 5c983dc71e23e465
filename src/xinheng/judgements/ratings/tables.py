"""The files of a run, for who reads whole columns of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from xinheng.base.kernel import columns
from xinheng.indicators import tables as measured
from xinheng.judgements.policies.values import Policy
from xinheng.judgements.ratings.errors import RunFilesMissing
from xinheng.judgements.ratings.inputs import Sources, looked_at
from xinheng.judgements.ratings.models import Run
from xinheng.judgements.ratings.stored import path_of

LEADING = pa.schema([("customer_id", pa.int64()), ("grade", pa.string())])


def inputs(run: Run) -> Path:
    """The file of the figures a run looked at: a row a customer (and role). Refuses: RunFilesMissing."""
    return _there(run, "inputs")


def results(run: Run) -> Path:
    """The file of what came out: state, grade, points, caps, vetoes. Refuses: RunFilesMissing."""
    return _there(run, "results")


def gathered(policy: Policy, measurement: Any, *, as_of: date) -> pl.DataFrame:
    """What a rating by this policy would look at: figures, facts and answers, a row a customer (and role).

    Columns: the keys of the policy and its inputs_of, money in minor units. Closed customers have no row.
    """
    sources = Sources(measured.customers(measurement), measured.values(measurement))
    return looked_at(policy, sources, as_of=as_of)


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
