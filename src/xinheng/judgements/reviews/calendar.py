"""The review calendar: when each customer's grade is looked at again, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import DateField, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Least

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.working_days import working_days_between
from xinheng.facts.customers import queries as customers
from xinheng.judgements.reviews import staleness, standing, terms
from xinheng.judgements.reviews.models import ReviewCall
from xinheng.judgements.reviews.values import Call, Due

FAR = date(9999, 12, 31)
OPEN = Q(answered_on__isnull=True, lifted_on__isnull=True)


@dataclass(frozen=True)
class Asked:
    """Which part of the calendar: due before a day, of a policy, a person (login), stale ones, a text."""

    due_before: date | None = None
    policy: str = ""
    person: str = ""
    grade: str = ""
    text: str = ""
    stale: bool = False
    called: bool = False


def calendar(actor: Actor, asked: Asked, *, on: date) -> QuerySet[Any]:
    """The standing grades of the customers an actor reaches, the most urgent review first.

    Each row carries `next_due`, the nearest of its own day and of open calls, and which of the data behind
    the grade are stale (NET-06, ADV-30), as `staleness.columns` has them. Refuses: AccessDenied.
    """
    access.require(actor, "ratings.read")
    rows = standing.standing(asked.policy, on=on)
    if actor.scope.reach != "everything":
        rows = rows.filter(customer__in=customers.visible(actor, on=on).order_by().values("pk"))
    calls = ReviewCall.objects.filter(
        OPEN, customer_id=OuterRef("customer_id"), policy_code=OuterRef("policy_code")
    ).order_by("due_on")
    far = Value(FAR, output_field=DateField())
    rows = rows.annotate(
        next_due=Least(Coalesce("review_due_on", far), Coalesce(Subquery(calls.values("due_on")[:1]), far)),
        **staleness.columns(terms.in_force(on), on=on),
    )
    if asked.called:
        rows = rows.filter(Exists(calls))
    if asked.due_before:
        rows = rows.filter(next_due__lt=asked.due_before)
    if asked.stale:
        rows = rows.filter(staleness.is_any())
    if asked.grade:
        rows = rows.filter(grade="" if asked.grade == "-" else asked.grade)
    if text := asked.text.strip():
        rows = rows.filter(Q(customer__no__icontains=text) | Q(customer__name__icontains=text))
    if asked.person:
        answering = customers.answering(on=on).filter(person__login=asked.person).order_by()
        rows = rows.filter(customer__in=answering.values("customer_id"))
    return rows.select_related("customer").order_by("next_due", "pk")


def overdue(actor: Actor, *, on: date) -> QuerySet[Any]:
    """The reviews that should have been done before the day; the day itself is still in time (RR-02)."""
    return calendar(actor, Asked(due_before=on), on=on)


def dues(rows: Iterable[Any], *, on: date) -> Iterator[Due]:
    """Rows of the calendar with the calls behind them and who is responsible."""
    held = list(rows)
    calls: dict[tuple[int, str], list[Call]] = defaultdict(list)
    here = ReviewCall.objects.filter(OPEN, customer_id__in={row.customer_id for row in held})
    for call in here:
        told = Call(call.pk, call.event, call.evidence, call.called_on, call.due_on, call.called_by)
        calls[call.customer_id, call.policy_code].append(told)
    answering = customers.responsible([row.customer for row in held], on=on)
    for row in held:
        who = answering.get(row.customer_id)
        yield Due(
            customer_id=row.customer_id,
            customer_no=row.customer.no,
            customer_name=row.customer.name,
            policy_code=row.policy_code,
            role=row.role,
            grade=row.grade,
            kind=row.kind,
            since=row.effective_from,
            due_on=None if row.next_due == FAR else row.next_due,
            calls=tuple(calls[row.customer_id, row.policy_code]),
            stale=staleness.codes(row),
            warning=_warning(calls[row.customer_id, row.policy_code]),
            person=who.person.name if who and who.person else "",
        )


def _warning(calls: list[Call]) -> str:
    """What to tell of a day counted in working days of a year without holiday data (RR-03)."""
    told = (working_days_between(call.called_on, call.due_on)[1].warning for call in calls)
    return next(filter(None, told), "")
