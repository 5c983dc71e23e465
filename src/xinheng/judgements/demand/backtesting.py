"""Candidates tried on windows of the past, each by what was known before it; and which is taken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from xinheng.judgements.demand import engines, intervals, scoring
from xinheng.judgements.demand.engines import LEVELS
from xinheng.judgements.demand.grids import PER_DAY, Floats, Grid
from xinheng.judgements.demand.options import Chosen, Kind, Options, shipped

Tell = Callable[[str, int, int], None]
OWN_WAY = 2  # windows of its own from which a series may go its own way


def quiet(_what: str, _done: int, _total: int) -> None:
    """Say nothing of the progress."""


@dataclass(frozen=True)
class Tried:
    """What candidates told of the windows: actual and points series × windows × steps, NaN where not seen."""

    names: tuple[str, ...]
    starts: tuple[int, ...]
    actual: Floats
    points: dict[str, Floats]
    quantiles: dict[str, Floats]  # levels × series × windows × steps, of candidates that give them
    level: Floats


def windows(grid: Grid, horizon: int, chosen: Chosen, options: Options) -> list[int]:
    """Where the windows start, the earliest first: those for which enough is known before."""
    day = PER_DAY.get(grid.frequency, 1)
    apart = chosen.apart * day if chosen.apart and horizon <= chosen.apart * day else horizon
    count = options.folds or chosen.folds
    least = max(2, min(grid.steps // 2, 56 * day if grid.frequency != "month" else 12))
    starts = [grid.steps - horizon - apart * place for place in range(count)]
    return [start for start in reversed(starts) if start >= least]


def tried(
    grid: Grid,
    horizon: int,
    names: Sequence[str],
    starts: Sequence[int],
    options: Options,
    tell: Tell = quiet,
) -> Tried:
    """Every candidate from every start.

    Trees of days and months are trained anew for each; those of hours once, on what the first start knew.
    """
    known = shipped().candidates
    shape = (len(grid.ids), len(starts), horizon)
    actual = np.full(shape, np.nan)
    points = {name: np.full(shape, np.nan) for name in names}
    quantiles: dict[str, Floats] = {}
    trained = None
    for place, start in enumerate(starts):
        before = grid.until(start)
        if trained is None or grid.frequency in {"day", "month"}:
            trained = engines.train(names, known, before, horizon, options)
        told = engines.foretell(names, known, before, horizon, options, trained)
        seen = grid.seen[:, start : start + horizon]
        actual[:, place] = np.where(seen, grid.values[:, start : start + horizon], np.nan)
        for name in names:
            points[name][:, place] = told.points[name]
        for name, made in told.quantiles.items():
            quantiles.setdefault(name, np.full((len(LEVELS), *shape), np.nan))[:, :, place] = made
        tell("test", place + 1, len(starts))
    return Tried(tuple(names), tuple(starts), actual, points, quantiles, _level(grid))


def _level(grid: Grid) -> Floats:
    """What a series usually uses, as a size to measure errors by."""
    back = 12 if grid.frequency == "month" else 28 * PER_DAY[grid.frequency]
    part = np.abs(grid.values[:, -back:])
    count = np.isfinite(part).sum(axis=1)
    found: Floats = np.where(count > 0, np.nansum(part, axis=1) / np.maximum(count, 1), 0)
    return found


def best(found: Tried) -> tuple[str, list[str]]:
    """The candidate with the smallest error over all, and the one each series takes.

    A series goes its own way only where another errs clearly less on it in several windows, and where there
    is one window alone the naive way is left only for one that errs clearly less. Ties go to the earlier,
    simpler candidate.
    """
    lost = {name: scoring.measures(found.actual, found.points[name])["wape"] for name in found.names}
    of_all = min(found.names, key=lambda name: _or_far(lost[name]))
    naive, clear = found.names[0], 1 - shipped().pooled
    if len(found.starts) < OWN_WAY and _or_far(lost[of_all]) > clear * _or_far(lost[naive]):
        of_all = naive
    several = np.isfinite(found.actual).any(axis=2).sum(axis=1) >= OWN_WAY
    own = np.array(
        [_filled(scoring.by_series(found.actual, found.points[name])["wape"]) for name in found.names]
    )
    usual = own[found.names.index(of_all)]
    least = own.argmin(axis=0)
    clearly = several & (own.min(axis=0) < clear * usual) & np.isfinite(own.min(axis=0))
    return of_all, [found.names[at] if away else of_all for at, away in zip(least, clearly, strict=True)]


def _or_far(value: float | None) -> float:
    return float("inf") if value is None else value


def _filled(values: Floats) -> Floats:
    return np.where(np.isfinite(values), values, np.inf)


def report(found: Tried, of_all: str, chosen: list[str], options: Options, kind: Kind) -> dict[str, Any]:
    """The figures of a kind of series: each candidate, and what was chosen, beside the naive way."""
    rows = {
        name: _figures(found, found.points[name], found.quantiles.get(name), options) for name in found.names
    }
    picked = np.stack([found.points[name][place] for place, name in enumerate(chosen)])
    quantiles = found.quantiles.get(of_all) if set(chosen) == {of_all} else None
    return {
        "kind": kind, "series": len(chosen), "windows": len(found.starts), "naive": found.names[0],
        "best": of_all, "own_way": sum(name != of_all for name in chosen), "candidates": rows,
        "chosen": _figures(found, picked, quantiles, options),
    }  # fmt: skip


def _figures(found: Tried, points: Floats, quantiles: Floats | None, options: Options) -> dict[str, Any]:
    errors = found.actual - points
    told: dict[str, Any] = scoring.measures(found.actual, points)
    if quantiles is not None:
        low, high = intervals.places_of(options.band)
        seen = np.isfinite(found.actual)
        within = (found.actual >= quantiles[low]) & (found.actual <= quantiles[high])
        coverage = float(within[seen].mean()) if seen.any() else None
        lost = scoring.pinball(found.actual, quantiles)
    else:
        coverage = intervals.held(errors, found.level, options.band)
        lost = _pinball(found, points, errors)
    return told | {"pinball": lost, "coverage": coverage, "stated": options.band}


def _pinball(found: Tried, points: Floats, errors: Floats) -> float | None:
    """The loss of quantiles learned in the other windows."""
    count = errors.shape[1]
    if count < 2 or not np.isfinite(errors).any():
        return None
    lost, weight = 0.0, 0
    for place in range(count):
        width = intervals.width_of(np.delete(errors, place, axis=1), found.level)
        one = scoring.pinball(found.actual[:, place], width.spread(points[:, place]))
        seen = int(np.isfinite(errors[:, place]).sum())
        if one is not None:
            lost, weight = lost + one * seen, weight + seen
    return lost / weight if weight else None
