"""How far forecasts were off: by series, and of the sum of all."""

from __future__ import annotations

import numpy as np

from xinheng.judgements.demand.engines import LEVELS
from xinheng.judgements.demand.grids import Floats


def measures(actual: Floats, told: Floats) -> dict[str, float | None]:
    """mape, wape, mae, and mape of the sum of all series; None where it cannot be said.

    actual, told: series × windows × steps; where the actual is NaN nothing is scored. mape leaves out
    actual values of zero.
    """
    seen = np.isfinite(actual) & np.isfinite(told)
    if not seen.any():
        return dict.fromkeys(("mape", "wape", "mae", "total_mape"))
    error = np.abs(np.where(seen, actual - told, 0))
    size = np.abs(np.where(seen, actual, 0))
    above = seen & (size > 0)
    total, whole = np.where(seen, actual, 0).sum(axis=0), np.where(seen, told, 0).sum(axis=0)
    some = total > 0
    return {
        "mape": float((error[above] / size[above]).mean()) if above.any() else None,
        "wape": float(error.sum() / size.sum()) if size.sum() else None,
        "mae": float(error.sum() / seen.sum()),
        "total_mape": float((np.abs(whole - total)[some] / total[some]).mean()) if some.any() else None,
    }


def by_series(actual: Floats, told: Floats) -> dict[str, Floats]:
    """mape and wape of each series; NaN where it cannot be said."""
    seen = np.isfinite(actual) & np.isfinite(told)
    error = np.abs(np.where(seen, actual - told, 0))
    size = np.abs(np.where(seen, actual, 0))
    above = seen & (size > 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        parts = np.where(above, error / np.where(above, size, 1), 0).sum(axis=(1, 2)) / above.sum(axis=(1, 2))
        return {"mape": parts, "wape": error.sum(axis=(1, 2)) / size.sum(axis=(1, 2))}


def pinball(actual: Floats, quantiles: Floats) -> float | None:
    """Mean pinball loss over the levels; quantiles: levels × the shape of the actual values."""
    apart = actual[None] - quantiles
    shape = (-1, *[1] * actual.ndim)
    levels = LEVELS.reshape(shape)
    lost = np.maximum(levels * apart, (levels - 1) * apart)
    good = np.isfinite(lost)
    return float(lost[good].mean()) if good.any() else None
