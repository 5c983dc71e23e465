"""How good a score is: what it tells apart, how right its odds are, how steady it is.

`risk` is any number that is higher for worse rows; `bad` is 0 or 1.
"""

from __future__ import annotations

import math

import numpy as np

from xinheng.base.kernel.spreads import stability_index
from xinheng.judgements.scorecards.axes import Codes, Floats

DRAWS = 200
NORMAL_95 = 1.959963984540054


def auc(risk: Floats, bad: Codes) -> float:
    """The share of bad-good pairs that the risk puts in order; an equal pair counts a half."""
    ranks = _ranks(risk)
    bads = int(bad.sum())
    goods = len(bad) - bads
    if not bads or not goods:
        return math.nan
    return float((ranks[bad == 1].sum() - bads * (bads + 1) / 2) / (bads * goods))


def gini(risk: Floats, bad: Codes) -> float:
    """Twice the area over the diagonal."""
    return 2 * auc(risk, bad) - 1


def ks(risk: Floats, bad: Codes) -> float:
    """The widest distance between the distributions of bad and good rows."""
    order = np.argsort(risk, kind="stable")
    last = np.append(np.flatnonzero(np.diff(risk[order])), len(risk) - 1)
    bads, rows = np.cumsum(bad[order])[last], last + 1
    total = int(bad.sum())
    if not 0 < total < len(bad):
        return math.nan
    return float(np.abs(bads / total - (rows - bads) / (len(bad) - total)).max())


def auc_interval(risk: Floats, bad: Codes, groups: Codes, *, seed: int = 1) -> tuple[float, float, str]:
    """The 95 % interval of the AUC, and by which method: groups drawn again, or DeLong's for rows alone."""
    alone = int(groups.max()) + 1 == len(groups) if len(groups) else True
    return (
        (*delong(risk, bad), "DeLong") if alone else (*_drawn(risk, bad, groups, seed), "bootstrap by group")
    )


def delong(risk: Floats, bad: Codes) -> tuple[float, float]:
    """DeLong's 95 % interval."""
    among, bads, goods = _ranks(risk), risk[bad == 1], risk[bad == 0]
    m, n = len(bads), len(goods)
    if m < 2 or n < 2:
        return math.nan, math.nan
    of_bad = (among[bad == 1] - _ranks(bads)) / n
    of_good = 1 - (among[bad == 0] - _ranks(goods)) / m
    middle = auc(risk, bad)
    spread = NORMAL_95 * math.sqrt(of_bad.var(ddof=1) / m + of_good.var(ddof=1) / n)
    return max(middle - spread, 0.0), min(middle + spread, 1.0)


def _drawn(risk: Floats, bad: Codes, groups: Codes, seed: int) -> tuple[float, float]:
    chance = np.random.default_rng(seed)
    total = int(groups.max()) + 1
    order = np.argsort(risk, kind="stable")
    same = np.cumsum(np.append(0, np.diff(risk[order]) != 0))
    bad, groups = bad[order], groups[order]
    found = []
    for _ in range(DRAWS):
        drawn = np.bincount(chance.integers(0, total, total), minlength=total)[groups]
        bads = np.bincount(same, weights=drawn * bad)
        goods = np.bincount(same, weights=drawn * (1 - bad))
        pairs = bads.sum() * goods.sum()
        if pairs:
            below = np.cumsum(goods) - goods
            found.append(float((bads * (below + goods / 2)).sum() / pairs))
    low, high = np.quantile(found, [0.025, 0.975])
    return float(low), float(high)


def brier(chance: Floats, bad: Codes) -> float:
    """The mean square of what was foretold against what came."""
    return float(((chance - bad) ** 2).mean())


def calibration(chance: Floats, bad: Codes, *, count: int = 10) -> list[dict[str, float]]:
    """By tenth of the rows, the surest first: rows, the share foretold, the share that came."""
    parts = np.array_split(np.argsort(chance, kind="stable"), count)
    return [
        {"rows": len(part), "foretold": float(chance[part].mean()), "bad": float(bad[part].mean())}
        for part in parts
        if len(part)
    ]


def calibration_error(table: list[dict[str, float]]) -> float:
    """The mean distance between foretold and come over the tenths, by rows."""
    rows = sum(part["rows"] for part in table)
    return sum(part["rows"] * abs(part["foretold"] - part["bad"]) for part in table) / rows


def pooled_stability(pairs: list[tuple[Floats, Floats]], *, count: int = 10) -> float:
    """Population stability index of several pairs of samples, each over tenths of its first sample."""
    before, after = np.zeros(count), np.zeros(count)
    for expected, found in pairs:
        bounds = np.unique(np.quantile(expected, np.arange(1, count) / count))
        for sample, counts in ((expected, before), (found, after)):
            np.add(counts, np.bincount(np.searchsorted(bounds, sample), minlength=count), out=counts)
    held = before > 0
    return index(before[held], after[held])


def index(expected: Floats | Codes, found: Floats | Codes) -> float:
    """Population stability index of two counts over the same classes; an empty class counts half a row."""
    return stability_index(expected.tolist(), found.tolist())


def agreement(told: Codes, known: Codes, grades: int) -> dict[str, float]:
    """How far grades (0 is best) agree with known ones: the share alike, and the quadratic kappa."""
    table = np.zeros((grades, grades))
    np.add.at(table, (known, told), 1)
    apart = (np.subtract.outer(np.arange(grades), np.arange(grades)) / max(grades - 1, 1)) ** 2
    by_chance = np.outer(table.sum(1), table.sum(0)) / table.sum()
    missed = float((apart * by_chance).sum())
    kappa = 1 - float((apart * table).sum()) / missed if missed else math.nan
    return {"accuracy": float(np.trace(table) / table.sum()), "kappa": kappa}


def agreement_interval(
    told: Codes, known: Codes, groups: Codes, grades: int, *, seed: int = 1
) -> dict[str, tuple[float, float]]:
    """95 % intervals of what agreement tells, by groups drawn again."""
    chance = np.random.default_rng(seed)
    total = int(groups.max()) + 1
    found: dict[str, list[float]] = {"accuracy": [], "kappa": []}
    for _ in range(DRAWS):
        drawn = np.bincount(chance.integers(0, total, total), minlength=total)[groups]
        one = agreement(np.repeat(told, drawn), np.repeat(known, drawn), grades)
        for name, figures in found.items():
            figures.append(one[name])
    return {
        name: (float(np.nanquantile(figures, 0.025)), float(np.nanquantile(figures, 0.975)))
        for name, figures in found.items()
    }


def share_interval(hits: int, rows: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share."""
    if not rows:
        return math.nan, math.nan
    share, square = hits / rows, NORMAL_95**2
    middle = (share + square / (2 * rows)) / (1 + square / rows)
    away = NORMAL_95 * math.sqrt(share * (1 - share) / rows + square / (4 * rows**2)) / (1 + square / rows)
    return max(middle - away, 0.0), min(middle + away, 1.0)


def _ranks(values: Floats) -> Floats:
    """Ranks from 1, equal values sharing their mean."""
    _distinct, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    found: Floats = (last - (counts - 1) / 2)[place]
    return found
