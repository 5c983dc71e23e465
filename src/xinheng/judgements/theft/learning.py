"""A ranking learned from labels, the chances it gives, and what weighed; one with no label to learn from.

LightGBM on one thread with fixed seeds: the same figures and labels give the same chances anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from xinheng.judgements.theft.reducing import Floats

Tell = Callable[[str, int, int], None]
Labels = NDArray[np.int8]
Places = NDArray[np.intp]
SEED = 7
FOREST_ROWS = 20_000  # consumers the forest of unusual shapes is grown on


@dataclass(frozen=True)
class Shape:
    """How large the trees of a fit are, by the number of consumers with a label."""

    leaves: int
    rounds: int
    rate: float
    least: int
    models: int
    share: float = 0.25

    @classmethod
    def of(cls, rows: int) -> Shape:
        """Small trees and the mean of more models for few consumers, larger trees for many."""
        if rows < 3_000:
            return cls(7, 300, 0.05, max(min(10, rows // 20), 2), 3)
        if rows < 30_000:
            return cls(15, 400, 0.03, 60, 3)
        return cls(31, 500, 0.03, 60, 2)


@dataclass(frozen=True)
class Learnt:
    """Models as texts, a list a fold, with the columns they look at.

    levels: the words of each column of words, in order. folds: by consumer with a label the fold that did not
    see it; it is judged by the models of that fold alone, everybody else by the mean of all.
    """

    columns: list[str]
    levels: dict[str, list[str]]
    models: list[list[str]]
    folds: dict[str, int]


def quiet(_what: str, _done: int, _total: int) -> None:
    """Tell nobody."""


def learn(
    consumers: Sequence[str], figures: pl.DataFrame, labels: Labels, *, folds: int, tell: Tell = quiet
) -> tuple[Learnt, Floats]:
    """Learn from consumers with a label, and the chance of each by the models that did not see it.

    figures: a row a consumer, without its number; labels: 1 theft. Folds are dealt by label, whatever the
    order the consumers come in.
    """
    from sklearn.model_selection import StratifiedKFold

    order = np.argsort(np.asarray(consumers))
    figures, labels = figures[order], labels[order]
    levels = {
        name: figures[name].drop_nulls().unique().sort().to_list()
        for name in figures.columns
        if figures[name].dtype == pl.String
    }
    held = Learnt(figures.columns, levels, [], {})
    rows, shape, dealt = coded(held, figures), Shape.of(len(labels)), np.zeros(len(labels), dtype=int)
    crossed = np.full(len(labels), np.nan)
    splitter = StratifiedKFold(folds, shuffle=True, random_state=SEED)
    for fold, (learned, tested) in enumerate(splitter.split(labels, labels)):
        tell("fit", fold, folds)
        texts = [
            _boosted(rows[learned], labels[learned], held, shape, SEED + place)
            for place in range(shape.models)
        ]
        held.models.append(texts)
        crossed[tested], dealt[tested] = _mean(texts, rows[tested]), fold
    tell("fit", folds, folds)
    held.folds.update(
        (consumers[place], int(fold)) for place, fold in zip(order.tolist(), dealt.tolist(), strict=True)
    )
    back = np.empty_like(crossed)
    back[order] = crossed
    return held, back


def chances(learnt: Learnt, consumers: Sequence[str], figures: pl.DataFrame) -> Floats:
    """The chance of theft of each consumer, 0 to 1; of those learned from, by models that never saw them."""
    rows = coded(learnt, figures)
    told = np.array([_mean(texts, rows) for texts in learnt.models])
    found: Floats = told.mean(axis=0)
    place, fold = _seen(learnt, consumers)
    found[place] = told[fold, place]
    return found


def weights(learnt: Learnt, consumers: Sequence[str], figures: pl.DataFrame) -> Floats:
    """How much each figure of each consumer weighs for theft, in log odds: a row a consumer."""
    import lightgbm

    rows = coded(learnt, figures)
    told = np.array([
        np.mean([
            np.asarray(lightgbm.Booster(model_str=text).predict(rows, num_threads=1, pred_contrib=True))
            for text in texts[:1]
        ], axis=0)
        for texts in learnt.models
    ])[:, :, :-1]  # fmt: skip
    found: Floats = told.mean(axis=0)
    place, fold = _seen(learnt, consumers)
    found[place] = told[fold, place]
    return found


def _seen(learnt: Learnt, consumers: Sequence[str]) -> tuple[Places, Places]:
    """The places of the consumers that were learned from, and the fold of each."""
    known = pl.DataFrame({"consumer": list(learnt.folds), "fold": list(learnt.folds.values())},
                         schema={"consumer": pl.String, "fold": pl.Int64})  # fmt: skip
    table = pl.DataFrame({"consumer": list(consumers)}, schema={"consumer": pl.String}).with_row_index(
        "place"
    )
    met = table.join(known, on="consumer")
    return met["place"].to_numpy().astype(np.intp), met["fold"].to_numpy().astype(np.intp)


def _mean(texts: list[str], rows: Floats) -> Floats:
    import lightgbm

    told = [lightgbm.Booster(model_str=text).predict(rows, num_threads=1) for text in texts]
    found: Floats = np.mean(np.asarray(told, dtype=np.float64), axis=0)
    return found


def coded(learnt: Learnt, figures: pl.DataFrame) -> Floats:
    """Figures as the learner takes them: words by their place, what was never seen is missing."""
    missing = [name for name in learnt.columns if name not in figures.columns]
    rows = figures.with_columns(pl.lit(None, pl.Float64).alias(name) for name in missing)
    columns = [
        pl.col(name).replace_strict(
            learnt.levels[name], [float(at) for at in range(len(learnt.levels[name]))], default=None,
            return_dtype=pl.Float64,
        )
        if name in learnt.levels
        else pl.col(name).cast(pl.Float64)
        for name in learnt.columns
    ]  # fmt: skip
    return rows.select(columns).fill_null(np.nan).to_numpy().astype(np.float32)


def unusual(figures: pl.DataFrame, columns: list[str]) -> Floats:
    """How unusual the shape of each consumer is among all, as a share of consumers less unusual; 0 to 1.

    An isolation forest on figures that have no unit; what was not measured stands in the middle.
    """
    from sklearn.ensemble import IsolationForest

    names = [name for name in columns if name in figures.columns and figures[name].dtype.is_numeric()]
    rows = figures.select(pl.col(name).cast(pl.Float64).fill_nan(None) for name in names)
    filled = rows.with_columns(pl.all().fill_null(pl.all().median())).fill_null(0.0).to_numpy()
    if not filled.size or len(filled) < 10:
        return np.zeros(len(figures))
    picked = np.random.default_rng(SEED).permutation(len(filled))[:FOREST_ROWS]
    forest = IsolationForest(n_estimators=100, random_state=SEED, n_jobs=1).fit(filled[picked])
    odd = -forest.score_samples(filled)
    ranks: Any = np.searchsorted(np.sort(odd), odd, side="left") / max(len(odd) - 1, 1)
    return np.asarray(ranks, dtype=np.float64)


def _boosted(rows: Floats, labels: Labels, held: Learnt, shape: Shape, seed: int) -> str:
    import lightgbm

    told = {
        "objective": "binary", "learning_rate": shape.rate, "num_leaves": shape.leaves,
        "min_data_in_leaf": shape.least, "feature_fraction": shape.share, "bagging_fraction": 0.8,
        "bagging_freq": 1, "lambda_l2": 10.0, "cat_smooth": 20, "cat_l2": 20, "min_data_per_group": 100,
        "max_bin": 127, "num_threads": 1, "deterministic": True, "force_row_wise": True, "verbose": -1,
        "seed": seed,
    }  # fmt: skip
    words = [place for place, name in enumerate(held.columns) if name in held.levels]
    learned = lightgbm.Dataset(rows, labels, categorical_feature=words)
    text: str = lightgbm.train(told, learned, shape.rounds).model_to_string()
    return text
