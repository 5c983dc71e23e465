"""Questions to the intake."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from xinheng.base.access.services import require
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.intake import catalogue
from xinheng.facts.intake.batches import OPEN
from xinheng.facts.intake.errors import BatchUnknown
from xinheng.facts.intake.models import Batch, RejectedRow, Source
from xinheng.facts.intake.shown import as_rejected
from xinheng.facts.intake.staging import Staging
from xinheng.facts.intake.values import KindCard, Rejected, SourceCard, Unfinished

PARTS = ("file", "new", "void", "known", "rejected")


def batches(actor: Actor) -> QuerySet[Batch]:
    """The batches an actor may see, newest first: all, or those handed in by the actor.

    Refuses: AccessDenied.
    """
    require(actor, "intake.read")
    found = Batch.objects.select_related("source").order_by("-pk")
    return found if actor.scope.reach == "everything" else found.filter(created_by=actor.login)


def batch(actor: Actor, batch_no: int) -> Batch:
    """One batch. Refuses: AccessDenied; BatchUnknown, also when it is not the actor's to see."""
    found = batches(actor).filter(pk=batch_no).first()
    if found is None:
        raise BatchUnknown(batch_no=batch_no)
    return found


def rejected_rows(actor: Actor, batch_no: int) -> QuerySet[RejectedRow]:
    """The rejected rows of a batch in the order of the file; word them with `worded`. Refuses as `batch`."""
    return RejectedRow.objects.filter(batch=batch(actor, batch_no)).order_by("sheet", "row_no", "id")


def worded(rows: list[RejectedRow], kind_code: str) -> list[Rejected]:
    """Rejected rows of a page with their causes in words."""
    return [as_rejected(row, kind_code) for row in rows]


def unfinished() -> list[Unfinished]:
    """Batches that were begun and neither posted nor given up: those without a process may be resumed."""
    return [
        Unfinished(
            row.pk,
            row.kind,
            row.file_name,
            row.state,
            row.created_by,
            row.created_at,
            Staging(row.pk).is_busy(),
        )
        for row in Batch.objects.filter(state__in=OPEN).order_by("pk")
    ]


def kinds() -> list[KindCard]:
    """The kinds of data that may be imported, with their fields, in the reader's language."""
    return [
        KindCard(
            each.code,
            each.label,
            tuple((field.code, field.label, bool(field.required)) for field in each.fields),
        )
        for each in catalogue.kinds().values()
    ]


def sources(kind: str = "") -> list[SourceCard]:
    """The sources that may be chosen, kept ones first, then shipped ones that were never used."""
    kept = Source.objects.filter(kind=kind) if kind else Source.objects.all()
    cards = [SourceCard(each.code, each.name, each.kind, shipped=False) for each in kept]
    there = {card.code for card in cards}
    return cards + [
        SourceCard(each.code, each.zh, each.kind, shipped=True)
        for each in catalogue.shipped_sources().values()
        if each.code not in there and (not kind or each.kind == kind)
    ]


def totals_as_amounts(totals: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The totals of a batch, its amounts in the major unit.

    part (file, new, void, known, rejected) -> rows, and sums: field -> currency -> amount. The currency
    is "?" where rows name none that is known. Empty before the file was checked.
    """
    return {
        part: {
            "rows": totals[part]["rows"],
            "sums": {
                field: {
                    currency: str(Money(minor, currency).decimal) for currency, minor in by_currency.items()
                }
                for field, by_currency in totals[part]["sums"].items()
            },
        }
        for part in PARTS
        if part in totals
    }
