"""Which applications a person looks at, and in which order."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet

from xinheng.base.access import queries as people
from xinheng.base.approvals import queries as approvals
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.judgements.applications import defining, held
from xinheng.judgements.applications.applying import KIND
from xinheng.judgements.applications.models import Application
from xinheng.judgements.applications.values import SORTS, Wanted

FIELDS = {
    "no": "pk", "customer": "customer__no", "amount": "amount_minor", "applied": "applied_on",
    "due": "request__due_on",
}  # fmt: skip
FOUND = 20_000  # customers a typed text may find; more would say nothing


def chosen(actor: Actor, wanted: Wanted, *, on: date) -> QuerySet[Application]:
    """The applications within reach that pass every filter, in the order asked for."""
    rows = held.seen(actor, on=on)
    given = {"state": wanted.state, "rules": wanted.rules}
    rows = rows.filter(**{name: value for name, value in given.items() if value})
    if wanted.grade:
        rows = rows.filter(grade="" if wanted.grade == "-" else wanted.grade)
    if wanted.mine:
        rows = rows.filter(applied_by=actor.login)
    if wanted.waiting:
        rows = rows.filter(request__in=waiting_requests(actor, on=on))
    if wanted.late:
        rows = rows.filter(state="open", request__due_on__lt=on)
    if text := wanted.text.strip():
        ids = customers.found(text, most=FOUND)
        named = Q(customer__no__istartswith=text) | Q(customer__name__contains=text)
        rows = rows.filter(named if ids is None else named | Q(customer_id__in=ids))
    return _in_order(rows, wanted.sort).select_related("customer", "request")


def waiting_requests(actor: Actor, *, on: date) -> QuerySet[Any]:
    """The requests of applications that wait for the actor's signature, as keys."""
    return approvals.inbox(actor, on=on).filter(kind=KIND).order_by().values("pk")


def escalated(actor: Actor, *, on: date) -> QuerySet[Application]:
    """The applications whose step is late and whose rules name a role of the actor for that, latest first."""
    roles = people.roles_held(actor.person_id, on=on) if actor.person_id else frozenset[str]()
    told = [
        code
        for code, (document, _sha256) in defining.in_force(on).items()
        if document.escalation and roles & set(document.escalation.roles)
    ]
    if not told:
        return Application.objects.none()
    rows = held.seen(actor, on=on).filter(rules__in=told, state="open", request__due_on__lt=on)
    return rows.select_related("customer", "request").order_by("request__due_on", "pk")


def _in_order(rows: QuerySet[Application], sort: str) -> QuerySet[Application]:
    key = sort.removeprefix("-")
    field = F(FIELDS[key if key in SORTS else "no"])
    place: Any = field.desc(nulls_last=True) if sort.startswith("-") else field.asc(nulls_last=True)
    return rows.order_by(place, "-pk")
