"""Series on one regular time axis: what forecasts are computed on."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal, cast

import numpy as np
import numpy.typing as npt
import polars as pl

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Frequency = Literal["quarter_hour", "half_hour", "hour", "day", "month"]
EVERY: dict[Frequency, str] = {
    "quarter_hour": "15m", "half_hour": "30m", "hour": "1h", "day": "1d", "month": "1mo",
}  # fmt: skip
PER_DAY: dict[Frequency, int] = {"quarter_hour": 96, "half_hour": 48, "hour": 24, "day": 1}
MONTHS = 12
DAYS_OF_YEAR = 364  # whole weeks, so that a year ago is the same day of the week


@dataclass(frozen=True)
class Grid:
    """Values of many series by step.

    times: the steps, as naive timestamps. values: series by steps, NaN before a series begins and where
    nothing could stand in for a gap. seen: whether it was told; what was filled is never scored or counted.
    factors: by name, either steps (the same for all) or series by steps; known as far ahead as is forecast.
    unknown: factors that are not known ahead.
    zone: where days and hours are lived, if times are in UTC. calendar: days off as facts.factors tells them.
    """

    ids: tuple[str, ...]
    frequency: Frequency
    times: pl.Series
    values: Floats
    seen: Flags
    factors: dict[str, Floats] = field(default_factory=dict)
    unknown: dict[str, Floats] = field(default_factory=dict)
    zone: str = ""
    calendar: pl.DataFrame | None = None

    @property
    def steps(self) -> int:
        """How many steps the values have."""
        return int(self.values.shape[1])

    def until(self, step: int) -> Grid:
        """What was known at the end of the step before: values from there on are gone, factors stay."""
        cut = {name: told[..., :step] for name, told in self.unknown.items()}
        return replace(self, values=self.values[:, :step], seen=self.seen[:, :step], unknown=cut)

    def since(self, step: int) -> Grid:
        """Only what stands from a step on."""
        if step <= 0:
            return self
        return replace(
            self,
            times=self.axis(self.steps)[step:],
            values=self.values[:, step:],
            seen=self.seen[:, step:],
            factors={name: told[..., step:] for name, told in self.factors.items()},
            unknown={name: told[..., step:] for name, told in self.unknown.items()},
        )

    def only(self, places: npt.NDArray[np.int64]) -> Grid:
        """Some of the series."""
        factors, unknown = (
            {name: told if told.ndim == 1 else told[places] for name, told in several.items()}
            for several in (self.factors, self.unknown)
        )
        return replace(
            self,
            ids=tuple(self.ids[place] for place in places),
            values=self.values[places],
            seen=self.seen[places],
            factors=factors,
            unknown=unknown,
        )

    def axis(self, steps: int) -> pl.Series:
        """So many steps of time from the first."""
        return axis_of(cast("Any", self.times[0]), self.frequency, steps)

    def frame(self) -> pl.DataFrame:
        """unique_id, ds, y as the libraries take them: each series from its first value, without holes."""
        steps = self.steps
        begun = np.isfinite(self.values)
        place, step = np.nonzero(begun)
        return pl.DataFrame(
            {
                "unique_id": pl.Series(self.ids, dtype=pl.String).gather(place),
                "ds": self.axis(steps).gather(step),
                "y": self.values[place, step],
            }
        )


def axis_of(first: Any, frequency: Frequency, steps: int) -> pl.Series:
    """So many steps of a frequency, from the first on."""
    count = pl.int_range(0, steps, eager=True).cast(pl.String)
    if frequency == "month":
        offsets = count + "mo"
    else:
        offsets = (count.cast(pl.Int64) * MINUTES[frequency]).cast(pl.String) + "m"
    frame = pl.DataFrame(
        {"first": pl.repeat(first, steps, eager=True, dtype=pl.Datetime("us")), "by": offsets}
    )
    return frame.select(pl.col("first").dt.offset_by(pl.col("by")).alias("ds")).to_series()


MINUTES: dict[Frequency, int] = {"quarter_hour": 15, "half_hour": 30, "hour": 60, "day": 1440}


def cycles(frequency: Frequency) -> dict[str, int]:
    """Day, week and year in steps of a frequency; of months a year alone."""
    if frequency == "month":
        return {"year": MONTHS}
    day = PER_DAY[frequency]
    return {"day": day, "week": 7 * day, "year": DAYS_OF_YEAR * day}
