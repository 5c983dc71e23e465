"""Rows to learn from, in fine codes: who was bad, or which of several grades each row has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from xinheng.judgements.scorecards.axes import Axis, Codes, Floats, Made, axis_of, made_axis


@dataclass(frozen=True)
class Ground:
    """Codes by row and column, and who was bad.

    Of several grades every row stands here once for each grade but the last, and `bad` says whether it is
    worse than that one: proportional odds. offset: the log odds of that question before any column is seen.
    """

    axes: tuple[Axis, ...]
    codes: Codes
    bad: Codes
    offset: Floats
    copies: int = 1

    @property
    def start(self) -> Floats | None:
        """Where boosting starts, if not from the average."""
        return self.offset if self.copies > 1 else None

    def at(self, rows: NDArray[Any]) -> Ground:
        """Some of the rows."""
        return Ground(self.axes, self.codes[rows], self.bad[rows], self.offset[rows], self.copies)

    def of(self, places: list[int]) -> Ground:
        """Some of the columns."""
        axes = tuple(self.axes[place] for place in places)
        return Ground(axes, self.codes[:, places], self.bad, self.offset, self.copies)


def ground_of(
    features: pl.DataFrame, places: Codes, special: tuple[float, ...] = (), made: tuple[Made, ...] = ()
) -> Ground:
    """The rows in fine codes, once for each grade but the last. places: 0 is the best grade."""
    axes = [axis_of(column, special) for column in features.iter_columns()]
    axes += [made_axis(one, features) for one in made]
    codes = np.column_stack([axis.codes(axis.of(features)) for axis in axes])
    copies = max(int(places.max(initial=1)), 1)
    worse = [(places > step).astype(np.int32) for step in range(copies)]
    odds = [_log_odds(one) if copies > 1 else 0.0 for one in worse]
    offset = np.repeat(odds, len(places))
    return Ground(tuple(axes), np.tile(codes, (copies, 1)), np.concatenate(worse), offset, copies)


def _log_odds(bad: Codes) -> float:
    rate = (bad.sum() + 0.5) / (len(bad) + 1)
    return float(np.log(rate / (1 - rate)))
