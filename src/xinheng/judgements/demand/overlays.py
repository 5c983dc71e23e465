"""What people lay over a forecast, as arithmetic: per leaf and moment, to the watt-hour.

A percentage is of base and factors together, so overlays do not compound and their order says nothing. An
amount a day is shared out over the leaves below its node by their base and factors, and adds up exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import polars as pl

from xinheng.base.kernel.periods import month_end, months_between
from xinheng.judgements.demand.values import Laid

LAID = "laid_"  # before the number of an overlay, as a column
HOURS = 24


def with_overlays(parts: pl.DataFrame, laid: Iterable[Laid], frequency: str) -> pl.DataFrame:
    """The leaves with a column an overlay that touches some, `laid_` and its number, in whole Wh.

    parts: consumer, area, industry, ds and whole_wh (base and factors), sorted as it is to stay.
    """
    moments = parts["ds"].unique().sort().to_list()
    for one in laid:
        below = pl.lit(value=True) if one.level == "company" else pl.col(one.level) == one.node
        if not parts.select(below.any()).item():
            continue
        column = LAID + str(one.number)
        if one.percent is not None:
            parts = _by_percent(parts, one, below, moments, frequency).rename({"amount": column})
        else:
            parts = _by_day(parts, one, below, moments, frequency).rename({"amount": column})
    return parts


def _by_percent(
    parts: pl.DataFrame, one: Laid, below: pl.Expr, moments: Sequence[datetime], frequency: str
) -> pl.DataFrame:
    assert one.percent is not None
    part = [float(one.percent) / 100 * _touched(one, at, frequency) for at in moments]
    table = pl.DataFrame({"ds": moments, "part": part}, schema_overrides={"ds": parts.schema["ds"]})
    amount = pl.when(below).then((pl.col("whole_wh") * pl.col("part")).round(0)).otherwise(0.0)
    joined = parts.join(table, on="ds", how="left", maintain_order="left")
    return joined.with_columns(amount.cast(pl.Int64).alias("amount")).drop("part")


def _by_day(
    parts: pl.DataFrame, one: Laid, below: pl.Expr, moments: Sequence[datetime], frequency: str
) -> pl.DataFrame:
    table = pl.DataFrame(
        {"ds": moments, "told": [amount(one, at, frequency) for at in moments]},
        schema_overrides={"ds": parts.schema["ds"], "told": pl.Int64},
    )
    weight = pl.when(below).then(pl.col("whole_wh")).otherwise(0)
    joined = parts.join(table, on="ds", how="left", maintain_order="left").with_columns(
        pl.when(weight.sum().over("ds") > 0).then(weight).otherwise(below.cast(pl.Int64)).alias("weight"),
        weight.sum().over("ds").alias("there"),
    )
    told = pl.max_horizontal("told", -pl.col("there"))  # no more can fall away than there is
    upto = told * pl.col("weight").cum_sum().over("ds") / pl.col("weight").sum().over("ds")
    before = (
        told * (pl.col("weight").cum_sum().over("ds") - pl.col("weight")) / pl.col("weight").sum().over("ds")
    )
    shared = upto.round(0).cast(pl.Int64) - before.round(0).cast(pl.Int64)
    return joined.with_columns(shared.alias("amount")).drop("told", "weight", "there")


def amount(one: Laid, at: datetime, frequency: str) -> int:
    """What an overlay of an amount a day comes to in the period that begins at a moment, in Wh."""
    if frequency == "hour":
        day = a_day(one, at.date())
        return _rounded(Fraction(day * (at.hour + 1), HOURS)) - _rounded(Fraction(day * at.hour, HOURS))
    return sum(a_day(one, day) for day in _days(at, frequency))


def a_day(one: Laid, day: date) -> int:
    """What it comes to on a day: nothing outside its days, and a growing part while it comes into use."""
    if day < one.since or (one.until is not None and day > one.until):
        return 0
    if not one.ramp_months:
        return one.wh_a_day
    begun = min(months_between(one.since, day) + 1, one.ramp_months)
    return _rounded(Fraction(one.wh_a_day * begun, one.ramp_months))


def full_use(net_kva: Decimal, utilisation: Decimal) -> int:
    """Wh a day of a capacity at a share of its use around the clock."""
    watt_hours = net_kva * utilisation * 1000 * HOURS
    return int(watt_hours.quantize(Decimal(1), ROUND_HALF_UP))


def _touched(one: Laid, at: datetime, frequency: str) -> float:
    """The part of a period's days on which it holds."""
    days = _days(at, frequency)
    inside = sum(one.since <= day and (one.until is None or day <= one.until) for day in days)
    return inside / len(days)


def _days(at: datetime, frequency: str) -> list[date]:
    first = at.date()
    last = month_end(first) if frequency == "month" else first
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _rounded(value: Fraction) -> int:
    return int((value + Fraction(1, 2)) // 1)
