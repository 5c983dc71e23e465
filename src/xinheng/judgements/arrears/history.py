"""What was known of every bill's customer on the day it is looked at: nothing of that day or later counts.

A ledger here is a frame, a row a bill: customer, bill (texts), amount, adjust (floats), billed, known, due
(dates) and the same as whole days since 1970 (billed_day, known_day, due_day, paid_day; paid_day null while
open). A look is a row of a ledger with `look_day`: only what happened before that day is seen of it.
"""

from __future__ import annotations

from datetime import date

import polars as pl

EPOCH = date(1970, 1, 1)
BASES = {
    "billed": pl.col("billed_day"),
    "due": pl.col("due_day"),
    "known": pl.col("known_day"),
    "month": pl.col("billed").dt.month_end().cast(pl.Int32),
}
SHRINK = 4.0  # bills that weigh as much as the whole ledger
LATEST = 12  # bills that make up a recent habit
WIDE = 30  # bills that make up a long habit
EVERYBODY = "everybody"


def day_number(day: date) -> int:
    """Days since 1970."""
    return (day - EPOCH).days


def with_days(ledger: pl.DataFrame) -> pl.DataFrame:
    """The days of a ledger as whole numbers beside them."""
    names = ("billed", "known", "due", "paid")
    return ledger.with_columns(pl.col(name).cast(pl.Int32).alias(f"{name}_day") for name in names)


def as_known(ledger: pl.DataFrame, day: int) -> pl.DataFrame:
    """The ledger as it was known before a day: later bills are not there, later payments are open."""
    seen = pl.col("paid_day") < day
    return ledger.filter(pl.col("known_day") < day).with_columns(
        pl.when(seen).then(pl.col("paid_day")).alias("paid_day"),
        pl.when(seen).then(pl.col("paid")).alias("paid"),
    )


def looked(ledger: pl.DataFrame, looks: pl.DataFrame, *, tolerance: int) -> pl.DataFrame:
    """The looks, in their order, with every figure of their past beside them.

    tolerance: days after the due day that are not late yet.
    """
    known = ledger.with_columns(pl.lit(EVERYBODY).alias("everybody"))
    found = looks.with_columns(pl.lit(EVERYBODY).alias("everybody")).with_row_index("look")
    settled = _settled(known, tolerance)
    for key, mark in (("everybody", "all"), ("customer", "own")):
        for events in (_payments(settled, key, mark), _open(known, key, mark, tolerance)):
            found = _before(found, events, key)
    for events in (_batches(settled), _bills(known)):
        found = _before(found, events, "customer")
    return found.sort("look")


def _before(looks: pl.DataFrame, events: pl.DataFrame, key: str) -> pl.DataFrame:
    """The last state of each key before the day of the look."""
    return (
        looks.sort("look_day")
        .join_asof(
            events.sort("at"), left_on="look_day", right_on="at", by=key, strategy="backward",
            allow_exact_matches=False, check_sortedness=False,
        )
        .drop("at")
    )  # fmt: skip


def _settled(ledger: pl.DataFrame, tolerance: int) -> pl.DataFrame:
    """The paid bills in the order of their payment, with how long each took from every base."""
    took = pl.col("paid_day")
    return (
        ledger.filter(took.is_not_null())
        .with_columns(
            *(
                (took - base - pl.col("adjust")).cast(pl.Float64).alias(f"v_{name}")
                for name, base in BASES.items()
            ),
            (took > pl.col("due_day") + tolerance).cast(pl.Float64).alias("v_late"),
            (pl.col("amount").abs() + 1).log().alias("v_size"),
        )
        .sort("paid_day", "known_day", "bill")
    )


def _payments(settled: pl.DataFrame, key: str, mark: str) -> pl.DataFrame:
    """After every payment of a key: how many, how late, how long, of late and on the whole."""

    def over(expression: pl.Expr, name: str) -> pl.Expr:
        return expression.over(key).alias(f"{mark}_{name}")

    size, late = pl.col("v_size"), pl.col("v_late")
    found = [
        over(pl.int_range(1, pl.len() + 1, dtype=pl.Int32), "paid"),
        over(late.cum_sum(), "late"),
        over(late.ewm_mean(half_life=3), "late_lately"),
        over(size.cum_sum(), "size"),
        pl.col("paid_day").alias(f"{mark}_paid_last"),
    ]
    recent, wide = (LATEST, WIDE) if mark == "own" else (100, 400)
    for base in BASES:
        value = pl.col(f"v_{base}")
        found += [
            over(value.cum_sum(), f"{base}_sum"),
            over(value.ewm_mean(half_life=4), f"{base}_lately"),
            over(value.rolling_median(recent, min_samples=1), f"{base}_median"),
            over(value, f"{base}_last"),
            over(value.rolling_std(recent, min_samples=2), f"{base}_spread"),
        ]
    billed = pl.col("v_billed")
    found += [
        over(billed.rolling_median(wide, min_samples=1), "billed_long"),
        over(billed.rolling_median(5, min_samples=1), "billed_short"),
        over(billed.rolling_quantile(0.2, window_size=20, min_samples=1), "billed_quick"),
        over(billed.rolling_quantile(0.8, window_size=20, min_samples=1), "billed_slow"),
    ]
    return _last_of_day(settled.select(key, pl.col("paid_day").alias("at"), *found), key)


