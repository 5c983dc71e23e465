"""The arithmetic of a clock that stands still: pure decisions on frames and days."""

from __future__ import annotations

from datetime import date

import polars as pl


def merged(spans: pl.DataFrame, *, as_of: date) -> pl.DataFrame:
    """Pauses with what overlaps or touches made one, a row a stretch of a bill.

    spans: bill_id, due_on, from_on, until_on (the first day the clock runs again; null: it stands still).
    until_on of the answer is never after `as_of`; is_running says whether the clock stands still on it.
    """
    last = pl.max_horizontal(pl.min_horizontal(pl.col("until_on").fill_null(as_of), as_of), "from_on")
    is_running = pl.col("until_on").is_null() | (pl.col("until_on") > as_of)
    ordered = spans.with_columns(is_running=is_running, until_on=last).sort("bill_id", "from_on")
    before = pl.col("until_on").cum_max().shift(1).over("bill_id")
    begins = (before.is_null() | (pl.col("from_on") > before)).cum_sum().over("bill_id")
    return (
        ordered.with_columns(stretch=begins)
        .group_by("bill_id", "stretch", maintain_order=True)
        .agg(pl.col("due_on", "from_on").first(), pl.col("until_on").max(), pl.col("is_running").any())
        .drop("stretch")
    )


def paused_of(lines: pl.DataFrame, spans: pl.DataFrame, *, as_of: date, by: str = "bill_id") -> pl.DataFrame:
    """How many days the clock of each line stood still after its due day: by, paused_days, is_paused.

    lines: bill_id, due_on, where it is another the column `by` that tells the lines apart, and where it is
    not `as_of` the day they are counted until, counted_until. spans: as `merged` gives them. A line without a
    pause has no row. Days before the due day are no overdue days, so they are not paused ones either.
    """
    if "counted_until" not in lines.columns:
        lines = lines.with_columns(counted_until=pl.lit(as_of))
    first = pl.max_horizontal("from_on", "due_on")
    inside = pl.max_horizontal((pl.min_horizontal("until_on", "counted_until") - first).dt.total_days(), 0)
    stretches = spans.select("bill_id", "from_on", "until_on", "is_running")
    return (
        lines.select(*dict.fromkeys((by, "bill_id", "due_on", "counted_until")))
        .join(stretches, on="bill_id")
        .group_by(by)
        .agg(paused_days=inside.sum().cast(pl.Int64), is_paused=pl.col("is_running").any())
    )


def overdue_days(due_on: date, as_of: date, paused_days: int) -> int:
    """Days past due without those on which the clock stood still; never below zero."""
    return max(0, (as_of - due_on).days - paused_days)
