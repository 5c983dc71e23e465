"""A card out of rows: optimal bins under a logistic regression, and boosted steps, added up.

Both parts give one step function a column, so their sum does too: whatever is learned can be read as
points by band. How much each part counts is learned from rows that neither has seen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from xinheng.judgements.scorecards import boosting, folds, measures, regression, weighing
from xinheng.judgements.scorecards.axes import Axis, Codes, Floats, axis_of
from xinheng.judgements.scorecards.boosting import Ground
from xinheng.judgements.scorecards.shaping import Item, compressed
from xinheng.judgements.scorecards.values import Choices

PENALTY = 1.0
USUAL, HELD = np.array([0.6, 0.3]), 30.0  # what the parts count where few rows speak, and how firmly
WIDE = 1.4  # more columns than so many times the items: the weakest go before the card is fitted


@dataclass(frozen=True)
class Learned:
    """What was learned: items of log odds for bad by code, and the constant."""

    items: tuple[Item, ...]
    constant: float
    parts: dict[str, float]  # how much the regression and the boosted steps count

    def risk(self, features: pl.DataFrame) -> Floats:
        """The log odds of bad of each row."""
        found = np.full(features.height, self.constant)
        for item in self.items:
            found += item.odds()[item.axis.codes(features[item.axis.name])]
        return found


@dataclass(frozen=True)
class _Shapes:
    """The parts before they are added up: by column, by code."""

    evidence: list[Floats]
    steps: list[Floats]


def ground_of(features: pl.DataFrame, bad: Codes, special: tuple[float, ...] = ()) -> Ground:
    """The rows in fine codes."""
    axes = tuple(axis_of(column, special) for column in features.iter_columns())
    codes = np.column_stack([axis.codes(features[axis.name]) for axis in axes])
    return Ground(axes, codes, bad)


def fit(features: pl.DataFrame, bad: Codes, groups: Codes, choices: Choices) -> Learned:
    """Fit a card. Everything is chosen from these rows alone, by folds that keep groups together."""
    ground = ground_of(features, bad, choices.special)
    if len(ground.axes) > choices.items * WIDE:
        ground = _narrowed(ground, choices.items)
    directions = [0] * len(ground.axes)
    if choices.monotonic:
        directions = [_direction(axis, ground.codes[:, place], bad) for place, axis in enumerate(ground.axes)]
    unseen, rounds = _unseen(ground, groups, directions, choices)
    centre = unseen.mean(axis=0)
    counted, constant = regression.regress(unseen - centre, bad, penalty=HELD, towards=USUAL)
    whole = _parts(ground, rounds, directions, choices)
    blended = [
        counted[0] * one + counted[1] * two for one, two in zip(whole.evidence, whole.steps, strict=True)
    ]
    learned = compressed(ground, blended, choices)
    parts = {
        "regression": round(float(counted[0]), 3),
        "boosted_steps": round(float(counted[1]), 3),
        "rounds": rounds,
    }
    return _levelled(Learned(tuple(learned), constant, parts), ground)


def _levelled(learned: Learned, ground: Ground) -> Learned:
    """The same card with the constant at which as many bad are foretold as there were."""
    places = {axis.name: place for place, axis in enumerate(ground.axes)}
    risk = np.full(len(ground.bad), learned.constant)
    for item in learned.items:
        risk += item.odds()[ground.codes[:, places[item.axis.name]]]
    shift = 0.0
    for _ in range(30):
        chance = 1 / (1 + np.exp(-(risk + shift)))
        slope = float((chance * (1 - chance)).sum())
        shift += float(np.clip((ground.bad.sum() - chance.sum()) / max(slope, 1e-9), -2, 2))
    return replace(learned, constant=learned.constant + shift)


def _parts(ground: Ground, rounds: int, directions: list[int], choices: Choices) -> _Shapes:
    bags = 2 if len(ground.bad) > boosting.LARGE else 4
    models = [
        boosting.shapes(
            boosting.boosted(ground, rounds, directions=directions, seed=choices.seed + bag), ground.axes
        )
        for bag in range(bags)
    ]
    steps = [np.mean(shapes, axis=0) for shapes in zip(*models, strict=True)]
    return _Shapes(_evidence(ground, choices), steps)


def _evidence(ground: Ground, choices: Choices) -> list[Floats]:
    tables = [
        weighing.weights(axis, ground.codes[:, place], ground.bad, monotonic=choices.monotonic)
        for place, axis in enumerate(ground.axes)
    ]
    columns = np.column_stack([table[ground.codes[:, place]] for place, table in enumerate(tables)])
    counted, _constant = regression.regress(columns, ground.bad, penalty=PENALTY)
    return [weight * table for weight, table in zip(counted, tables, strict=True)]


def _unseen(ground: Ground, groups: Codes, directions: list[int], choices: Choices) -> tuple[Floats, int]:
    """Both parts' log odds of rows they have not seen, and how many rounds of steps were best."""
    wanted = 2 if len(ground.bad) > boosting.LARGE else 3
    count = folds.most_folds(groups, ground.bad, wanted)
    if count < 2:  # one group alone has bad or good rows: rows are told apart instead
        groups = np.arange(len(ground.bad))
        count = folds.most_folds(groups, ground.bad, wanted)
    fold = folds.dealt(groups, ground.bad, count, seed=choices.seed)
    found, rounds = np.zeros((len(ground.bad), 2)), []
    for learn, test in folds.splits(fold, count):
        some, held = ground.at(learn), ground.at(test)
        model, best = boosting.rounds_of(some, held, directions=directions, seed=choices.seed)
        rounds.append(best)
        found[test, 0] = _sum(_evidence(some, choices), held.codes)
        found[test, 1] = _sum(boosting.shapes(model, ground.axes), held.codes)
    return found, int(np.mean(rounds) * 1.1)


def _sum(tables: list[Floats], codes: Codes) -> Floats:
    found = np.zeros(len(codes))
    for place, table in enumerate(tables):
        found += table[codes[:, place]]
    return found


def _direction(axis: Axis, codes: Codes, bad: Codes) -> int:
    """Whether the risk rises or falls with a number; none of a text."""
    there = codes < axis.size
    if axis.levels or len(np.unique(bad[there])) < 2:
        return 0
    return 1 if measures.auc(codes[there].astype(np.float64), bad[there]) >= 0.5 else -1


def _narrowed(ground: Ground, most: int) -> Ground:
    """The columns that boosted steps used most."""
    model = boosting.boosted(ground, 400, directions=[0] * len(ground.axes), seed=0)
    tables = boosting.shapes(model, ground.axes)
    spread = [-float(table[ground.codes[:, place]].std()) for place, table in enumerate(tables)]
    kept = sorted(np.argsort(spread, kind="stable")[:most])
    return Ground(tuple(ground.axes[place] for place in kept), ground.codes[:, kept], ground.bad)
