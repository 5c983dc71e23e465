"""Weights of evidence: how much each stretch of a column speaks for the bad outcome."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from xinheng.judgements.scorecards.axes import Axis, Codes, Floats

SMOOTHING = 4.0  # rows of the average that are added to every bin
LEVEL_SMOOTHING = 15.0
FEW = 100  # rows


def weights(axis: Axis, codes: Codes, bad: Codes, *, monotonic: bool, copies: int = 1) -> Floats:
    """The weight of evidence of each code and of missing, above zero where it speaks for bad.

    copies: how many times each row stands there.
    """
    bins = np.arange(axis.size + 1)
    smoothing = LEVEL_SMOOTHING
    if not axis.levels:
        bins[:-1] = np.searchsorted(_splits(codes, bad, axis.size, monotonic=monotonic), bins[:-1], "right")
        bins[-1] = bins[-2] + 1
        smoothing = SMOOTHING
    return evidence(bins, codes, bad, smoothing * copies)


def evidence(bins: Codes, codes: Codes, bad: Codes, smoothing: float) -> Floats:
    """Smoothed weights of the bins, given back by code."""
    at = bins[codes]
    rows = np.bincount(at, minlength=bins.max() + 1)
    bads = np.bincount(at, weights=bad, minlength=bins.max() + 1)
    rate = bad.mean()
    odds = (bads + smoothing * rate) / (rows - bads + smoothing * (1 - rate))
    found: Floats = np.log(odds * (1 - rate) / rate)
    return found[bins]


def _splits(codes: Codes, bad: Codes, size: int, *, monotonic: bool) -> Any:
    """Where the optimal bins of a number begin, as codes."""
    from optbinning import OptimalBinning

    there = codes < size
    if size < 2 or len(np.unique(codes[there])) < 2 or len(np.unique(bad[there])) < 2:
        return np.empty(0)
    binning = OptimalBinning(
        "", "numerical", monotonic_trend="auto_asc_desc" if monotonic else "auto", min_bin_size=0.03
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        binning.fit(codes[there].astype(np.float64), bad[there])
    splits = np.ceil(np.asarray(binning.splits, dtype=np.float64))
    if not len(splits) and there.sum() < FEW:  # too few rows for the library: thirds
        splits = np.unique(np.quantile(codes[there], [1 / 3, 2 / 3], method="higher"))
    return splits
