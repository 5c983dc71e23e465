"""The arithmetic of interest on what is open day by day: pure decisions on frames."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

import polars as pl

SCALE = 1_000_000  # a percent is kept in millionths
WHOLE = 100 * SCALE
Buyer = Literal["public", "large", "other"]
DAYS_ALLOWED = {"public": (30, 60), "large": (60, 60)}  # without a reason, and at the most
STEPS = {
    "line": pl.Int64, "from_on": pl.Date, "until_on": pl.Date, "days": pl.Int64, "base_minor": pl.Int64,
    "rate": pl.Int64,
}  # fmt: skip


def stretches(
    lines: pl.DataFrame, paid: pl.DataFrame, still: pl.DataFrame, contested: pl.DataFrame, turns: pl.DataFrame
) -> pl.DataFrame:
    """Stretches of days in which what bears interest stays the same, a row a stretch of a line.

    lines: line, bill_id, from_on, until_on (the first day that does not count), amount_minor, before_minor
    (of instalments due before). paid: bill_id, settled_on, minor. still: bill_id, from_on, until_on, when the
    clock stands still. contested: bill_id, from_on, until_on, minor. turns: line, day, when the rate changes.
    A day counts from its own on: what is paid on it bears nothing for it. Gives line, from_on, until_on,
    days and base_minor (what is open and not contested; 0 while the clock stands still).
    """
    ends = [
        lines.select("line", day="from_on"),
        lines.select("line", day="until_on"),
        lines.join(paid, on="bill_id").select("line", day="settled_on"),
        turns.select("line", "day"),
    ]
    for spans in (still, contested):
        met = lines.select("line", "bill_id").join(spans, on="bill_id")
        ends += [met.select("line", day="from_on"), met.select("line", day="until_on")]
    window = lines.select("line", "bill_id", "from_on", "until_on", "amount_minor", "before_minor")
    days = pl.concat(ends).unique().join(window, on="line")
    cut = (
        days.filter(pl.col("day").is_between(pl.col("from_on"), pl.col("until_on")))
        .sort("line", "day")
        .with_columns(next_day=pl.col("day").shift(-1).over("line"))
        .drop_nulls("next_day")
    )
    so_far = paid.sort("settled_on").with_columns(paid=pl.col("minor").cum_sum().over("bill_id"))
    known = cut.sort("day").join_asof(
        so_far.select("bill_id", "settled_on", "paid"), left_on="day", right_on="settled_on", by="bill_id",
        check_sortedness=False,
    )  # fmt: skip
    left = pl.col("amount_minor") + pl.col("before_minor") - pl.col("paid").fill_null(0)
    opened = known.with_columns(open_minor=left.clip(0, pl.col("amount_minor")))
    numbered = opened.with_row_index("_row")
    stood = _within(numbered, still).select("_row").unique().with_columns(is_still=pl.lit(value=True))
    apart = _within(numbered, contested).group_by("_row").agg(apart=pl.col("minor").sum())
    both = numbered.join(stood, on="_row", how="left").join(apart, on="_row", how="left")
    base = pl.max_horizontal(pl.col("open_minor") - pl.col("apart").fill_null(0), 0)
    return both.select(
        "line",
        from_on="day",
        until_on="next_day",
        days=(pl.col("next_day") - pl.col("day")).dt.total_days(),
        base_minor=pl.when(pl.col("is_still").is_null()).then(base).otherwise(0),
    ).sort("line", "from_on")


def amounts(steps: pl.DataFrame, bases: pl.DataFrame) -> pl.DataFrame:
    """What a line's stretches come to, rounded half-up to the minor unit once.

    steps: line, days, base_minor, rate (millionths of a percent a day, or a year where the base says so).
    bases: line, day_base (1: the rate is a day's). Gives line, days (that bear anything), minor.
    """
    wide = pl.col("base_minor").cast(pl.Int128) * pl.col("days") * pl.col("rate")
    summed = steps.group_by("line").agg(
        weight=wide.sum(), days=pl.col("days").filter(pl.col("base_minor") > 0).sum()
    )
    over = pl.col("day_base").cast(pl.Int128) * WHOLE
    half_up = (2 * pl.col("weight") + over) // (2 * over)
    return summed.join(bases, on="line").select("line", "days", minor=half_up.cast(pl.Int64))


def _within(cut: pl.DataFrame, spans: pl.DataFrame) -> pl.DataFrame:
    met = cut.select("_row", "bill_id", "day", "next_day").join(spans, on="bill_id")
    return met.filter((pl.col("from_on") <= pl.col("day")) & (pl.col("until_on") >= pl.col("next_day")))


def millionths(percent: Decimal) -> int:
    """A percent in millionths, exact: the documents allow six places."""
    return int(percent * SCALE)


def statutory_due_on(delivered_on: date, buyer: Buyer) -> date | None:
    """The due day where a contract with a small enterprise has none: 30 or 60 days after delivery (§ 802)."""
    days = {"public": 30, "large": 60}.get(buyer)
    return delivered_on + timedelta(days=days) if days else None


def term_findings(buyer: Buyer, days: int | None, *, when_paid: bool, reason: str) -> list[str]:
    """What the regulation on payments to small enterprises finds in a term, as codes; none: nothing.

    days: agreed days from delivery or acceptance, None where none is agreed. when_paid: the buyer pays when
    it is paid itself. reason: the recorded justification. An agreed term is never shortened, only found.
    """
    found = []
    if buyer in DAYS_ALLOWED and days is not None:
        plain, most = DAYS_ALLOWED[buyer]
        if days > most:
            found.append("beyond_most")
        elif days > plain:
            found.append("beyond_plain")
    if buyer != "other" and when_paid:
        found.append("paid_when_paid")
    if found and not reason.strip():
        found.append("reason_missing")
    return found
