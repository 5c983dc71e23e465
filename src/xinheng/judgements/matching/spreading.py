"""Spreading money over what it pays: both are laid end to end, and where they overlap is what is settled."""

from __future__ import annotations

import polars as pl

Names = list[str]


def spread(sources: pl.DataFrame, targets: pl.DataFrame, *, by: Names) -> pl.DataFrame:
    """Pay targets from sources, each in its order, until either is used up.

    sources: `by`, source, minor (above zero), place. targets: `by`, target, minor (above zero), place.
    Both are taken by their place within `by`. Gives `by`, source, target, minor, in order; sums of minor
    never pass a source or a target, and come to the smaller of both totals.
    """
    money, owed = _laid(sources, by), _laid(targets, by)
    met = money.join(owed, on=by, suffix="_owed")
    start = pl.max_horizontal("start", "start_owed")
    stop = pl.min_horizontal("stop", "stop_owed")
    overlap = met.with_columns(minor=stop - start).filter(pl.col("minor") > 0)
    return overlap.sort(*by, "start_owed", "start").select(*by, "source", "target", "minor")


def _laid(frame: pl.DataFrame, by: Names) -> pl.DataFrame:
    stop = pl.col("minor").cum_sum().over(by)
    return (
        frame.sort(*by, "place").with_columns(stop=stop, start=stop - pl.col("minor")).drop("minor", "place")
    )
