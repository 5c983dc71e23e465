"""Rows of the room, and which consumers an actor reaches."""

from __future__ import annotations

import polars as pl

from xinheng.base.kernel.actors import Actor
from xinheng.facts.metering import queries as metering
from xinheng.judgements.consumers import keeping
from xinheng.judgements.consumers.errors import RiskRunUnknown
from xinheng.judgements.consumers.models import RiskRun


def run_of(run_id: int | None) -> RiskRun:
    """A run; the last where none is named. Refuses: RiskRunUnknown."""
    rows = RiskRun.objects.order_by("-month", "-pk")
    found = rows.first() if run_id is None else rows.filter(pk=run_id).first()
    if found is None:
        raise RiskRunUnknown(run=run_id or "—")
    return found


def rows_of(row: RiskRun) -> pl.DataFrame:
    """The kept results of a run. Refuses: RiskRunAltered."""
    return keeping.table_of(row.results_path, row.results_sha256, run=row.pk)


def within(actor: Actor, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of consumers within reach."""
    if metering.sees_all(actor):
        return rows
    seen = list(metering.scope_of(actor).order_by().values_list("consumer_no", flat=True))
    return rows.filter(pl.col("consumer").is_in(seen))
