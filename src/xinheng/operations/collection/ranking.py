"""What each customer owes past its day and what is expected to be lost of it: of all of them at once."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from django.db.models import QuerySet

from xinheng.facts.disputes import queries as disputes
from xinheng.facts.receivables import queries as receivables
from xinheng.judgements.arrears import queries as forecasts
from xinheng.judgements.losses import queries as losses
from xinheng.operations.collection.values import Collecting

FIGURES = {
    "customer_id": pl.Int64, "currency": pl.String, "overdue_minor": pl.Int64, "disputed_minor": pl.Int64,
    "loss_minor": pl.Int64, "late_minor": pl.Int64, "weight_minor": pl.Int64, "overdue_days": pl.Int64,
    "lines": pl.Int64,
}  # fmt: skip
KEYS = ("customer_id", "currency")


def late_lines(customers: QuerySet[Any] | None, *, as_of: date) -> pl.DataFrame:
    """Every open line past its day, credits too, with overdue_days (pauses taken off) and its dispute.

    Adds to receivables.queries.open_lines what disputes.queries.of_lines adds. A line whose pauses fill all
    the days since it was due is not late and is left out.
    """
    lines = receivables.open_lines(customers, as_of=as_of).filter(pl.col("due_on") < as_of)
    return disputes.of_lines(lines, as_of=as_of).filter(pl.col("overdue_days") > 0)


def arrears(customers: QuerySet[Any] | None, *, as_of: date, policy: Collecting) -> pl.DataFrame:
    """A row a customer and currency with arrears on a day, the weightiest first: the columns of FIGURES.

    overdue_minor: open lines past their day, credits and what is contested taken off. loss_minor: by the loss
    rates of the day, in the same share. late_minor: expected to be late; null where there is no forecast.
    weight_minor: what the policy ranks by; without a forecast the expected loss.
    """
    late = losses.expected_loss(late_lines(customers, as_of=as_of), as_of=as_of)
    by_bill = late.group_by(*KEYS, "bill_id").agg(
        pl.col("open_minor", "loss_minor").sum(),
        disputed=pl.min_horizontal(pl.col("disputed_minor").first(), pl.col("open_minor").clip(0).sum()),
        overdue_days=pl.col("overdue_days").max(),
        lines=pl.len().cast(pl.Int64),
    )
    share = 1 - pl.col("disputed") / pl.col("open_minor")
    kept = pl.when(pl.col("disputed") > 0).then(pl.col("loss_minor") * share).otherwise(pl.col("loss_minor"))
    whole = pl.col("open_minor") > pl.col("disputed")
    found = (
        by_bill.with_columns(loss=kept.round().cast(pl.Int64))
        .group_by(*KEYS)
        .agg(
            overdue_minor=(pl.col("open_minor") - pl.col("disputed")).sum(),
            disputed_minor=pl.col("disputed").sum(),
            loss_minor=pl.col("loss").sum().clip(0),
            overdue_days=pl.col("overdue_days").filter(whole).max().fill_null(0),
            lines=pl.col("lines").filter(whole).sum(),
        )
    )
    return (
        _weighed(found, policy).select(*FIGURES).sort("weight_minor", *KEYS, descending=[True, False, False])
    )


def _weighed(found: pl.DataFrame, policy: Collecting) -> pl.DataFrame:
    """With the forecast, and what the policy ranks by."""
    forecast = forecasts.latest(found["customer_id"].unique().to_list())
    if forecast is None:
        told = found.with_columns(late_minor=pl.lit(None, dtype=pl.Int64))
    else:
        late = forecast.select(*KEYS, late_minor=pl.col("expected_late_minor").cast(pl.Int64))
        told = found.join(late, on=KEYS, how="left")
    by = {"expected_loss": "loss_minor", "overdue": "overdue_minor"}.get(policy.rank_by)
    weight = pl.col(by) if by else pl.coalesce("late_minor", "loss_minor")
    return told.with_columns(weight_minor=weight.clip(0))
