"""Boosted steps: many small trees of one cut each, which add up to one step function a column."""

from __future__ import annotations

from typing import Any

import numpy as np

from xinheng.judgements.scorecards.axes import Axis, Floats
from xinheng.judgements.scorecards.ground import Ground

LARGE = 20_000  # rows from which steps are taken faster
MOST_ROUNDS = 1200
PATIENCE = 40


def rounds_of(ground: Ground, held: Ground, *, directions: list[int], seed: int) -> tuple[Any, int]:
    """A model stopped where the rows held back gain nothing more, and how many rounds that took."""
    model = _train(ground, MOST_ROUNDS, directions=directions, seed=seed, held=held)
    return model, max(model.best_iteration, 10)


def boosted(ground: Ground, rounds: int, *, directions: list[int], seed: int) -> Any:
    """A model of so many rounds."""
    return _train(ground, rounds, directions=directions, seed=seed)


def shapes(model: Any, axes: tuple[Axis, ...]) -> list[Floats]:
    """What each code of each column adds to the log odds; the model has no cut of two columns."""
    total = sum(axis.size + 1 for axis in axes)
    rows = np.zeros((total + 1, len(axes)))
    places, at = [], 1
    for column, axis in enumerate(axes):
        rows[at : at + axis.size, column] = np.arange(axis.size)
        rows[at + axis.size, column] = np.nan
        places.append(slice(at, at + axis.size + 1))
        at += axis.size + 1
    told = model.predict(rows, raw_score=True)
    return [told[place] - told[0] for place in places]


def _rows(ground: Ground) -> Floats:
    """Codes as the library takes them: missing is not a number."""
    sizes = np.array([axis.size for axis in ground.axes])
    return np.where(ground.codes == sizes, np.nan, ground.codes)


def _train(
    ground: Ground, rounds: int, *, directions: list[int], seed: int, held: Ground | None = None
) -> Any:
    import lightgbm

    texts = [place for place, axis in enumerate(ground.axes) if axis.levels]
    count = len(ground.bad) // ground.copies
    large = count > LARGE
    least = int(np.clip(count // 150, min(10, count // 6), 100))
    settings = {
        "objective": "binary", "num_leaves": 2, "learning_rate": 0.2 if large else 0.05,
        "min_data_in_leaf": least * ground.copies, "lambda_l2": 2.0 * ground.copies,
        "bagging_fraction": 0.7, "bagging_freq": 0 if large else 1, "feature_fraction": 0.5, "max_bin": 255,
        "min_data_in_bin": 1, "cat_smooth": 20, "cat_l2": 10, "min_data_per_group": 10,
        "max_cat_threshold": 32, "max_cat_to_onehot": 2, "seed": seed, "num_threads": 1,
        "deterministic": True, "force_row_wise": True, "verbose": -1,
    }  # fmt: skip
    if any(directions):
        settings["monotone_constraints"] = directions
    kept: dict[str, Any] = {"categorical_feature": texts, "free_raw_data": True}
    learned = lightgbm.Dataset(_rows(ground), ground.bad, init_score=ground.start, **kept)
    if held is None:
        return lightgbm.train(settings, learned, rounds)
    checked = lightgbm.Dataset(_rows(held), held.bad, reference=learned, init_score=held.start, **kept)
    stop = lightgbm.early_stopping(PATIENCE, verbose=False)
    return lightgbm.train(settings, learned, rounds, valid_sets=[checked], callbacks=[stop])
