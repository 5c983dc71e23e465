"""Who is compared with whom: consumers of the same industry and size, and the curve of their use."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from xinheng.judgements.theft.reducing import Floats

SIZES = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0, 3000.0, 10000.0)  # kWh a day
EVERYBODY = "*"


@dataclass(frozen=True)
class Peers:
    """Curves by group: the median of use over the consumer's own mean, a figure a piece.

    levels: the mean uses of the members of each group, rising, by which a place among them is told.
    """

    curves: dict[str, Floats]
    levels: dict[str, Floats]
    counts: dict[str, int]


def groups(industries: pl.Series, mean_kwh: Floats) -> pl.DataFrame:
    """The groups of each consumer, a row each, the narrowest first: industry and size, size, everybody."""
    size = np.digitize(np.nan_to_num(mean_kwh), SIZES)
    table = pl.DataFrame({"industry": industries.cast(pl.String), "size": size})
    section = pl.col("industry").str.strip_chars().str.slice(0, 1).str.to_uppercase()
    width = pl.col("size").cast(pl.String)
    return table.select(
        pl.when(section.fill_null("") != "").then(section + "/" + width).alias("narrow"),
        ("*/" + width).alias("size"),
        pl.lit(EVERYBODY).alias("all"),
    )


def gathered(use: Floats, belongs: pl.DataFrame, *, least: int) -> Peers:
    """The curves of groups with at least so many members, and always of everybody."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)
        mean = np.nanmean(use, axis=1)
        relative = np.where(mean[:, None] > 0, use / mean[:, None], np.nan)
        kept = {
            name: places
            for column in belongs.columns
            for name, places in _members(belongs[column], mean > 0).items()
            if len(places) >= least or name == EVERYBODY
        }
        curves = {name: _median(relative[places]) for name, places in kept.items()}
    levels = {name: np.sort(mean[places]) for name, places in kept.items()}
    if EVERYBODY not in curves:
        curves[EVERYBODY], levels[EVERYBODY] = np.ones(use.shape[1]), np.zeros(0)
    return Peers(curves, levels, {name: len(places) for name, places in kept.items()})


def _members(names: pl.Series, uses: NDArray[np.bool_]) -> dict[str, NDArray[np.intp]]:
    """The places of the members of each group, of those that use anything."""
    table = pl.DataFrame({"name": names, "uses": uses}).with_row_index("place")
    table = table.filter(pl.col("uses") & pl.col("name").is_not_null())
    found = table.group_by("name").agg("place").sort("name")
    return {name: np.asarray(places, dtype=np.intp) for name, places in found.iter_rows()}


def _median(relative: Floats) -> Floats:
    """The median of each piece; where nobody was read or the median is nothing, peers say nothing: one."""
    found: Floats = np.nanmedian(relative, axis=0)
    return np.where(np.isfinite(found) & (found > 0.05), found, 1.0)


def chosen(peers: Peers, belongs: pl.DataFrame) -> pl.Series:
    """The narrowest group of each consumer that has a curve."""
    known = list(peers.curves)
    there = [pl.when(pl.col(name).is_in(known)).then(pl.col(name)) for name in belongs.columns]
    return belongs.select(pl.coalesce(*there, pl.lit(EVERYBODY)).alias("group")).to_series()


def curves_of(peers: Peers, belongs: pl.DataFrame) -> Floats:
    """The curve of each consumer's peers, a row a consumer."""
    known = list(peers.curves)
    place = chosen(peers, belongs).replace_strict(known, list(range(len(known))), return_dtype=pl.Int64)
    found: Floats = np.array([peers.curves[name] for name in known])[place.to_numpy()]
    return found


def places_of(peers: Peers, belongs: pl.DataFrame, mean_kwh: Floats) -> Floats:
    """The share of peers that use less."""
    found, groups_of = np.full(len(belongs), np.nan), chosen(peers, belongs)
    for name, levels in peers.levels.items():
        here = (groups_of == name).to_numpy()
        if levels.size:
            found[here] = np.searchsorted(levels, mean_kwh[here]) / levels.size
    return found
