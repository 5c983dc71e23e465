"""Which warnings somebody sees, and how signals did."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from xinheng.base.access.services import require
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.judgements.warnings import policy
from xinheng.judgements.warnings.document import WarningSignals
from xinheng.judgements.warnings.errors import WarningUnknown
from xinheng.judgements.warnings.models import RaisedWarning
from xinheng.judgements.warnings.values import SORTS, Record, Wanted

FIELDS = {
    "raised": "raised_on", "due": "due_on", "customer": "customer__no", "measure": "measure",
    "amount": "amount_minor",
}  # fmt: skip


def warnings(actor: Actor, wanted: Wanted, *, on: date) -> QuerySet[RaisedWarning]:
    """The warnings of customers within reach that pass the filters. Refuses: AccessDenied."""
    rows = seen(actor, on=on)
    for field in ("state", "signal", "level", "owner"):
        if told := getattr(wanted, field):
            rows = rows.filter(**{field: told})
    if wanted.late:
        rows = rows.filter(state="open", due_on__lt=on)
    if wanted.unowned:
        rows = rows.filter(owner="")
    if text := wanted.text.strip():
        named = Q(customer__no__istartswith=text) | Q(customer__name__contains=text)
        rows = rows.filter(named | Q(cause__istartswith=text))
    key = wanted.sort.removeprefix("-")
    column = F(FIELDS[key if key in SORTS else "due"])
    place = column.desc(nulls_last=True) if wanted.sort.startswith("-") else column.asc(nulls_last=True)
    return rows.select_related("customer").order_by(place, "-pk")


def get_warning(actor: Actor, warning_id: int, *, on: date) -> RaisedWarning:
    """One warning within reach. Refuses: AccessDenied, WarningUnknown."""
    found = seen(actor, on=on).select_related("customer").filter(pk=warning_id).first()
    if found is None:
        raise WarningUnknown(warning=warning_id)
    return found


def open_of(actor: Actor, *, on: date) -> dict[str, int]:
    """What is open: mine, late, serious, unowned and all, within reach. Refuses: AccessDenied."""
    rows = seen(actor, on=on).filter(state="open").order_by()
    return rows.aggregate(
        all=Count("pk"),
        mine=Count("pk", filter=Q(owner=actor.login)),
        late=Count("pk", filter=Q(due_on__lt=on)),
        serious=Count("pk", filter=Q(level="serious")),
        unowned=Count("pk", filter=Q(owner="")),
    )


def records(actor: Actor, *, since: date, on: date) -> list[Record]:
    """How each signal did with what it raised from a day on. Refuses: AccessDenied."""
    rows = seen(actor, on=on).filter(raised_on__gte=since, raised_on__lte=on).order_by()
    is_open, is_closed = Q(state="open"), Q(state="closed")
    counted: Any = rows.values("signal").annotate(
        raised=Count("pk"),
        open=Count("pk", filter=is_open),
        late=Count("pk", filter=is_open & Q(due_on__lt=on)),
        closed=Count("pk", filter=is_closed),
        in_time=Count("pk", filter=is_closed & Q(closed_on__lte=F("due_on"))),
        true_alarms=Count("pk", filter=Q(is_true=True)),
    )
    return [Record(since=since, **row) for row in counted.order_by("signal")]


def owners(actor: Actor, *, on: date) -> list[str]:
    """Whose warnings are open within reach, by login. Refuses: AccessDenied."""
    rows = seen(actor, on=on).filter(state="open").exclude(owner="")
    return list(rows.order_by("owner").values_list("owner", flat=True).distinct())


def signals(on: date) -> WarningSignals:
    """The document of signals of a day."""
    return policy.in_force(on)


def seen(actor: Actor, *, on: date) -> QuerySet[RaisedWarning]:
    """What an actor reaches; warnings of no one customer are for who reaches all. Refuses: AccessDenied."""
    require(actor, "warnings.read")
    if actor.scope.reach == "everything":
        return RaisedWarning.objects.all()
    within = customers.visible(actor, on=on).order_by().values("pk")
    return RaisedWarning.objects.filter(customer__in=within)
