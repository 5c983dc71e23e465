"""How good a ranking is: AUC, average precision, MAP and precision of its first places."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from xinheng.judgements.theft.reducing import Floats

FIRST = (10, 50, 100, 500)
MAPS = (100, 200)


def measured(found: NDArray[Any], score: Floats) -> dict[str, Any]:
    """The figures of a ranking. found: 1 where theft was found; score: higher is more suspicious.

    auc and average precision are None where all or none were found. map: mean over the thefts among the first
    k of the precision down to each. precision: by k, of those first places that there are.
    """
    from sklearn.metrics import average_precision_score, roc_auc_score

    both = 0 < found.sum() < len(found)
    order = np.argsort(-score, kind="stable")
    hits = found[order].astype(float)
    return {
        "consumers": len(found),
        "found": int(found.sum()),
        "auc": float(roc_auc_score(found, score)) if both else None,
        "average_precision": float(average_precision_score(found, score)) if both else None,
        "map": {str(k): map_at(hits, k) for k in MAPS},
        "precision": {str(k): float(hits[:k].mean()) for k in FIRST if k <= len(hits)},
    }


def map_at(hits: Floats, k: int) -> float:
    """The mean over the thefts among the first k of the precision down to each; 0 where none is there."""
    first = hits[:k]
    precision = np.cumsum(first) / np.arange(1, len(first) + 1)
    return float((precision * first).sum() / first.sum()) if first.sum() else 0.0


def report(
    figures: pl.DataFrame, found: NDArray[Any], crossed: Floats, weight: Floats, *, folds: int
) -> dict[str, Any]:
    """The ranking on consumers it did not see, beside rankings that learn nothing.

    crossed: chances by models that did not see the consumer. weight: of the detectors. folds: how many.
    """
    naive = {"detectors": weight}
    for name in ("year_90", "peer_recent_90", "recent_90", "fall"):
        if name in figures.columns and figures[name].count():
            values = figures[name].fill_null(figures[name].median())
            naive[name] = values.to_numpy() if name == "fall" else -values.to_numpy()
    return {
        "folds": folds,
        "learned": measured(found, crossed),
        "naive": {name: measured(found, score) for name, score in naive.items()},
    }