def _open(ledger: pl.DataFrame, key: str, mark: str, tolerance: int) -> pl.DataFrame:
    """After every coming and going of a key: open bills, their money and age, and of those overdue."""
    amount, paid = pl.col("amount").abs(), pl.col("paid_day")
    late_from = pl.max_horizontal(pl.col("due_day") + tolerance + 1, "known_day")
    gone = ledger.filter(paid.is_not_null())
    late = ledger.with_columns(late_from.alias("late_from")).filter(
        paid.is_null() | (paid > pl.col("late_from"))
    )
    here, zero = pl.lit(1.0), pl.lit(0.0)

    def moved(rows: pl.DataFrame, at: pl.Expr, sign: int, *, overdue: bool) -> pl.DataFrame:
        count, money = here * sign, amount * sign
        day = pl.col("due_day" if overdue else "billed_day").cast(pl.Float64) * sign
        on, off = (count, money, day), (zero, zero, zero)
        names = ("open", "open_money", "open_days", "overdue", "overdue_money", "overdue_days")
        told = (*off, *on) if overdue else (*on, *off)
        return rows.select(
            key, at.alias("at"), *(one.alias(name) for name, one in zip(names, told, strict=True))
        )

    moves = pl.concat([
        moved(ledger, pl.col("known_day"), 1, overdue=False),
        moved(gone, pl.max_horizontal("paid_day", "known_day"), -1, overdue=False),
        moved(late, pl.col("late_from"), 1, overdue=True),
        moved(late.filter(paid.is_not_null()), paid, -1, overdue=True),
    ])  # fmt: skip
    summed = moves.group_by(key, "at").agg(pl.exclude(key, "at").sum()).sort(key, "at")
    return summed.select(key, "at", pl.exclude(key, "at").cum_sum().over(key).name.prefix(f"{mark}_"))


def _batches(settled: pl.DataFrame) -> pl.DataFrame:
    """After every day a customer paid: how many bills it pays at a time, how old they are, how often."""
    age = (pl.col("paid_day") - pl.col("billed_day")).cast(pl.Float64)
    days = (
        settled.group_by("customer", "paid_day")
        .agg(
            pl.len().cast(pl.Float64).alias("count"), age.max().alias("oldest"), age.min().alias("youngest"),
            pl.col("billed_day").max().alias("newest"),
        )
        .sort("customer", "paid_day")
    )  # fmt: skip

    def over(expression: pl.Expr, name: str) -> pl.Expr:
        return expression.over("customer").alias(f"batch_{name}")

    day = pl.from_epoch(pl.col("paid_day"), time_unit="d")
    return days.select(
        "customer", pl.col("paid_day").alias("at"),
        over(pl.col("count").rolling_mean(8, min_samples=1), "bills"),
        over(pl.col("oldest").rolling_median(6, min_samples=1), "oldest"),
        over(pl.col("youngest").rolling_median(6, min_samples=1), "youngest"),
        over(pl.col("paid_day").diff().cast(pl.Float64).rolling_median(6, min_samples=1), "gap"),
        pl.col("newest").alias("batch_newest"), pl.col("paid_day").alias("batch_day"),
        day.dt.weekday().alias("batch_weekday"), day.dt.day().alias("batch_month_day"),
    )  # fmt: skip


def _bills(ledger: pl.DataFrame) -> pl.DataFrame:
    """After every bill of a customer: how many so far, the first and the last day and amount."""
    ordered = ledger.sort("customer", "known_day", "bill")
    found = ordered.select(
        "customer",
        pl.col("known_day").alias("at"),
        pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("customer").alias("bills"),
        pl.col("known_day").first().over("customer").alias("bill_first"),
        pl.col("known_day").alias("bill_last"),
        pl.col("amount").abs().alias("bill_last_amount"),
    )
    return _last_of_day(found, "customer")


def _last_of_day(events: pl.DataFrame, key: str) -> pl.DataFrame:
    return events.unique(subset=[key, "at"], keep="last", maintain_order=True)
