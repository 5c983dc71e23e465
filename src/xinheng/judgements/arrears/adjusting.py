"""What a bill's own marks explain of the days to its payment, whoever the customer is.

A ridge regression of days to payment on size, terms, entry lag, month end and marks, within customers: each
customer's mean is taken off by as much as its number of bills makes it known (random effects), so that a
mark which only some customers bear does not stand for the customers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float64]
RIDGE = 20.0
MOST_LEVELS = 10
TAILS = (0.02, 0.98)  # days to payment outside are cut to these quantiles


@dataclass(frozen=True)
class Adjustment:
    """The weight of each column of the design, and how the design is made. levels: values of text marks."""

    weights: list[float]
    middle: list[float]
    spread: list[float]
    levels: dict[str, list[str]]

    def of(self, ledger: pl.DataFrame) -> Floats:
        """Days by which each bill is expected to take longer than its customer's mean bill."""
        if not self.weights:
            return np.zeros(ledger.height)
        design = (_design(ledger, self.levels) - np.array(self.middle)) / np.array(self.spread)
        found: Floats = design @ np.array(self.weights)
        return found

    def plain(self) -> dict[str, Any]:
        """As kept with a model."""
        return {"weights": self.weights, "middle": self.middle, "spread": self.spread, "levels": self.levels}


def adjustment(ledger: pl.DataFrame, taken: Floats, rows: NDArray[np.bool_], marks: list[str]) -> Adjustment:
    """Learn the weights from the rows whose days to payment (`taken`) are known."""
    levels = {name: _levels(ledger[name]) for name in marks}
    if rows.sum() < 20:
        return Adjustment([], [], [], levels)
    design = _design(ledger, levels)[rows]
    middle, spread = design.mean(axis=0), design.std(axis=0) + 1e-9
    design = np.column_stack([(design - middle) / spread, np.ones(len(design))])
    wanted = np.clip(taken[rows], *np.quantile(taken[rows], TAILS))
    groups = ledger["customer"].rank("dense").to_numpy()[rows].astype(np.int64)
    counts = np.maximum(np.bincount(groups), 1)
    known = (1 - np.sqrt(3.0 / (3.0 + counts)))[groups]

    def within(values: Floats) -> Floats:
        mean = np.bincount(groups, weights=values, minlength=len(counts)) / counts
        found: Floats = values - known * mean[groups]
        return found

    inner = np.column_stack([within(column) for column in design.T])
    penalty = np.diag([RIDGE] * (inner.shape[1] - 1) + [1e-6])
    weights = np.linalg.solve(inner.T @ inner + penalty, inner.T @ within(wanted))[:-1]
    return Adjustment(weights.tolist(), middle.tolist(), spread.tolist(), levels)


def _levels(column: pl.Series) -> list[str]:
    """The most frequent values of a mark; equal ones by name."""
    counted = column.drop_nulls().value_counts().sort("count", column.name, descending=[True, False])
    found: list[str] = counted[column.name].head(MOST_LEVELS).to_list()
    return found


def _design(ledger: pl.DataFrame, levels: dict[str, list[str]]) -> Floats:
    columns = [
        (pl.col("amount").abs() + 1).log(),
        pl.col("due_day") - pl.col("billed_day"),
        pl.col("known_day") - pl.col("billed_day"),
        pl.col("billed").dt.day() >= 25,
        pl.col("billed").dt.month() == 12,
    ]
    columns += [
        (pl.col(name) == level).fill_null(value=False) for name, known in levels.items() for level in known
    ]
    plain = [one.cast(pl.Float64).alias(str(place)) for place, one in enumerate(columns)]
    return ledger.select(plain).to_numpy()
