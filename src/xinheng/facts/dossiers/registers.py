"""The register of numbers: what was given, what is void, and whether one is missing."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from xinheng.base.access.services import require
from xinheng.base.kernel.actors import Actor
from xinheng.facts.dossiers.models import IssuedNumber, Series

MOST_GAPS = 50


@dataclass(frozen=True)
class SeriesNow:
    """A row of numbers. gaps: the first serials up to the last that stand nowhere."""

    name: str
    last: int
    given: int
    void: int
    gaps: tuple[int, ...]


def series(actor: Actor) -> list[SeriesNow]:
    """Every row of numbers, by name. Refuses: AccessDenied."""
    require(actor, "dossiers.read", "numbers")
    rows = IssuedNumber.objects.order_by().values("series")
    counted = rows.annotate(given=Count("pk"), void=Count("pk", filter=Q(void_on__isnull=False)))
    known = {row["series"]: (row["given"], row["void"]) for row in counted}
    told = []
    for one in Series.objects.order_by("name"):
        given, void = known.get(one.pk, (0, 0))
        gaps = () if given == one.last else _gaps(one)
        told.append(SeriesNow(one.name, one.last, given, void, gaps))
    return told


def void_numbers(actor: Actor) -> QuerySet[IssuedNumber]:
    """The numbers that hold no more, the last first. Refuses: AccessDenied."""
    require(actor, "dossiers.read", "numbers")
    return IssuedNumber.objects.filter(void_on__isnull=False).order_by("-void_on", "-pk")


def _gaps(series: Series) -> tuple[int, ...]:
    held = IssuedNumber.objects.filter(series=series).order_by("serial").values_list("serial", flat=True)
    there, gaps = set(held), []
    for serial in range(1, series.last + 1):
        if serial not in there:
            gaps.append(serial)
        if len(gaps) == MOST_GAPS:
            break
    return tuple(gaps)
