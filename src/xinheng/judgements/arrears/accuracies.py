"""What earlier forecasts came to: amounts and customers foretold against those that were late."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import polars as pl

from xinheng.base.kernel.periods import month_end
from xinheng.judgements.arrears import rules
from xinheng.judgements.arrears.values import Accuracy

CENT = Decimal("0.01")


def first_of_months(days: list[tuple[int, date]]) -> list[tuple[int, date]]:
    """The first forecast of each month: the one it is measured by."""
    found: dict[tuple[int, int], tuple[int, date]] = {}
    for number, day in sorted(days, key=lambda one: one[1]):
        found.setdefault((day.year, day.month), (number, day))
    return list(found.values())


def ripe(as_of: date, on: date, tolerance: int) -> bool:
    """Whether all bills due in the month of a forecast can be judged on a day."""
    return month_end(as_of) + timedelta(days=tolerance) < on


def compared(
    bills: pl.DataFrame, levels: pl.DataFrame, paid: pl.DataFrame, *, as_of: date, tolerance: int
) -> list[Accuracy]:
    """Accuracy by class and currency of the bills that fell due from a forecast's day to the month's end.

    bills: customer, bill_id, group, currency, due, chance, open_minor. levels: customer, currency, level.
    paid: bill_id and settled (the day, null while open), as known now. A bill counts as late with what was
    open when it was foretold.
    """
    last = month_end(as_of)
    due = bills.filter((pl.col("due") >= as_of) & (pl.col("due") <= last))
    late_from = pl.col("due") + pl.duration(days=tolerance)
    judged = (
        due.join(paid, on="bill_id", how="left")
        .join(levels, on=["customer", "currency"], how="left")
        .with_columns((pl.col("settled").is_null() | (pl.col("settled") > late_from)).alias("late"))
    )
    return [_one(one, as_of.replace(day=1)) for one in _summed(judged)]


def _summed(judged: pl.DataFrame) -> list[dict[str, Any]]:
    keys = ["group", "currency"]
    money = judged.group_by(keys).agg(
        (pl.col("open_minor") * pl.col("chance")).sum().alias("foretold"),
        pl.col("open_minor").filter(pl.col("late")).sum().alias("actual"),
    )
    risky = pl.col("level").is_in(["risk", "high"])
    whole = judged.group_by(*keys, "customer").agg(pl.col("late").any(), pl.col("level").first())
    heads = whole.group_by(keys).agg(
        risky.sum().alias("at_risk"),
        (pl.col("level") == "high").sum().alias("high_risk"),
        pl.col("late").sum(),
        (risky & pl.col("late")).sum().alias("found"),
    )
    return money.join(heads, on=keys).sort(keys).to_dicts()


def _one(row: dict[str, Any], month: date) -> Accuracy:
    foretold = (Decimal(str(row["foretold"])) / 100).quantize(CENT, "ROUND_HALF_UP")
    actual = (Decimal(row["actual"]) / 100).quantize(CENT)
    return Accuracy(
        row["group"], row["currency"], month, foretold, actual, rules.accuracy(foretold, actual),
        int(row["at_risk"]), int(row["high_risk"]), int(row["late"]), int(row["found"]),
    )  # fmt: skip
