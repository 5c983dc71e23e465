"""What outer factors add, and who is at risk: set-wise over bills and customers."""

from __future__ import annotations

from typing import Any

import polars as pl

from xinheng.judgements.arrears.forecasting import by_customer as summed
from xinheng.judgements.arrears.policy import ArrearsRules


def with_factors(bills: pl.DataFrame, factors: list[dict[str, Any]]) -> pl.DataFrame:
    """The bills with steps (log odds that outer factors add, 0 where nothing was told) in their chance.

    Of a factor the step told of the customer counts, else that of its segment, else that of everybody.
    """
    steps = pl.lit(0.0)
    for code in sorted({one["code"] for one in factors}):
        told = {one["applies_to"]: one["step"] * one["weight"] for one in factors if one["code"] == code}
        some = {name: step for name, step in told.items() if name}
        narrow = [
            pl.col(column).replace_strict(
                list(some), list(some.values()), default=None, return_dtype=pl.Float64
            )
            for column in ("customer", "group")
            if some
        ]
        steps += pl.coalesce(*narrow, pl.lit(told.get("", 0.0)))
    chance = pl.col("chance")
    odds = chance / (1 - chance) * pl.col("steps").exp()
    certain = (chance <= 0) | (chance >= 1) | (pl.col("steps") == 0)
    return bills.with_columns(steps.alias("steps")).with_columns(
        pl.when(certain).then(chance).otherwise(odds / (1 + odds)).round(6).alias("chance")
    )


def by_customer(bills: pl.DataFrame, rules: ArrearsRules) -> pl.DataFrame:
    """A row a customer and currency as `forecasting.by_customer`, with customer_id, level,
    expected_late_minor, open_minor, late_minor (already late) and largest (the highest chance of its bills).

    level: high, risk or none; not_assessable where the customer paid too few bills to tell.
    Expected late is rounded half up to a minor unit.
    """
    money = bills.with_columns((pl.col("open_minor") * pl.col("chance")).alias("late_minor"))
    found = summed(bills, least=rules.least_payments)
    extra = money.group_by("customer", "currency").agg(
        pl.col("customer_id").first(),
        (pl.col("late_minor").sum() + 0.5).floor().cast(pl.Int64).alias("expected_late_minor"),
        pl.col("open_minor").sum(),
        pl.col("chance").max().alias("largest"),
        pl.col("open_minor").filter(pl.col("chance") >= 1).sum().alias("late_minor"),
    )
    risk, major = rules.risk, float(rules.risk.high_from_amount)
    expected = pl.col("expected_late_minor") / 100
    level = (
        pl.when(~pl.col("assessable") & (pl.col("late_minor") == 0))
        .then(pl.lit("not_assessable"))
        .when(pl.col("largest") < risk.from_chance)
        .then(pl.lit("none"))
        .when((pl.col("largest") >= risk.high_from_chance) & (expected >= major))
        .then(pl.lit("high"))
        .otherwise(pl.lit("risk"))
    )
    return (
        found.join(extra, on=["customer", "currency"], how="left", maintain_order="left")
        .with_columns(level.alias("level"))
        .sort("expected_late_minor", "customer", descending=[True, False])
    )


def totals(customers: pl.DataFrame) -> list[dict[str, Any]]:
    """A row a class and currency: customers, at_risk (high too), high, bills and the two amounts."""
    level = pl.col("level")
    counted = customers.group_by("group", "currency").agg(
        pl.len().alias("customers"), level.is_in(["risk", "high"]).sum().alias("at_risk"),
        (level == "high").sum().alias("high"), (level == "not_assessable").sum().alias("not_assessable"),
        pl.col("bills").sum(), pl.col("open_minor").sum(), pl.col("expected_late_minor").sum(),
    )  # fmt: skip
    return counted.sort("group", "currency").to_dicts()
