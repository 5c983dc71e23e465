"""Who learns and who is tested: no group on both sides, and no later row before an earlier one."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from xinheng.judgements.scorecards.axes import Codes

Rows = NDArray[np.intp]


def group_codes(column: pl.Series) -> Codes:
    """A whole number a group; a row without one is a group by itself."""
    ranks = column.cast(pl.String).rank("dense").cast(pl.Int64)
    alone = pl.int_range(column.len(), eager=True) + int(ranks.max() or 0) + 1  # type: ignore[arg-type]
    codes: Codes = pl.select(pl.when(ranks.is_null()).then(alone).otherwise(ranks)).to_series().to_numpy()
    return np.unique(codes, return_inverse=True)[1].astype(np.int32)


def dealt(groups: Codes, bad: Codes, count: int, *, seed: int) -> Codes:
    """The fold of each row: groups are dealt out by their bad rows and size, equal ones by lot."""
    total = int(groups.max()) + 1
    bads = np.bincount(groups, weights=bad, minlength=total)
    rows = np.bincount(groups, minlength=total)
    lot = np.random.default_rng(seed).permutation(total)
    order = np.lexsort((lot, -rows, -bads))
    turns = np.arange(total)
    there, back = turns % count, count - 1 - turns % count
    fold = np.empty(total, dtype=np.int32)
    fold[order] = np.where(turns // count % 2, back, there)
    return fold[groups]


def most_folds(groups: Codes, bad: Codes, wanted: int) -> int:
    """How many folds there can be with bad and good groups in each; below two where none can."""
    with_bad = len(np.unique(groups[bad == 1]))
    with_good = len(np.unique(groups[bad == 0]))
    return min(wanted, with_bad, with_good)


def splits(fold: Codes, count: int, *, late: NDArray[np.bool_] | None = None) -> list[tuple[Rows, Rows]]:
    """For each fold the rows that learn and those tested; where there is time, early and late ones."""
    found = []
    for one in range(count):
        learn, test = fold != one, fold == one
        if late is not None:
            learn, test = learn & ~late, test & late
        found.append((np.flatnonzero(learn), np.flatnonzero(test)))
    return found
