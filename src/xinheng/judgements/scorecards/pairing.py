"""Figures made of two columns: what one column says depends on another, and a person can still read it."""

from __future__ import annotations

import itertools

import numpy as np
import polars as pl

from xinheng.judgements.scorecards import boosting, folds
from xinheng.judgements.scorecards.axes import Codes, Floats, Made, Sign
from xinheng.judgements.scorecards.ground import Ground, ground_of
from xinheng.judgements.scorecards.values import Choices

LOOKED_AT = 20  # columns that boosted steps use most, of which pairs are made
MOST = 20  # pairs of a card
FOR_EACH = 8  # so many rows of the rarer end allow one pair
FEWEST = 80  # rows of the rarer end below which there are no pairs
WORTH = 0.01  # of the loss of rows not seen: what pairs must gain to be taken
ROUNDS = 300
CHECKS = 2  # times that rows not seen are asked whether pairs gain anything
ROWS = 20_000  # that pairs are sought in
PARTS = 12  # a pair is cut into, to see what it would add
PRIOR = 3.0
LEAST = 20  # rows of which a pair must be known


def paired(features: pl.DataFrame, places: Codes, groups: Codes, choices: Choices) -> tuple[Made, ...]:
    """Figures made of two columns, the most telling first; none where rows not seen gain nothing by them."""
    worse = (places > 0).astype(np.int32)
    count = folds.most_folds(groups, worse, CHECKS)
    if not choices.pairs or count < 2 or min(worse.sum(), (1 - worse).sum()) < FEWEST:
        return ()
    fold = folds.dealt(groups, places, count, seed=choices.seed)
    before = after = 0.0
    for learn, test in folds.splits(fold, count):
        made = _sought(features[learn], ground_of(features[learn], places[learn], choices.special), choices)
        if not made:
            return ()
        before += _loss(features, places, (learn, test), choices, ())
        after += _loss(features, places, (learn, test), choices, made)
    if after > before * (1 - WORTH):
        return ()
    return _sought(features, ground_of(features, places, choices.special), choices)


def _loss(
    features: pl.DataFrame, places: Codes, split: tuple[folds.Rows, folds.Rows], choices: Choices,
    made: tuple[Made, ...],
) -> float:  # fmt: skip
    """The loss, over rows not seen, of boosted steps of the columns and the pairs."""
    whole = ground_of(features, places, choices.special, made)
    rows = len(places)
    learn, test = (
        whole.at(np.concatenate([part + rows * copy for copy in range(whole.copies)])) for part in split
    )
    model, _rounds = boosting.rounds_of(learn, test, directions=[0] * len(whole.axes), seed=choices.seed)
    return float(model.best_score["valid_0"]["binary_logloss"]) * len(test.bad)


def _sought(features: pl.DataFrame, ground: Ground, choices: Choices) -> tuple[Made, ...]:
    """The pairs that add most to boosted steps of single columns, the best first; one of any two columns."""
    rows = len(ground.bad) // ground.copies
    rarer = min(int(ground.bad.sum()), int((1 - ground.bad).sum())) // ground.copies
    most = min(choices.pairs, rarer // FOR_EACH)
    numbers = [place for place, axis in enumerate(ground.axes) if not axis.levels and not axis.special]
    if most < 1 or len(numbers) < 2:
        return ()
    step = max(rows // ROWS, 1)
    some = np.concatenate([np.arange(0, rows, step) + rows * copy for copy in range(ground.copies)])
    there = ground.at(some)
    model = boosting.boosted(there, ROUNDS, directions=[0] * len(ground.axes), seed=0)
    tables = boosting.shapes(model, ground.axes)
    used = [(-float(tables[place][there.codes[:, place]].std()), place) for place in numbers]
    names = [ground.axes[place].name for _spread, place in sorted(used)[:LOOKED_AT]]
    slope, bend = _left(there, tables)
    frame = features[np.arange(0, rows, step)]
    found: list[tuple[float, Made]] = []
    for one, other in itertools.combinations(names, 2):
        gained = [
            (_gain(made.of(frame), slope, bend), made) for made in _candidates(one, other, choices.money)
        ]
        found += [max(gained, key=lambda pair: pair[0])] if gained else []
    found.sort(key=lambda pair: -pair[0])
    taken = set(features.columns)
    return tuple(made for gained, made in found if gained > 0 and made.name not in taken)[:most]


def _candidates(one: str, other: str, money: frozenset[str]) -> list[Made]:
    amounts = (one in money) + (other in money)
    if amounts == 1:
        return []
    signs: tuple[Sign, ...] = ("/",) if amounts else ("/", "-", "+", "*")
    return [Made(one, sign, other) for sign in signs] + [Made(other, "/", one)]


def _left(ground: Ground, tables: list[Floats]) -> tuple[Floats, Floats]:
    """What the steps of single columns leave open: the slope and the bend of each row's loss."""
    risk = ground.offset.copy()
    for place, table in enumerate(tables):
        risk += table[ground.codes[:, place]]
    shift = 0.0
    for _ in range(20):
        chance = 1 / (1 + np.exp(-(risk + shift)))
        shift += float((ground.bad.sum() - chance.sum()) / max((chance * (1 - chance)).sum(), 1e-9))
    chance = 1 / (1 + np.exp(-(risk + shift)))
    by_copy = (ground.copies, -1)
    slope = (ground.bad - chance).reshape(by_copy).sum(axis=0)
    return slope, (chance * (1 - chance)).reshape(by_copy).sum(axis=0)


def _gain(column: pl.Series, slope: Floats, bend: Floats) -> float:
    """What a step function of the column could add."""
    values = column.to_numpy().astype(np.float64)
    there = np.isfinite(values)
    if there.sum() < LEAST:
        return 0.0
    bounds = np.unique(np.quantile(values[there], np.arange(1, PARTS) / PARTS))
    parts: Codes = np.where(there, np.searchsorted(bounds, values), len(bounds) + 1)
    slopes = np.bincount(parts, weights=slope, minlength=len(bounds) + 2)
    bends = np.bincount(parts, weights=bend, minlength=len(bounds) + 2)
    return float((slopes**2 / (bends + PRIOR)).sum())
