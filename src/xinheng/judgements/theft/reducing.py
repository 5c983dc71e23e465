"""Daily readings reduced to a row a consumer and week by one Ibis expression, on DuckDB or on Spark.

Use is summed in whole Wh, so the order in which an engine adds up does not show: every engine gives the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float64]
EPOCH = date(1970, 1, 1)
NOT_USED = (
    "missing",
    "rollover",
    "exchange",
    "negative",
    "duplicate",
    "spike",
    "estimate",
    "beyond_capacity",
)
CUT = "exchange"  # a new meter: what came before is not compared with what comes after
SUMS = (
    "wh", "good", "zeros", "odd", "cuts", "weekend_wh", "weekend_good", "holiday_wh", "holiday_good",
    "low_wh", "high_wh",
)  # fmt: skip


@dataclass(frozen=True)
class Window:
    """The days looked at, both included, in pieces of `step` days; the last piece ends with the last day."""

    since: date
    until: date
    step: int
    holidays: tuple[date, ...] = ()

    @classmethod
    def of(cls, since: date, until: date, *, step: int, holidays: Sequence[date] = ()) -> Window:
        """The window that ends on a day and begins on or up to step - 1 days after another."""
        pieces = max(((until - since).days + 1) // step, 1)
        return cls(until - timedelta(days=pieces * step - 1), until, step, tuple(holidays))

    @property
    def pieces(self) -> int:
        """How many pieces."""
        return ((self.until - self.since).days + 1) // self.step

    def piece_of(self, days: int) -> int:
        """How many pieces so many days are, at least one."""
        return max(round(days / self.step), 1)

    def day(self, piece: int) -> date:
        """The first day of a piece."""
        return self.since + timedelta(days=int(piece) * self.step)


@dataclass(frozen=True)
class Grid:
    """Consumers by pieces of a window: a row a consumer, a column a piece; what was not read is not a number.

    use: kWh a day on the good days. high, low: the largest and smallest day. good, zeros, odd, cuts: days
    that count, that are zero, whose reading is odd, on which the meter was exchanged. weekend, holiday: kWh a
    day on them.
    """

    consumers: list[str]
    window: Window
    use: Floats
    high: Floats
    low: Floats
    good: Floats
    zeros: Floats
    odd: Floats
    cuts: Floats
    weekend: Floats
    holiday: Floats

    def rows(self, places: Any) -> Grid:
        """Some of the consumers."""
        names = ("use", "high", "low", "good", "zeros", "odd", "cuts", "weekend", "holiday")
        return replace(
            self, consumers=[self.consumers[place] for place in places],
            **{name: getattr(self, name)[places] for name in names},
        )  # fmt: skip


def reduced(readings: Any, window: Window) -> Any:
    """The expression: readings (consumer, day, kwh, mark) to a row a consumer and piece with `SUMS`.

    A reading that is null or bears a mark of NOT_USED counts as odd and never as zero.
    """
    import ibis

    rows = readings.filter(readings.day.between(window.since, window.until))
    mark, none = rows.mark.fill_null(""), ibis.null("int64")
    whole = (rows.kwh * 1000).round().cast("int64")
    odd = [(mark.contains(name), none) for name in NOT_USED]
    number = rows.day.delta(EPOCH, unit="day")
    is_holiday = rows.day.isin(list(window.holidays)) if window.holidays else ibis.literal(value=False)
    rows = rows.select(
        consumer=rows.consumer,
        piece=((number - (window.since - EPOCH).days) / window.step).floor().cast("int32"),
        wh=ibis.cases((rows.kwh.isnull(), none), (mark == "", whole), *odd, else_=whole),
        cut=mark.contains(CUT).cast("int32"),
        is_weekend=(rows.day.day_of_week.index() >= 5) & ~is_holiday,
        is_holiday=is_holiday,
    )
    zero = ibis.literal(0, "int64")
    return rows.group_by("consumer", "piece").aggregate(
        wh=rows.wh.sum().coalesce(zero),
        good=rows.wh.count(),
        zeros=(rows.wh == 0).sum().coalesce(zero),
        odd=rows.wh.isnull().sum(),
        cuts=rows.cut.sum(),
        weekend_wh=rows.wh.sum(where=rows.is_weekend).coalesce(zero),
        weekend_good=rows.wh.count(where=rows.is_weekend),
        holiday_wh=rows.wh.sum(where=rows.is_holiday).coalesce(zero),
        holiday_good=rows.wh.count(where=rows.is_holiday),
        low_wh=rows.wh.min(),
        high_wh=rows.wh.max(),
    )


def grid(sums: pl.DataFrame, window: Window, consumers: Sequence[str] | None = None) -> Grid:
    """The grid of reduced rows. consumers: those wanted, in their order; else all that have a row, sorted."""
    names = list(consumers) if consumers is not None else sums["consumer"].unique().sort().to_list()
    place = pl.DataFrame(
        {"consumer": names, "place": np.arange(len(names))}, schema_overrides={"consumer": pl.String}
    )
    rows = sums.join(place, on="consumer", how="inner")
    at = (rows["place"].to_numpy(), rows["piece"].to_numpy())
    shape = (len(names), window.pieces)

    def spread(name: str, empty: float = 0.0) -> Floats:
        found: Floats = np.full(shape, empty)
        found[at] = rows[name].cast(pl.Float64).fill_null(np.nan).to_numpy()
        return found

    def daily(wh: str, days: str) -> Floats:
        used, counted = spread(wh), spread(days)
        found: Floats = np.divide(used / 1000, counted, out=np.full(shape, np.nan), where=counted > 0)
        return found

    return Grid(
        names, window, daily("wh", "good"), spread("high_wh", np.nan) / 1000, spread("low_wh", np.nan) / 1000,
        spread("good"), spread("zeros"), spread("odd"), spread("cuts"), daily("weekend_wh", "weekend_good"),
        daily("holiday_wh", "holiday_good"),
    )  # fmt: skip
