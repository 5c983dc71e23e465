"""Step functions that people can read: few bands, plain bounds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xinheng.judgements.scorecards.axes import Axis, Codes, Floats
from xinheng.judgements.scorecards.ground import Ground
from xinheng.judgements.scorecards.values import Choices

LOST = 0.0001  # of the whole spread: what joining two bands of an item may lose
SMALLEST = 0.005  # share of the rows a band has at least
WEAKEST = 0.03  # of the log odds: an item that moves less says nothing


@dataclass(frozen=True)
class Band:
    """Some codes of an item, and what they add to the log odds of bad.

    bads: how many were bad; where grades are learned, each row counts its place from best (0) to worst (1).
    """

    codes: tuple[int, ...]
    odds: float
    rows: int
    bads: float


@dataclass(frozen=True)
class Item:
    """One column of a card: bands in the order of the codes, of a text in the order of risk.

    missing: the band of missing rows; none where no row was missing.
    """

    axis: Axis
    bands: tuple[Band, ...]
    missing: Band | None

    def odds(self) -> Floats:
        """What each code adds; missing that was never seen adds the average."""
        found = np.zeros(self.axis.size + 1)
        for band in self.bands:
            found[list(band.codes)] = band.odds
        found[-1] = self.missing.odds if self.missing else self.average
        return found

    @property
    def average(self) -> float:
        """The mean over the rows that were not missing."""
        rows = sum(band.rows for band in self.bands)
        return sum(band.odds * band.rows for band in self.bands) / rows if rows else 0.0

    @property
    def spread(self) -> float:
        """How far the item moves the rows: the standard deviation of its log odds."""
        bands = [*self.bands, *([self.missing] if self.missing else [])]
        odds, rows = (
            np.array([band.odds for band in bands]),
            np.array([band.rows for band in bands], dtype=float),
        )
        mean = (odds * rows).sum() / rows.sum()
        return float(np.sqrt((rows * (odds - mean) ** 2).sum() / rows.sum()))


def compressed(ground: Ground, tables: list[Floats], choices: Choices) -> list[Item]:
    """The items of a card: similar neighbours joined, what says nothing left out, the strongest kept."""
    rows = len(ground.bad) // ground.copies
    codes, bad = ground.codes[:rows], ground.bad.reshape(ground.copies, rows).mean(axis=0)
    whole = sum(table[codes[:, place]] for place, table in enumerate(tables))
    may_lose = LOST * float(np.var(whole)) * rows
    items = [
        _item(axis, codes[:, place], bad, tables[place], (may_lose, choices.bands))
        for place, axis in enumerate(ground.axes)
    ]
    moving = [item for item in items if item.spread >= WEAKEST]
    moving = moving or [max(items, key=lambda item: item.spread)]
    order = sorted(range(len(moving)), key=lambda place: -moving[place].spread)[: choices.items]
    return [moving[place] for place in sorted(order)]


def _item(axis: Axis, codes: Codes, bad: Floats, table: Floats, limits: tuple[float, int]) -> Item:
    rows = np.bincount(codes, minlength=axis.size + 1)
    bads = np.bincount(codes, weights=bad, minlength=axis.size + 1).astype(np.float64)
    order = np.arange(axis.size)
    if axis.levels:
        order = order[np.argsort(table[:-1], kind="stable")]
    joined = _joined(table[order], rows[order], limits, np.isin(order, axis.alone()))
    bands = [_band(order[start:end], table, rows, bads) for start, end in joined]
    missing = Band((axis.size,), float(table[-1]), int(rows[-1]), float(bads[-1])) if rows[-1] else None
    return Item(axis, tuple(bands), missing)


def _band(codes: Codes, table: Floats, rows: Codes, bads: Floats) -> Band:
    weight = rows[codes].astype(float)
    odds = float((table[codes] * weight).sum() / weight.sum()) if weight.sum() else float(table[codes].mean())
    return Band(tuple(int(code) for code in codes), odds, int(rows[codes].sum()), float(bads[codes].sum()))


def _joined(
    values: Floats, rows: Codes, limits: tuple[float, int], alone: NDArray[np.bool_]
) -> list[tuple[int, int]]:
    """Neighbours joined as long as little is lost, there are too many, or one is too small: start and end.

    limits: what may be lost, and the most bands. alone: what is joined with no other.
    """
    may_lose, most = limits
    weight = rows.astype(float)
    mean = values.astype(float).copy()
    ends = list(range(1, len(values) + 1))
    least = max(SMALLEST * weight.sum(), 5.0)
    while len(ends) > 1:
        both = weight[:-1] + weight[1:]
        cost = weight[:-1] * weight[1:] / np.maximum(both, 1e-9) * np.diff(mean) ** 2
        small = np.minimum(weight[:-1], weight[1:]) < least
        held = alone[:-1] | alone[1:]
        at = int(np.argmin(np.where(held, np.inf, np.where(small, cost - 1e12, cost))))
        if held[at]:
            break
        if not small[at] and cost[at] > may_lose and len(ends) <= most:
            break
        mean[at] = (mean[at] * weight[at] + mean[at + 1] * weight[at + 1]) / max(both[at], 1e-9)
        weight[at] = both[at]
        mean, weight = np.delete(mean, at + 1), np.delete(weight, at + 1)
        alone = np.delete(alone, at + 1)
        del ends[at]
    return list(zip([0, *ends[:-1]], ends, strict=True))
