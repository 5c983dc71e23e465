"""Loss rates taken from the ledger itself: what flowed on unpaid, and what moved on from bucket to bucket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from xinheng.base.kernel.periods import add_months
from xinheng.judgements.losses import ageing, rules
from xinheng.judgements.losses.document import Measured
from xinheng.judgements.losses.ledger import Past, balances, days_back


@dataclass(frozen=True)
class Observed:
    """What was seen of a group: amounts by bucket, and the rates that follow; None: a bucket never filled.

    amounts: what reached each bucket (flow), or stood in it at the start of a step (migration). moved: what
    was lost in the end (flow, one figure), or stood in the next bucket a step later (migration).
    """

    group: str
    currency: str
    amounts: tuple[int, ...]
    moved: tuple[int, ...]
    rates: tuple[Decimal | None, ...]


def flow(past: Past, table: Measured, groups: pl.DataFrame) -> list[Observed]:
    """Rates by unpaid flow, of the bills that came to the last bucket in the months observed, or could have.

    groups: customer_id or segment, and group, as `grouping.portfolios` gives them; "" is the whole. A bill
    counts less what credit bills took off it. Lost is what no receipt paid to the last day, given up or not.
    """
    buckets, last = table.buckets, len(table.buckets) - 1
    end = ageing.entered_on(buckets, last, table.basis)
    since = add_months(past.as_of, -table.observed_months)
    credited = _moved(past, "credit")
    cohort = (
        past.bills.filter((pl.col("amount_minor") > 0) & pl.col("voided_on").is_null())
        .filter((end <= past.as_of) & (end > since))
        .join(credited, on="bill_id", how="left")
        .with_columns(amount_minor=pl.col("amount_minor") - pl.col("minor").fill_null(0))
        .drop("minor")
    )
    entered = cohort.select(
        "bill_id",
        *[ageing.entered_on(buckets, place, table.basis).alias(f"in{place}") for place in range(last + 1)],
    )
    paid = past.moves.filter(pl.col("how") == "receipt").join(entered, on="bill_id")
    by_bill = paid.group_by("bill_id").agg(
        *[
            pl.col("minor").filter(pl.col("day") < pl.col(f"in{place}")).sum().alias(f"paid{place}")
            for place in range(last + 1)
        ],
        paid=pl.col("minor").sum(),
    )
    left = pl.col("amount_minor")
    reached = [
        (left - pl.col(f"paid{place}").fill_null(0)).sum().alias(f"at{place}") for place in range(last + 1)
    ]
    sums = _grouped(cohort.join(by_bill, on="bill_id", how="left"), groups).group_by("group", "currency").agg(
        *reached, lost=(left - pl.col("paid").fill_null(0)).sum()
    )  # fmt: skip
    found = []
    for row in sums.sort("group", "currency").iter_rows(named=True):
        amounts = tuple(int(row[f"at{place}"]) for place in range(last + 1))
        rates = tuple(rules.flow_rates(amounts, int(row["lost"])))
        found.append(Observed(row["group"], row["currency"], amounts, (int(row["lost"]),), rates))
    return found


def migration(past: Past, table: Measured, groups: pl.DataFrame) -> list[Observed]:
    """Rates by migration: the mean share of a bucket that stands in the next one a step later."""
    every = days_back(past.as_of, table.observed_months)
    days = every[:: -table.step_months][::-1]
    open_lines = balances(past, days).filter(pl.col("open_minor") > 0)
    placed = open_lines.with_columns(place=ageing.bucket_of(table.buckets, table.basis, pl.col("day")))
    sums = (
        _grouped(placed, groups)
        .group_by("group", "currency", "step", "place")
        .agg(pl.col("open_minor").sum())
    )
    held = {(group, currency, step, place): int(minor) for group, currency, step, place, minor in sums.rows()}
    found = []
    for group, currency in sorted({key[:2] for key in held}):
        amounts, moved = [], []
        for place in range(len(table.buckets)):
            steps = range(len(days) - 1)
            amounts.append(sum(held.get((group, currency, step, place), 0) for step in steps))
            moved.append(sum(held.get((group, currency, step + 1, place + 1), 0) for step in steps))
        found.append(Observed(group, currency, tuple(amounts), tuple(moved), _rates(amounts, moved)))
    return found


def rolls(past: Past, table: Measured, days: Sequence[date]) -> pl.DataFrame:
    """Roll rates day by day: step, currency, place, and roll, the share that is in the next bucket then."""
    open_lines = balances(past, days).filter(pl.col("open_minor") > 0)
    placed = open_lines.with_columns(place=ageing.bucket_of(table.buckets, table.basis, pl.col("day")))
    sums = placed.group_by("step", "currency", "place").agg(pl.col("open_minor").sum())
    following = sums.select(
        "currency",
        next_minor="open_minor",
        step=pl.col("step") - 1,
        place=(pl.col("place") - 1).cast(pl.Int32),
    )
    joined = sums.join(following, on=("step", "currency", "place"), how="left")
    ends = pl.col("step") < len(days) - 1
    return (
        joined.filter(ends & (pl.col("place") < len(table.buckets) - 1))
        .select("step", "currency", "place", roll=pl.col("next_minor").fill_null(0) / pl.col("open_minor"))
        .sort("step", "currency", "place")
    )


def _rates(amounts: Sequence[int], moved: Sequence[int]) -> tuple[Decimal | None, ...]:
    pairs = zip(amounts[:-1], moved[:-1], strict=True)
    moves = [Decimal(after) / before if before > 0 else None for before, after in pairs]
    return tuple(rules.migration_rates([*moves, rules.ONE]))


def _moved(past: Past, how: str) -> pl.DataFrame:
    return past.moves.filter(pl.col("how") == how).group_by("bill_id").agg(pl.col("minor").sum())


def _grouped(rows: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    """The rows with the group each belongs to, and all of them once more as the whole."""
    whole = rows.with_columns(group=pl.lit(""))
    if groups.is_empty():
        return whole
    key = groups.columns[0]
    own = rows.join(groups, on=key, how="inner").filter(pl.col("group") != "")
    return pl.concat([whole, own.select(whole.columns)])
