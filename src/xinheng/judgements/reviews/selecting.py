"""Which proposals a person looks at, and in which order."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.judgements.reviews.models import Proposal
from xinheng.judgements.reviews.values import STAGES, Order, Wanted

NONE = "-"  # asked for by filters: those that have none
FIELDS = {"no": "customer__no", "name": "customer__name", "grade": "by_rank", "moved": "by_steps"}
UNPLACED = 99  # behind every rank
TURNS = {
    "better": Q(steps__lt=0),
    "worse": Q(steps__gt=0),
    "same": Q(steps=0),
    "new": Q(standing_rank__isnull=True, proposed_rank__isnull=False),
    "moved": ~Q(steps=0) & Q(steps__isnull=False),
}


def seen(actor: Actor, run_id: int, *, on: date) -> QuerySet[Proposal]:
    """The proposals of a run whose customers the actor reaches."""
    found = Proposal.objects.filter(run_id=run_id)
    if actor.scope.reach == "everything":
        return found
    return found.filter(customer__in=customers.visible(actor, on=on).order_by().values("pk"))


def chosen(rows: QuerySet[Proposal], wanted: Wanted, *, on: date) -> QuerySet[Proposal]:
    """Those that pass every filter."""
    if wanted.ids:
        rows = rows.filter(pk__in=wanted.ids)
    if text := wanted.text.strip():
        rows = rows.filter(Q(customer__no__icontains=text) | Q(customer__name__icontains=text))
    if wanted.proposed:
        rows = rows.filter(proposed="" if wanted.proposed == NONE else wanted.proposed)
    if wanted.turn in TURNS:
        rows = rows.filter(TURNS[wanted.turn])
    named = {"held": wanted.held, "kind": wanted.kind, "customer__industry_section": wanted.section}
    named["stage"] = wanted.stage if wanted.stage in STAGES else ""
    rows = rows.filter(**{name: "" if value == NONE else value for name, value in named.items() if value})
    if wanted.person:
        answering = customers.answering(on=on).filter(person__login=wanted.person).order_by()
        rows = rows.filter(customer__in=answering.values("customer_id"))
    if wanted.unit:
        rows = _of_unit(rows, wanted.unit, on=on)
    return rows


def _of_unit(rows: QuerySet[Proposal], unit: str, *, on: date) -> QuerySet[Proposal]:
    """Those a unit answers for, or nobody."""
    answering = customers.answering(on=on).order_by()
    if unit == NONE:
        return rows.exclude(customer__in=answering.values("customer_id"))
    return rows.filter(customer__in=answering.filter(unit__code=unit).values("customer_id"))


def units_of(rows: QuerySet[Proposal], *, on: date) -> list[tuple[str, str]]:
    """The units that answer for the customers of some proposals, by code, with their names; "-" for none."""
    answering = customers.answering(on=on).order_by()
    held = answering.filter(customer__in=rows.order_by().values("customer_id"))
    found = sorted(set(held.values_list("unit__code", "unit__name")))
    without = rows.exclude(customer__in=answering.values("customer_id")).exists()
    return [*found, *([(NONE, "")] if without else [])]


def in_order(rows: QuerySet[Proposal], order: Order) -> QuerySet[Any]:
    """The rows in an order, from behind a place in it on; equal ones by their ids.

    Whom the policy handles first comes first, whatever the order (LIM-04).
    """
    field = FIELDS[order.key]
    rows = rows.annotate(
        by_rank=Coalesce("rank", "proposed_rank", UNPLACED), by_steps=Coalesce("steps", -UNPLACED)
    )
    sign, step = ("-", "lt") if order.falling else ("", "gt")
    if order.after is not None:
        place = rows.filter(pk=order.after).values_list(field, "is_first").first()
        if place is not None:
            behind = Q(**{f"{field}__{step}": place[0]}) | Q(**{field: place[0], f"pk__{step}": order.after})
            rest = Q(behind, is_first=place[1])
            rows = rows.filter(rest | Q(is_first=False) if place[1] else rest)
    return rows.order_by("-is_first", f"{sign}{field}", f"{sign}pk")
