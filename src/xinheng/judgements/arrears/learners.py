"""The learners of one fit: chances of lateness, median days to payment, a forest that gives distributions.

Every learner is LightGBM on one thread with a fixed seed, so the same rows give the same model anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xinheng.judgements.arrears.adjusting import Floats

Rows = NDArray[np.bool_]
FEW = 3000  # rows below which trees are kept small
TREES = 150
LEAVES = 1024
CHUNK = 512  # looks whose distribution is made at once
MOST_OF_FOREST = 8_000  # latest rows the forest keeps
MOST_LEARNED = 30_000  # latest rows the other learners see; every row counts in their history
SEED = 1


@dataclass(frozen=True)
class Learned:
    """Models as text. from_bill: days from the billed day; after: days beyond the customer's habit.

    values: what the rows of each forest took, in the order of `leaves` (a row a learned row, a column a
    tree).
    """

    late: str
    from_bill: str
    after: str
    forest_from_bill: str
    forest_after: str
    leaves_from_bill: NDArray[np.int16]
    leaves_after: NDArray[np.int16]
    values_from_bill: Floats
    values_after: Floats


@dataclass(frozen=True)
class Shape:
    """How large the trees of a fit are, by the number of its rows."""

    leaves: int
    rounds: int
    least: int = 20

    @classmethod
    def of(cls, rows: int) -> Shape:
        """Small trees for few rows, larger ones for many."""
        return cls(4, 100) if rows < FEW else cls(15, 400)


def learn(figures: Floats, taken: Floats, late: Rows, usable: tuple[Rows, Rows], bases: Floats) -> Learned:
    """Fit all learners.

    figures: a row a look. taken: days from the billed day to payment. late: whether it was late. usable: rows
    whose days, and rows whose lateness, are known for every bill of their time. bases: a row a look: the
    adjustment, and the adjustment with the habit of the customer.
    """
    days, judged = (_latest(rows) for rows in usable)
    shape = Shape.of(int(judged.sum()))
    seen = figures[days]
    rest = [taken[days] - bases[days, place] for place in (0, 1)]
    latest = slice(max(len(seen) - MOST_OF_FOREST, 0), None)
    forests = [_forest(seen[latest], one[latest]) for one in rest]
    return Learned(
        _boosted(figures[judged], late[judged].astype(float), "binary", 0.03, shape),
        _boosted(seen, rest[0], "l1", 0.05, shape),
        _boosted(seen, rest[1], "l1", 0.05, shape),
        forests[0][0], forests[1][0], forests[0][1], forests[1][1], rest[0][latest], rest[1][latest],
    )  # fmt: skip


def _latest(rows: Rows) -> Rows:
    """At most so many of the rows, the last ones; rows stand in the order they came."""
    found = rows.copy()
    found[np.flatnonzero(rows)[:-MOST_LEARNED]] = False
    return found


def settings(**told: Any) -> dict[str, Any]:
    """What every learner is told beside its own."""
    fixed = {
        "num_threads": 1, "deterministic": True, "force_row_wise": True, "verbose": -1, "seed": SEED,
        "bagging_freq": 1,
    }  # fmt: skip
    return fixed | told


def _boosted(figures: Floats, wanted: Floats, objective: str, rate: float, shape: Shape) -> str:
    import lightgbm

    told = settings(
        objective=objective, learning_rate=rate, num_leaves=shape.leaves, min_data_in_leaf=shape.least,
        feature_fraction=0.5, bagging_fraction=0.7, lambda_l2=5.0,
    )  # fmt: skip
    found: str = lightgbm.train(told, lightgbm.Dataset(figures, wanted), shape.rounds).model_to_string()
    return found


def _forest(figures: Floats, wanted: Floats) -> tuple[str, NDArray[np.int16]]:
    """A random forest and the leaf of each of its rows in each tree."""
    import lightgbm

    told = settings(
        objective="l2", boosting="rf", num_leaves=LEAVES, min_data_in_leaf=5, feature_fraction_bynode=0.3,
        bagging_fraction=0.63, lambda_l2=0.0,
    )  # fmt: skip
    model = lightgbm.train(told, lightgbm.Dataset(figures, wanted), TREES)
    return model.model_to_string(), _leaves(model, figures)


def _leaves(model: Any, figures: Floats) -> NDArray[np.int16]:
    found: NDArray[np.int16] = np.asarray(model.predict(figures, pred_leaf=True)).astype(np.int16)
    return found.reshape(len(figures), -1)


class Forest:
    """The distribution of days for any look: learned rows weighed by how often they share its leaf."""

    def __init__(self, text: str, leaves: NDArray[np.int16], values: Floats) -> None:
        import lightgbm
        from scipy import sparse

        self.model = lightgbm.Booster(model_str=text)
        order = np.argsort(values, kind="stable")
        self.values = values[order]
        held = self._marked(leaves[order])
        counts = np.maximum(np.asarray(held.sum(axis=0)).ravel(), 1)
        self.share = (held @ sparse.diags(1 / counts)).T.tocsr()

    def rising(self, figures: Floats) -> Floats:
        """A row a look, a column a learned value, rising: the chance of at most that value."""
        marked = self._marked(_leaves(self.model, figures))
        weights = (marked @ self.share).toarray()
        found: Floats = np.cumsum(weights, axis=1)
        return found / found[:, -1:]

    @staticmethod
    def _marked(leaves: NDArray[np.int16]) -> Any:
        from scipy import sparse

        rows, trees = leaves.shape
        places = (leaves.astype(np.int64) + np.arange(trees) * LEAVES).ravel()
        shape = (rows, trees * LEAVES)
        return sparse.csr_matrix((np.ones(places.size), places, np.arange(rows + 1) * trees), shape=shape)
