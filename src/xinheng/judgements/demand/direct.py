"""Boosted trees that see, for each later step, only what is known at the start of the forecast.

Every value is taken in parts of the series' own recent level, so that one model learns from small and large
series alike, and follows a level that moves. Rows are made with whole arrays: series by starts by steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from xinheng.judgements.demand.calendars import FORTNIGHT, marks
from xinheng.judgements.demand.grids import DAYS_OF_YEAR, PER_DAY, Flags, Floats, Grid

if TYPE_CHECKING:  # takes a second, which only who trains should wait for
    import lightgbm

Steps = npt.NDArray[np.int64]
LEVEL_DAYS = 28
LEAST = 100  # rows below which nothing is learned
FEW = 60  # series up to which each is known to the model by its place


@dataclass(frozen=True)
class Trees:
    """A trained model: boosters whose mean counts, and the columns they were trained on."""

    boosters: tuple[lightgbm.Booster, ...]
    settings: dict[str, Any]


@dataclass(frozen=True)
class Rows:
    """Features of series × starts × steps, one row each, with the level each is measured by."""

    features: Floats
    names: tuple[str, ...]
    level: Floats
    target: Floats  # NaN where it is not known


def train(grid: Grid, horizon: int, settings: dict[str, Any], *, seed: int) -> Trees:
    """Learn from every start in the history whose steps have come."""
    import lightgbm

    starts = _starts(grid, horizon, settings)
    most = int(settings.get("rows", 200_000))
    rows = rows_of(grid, starts, np.arange(1, horizon + 1), most=most)
    good = np.isfinite(rows.target) & (rows.level > 0)
    if good.sum() < LEAST:
        return Trees((), settings)
    features, level = rows.features[good], rows.level[good]
    ratio = np.clip(rows.target[good] / level, -10, 10)
    weight = (level / level.mean()) ** float(settings.get("weight", 0.5))
    categories = [name for name in ("series",) if name in rows.names]
    places = [rows.names.index(name) for name in categories]
    boosters = []
    for objective in settings.get("objectives", ["l2"]):
        held = lightgbm.Dataset(features, ratio, weight=weight, categorical_feature=places or "auto")
        boosters.append(
            lightgbm.train(_told(settings, objective, seed), held, int(settings.get("rounds", 250)))
        )
    return Trees(tuple(boosters), settings)


def foretell(trees: Trees, grid: Grid, horizon: int, starts: Steps | None = None) -> Floats:
    """Series × starts × steps from each start; the start is the first step foretold, the end by default."""
    starts = np.array([grid.steps]) if starts is None else starts
    if not trees.boosters:
        return np.full((len(grid.ids), len(starts), horizon), np.nan)
    rows = rows_of(grid, starts, np.arange(1, horizon + 1))
    ratio = np.mean([booster.predict(rows.features, num_threads=1) for booster in trees.boosters], axis=0)
    found = (ratio * rows.level).reshape(len(grid.ids), len(starts), horizon)
    return np.where(np.isfinite(found), found, 0.0)


def _told(settings: dict[str, Any], objective: str, seed: int) -> dict[str, Any]:
    return {
        "objective": objective, "learning_rate": 0.06, "num_leaves": 31, "min_data_in_leaf": 40,
        "feature_fraction": 0.7, "bagging_fraction": 0.8, "bagging_freq": 1, "lambda_l2": 1.0,
        "num_threads": 1, "deterministic": True, "force_row_wise": True, "seed": seed, "verbosity": -1,
        **settings.get("trees", {}),
    }  # fmt: skip


def _starts(grid: Grid, horizon: int, settings: dict[str, Any]) -> Steps:
    """Starts in the history, at the same time of day as the end, the newest first."""
    every = int(settings.get("every", PER_DAY.get(grid.frequency, 1)))
    back = int(settings.get("history", 0)) or grid.steps
    last = grid.steps - horizon
    first = max(grid.steps - back, _level_steps(grid))
    return np.arange(last, first - 1, -every)


def _level_steps(grid: Grid) -> int:
    return 12 if grid.frequency == "month" else LEVEL_DAYS * PER_DAY[grid.frequency]


def rows_of(grid: Grid, starts: Steps, ahead: Steps, *, most: int = 0) -> Rows:
    """Features of every series, start and step ahead; thinned evenly where there are more than `most`."""
    series, begin, steps = len(grid.ids), len(starts), len(ahead)
    total = series * begin * steps
    picked = np.arange(total)
    if most and total > most:
        picked = np.sort(np.random.default_rng(0).choice(total, most, replace=False))
    place, rest = np.divmod(picked, begin * steps)
    which, step = np.divmod(rest, steps)
    start, ahead_of = starts[which], ahead[step]
    maker = _Maker(grid, place, start, ahead_of)
    maker.make()
    target_at = start + ahead_of - 1
    known = target_at < grid.steps
    target = np.full(len(picked), np.nan)
    seen = known.copy()
    seen[known] = grid.seen[place[known], target_at[known]]
    target[seen] = grid.values[place[seen], target_at[seen]]
    return Rows(np.column_stack(maker.columns), tuple(maker.names), maker.level, target)


class _Maker:
    """Puts the columns together; `start` is the first step that is not known."""

    def __init__(self, grid: Grid, place: Steps, start: Steps, ahead: Steps) -> None:
        self.grid, self.place, self.start, self.ahead = grid, place, start, ahead
        self.at = start + ahead - 1
        self.columns: list[Floats] = []
        self.names: list[str] = []
        counted = np.isfinite(grid.values)
        held = np.where(counted, grid.values, 0.0)
        self.sums, self.counts = _running(held), _running(counted)
        self.zeros = _running((grid.values == 0) & counted)
        self.level = self.mean(self.start, _level_steps(grid))
        if grid.calendar is not None and grid.frequency != "month":
            self.level = self.usual_level(held, counted)

    def usual_level(self, held: Floats, counted: Flags) -> Floats:
        """The level without the fortnight of the Spring Festival, where enough is left beside it."""
        told = marks(self.grid.axis(self.grid.steps), self.grid.frequency, days=self.grid.calendar)
        plain = ~((told["from_spring"] >= FORTNIGHT[0]) & (told["from_spring"] <= FORTNIGHT[1]))
        sums, counts = _running(held * plain), _running(counted & plain)
        since = np.maximum(self.start - _level_steps(self.grid), 0)
        count = counts[self.place, self.start] - counts[self.place, since]
        total = sums[self.place, self.start] - sums[self.place, since]
        enough = count * 4 >= _level_steps(self.grid)
        return np.where(enough & (total > 0), total / np.maximum(count, 1), self.level)

    def make(self) -> None:
        """All columns, in a fixed order."""
        with np.errstate(invalid="ignore", divide="ignore"):
            self.add("ahead", self.ahead.astype(np.float64))
            if 1 < len(self.grid.ids) <= FEW:
                self.add("series", self.place.astype(np.float64))
            self.of_level()
            self.of_seasons()
            self.of_calendar()
            self.of_factors()

    def add(self, name: str, column: Floats) -> None:
        self.names.append(name)
        self.columns.append(np.asarray(column, dtype=np.float64))

    def value(self, at: Steps) -> Floats:
        """The value at a step, NaN outside of what is known at the start."""
        fine = (at >= 0) & (at < np.minimum(self.start, self.grid.steps))
        return np.where(fine, self.grid.values[self.place, np.where(fine, at, 0)], np.nan)

    def mean(self, until: Steps, width: int) -> Floats:
        """The mean of the `width` steps before a step, NaN where none is known."""
        until = np.clip(until, 0, self.grid.steps)
        since = np.clip(until - width, 0, self.grid.steps)
        total = self.sums[self.place, until] - self.sums[self.place, since]
        count = self.counts[self.place, until] - self.counts[self.place, since]
        return np.where(count > 0, total / np.maximum(count, 1), np.nan)

    def of_level(self) -> None:
        """How the last steps, days, weeks and months stood against the level."""
        grid, level = self.grid, self.level
        if grid.frequency == "month":
            widths = {"last_1": 1, "last_3": 3, "last_6": 6, "last_24": 24}
        else:
            day = PER_DAY[grid.frequency]
            widths = {"last_1": 1, "day_1": day, "day_3": 3 * day, "week_1": 7 * day, "week_13": 91 * day}
        for name, width in widths.items():
            self.add(name, self.mean(self.start, width) / level)
        wide = _level_steps(grid)
        begin = np.clip(self.start - wide, 0, grid.steps)
        zeros = self.zeros[self.place, self.start] - self.zeros[self.place, begin]
        self.add("zeros", zeros / wide)

    def of_seasons(self) -> None:
        """The last known values a day, a week and a year before, and how a week's slot stood lately."""
        grid = self.grid
        if grid.frequency == "month":
            self.year(12, 3)
            self.lag("year_2", 12, 2)
            return
        day = PER_DAY[grid.frequency]
        if day > 1:
            for count in (1, 2):
                self.lag(f"day_lag_{count}", day, count)
        for count in (1, 2, 3):
            self.lag(f"week_lag_{count}", 7 * day, count)
        slots = [self.value(self.at - self.back(7 * day, count)) for count in range(1, 7)]
        known = np.isfinite(slots)
        self.add("week_slot", np.where(known, slots, 0).sum(axis=0) / known.sum(axis=0) / self.level)
        self.year(DAYS_OF_YEAR * day, day)

    def back(self, season: int, count: int) -> Steps:
        """Steps back to the count-th last known value of the same place in a season."""
        return (-(-self.ahead // season) + count - 1) * season

    def lag(self, name: str, season: int, count: int) -> None:
        self.add(name, self.value(self.at - self.back(season, count)) / self.level)

    def year(self, year: int, width: int) -> None:
        """A year ago in parts of the level of then: the value, and the mean around it."""
        then = self.mean(self.start - year, _level_steps(self.grid))
        back = self.back(year, 1)
        self.add("year_value", self.value(self.at - back) / then)
        around = np.minimum(self.at - back + 3 * width + 1, self.start)
        self.add("year_around", self.mean(around, 7 * width) / then)
        self.add("year_growth", self.level / then)

    def of_calendar(self) -> None:
        """Marks of the step, and of the day a week before that its value is compared with."""
        grid = self.grid
        span = int(max(self.at.max() + 1, grid.steps))
        told = marks(grid.axis(span), grid.frequency, zone=grid.zone, days=grid.calendar)
        for name, column in told.items():
            self.add(name, column[self.at])
        if "off" in told:
            day = PER_DAY[grid.frequency]
            for count in (1, 2):
                then = self.at - self.back(7 * day, count)
                self.add(f"off_week_{count}", np.where(then >= 0, told["off"][np.maximum(then, 0)], np.nan))

    def of_factors(self) -> None:
        """Each factor at the step, its mean of the day before and of three days, and a week before."""
        grid = self.grid
        day = PER_DAY.get(grid.frequency, 1)
        for name, told in grid.factors.items():
            at = np.minimum(self.at, told.shape[-1] - 1)
            row = told if told.ndim == 1 else None
            self.add(name, self.factor(told, at))
            if grid.frequency == "month":
                continue
            several = np.atleast_2d(told)
            place = np.zeros_like(self.place) if row is not None else self.place
            for days in (1, 3):
                self.add(f"{name}_days_{days}", _trailing(several, place, at, days * day))
            for label, season in (("day", day), ("week", 7 * day)):
                then = at - self.back(season, 1)
                past = self.factor(told, np.maximum(then, 0))
                self.add(f"{name}_than_{label}", self.columns[self.names.index(name)] - past)

    def factor(self, told: Floats, at: Steps) -> Floats:
        return told[at] if told.ndim == 1 else told[self.place, at]


def _running(values: Floats | Flags) -> Floats:
    """Running sums along the steps, from nothing."""
    return np.concatenate([np.zeros((len(values), 1)), np.cumsum(values, axis=1)], axis=1)


def _trailing(several: Floats, place: Steps, at: Steps, width: int) -> Floats:
    """The mean of a factor over the last `width` steps, the step itself among them."""
    held = np.where(np.isfinite(several), several, 0.0)
    sums = _running(held)
    since = np.maximum(at + 1 - width, 0)
    found: Floats = (sums[place, at + 1] - sums[place, since]) / (at + 1 - since)
    return found
