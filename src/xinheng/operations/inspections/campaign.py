"""Figures of a campaign as they were printed: rates out of counts, and totals that must add up."""

from __future__ import annotations

from django.utils.translation import gettext as _

from xinheng.operations.inspections.errors import FiguresDoNotAddUp, InspectionInvalid
from xinheng.operations.inspections.values import Hits, ToldFigures, Usefulness


def usefulness(told_: ToldFigures) -> Usefulness:
    """Figures of a campaign from what was printed of it, all suspects taken as inspected (W-06, W-07).

    Refuses: FiguresDoNotAddUp where a total is not the sum of its parts; InspectionInvalid below zero.
    """
    counts = [*told_.levels.values(), told_.theft, told_.breach, told_.population]
    if min(counts) < 0 or min(told_.fee.minor, told_.penalty.minor) < 0:
        raise InspectionInvalid(cause=_("Counts and amounts are not below zero."), field="levels")
    _adds_up(_("Suspects"), sum(told_.levels.values()), told_.suspects)
    if told_.found is not None:
        _adds_up(_("Cases found"), told_.theft + told_.breach, told_.found)
    if told_.fee + told_.penalty != told_.total:
        raise FiguresDoNotAddUp(what=_("Money recovered"), sum=told_.fee + told_.penalty, told=told_.total)
    if told_.theft + told_.breach > told_.suspects:
        raise FiguresDoNotAddUp(what=_("Cases found"), sum=told_.theft + told_.breach, told=told_.suspects)
    return Usefulness(
        Hits("", told_.suspects, told_.theft, told_.breach), told_.population, told_.fee, told_.penalty
    )


def _adds_up(what: str, parts: int, total: int) -> None:
    if parts != total:
        raise FiguresDoNotAddUp(what=what, sum=parts, told=total)
