"""The register of numbers: what was given, what is void, and whether one is missing."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Max, Q, QuerySet

from xinheng.base.access.services import require
from xinheng.base.kernel.actors import Actor
from xinheng.facts.dossiers.models import IssuedNumber, Series

MOST_GAPS = 50


@dataclass(frozen=True)
class SeriesNow:
    """A row of numbers. gaps: serials between the first and the last that stand nowhere, the first of them."""

    name: str
    last: int
    given: int
    void: int
    gaps: tuple[int, ...]


def series(actor: Actor) -> list[SeriesNow]:
    """Every row of numbers, by name. Refuses: AccessDenied."""
    require(actor, "dossiers.read", "numbers")
    counted = {
        "given": Count("pk"),
        "void": Count("pk", filter=Q(void_on__isnull=False)),
        "top": Max("serial"),
    }
    rows = IssuedNumber.objects.order_by().values("series").annotate(**counted)
    known = {row["series"]: row for row in rows}
    told = []
    for one in Series.objects.order_by("name"):
        row = known.get(one.pk, {"given": 0, "void": 0, "top": 0})
        whole = row["given"] == one.last
        told.append(SeriesNow(one.name, one.last, row["given"], row["void"], () if whole else _gaps(one)))
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
