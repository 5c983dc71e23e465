"""Bands of values: one row after the other, no gap, no overlap, each bound in exactly one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from django.utils.translation import gettext as _

from xinheng.judgements.policies.values import Band, Threshold


@dataclass(frozen=True)
class Step:
    """Points up to a bound; `includes` says whether the bound itself belongs to it. No bound: the rest."""

    points: Decimal
    bound: Decimal | None = None
    includes: bool = False


class BandsInvalid(Exception):
    """The rows do not divide the values; row: which one."""

    def __init__(self, row: int, cause: str) -> None:
        super().__init__(cause)
        self.row, self.cause = row, cause


def ascending(bands: Sequence[Band]) -> tuple[Step, ...]:
    """The bands from the lowest values to the highest, whichever way the document gave them."""
    for row, band in enumerate(bands):
        bounds = (band.from_ is not None) + (band.to is not None)
        if bounds and band.inclusive is None:
            raise BandsInvalid(row, _("The band does not say whether its bound is inclusive."))
        if not bounds and band.inclusive is not None:
            raise BandsInvalid(row, _("The band says inclusive but has no bound."))
        if bounds == 2 and band.from_ >= band.to:  # type: ignore[operator]
            raise BandsInvalid(row, _("The band ends before it starts."))
    if len(bands) == 1:
        if bands[0].from_ is not None or bands[0].to is not None:
            raise BandsInvalid(0, _("The bands leave a gap."))
        return (Step(bands[0].points),)
    if any(band.from_ is not None and band.to is not None for band in bands):
        return _whole(bands)
    if all(band.to is not None for band in bands[:-1]) and bands[-1].to is None:
        return _by_upper(bands)
    if all(band.from_ is not None for band in bands[:-1]) and bands[-1].from_ is None:
        return _by_lower(bands)
    row = next(i for i, band in enumerate(bands[:-1]) if i or (band.to is None and band.from_ is None))
    raise BandsInvalid(row, _("Give every band the same bound, and the last one the rest."))


def _by_upper(bands: Sequence[Band]) -> tuple[Step, ...]:
    steps: list[Step] = []
    for row, band in enumerate(bands):
        if row and band.to is not None and steps[-1].bound is not None and band.to <= steps[-1].bound:
            raise BandsInvalid(row, _("The band overlaps the one before."))
        if band.to is None and band.from_ is not None:
            _meets(row, steps[-1], band)
        steps.append(Step(band.points, band.to, bool(band.inclusive)))
    return tuple(steps)


def _by_lower(bands: Sequence[Band]) -> tuple[Step, ...]:
    for row, (upper, lower) in enumerate(pairwise(bands), 1):
        if lower.from_ is not None and upper.from_ is not None and lower.from_ >= upper.from_:
            raise BandsInvalid(row, _("The band overlaps the one before."))
    lowest = bands[-1]
    if lowest.to is not None:
        above = bands[-2]
        _meets(len(bands) - 1, Step(lowest.points, lowest.to, bool(lowest.inclusive)), above)
    rising = list(reversed(bands))
    below = [Step(band.points, above.from_, not above.inclusive) for band, above in pairwise(rising)]
    return (*below, Step(rising[-1].points))


def _whole(bands: Sequence[Band]) -> tuple[Step, ...]:
    """Bands with both bounds: `inclusive` speaks of the lower one, as RR-01 reads shared bounds."""
    order = sorted(range(len(bands)), key=lambda row: _lower(bands[row]))
    steps: list[Step] = []
    for place, row in enumerate(order):
        band, last = bands[row], place == len(order) - 1
        if (band.to is None) != last or (band.from_ is None) != (place == 0):
            raise BandsInvalid(row, _("The bands leave a gap at an end, or overlap."))
        if last:
            steps.append(Step(band.points))
            continue
        above = bands[order[place + 1]]
        if above.from_ is None or band.to is None or above.from_ > band.to:
            raise BandsInvalid(order[place + 1], _("The bands leave a gap."))
        if above.from_ < band.to:
            raise BandsInvalid(order[place + 1], _("The band overlaps another."))
        includes = not above.inclusive
        if place == 0 and bool(band.inclusive) != includes:
            raise BandsInvalid(row, _gap_or_overlap(overlaps=bool(band.inclusive)))
        steps.append(Step(band.points, band.to, includes))
    return tuple(steps)


def _lower(band: Band) -> Decimal:
    return Decimal("-Infinity") if band.from_ is None else band.from_


def _meets(row: int, before: Step, band: Band) -> None:
    if before.bound is None or band.from_ is None or band.from_ > before.bound:
        raise BandsInvalid(row, _("The bands leave a gap."))
    if band.from_ < before.bound:
        raise BandsInvalid(row, _("The band overlaps the one before."))
    if bool(band.inclusive) == before.includes:
        raise BandsInvalid(row, _gap_or_overlap(overlaps=before.includes))


def _gap_or_overlap(*, overlaps: bool) -> str:
    if overlaps:
        return _("The band overlaps another at their common bound: only one may include it.")
    return _("The bands leave a gap at their common bound: one must include it.")


def grades_descending(thresholds: Sequence[Threshold]) -> tuple[Band, ...]:
    """Thresholds as bands, so that both are checked by the same rules; points are positions."""
    return tuple(
        Band(**{"from": threshold.from_}, inclusive=threshold.inclusive, points=Decimal(place))
        for place, threshold in enumerate(thresholds)
    )
