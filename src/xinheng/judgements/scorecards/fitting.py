"""A card out of rows: optimal bins under a logistic regression, and boosted steps, added up.

Both parts give one step function a column, so their sum does too: whatever is learned can be read as
points by band. How much each part counts is learned from rows that neither has seen. Of several ordered
grades the card learns, with the same points, whether a row is worse than each of them: proportional odds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from xinheng.judgements.scorecards import boosting, folds, measures, pairing, regression, weighing
from xinheng.judgements.scorecards.axes import Axis, Codes, Floats
from xinheng.judgements.scorecards.ground import Ground, ground_of
from xinheng.judgements.scorecards.shaping import Item, compressed
from xinheng.judgements.scorecards.values import Choices

PENALTY = 4.0  # how firmly, where few rows speak, every column counts the same
USUAL, HELD = np.array([0.6, 0.3]), 30.0  # what the parts count where few rows speak, and how firmly
WIDE = 1.4  # more columns than so many times the items: the weakest go before the card is fitted


@dataclass(frozen=True)
class Learned:
    """What was learned: items of log odds for bad by code.

    steps: the constant, or of several grades one for each but the last: of being worse than it.
    """

    items: tuple[Item, ...]
    steps: tuple[float, ...]
    parts: dict[str, float]  # how much the regression and the boosted steps count


@dataclass(frozen=True)
class _Shapes:
    """The parts before they are added up: by column, by code."""

    evidence: list[Floats]
    steps: list[Floats]


def fit(features: pl.DataFrame, places: Codes, groups: Codes, choices: Choices) -> Learned:
    """Fit a card. Everything is chosen from these rows alone, by folds that keep groups together.

    places: 1 for bad and 0 for good rows, or the place of each row's grade, the best 0.
    """
    ground = _ground(features, places, groups, choices)
    groups = np.tile(groups, ground.copies)
    directions = [0] * len(ground.axes)
    if choices.monotonic:
        directions = [
            _direction(axis, ground.codes[:, place], ground.bad) for place, axis in enumerate(ground.axes)
        ]
    unseen, rounds = _unseen(ground, groups, directions, choices)
    counted, _constant = regression.regress(
        unseen - unseen.mean(axis=0), ground.bad,
        penalty=HELD * ground.copies, towards=USUAL, offset=ground.offset,
    )  # fmt: skip
    whole = _parts(ground, rounds, directions, choices)
    blended = [
        counted[0] * one + counted[1] * two for one, two in zip(whole.evidence, whole.steps, strict=True)
    ]
    parts = {
        "regression": round(float(counted[0]), 3),
        "boosted_steps": round(float(counted[1]), 3),
        "rounds": rounds,
    }
    return _levelled(Learned(tuple(compressed(ground, blended, choices)), (), parts), ground)


def _ground(features: pl.DataFrame, places: Codes, groups: Codes, choices: Choices) -> Ground:
    """The rows, with figures made of two columns where those add something, and without idle columns."""
    made = pairing.paired(features, places, groups, choices)
    ground = ground_of(features, places, choices.special, made)
    return _narrowed(ground, choices.items) if len(ground.axes) > choices.items * WIDE else ground


def _levelled(learned: Learned, ground: Ground) -> Learned:
    """The same card with the constants at which as many bad are foretold as there were."""
    rows = len(ground.bad) // ground.copies
    places = {axis.name: place for place, axis in enumerate(ground.axes)}
    risk = np.zeros(rows)
    for item in learned.items:
        risk += item.odds()[ground.codes[:rows, places[item.axis.name]]]
    return replace(learned, steps=tuple(_level(risk, bad) for bad in ground.bad.reshape(ground.copies, rows)))


def _level(risk: Floats, bad: Codes) -> float:
    rate = min(max(float(bad.mean()), 0.5 / len(bad)), 1 - 0.5 / len(bad))
    shift = float(np.log(rate / (1 - rate)) - risk.mean())
    for _ in range(30):
        chance = 1 / (1 + np.exp(-(risk + shift)))
        slope = float((chance * (1 - chance)).sum())
        shift += float(np.clip((rate * len(bad) - chance.sum()) / max(slope, 1e-9), -2, 2))
    return shift


def _parts(ground: Ground, rounds: int, directions: list[int], choices: Choices) -> _Shapes:
    bags = 2 if len(ground.bad) // ground.copies > boosting.LARGE else 4
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
        weighing.weights(
            axis, ground.codes[:, place], ground.bad, monotonic=choices.monotonic, copies=ground.copies
        )
        for place, axis in enumerate(ground.axes)
    ]
    columns = np.column_stack([table[ground.codes[:, place]] for place, table in enumerate(tables)])
    counted, _constant = regression.regress(
        columns, ground.bad,
        penalty=PENALTY * ground.copies, towards=len(tables) ** -0.5, offset=ground.offset,
    )  # fmt: skip
    return [weight * table for weight, table in zip(counted, tables, strict=True)]


def _unseen(ground: Ground, groups: Codes, directions: list[int], choices: Choices) -> tuple[Floats, int]:
    """Both parts' log odds of rows they have not seen, and how many rounds of steps were best."""
    rows = len(ground.bad) // ground.copies
    wanted = 2 if rows > boosting.LARGE else 3
    count = folds.most_folds(groups, ground.bad, wanted)
    if count < 2:  # one group alone has bad or good rows: rows are told apart instead
        groups = np.tile(np.arange(rows), ground.copies)
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
    return ground.of(sorted(int(place) for place in np.argsort(spread, kind="stable")[:most]))
