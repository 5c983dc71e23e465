"""Demand by the weather: trees over factors and the calendar, run on the weather of past years.

What the weather will be a month ahead nobody knows; what it was on these days in every past year is known.
Each year, moved by some days to and fro, gives one path of demand; together they give the distribution.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from xinheng.judgements.demand.calendars import marks
from xinheng.judgements.demand.grids import DAYS_OF_YEAR, PER_DAY, Floats, Grid

if TYPE_CHECKING:  # takes a second, which only who trains should wait for
    import lightgbm

Steps = npt.NDArray[np.int64]
ALIKE = 0.8  # factors correlated so much measure the same thing, such as stations of one region
HOURS = (1, 2, 3, 6, 12, 24)  # back to which a building remembers the weather
DAYS = (1, 2, 4, 10)
YEAR = 365.2425
SAMPLE = 8000  # steps by which factors are compared
SPREAD = 99  # quantiles of what the model did not explain


@dataclass(frozen=True)
class Paths:
    """What may come: the expected path, and its quantiles by step (quantiles × series × steps)."""

    mean: Floats
    quantiles: Floats


def foretell(grid: Grid, horizon: int, settings: dict[str, Any], levels: Floats, *, seed: int) -> Paths:
    """Paths of every series over the horizon by its unknown factors. levels: the quantiles wanted."""
    found = [
        _one(grid.only(np.array([place])), horizon, settings, levels, seed) for place in range(len(grid.ids))
    ]
    return Paths(
        np.concatenate([one.mean for one in found]), np.concatenate([one.quantiles for one in found], axis=1)
    )


def _one(grid: Grid, horizon: int, settings: dict[str, Any], levels: Floats, seed: int) -> Paths:
    day = PER_DAY[grid.frequency]
    merged = {name: told if told.ndim == 1 else told[0] for name, told in grid.unknown.items()}
    begin = int(np.isfinite(grid.values[0]).argmax())
    held = int(DAYS_OF_YEAR * day)
    split = max(grid.steps - held, begin + held)
    weather = _merged(merged, grid, begin, split)
    grid = replace(grid, unknown={})
    train = (
        np.arange(begin + held, grid.steps)
        if grid.steps - begin > 3 * held
        else np.arange(begin + 30 * day, grid.steps)
    )
    train = train[grid.seen[0, train]]
    maker = _Maker(grid, weather, horizon)
    features, level, target = maker.rows(train, train * 0), maker.level(train), grid.values[0, train]
    rest = _rest(features, target / level, train >= split, settings, seed)
    model = _fit(features, target / level, settings, seed)
    ahead = np.arange(grid.steps, grid.steps + horizon)
    paths = []
    for shift in _shifts(grid, horizon, settings):
        told = model.predict(maker.rows(ahead, np.full(horizon, shift)), num_threads=1)
        paths.append(told * maker.level(ahead))
    several = np.stack(paths)
    spread = several[:, None, :] * (1 + rest[None, :, None])
    quantiles = np.quantile(spread.reshape(-1, horizon), levels, axis=0)
    return Paths(np.maximum(several.mean(axis=0), 0)[None], np.maximum(quantiles, 0)[:, None])


def _fit(features: Floats, ratio: Floats, settings: dict[str, Any], seed: int) -> lightgbm.Booster:
    import lightgbm

    told = {
        "objective": "l2", "learning_rate": 0.05, "num_leaves": 31, "min_data_in_leaf": 40,
        "feature_fraction": 0.6, "bagging_fraction": 0.7, "bagging_freq": 1, "lambda_l2": 2.0,
        "num_threads": 1, "deterministic": True, "force_row_wise": True, "seed": seed, "verbosity": -1,
        **settings.get("trees", {}),
    }  # fmt: skip
    return lightgbm.train(told, lightgbm.Dataset(features, ratio), int(settings.get("rounds", 500)))


def _rest(
    features: Floats, ratio: Floats, late: npt.NDArray[np.bool_], settings: dict[str, Any], seed: int
) -> Floats:
    """Quantiles of what a model of the years before leaves unexplained in the last, in parts of itself."""
    model = _fit(features[~late], ratio[~late], settings, seed)
    told = model.predict(features[late], num_threads=1)
    apart = ratio[late] / np.maximum(told, 1e-9) - 1
    found: Floats = np.quantile(apart, (np.arange(SPREAD) + 0.5) / SPREAD)
    return found


def _shifts(grid: Grid, horizon: int, settings: dict[str, Any]) -> list[int]:
    """How many steps back the weather of each past path lies."""
    day = PER_DAY[grid.frequency]
    wide, most = int(settings.get("shift_days", 4)), int(settings.get("years", 11))
    found = []
    for year in range(1, most + 1):
        for moved in range(-wide, wide + 1):
            back = (round(year * YEAR) + moved) * day
            if grid.steps - back - 11 * day >= 0 and horizon <= back:
                found.append(back)
    return found


def _merged(told: dict[str, Floats], grid: Grid, begin: int, split: int) -> Floats:
    """One factor out of those that measure the same thing: the mean of the ones that explain demand best.

    They are ordered by how well each explains, in the years before the last, and as many are taken as explain
    the last year best.
    """
    names = sorted(told)
    if len(names) == 1:
        return told[names[0]]
    steps = np.arange(begin, grid.steps)
    steps = steps[grid.seen[0, steps]]
    if len(steps) > SAMPLE:
        steps = np.sort(np.random.default_rng(0).choice(steps, SAMPLE, replace=False))
    late = steps >= split
    target = np.log(np.maximum(grid.values[0, steps], 1e-9))
    base = _plain(grid, steps)
    errors = {name: _explained(told[name], steps, base, target, ~late, ~late) for name in names}
    order = sorted(names, key=errors.__getitem__)
    means = [np.mean([told[name] for name in order[: count + 1]], axis=0) for count in range(len(order))]
    tried = [_explained(one, steps, base, target, ~late, late) for one in means]
    return np.asarray(means[int(np.argmin(tried))], dtype=np.float64)


def _plain(grid: Grid, steps: Steps) -> Floats:
    told = marks(grid.axis(grid.steps), grid.frequency, zone=grid.zone)
    parts = [np.ones((len(steps), 1)), (steps / grid.steps)[:, None]]
    for name in ("month", "weekday", "clock"):
        if name in told:
            column = told[name][steps]
            parts.append((column[:, None] == np.unique(column)[None, 1:]).astype(np.float64))
    return np.column_stack(parts)


def _explained(told: Floats, steps: Steps, base: Floats, target: Floats, fit: Any, test: Any) -> float:
    """Mean squared error of a plain regression on a factor."""
    now = (told[steps] - told.mean()) / max(float(told.std()), 1e-9)
    powers = np.column_stack([now, now**2, now**3])
    design = np.column_stack([base, powers, *(base[:, 2 + 17 :] * one[:, None] for one in powers.T)])
    known = design[fit]
    steady = 1e-6 * len(known) * np.eye(known.shape[1])  # columns may repeat one another
    weights = np.linalg.solve(known.T @ known + steady, known.T @ target[fit])
    return float(np.mean((design[test] @ weights - target[test]) ** 2))


class _Maker:
    """Rows of features at steps, with the weather of a shift before."""

    def __init__(self, grid: Grid, weather: Floats, horizon: int) -> None:
        self.grid, self.weather = grid, weather
        self.day = PER_DAY[grid.frequency]
        self.sums = np.concatenate([[0.0], np.cumsum(weather)])
        values = np.where(np.isfinite(grid.values[0]), grid.values[0], 0.0)
        self.values = np.concatenate([[0.0], np.cumsum(values)])
        self.counts = np.concatenate([[0.0], np.cumsum(np.isfinite(grid.values[0]))])
        self.horizon = horizon
        span = grid.steps + horizon
        self.marks = marks(grid.axis(span), grid.frequency, zone=grid.zone, days=grid.calendar)

    def level(self, at: Steps) -> Floats:
        """The mean of the year that was known when a forecast of this step could last begin."""
        until = np.minimum(at - self.horizon // 2, self.grid.steps)
        since = np.maximum(until - DAYS_OF_YEAR * self.day, 0)
        count = np.maximum(self.counts[until] - self.counts[since], 1)
        found: Floats = (self.values[until] - self.values[since]) / count
        return found

    def rows(self, at: Steps, back: Steps) -> Floats:
        """Features of steps with the weather that was so many steps before."""
        then = at - back
        columns = [self.weather[then]]
        hours = max(self.day // 24, 1)
        if self.day > 1:
            columns += [self.weather[np.maximum(then - hour * hours, 0)] for hour in HOURS]
        columns += [self.mean(then, days * self.day) for days in DAYS]
        columns += [self.marks[name][at] for name in self.marks]
        for name in self.grid.factors:
            told = self.grid.factors[name]
            columns.append((told if told.ndim == 1 else told[0])[at])
        return np.column_stack(columns)

    def mean(self, at: Steps, width: int) -> Floats:
        since = np.maximum(at + 1 - width, 0)
        found: Floats = (self.sums[at + 1] - self.sums[since]) / (at + 1 - since)
        return found
