"""Who is compared with whom: consumers of the same industry and size, and the curve of their use."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import polars as pl

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


def groups(industries: pl.Series, mean_kwh: Floats) -> list[tuple[str, ...]]:
    """The groups of each consumer, the narrowest first: industry and size, size, everybody."""
    sizes = np.digitize(np.nan_to_num(mean_kwh), SIZES)
    named = [(one or "").strip()[:1].upper() for one in industries.fill_null("").to_list()]
    return [
        ((f"{name}/{size}", f"*/{size}", EVERYBODY) if name else (f"*/{size}", EVERYBODY))
        for name, size in zip(named, sizes.tolist(), strict=True)
    ]


def gathered(use: Floats, belongs: list[tuple[str, ...]], *, least: int) -> Peers:
    """The curves of groups with at least so many members, and always of everybody."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)
        mean = np.nanmean(use, axis=1)
        relative = np.where(mean[:, None] > 0, use / mean[:, None], np.nan)
        members: dict[str, list[int]] = {}
        for place, names in enumerate(belongs):
            if mean[place] > 0:
                for name in names:
                    members.setdefault(name, []).append(place)
        kept = {name: one for name, one in members.items() if len(one) >= least or name == EVERYBODY}
        curves = {name: _median(relative[places]) for name, places in kept.items()}
    levels = {name: np.sort(mean[places]) for name, places in kept.items()}
    if EVERYBODY not in curves:
        curves[EVERYBODY], levels[EVERYBODY] = np.ones(use.shape[1]), np.zeros(0)
    return Peers(curves, levels, {name: len(places) for name, places in kept.items()})


def _median(relative: Floats) -> Floats:
    """The median of each piece; where nobody was read or the median is nothing, peers say nothing: one."""
    found: Floats = np.nanmedian(relative, axis=0)
    return np.where(np.isfinite(found) & (found > 0.05), found, 1.0)


def chosen(peers: Peers, names: tuple[str, ...]) -> str:
    """The narrowest group of a consumer that has a curve."""
    return next((name for name in names if name in peers.curves), EVERYBODY)


def curves_of(peers: Peers, belongs: list[tuple[str, ...]]) -> Floats:
    """The curve of each consumer's peers, a row a consumer."""
    return np.array([peers.curves[chosen(peers, names)] for names in belongs])


def places_of(peers: Peers, belongs: list[tuple[str, ...]], mean_kwh: Floats) -> Floats:
    """The share of peers that use less."""
    found = np.full(len(belongs), np.nan)
    for place, names in enumerate(belongs):
        levels = peers.levels.get(chosen(peers, names))
        if levels is not None and levels.size:
            found[place] = np.searchsorted(levels, mean_kwh[place]) / levels.size
    return found
