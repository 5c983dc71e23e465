"""Candidates by their engines: every one gives series × steps from the end of a grid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from xinheng.judgements.demand import direct, recursive, statistical, weather
from xinheng.judgements.demand.grids import PER_DAY, Floats, Grid
from xinheng.judgements.demand.options import Candidate, Options

LEVELS: Floats = np.arange(1, 100) / 100  # quantiles that are kept: 0.01 … 0.99


@dataclass
class Told:
    """What one run of candidates told: points by name, and quantiles of those that give a distribution."""

    points: dict[str, Floats] = field(default_factory=dict)
    quantiles: dict[str, Floats] = field(default_factory=dict)  # levels × series × steps


@dataclass
class Trained:
    """Trees by candidate, trained once and used from several starts."""

    trees: dict[str, direct.Trees] = field(default_factory=dict)


def needed(names: Sequence[str], known: Mapping[str, Candidate]) -> list[str]:
    """The candidates and what they are means of, each once."""
    found: dict[str, None] = {}
    for name in names:
        found |= dict.fromkeys([*known[name].of, name])
    return list(found)


def train(
    names: Sequence[str], known: Mapping[str, Candidate], grid: Grid, horizon: int, options: Options
) -> Trained:
    """Train what can be trained once, on all that a grid knows."""
    made = Trained()
    for name in needed(names, known):
        if known[name].engine == "direct":
            made.trees[name] = direct.train(
                _recent(grid, known[name]), horizon, known[name].settings, seed=options.seed
            )
    return made


def foretell(
    names: Sequence[str], known: Mapping[str, Candidate], grid: Grid, horizon: int, options: Options,
    trained: Trained | None = None,
) -> Told:  # fmt: skip
    """Forecast every series of a grid from its end by each candidate."""
    every = needed(names, known)
    trained = trained or train(every, known, grid, horizon, options)
    told = Told()
    simple = {name: known[name] for name in every if known[name].engine == "statistical"}
    if simple:
        told.points |= statistical.foretell(simple, grid, horizon, master=options.engine)
    for name in every:
        one = known[name]
        match one.engine:
            case "recursive":
                told.points[name] = recursive.foretell(one, grid, horizon, seed=options.seed)
            case "direct":
                told.points[name] = direct.foretell(trained.trees[name], _recent(grid, one), horizon)[:, 0]
            case "weather":
                paths = weather.foretell(grid, horizon, one.settings, LEVELS, seed=options.seed)
                told.points[name], told.quantiles[name] = paths.mean, paths.quantiles
            case "mean":
                told.points[name] = np.mean([told.points[part] for part in one.of], axis=0)
            case _:
                pass
    told.points = {name: _whole(told.points[name], grid) for name in names}
    return told


def _whole(points: Floats, grid: Grid) -> Floats:
    """Never below zero; where a way has too little to say anything, what the series used lately."""
    back = 12 if grid.frequency == "month" else 28 * PER_DAY[grid.frequency]
    part = grid.values[:, -back:]
    known = np.isfinite(part)
    lately = np.where(known, part, 0).sum(axis=1) / np.where(known.any(axis=1), known.sum(axis=1), np.nan)
    found: Floats = np.maximum(np.where(np.isfinite(points), points, lately[:, None]), 0)
    return found


def _recent(grid: Grid, candidate: Candidate) -> Grid:
    back = candidate.history_weeks * 7 * PER_DAY.get(grid.frequency, 1)
    return grid.since(grid.steps - back) if back else grid
