"""Forecast against actual: the error table and what it comes to by level (PWR-30)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from xinheng.judgements.demand.values import LEVELS, Accuracy, Compared


def by_level(rows: Iterable[Compared], stated: float | None = None) -> list[Accuracy]:
    """A line a level. Where nothing was used, only the absolute error counts."""
    kept = list(rows)
    return [
        summed(level, own, stated) for level in LEVELS if (own := [one for one in kept if one.level == level])
    ]


def summed(level: str, rows: Sequence[Compared], stated: float | None = None) -> Accuracy:
    """What the errors of some periods come to."""
    shares = [one.share for one in rows if one.share is not None]
    used = sum(one.actual for one in rows)
    off = sum(abs(one.error) for one in rows)
    banded = [one.in_band for one in rows if one.in_band is not None]
    return Accuracy(
        level=level,
        compared=len(rows),
        nothing_used=len(rows) - len(shares),
        mean_error=off / len(rows) if rows else None,
        mape=sum(shares) / len(shares) if shares else None,
        wape=off / used if used else None,
        bias=sum(one.error for one in rows) / used if used else None,
        coverage=sum(banded) / len(banded) if banded else None,
        stated=stated,
    )
