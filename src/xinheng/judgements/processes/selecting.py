"""Which cases a person looks at, and in which order."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet

from xinheng.base.access import queries as people
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.judgements.processes import defining, rules
from xinheng.judgements.processes.errors import CaseUnknown
from xinheng.judgements.processes.models import Case
from xinheng.judgements.processes.values import SORTS, Wanted

FIELDS = {
    "due": "due_on",
    "since": "since",
    "started": "started_on",
    "customer": "customer__no",
    "step": "step",
}
FOUND = 20_000  # customers a typed text may find; more would say nothing


def seen(actor: Actor, *, on: date) -> QuerySet[Case]:
    """The cases whose customers the actor reaches."""
    if actor.scope.reach == "everything":
        return Case.objects.all()
    return Case.objects.filter(customer__in=customers.visible(actor, on=on).order_by().values("pk"))


def get_case(actor: Actor, case_id: int, *, on: date) -> Case:
    """One case within reach. Refuses: CaseUnknown."""
    case = seen(actor, on=on).select_related("customer").filter(pk=case_id).first()
    if case is None:
        raise CaseUnknown(case=case_id)
    return case


def chosen(actor: Actor, wanted: Wanted, *, on: date) -> QuerySet[Case]:
    """The cases within reach that pass every filter."""
    rows = seen(actor, on=on)
    given = {"process": wanted.process, "step": wanted.step, "lane": wanted.lane, "state": wanted.state}
    rows = rows.filter(**{name: value for name, value in given.items() if value})
    if wanted.overdue:
        rows = rows.filter(state="open", due_on__lt=on)
    if wanted.mine:
        rows = rows.filter(own_steps(actor, on=on), state="open")
    if text := wanted.text.strip():
        ids = customers.found(text, most=FOUND)
        named = Q(customer__no__istartswith=text) | Q(customer__name__contains=text)
        rows = rows.filter(named if ids is None else named | Q(customer_id__in=ids))
    return rows


def own_steps(actor: Actor, *, on: date) -> Q:
    """The open cases whose step is in a lane of one of the actor's roles; none without such a role."""
    own = Q(pk__in=[])
    running = Case.objects.filter(state="open").order_by()
    begun_by = list(running.values_list("sha256", flat=True).distinct())
    if not begun_by or not actor.person_id:
        return own
    roles = people.roles_held(actor.person_id, on=on)
    for sha256 in begun_by:
        process = defining.kept(sha256)
        lanes = [lane.code for lane in process.lanes if rules.holds_lane(lane.roles, roles)]
        if lanes:
            own |= Q(sha256=sha256, lane__in=lanes)
    return own


def in_order(rows: QuerySet[Case], sort: str) -> QuerySet[Case]:
    """The cases in an order; without a target they come last, whichever way round."""
    key = sort.removeprefix("-")
    field = FIELDS[key if key in SORTS else "due"]
    place: Any = F(field).desc(nulls_last=True) if sort.startswith("-") else F(field).asc(nulls_last=True)
    return rows.order_by(place, "pk").select_related("customer")
