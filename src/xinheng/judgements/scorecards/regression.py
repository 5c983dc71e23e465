"""Logistic regression whose weights are never below zero: evidence for bad never counts for good."""

from __future__ import annotations

from typing import Any

import numpy as np

from xinheng.judgements.scorecards.axes import Codes, Floats


def regress(
    columns: Floats, bad: Codes, *, penalty: float, towards: Floats | float = 0.0,
    offset: Floats | float = 0.0,
) -> tuple[Floats, float]:  # fmt: skip
    """The weights of the columns and the constant: ridge towards a weight, none below zero.

    offset: log odds that are given.
    """
    from scipy.optimize import minimize

    count = columns.shape[1]
    sign = np.where(bad == 1, 1.0, -1.0)

    def loss(at: Floats) -> tuple[float, Floats]:
        margin = sign * (columns @ at[:count] + at[count] + offset)
        slope = -sign / (1.0 + np.exp(np.clip(margin, -500, 500)))
        away = at[:count] - towards
        gradient = np.append(columns.T @ slope + penalty * away, slope.sum())
        return float(np.logaddexp(0.0, -margin).sum() + penalty * (away**2).sum() / 2), gradient

    rate = min(max(bad.mean(), 1e-6), 1 - 1e-6)
    start = np.append(np.full(count, 0.5), np.log(rate / (1 - rate)))
    found: Any = minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=[(0, None)] * count + [(None, None)]
    )
    return found.x[:count], float(found.x[count])
