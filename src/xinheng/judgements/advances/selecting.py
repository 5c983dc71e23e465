"""Which advances a person looks at, and in which order."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet

from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.judgements.advances import standing
from xinheng.judgements.advances.models import Advance
from xinheng.judgements.advances.values import SORTS, STATES, Wanted

FIELDS = {
    "asked": "asked_on",
    "customer": "customer__no",
    "limit": "limit_minor",
    "open": "open_minor",
    "last_day": "last_day",
}
FOUND = 20_000  # customers a typed text may find; more would say nothing


def chosen(actor: Actor, wanted: Wanted, *, on: date) -> QuerySet[Advance]:
    """The advances within reach that pass every filter, in the order asked for, with what is open."""
    rows = standing.seen(actor, on=on).annotate(open_minor=standing.OPEN)
    if wanted.state in STATES:
        rows = rows.filter(state=wanted.state)
    if wanted.grade:
        rows = rows.filter(grade=wanted.grade)
    if wanted.overdue:
        rows = rows.filter(last_day__lt=on)
    if wanted.excepted:
        rows = rows.filter(is_exception=True)
    if wanted.is_open:
        rows = rows.filter(open_minor__gt=0)
    if text := wanted.text.strip():
        ids = customers.found(text, most=FOUND)
        named = Q(customer__no__istartswith=text) | Q(customer__name__contains=text) | Q(contract_no=text)
        rows = rows.filter(named if ids is None else named | Q(customer_id__in=ids))
    return _in_order(rows, wanted.sort)


def _in_order(rows: QuerySet[Advance], sort: str) -> QuerySet[Advance]:
    key = sort.removeprefix("-")
    field = F(FIELDS[key if key in SORTS else "asked"])
    place: Any = field.desc(nulls_last=True) if sort.startswith("-") else field.asc(nulls_last=True)
    return rows.order_by(place, "-pk").select_related("customer")
