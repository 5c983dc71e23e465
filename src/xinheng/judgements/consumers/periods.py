"""The credit limit as days to pay: who owes an electricity fee for longer than its grade allows."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
from django.conf import settings

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.engine import engine
from xinheng.base.kernel.periods import add_months, month_start
from xinheng.facts.disputes import queries as disputes
from xinheng.judgements.consumers import gathering, policy, selecting

OVER = {
    "consumer": pl.String, "customer_id": pl.Int64, "name": pl.String, "voltage": pl.String,
    "grade": pl.String, "allowed_days": pl.Int64, "days": pl.Int64, "over_days": pl.Int64,
    "paused_days": pl.Int64, "is_disputed": pl.Boolean, "month": pl.Date, "billed": pl.Date,
    "open_minor": pl.Int64,
}  # fmt: skip


def over_period(actor: Actor, *, on: date) -> pl.DataFrame:
    """Open bills of consumers within reach past the days their grade allows, the longest over first.

    Columns of OVER. Days count from the day after the bill; those on which its clock stood still for a
    dispute do not, and a bill in dispute is flagged. Without a grade the days of everybody hold.
    Refuses: AccessDenied.
    """
    access.require(actor, "consumers.read", "collection_period")
    rules = policy.in_force(on)
    since = add_months(month_start(on), -rules.past.months)
    with TemporaryDirectory(dir=settings.HOME) as folder, engine(Path(folder)) as backend:
        bills = gathering.bills(backend, on=on, since=since, told_until=on)
    accounts = selecting.within(actor, gathering.accounts(on))
    allowed = rules.collection_period
    days = pl.col("grade").replace_strict(
        list(allowed.by_grade),
        list(allowed.by_grade.values()),
        default=allowed.default,
        return_dtype=pl.Int64,
    )
    owed = (
        bills.filter(pl.col("open_minor") > 0)
        .join(accounts.select("consumer", "customer_id", "name", "voltage"), on="consumer")
        .join(gathering.grades(rules, on=on), on="customer_id", how="left")
        .with_columns(allowed_days=days)
    )
    counted = _with_clock(owed, on=on).with_columns(over_days=pl.col("days") - pl.col("allowed_days"))
    return (
        counted.filter(pl.col("over_days") > 0)
        .select(list(OVER))
        .sort("over_days", "open_minor", "consumer", descending=[True, True, False])
    )


def _with_clock(owed: pl.DataFrame, *, on: date) -> pl.DataFrame:
    """With days (since the bill, pauses taken off), paused_days and is_disputed."""
    known = owed.filter(pl.col("bill_id").is_not_null())
    clocks = disputes.of_lines(known.select("bill_id", due_on="billed").unique("bill_id"), as_of=on).select(
        "bill_id", "paused_days", "is_disputed"
    )
    past = (pl.lit(on) - pl.col("billed")).dt.total_days()
    return owed.join(clocks, on="bill_id", how="left").with_columns(
        pl.col("paused_days").fill_null(0).cast(pl.Int64), pl.col("is_disputed").fill_null(value=False)
    ).with_columns(days=pl.max_horizontal(past - pl.col("paused_days"), 0).cast(pl.Int64))  # fmt: skip
