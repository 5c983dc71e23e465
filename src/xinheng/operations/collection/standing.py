"""Cases as they stand: which of them an actor reaches, and one of them."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.operations.collection.errors import CaseClosed, CaseUnknown
from xinheng.operations.collection.models import Case

Row = TypeVar("Row", bound=Model)


def reached(actor: Actor, *, on: date) -> QuerySet[Any]:
    """The keys of the customers the actor reaches. Refuses: AccessDenied."""
    return customers.visible(actor, on=on).order_by().values("pk")


def within(actor: Actor, rows: QuerySet[Row], column: str = "customer", *, on: date) -> QuerySet[Row]:
    """Rows of the customers within reach."""
    if actor.scope.reach == "everything":
        return rows
    return rows.filter(**{f"{column}__in": reached(actor, on=on)})


def seen(actor: Actor, *, on: date) -> QuerySet[Case]:
    """The cases of the customers within reach, with the customer."""
    return within(actor, Case.objects.select_related("customer"), on=on)


def get_case(actor: Actor, case_id: int, *, on: date) -> Case:
    """One case within reach. Refuses: CaseUnknown."""
    found = seen(actor, on=on).filter(pk=case_id).first()
    if found is None:
        raise CaseUnknown(case=case_id)
    return found


def running_case(actor: Actor, case_id: int, *, on: date) -> Case:
    """One case within reach, locked for an act on it. Refuses: CaseUnknown, CaseClosed."""
    rows = seen(actor, on=on).select_for_update(of=("self",))
    found = rows.filter(pk=case_id).first()
    if found is None:
        raise CaseUnknown(case=case_id)
    if found.closed_on is not None:
        raise CaseClosed(case=case_id, closed_on=found.closed_on)
    return found
