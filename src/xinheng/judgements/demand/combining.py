"""Outside factors by published weights: how far each moves the base, and the parts that add up to the whole.

The share of a factor is its weight over the weights of all factors of which something is known for that
industry and day: the weight of a missing one is shared out. A factor's part is
base x share x response x change, where no single factor counts for more than the policy's `most`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from xinheng.base.kernel.periods import add_months, month_start
from xinheng.facts.customers import queries as customers
from xinheng.judgements.demand.policy import DemandRules, Factor

PART = "part_"  # before the code of a factor, as a column
RATES = {
    "trade": pl.String, "day": pl.Date, "code": pl.String, "change": pl.Float64, "weight": pl.Float64,
    "share": pl.Float64, "rate": pl.Float64,
}  # fmt: skip
SERIES = {"code": pl.String, "day": pl.Date, "value": pl.Float64}


@dataclass(frozen=True)
class Entry:
    """An entry of the external information bank. industry: "" for all; until: the last day it holds."""

    kind: str
    industry: str
    step: float
    since: date
    until: date | None
    no: str = ""

    def concerns(self, trade: str) -> bool:
        """Whether it is of all industries, of the section of a trade, or of the trade itself."""
        return trade.startswith(self.industry) or customers.section_of(trade) == self.industry

    def holds(self, day: date) -> bool:
        """Whether it may be used for a day."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True)
class Known:
    """What is known of the outside as of a day.

    own: changes measured from the readings. old: series out of date, with their last day; not used.
    """

    series: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=SERIES))
    entries: Sequence[Entry] = ()
    own: dict[str, float] = field(default_factory=dict)
    old: dict[str, date] = field(default_factory=dict)


def rates(rules: DemandRules, known: Known, trades: Iterable[str], days: Iterable[date]) -> pl.DataFrame:
    """A row a factor, trade and day: its change, its share of the weights and the rate on the base.

    trades: codes of industries as they were told, "" for none.
    A factor of which nothing is known has no change, and share and rate 0.
    """
    moments, names = sorted(set(days)), sorted(set(trades))
    lines = [
        (trade, day, factor.code, change, float(factor.weight), _moved(factor, change, rules.most))
        for factor in rules.factors
        for day in moments
        for trade, change in _changes(factor, known, names, day)
    ]
    told = pl.DataFrame(
        lines,
        schema={**{name: RATES[name] for name in ("trade", "day", "code", "change", "weight")},
                "moved": pl.Float64},
        orient="row",
    )  # fmt: skip
    present = pl.col("weight").filter(pl.col("change").is_not_null()).sum().over("trade", "day")
    share = pl.when(pl.col("change").is_not_null() & (present > 0)).then(pl.col("weight") / present)
    return (
        told.with_columns(share.otherwise(0.0).alias("share"))
        .with_columns((pl.col("share") * pl.col("moved").fill_null(0.0)).alias("rate"))
        .select(list(RATES))
    )


def _moved(factor: Factor, change: float | None, most: float) -> float | None:
    if change is None:
        return None
    moved = change * (factor.step if factor.entries else factor.response)
    return max(-most, min(most, moved))


def _changes(
    factor: Factor, known: Known, trades: Sequence[str], day: date
) -> list[tuple[str, float | None]]:
    if factor.entries:
        return [(trade, _step(factor, known.entries, trade, day)) for trade in trades]
    one = known.own.get(factor.own) if factor.own else _moving(factor, known.series, day)
    return [(trade, one) for trade in trades]


def _step(factor: Factor, entries: Iterable[Entry], trade: str, day: date) -> float | None:
    """The mean step of the entries that hold on a day for an industry or for all."""
    steps = [
        one.step for one in entries if one.kind == factor.entries and one.holds(day) and one.concerns(trade)
    ]
    return sum(steps) / len(steps) if steps else None


def _moving(factor: Factor, series: pl.DataFrame, day: date) -> float | None:
    """How far a series stands from a year before, or from its neutral level, in the last months known."""
    own = series.filter((pl.col("code") == factor.series) & pl.col("value").is_not_null())
    until = own.filter(pl.col("day") <= day)["day"].max()
    if not isinstance(until, date):
        return None
    last = month_start(until)
    now = _mean(own, add_months(last, 1 - factor.months), add_months(last, 1))
    if factor.against == "level":
        return None if now is None else now / factor.neutral - 1
    then = _mean(own, add_months(last, -11 - factor.months), add_months(last, -11))
    return None if now is None or not then else now / then - 1


def _mean(series: pl.DataFrame, since: date, before: date) -> float | None:
    found = series.filter((pl.col("day") >= since) & (pl.col("day") < before))["value"].mean()
    return float(found) if isinstance(found, float) else None


def with_parts(base: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """The base with a column a factor, `part_` and its code, in whole Wh.

    base: trade, ds and base_wh beside other columns. told: as `rates` gives them.
    """
    if told.is_empty():
        return base
    column = (PART + pl.col("code")).alias("code")
    wide = told.with_columns(column).pivot("code", index=["trade", "day"], values="rate")
    joined = base.with_columns(pl.col("ds").dt.date().alias("day")).join(
        wide, on=["trade", "day"], how="left", maintain_order="left"
    )
    part = pl.selectors.starts_with(PART).fill_null(0.0) * pl.col("base_wh")
    return joined.with_columns(part.round(0).cast(pl.Int64)).drop("day")


def stated(rules: DemandRules, told: pl.DataFrame, known: Known, as_of: date) -> list[dict[str, Any]]:
    """A line a factor: used, partly (for some industries or days), or missing, and how its weight was shared.

    least and most: its share of the weights where it was used. expired: entries that no longer hold.
    """
    lines = []
    for factor in rules.factors:
        own = told.filter(pl.col("code") == factor.code)
        used = own.filter(pl.col("change").is_not_null())
        state = "missing" if used.is_empty() else "used" if used.height == own.height else "partly"
        kinds = [one for one in known.entries if factor.entries and one.kind == factor.entries]
        lines.append(
            {
                "code": factor.code, "weight": str(factor.weight), "state": state,
                "least": used["share"].min() or 0.0, "most": used["share"].max() or 0.0,
                "change": used["change"].mean(), "rate": used["rate"].mean(),
                "expired": [one.no for one in kinds if one.until and one.until < as_of],
                "old": known.old[factor.series].isoformat() if factor.series in known.old else "",
            }
        )  # fmt: skip
    return lines
