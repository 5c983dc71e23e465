"""How wide a forecast's band must be, from what it erred by in earlier windows; and whether that held."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from xinheng.judgements.demand.engines import LEVELS
from xinheng.judgements.demand.grids import Floats

FEW = 40  # errors a bucket of steps must have
FIRM = 12.0  # errors of its own by which a series' width counts as much as that of all


@dataclass(frozen=True)
class Width:
    """Errors as quantiles in parts of a series' own usual error: one row a bucket of steps ahead.

    usual: the usual error of a series in its own unit. steps: where each bucket begins.
    """

    quantiles: Floats  # buckets × levels
    usual: Floats  # by series
    steps: int

    def spread(self, points: Floats) -> Floats:
        """Levels × series × steps, never below zero and never crossing."""
        bucket = _bucket(points.shape[1], len(self.quantiles))
        made = points[None] + self.quantiles[bucket].T[:, None, :] * self.usual[None, :, None]
        found: Floats = np.maximum(made, 0)
        return found

    def plain(self) -> dict[str, Any]:
        return {"quantiles": self.quantiles.tolist(), "usual": self.usual.tolist(), "steps": self.steps}


def width_of(errors: Floats, level: Floats) -> Width:
    """From errors, series × windows × steps (NaN where nothing was seen), and each series' level.

    Each window's errors are measured by the usual error of the other windows, as those to come will be.
    """
    windows, steps = errors.shape[1:]
    usual = _usual(errors, level)
    parts = np.empty_like(errors)
    for window in range(windows):
        others = np.delete(errors, window, axis=1)
        own = _usual(others, level) if windows > 1 else usual
        parts[:, window] = errors[:, window] / own[:, None]
    buckets = int(np.clip(np.isfinite(parts).sum() // FEW, 1, steps))
    bucket = _bucket(steps, buckets)
    made = []
    for place in range(buckets):
        some = parts[:, :, bucket == place]
        some = some[np.isfinite(some)]
        made.append(_quantiles(some) if len(some) else np.zeros(len(LEVELS)))
    return Width(np.array(made), usual, steps)


def _usual(errors: Floats, level: Floats) -> Floats:
    """The usual error of each series, drawn towards that of its level where it has few of its own."""
    counts = np.isfinite(errors).sum(axis=(1, 2))
    own = np.nansum(np.abs(errors), axis=(1, 2)) / np.maximum(counts, 1)
    held = np.maximum(level, 1e-9)
    total = counts.sum()
    pooled = float((own * counts / held).sum() / total) if total else 1.0
    found: Floats = np.maximum((own * counts + FIRM * pooled * held) / (counts + FIRM), 1e-9)
    return found


def held(errors: Floats, level: Floats, band: float) -> float | None:
    """Share of values that a band held in each window, its width learned from the other windows alone."""
    windows = errors.shape[1]
    if windows < 2:
        return None
    low, high = places_of(band)
    inside = seen = 0
    for window in range(windows):
        others = np.delete(errors, window, axis=1)
        width = width_of(others, level)
        bucket = _bucket(errors.shape[2], len(width.quantiles))
        bounds = width.quantiles[bucket][:, (low, high)][None] * width.usual[:, None, None]
        some = errors[:, window]
        finite = np.isfinite(some)
        within = (some >= bounds[:, :, 0]) & (some <= bounds[:, :, 1])
        inside += int((within & finite).sum())
        seen += int(finite.sum())
    return inside / seen if seen else None


def places_of(band: float) -> tuple[int, int]:
    """Where the two ends of a band stand among the levels."""
    half = round((1 - band) / 2 * 100)
    half = min(max(half, 1), 49)
    return half - 1, len(LEVELS) - half


def _quantiles(some: Floats) -> Floats:
    """Quantiles a little outside of those of the sample, as a new value needs."""
    count = len(some)
    outward = np.clip((LEVELS - 0.5) * (1 + 1 / count) + 0.5, 0, 1)
    found: Floats = np.quantile(some, outward)
    return found


def _bucket(steps: int, buckets: int) -> Any:
    return np.minimum(np.arange(steps) * buckets // steps, buckets - 1)
