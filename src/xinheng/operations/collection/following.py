"""Customers that are spoken to every quarter, whether or not they owe anything (PTS-13)."""

from __future__ import annotations

from datetime import date
from typing import Any

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.periods import Period
from xinheng.facts.customers import queries as customers
from xinheng.judgements.reviews import queries as reviews
from xinheng.operations.collection import policy as policies
from xinheng.operations.collection.models import Contact
from xinheng.operations.collection.values import Collecting, FollowUp, FollowUpLine


def follow_ups(actor: Actor, quarter: Period, *, on: date) -> list[FollowUpLine]:
    """The customers within reach that are to be spoken to in a quarter, the missing first.

    Who had the grade when the quarter began and has it still: one that got it within the quarter begins with
    the next. Spoken to: a contact by one of the policy's ways in which somebody was reached.
    Refuses: AccessDenied, NoCollectionPolicy.
    """
    access.require(actor, "collection.read")
    policy = policies.in_force(on)
    found = [line for rule in policy.follow_ups for line in _of(actor, rule, policy, quarter, on=on)]
    return sorted(found, key=lambda line: (line.contact is not None, line.customer.no))


def _of(actor: Actor, rule: FollowUp, policy: Collecting, quarter: Period, *, on: date) -> list[FollowUpLine]:
    graded = _graded(rule, quarter.first)
    if on > quarter.first:
        still = _graded(rule, min(quarter.last, on))
        graded = {pk: grade for pk, grade in graded.items() if pk in still}
    seen = customers.visible(actor, on=on).filter(status="active")
    reached = {one.code for one in policy.results if one.reached}
    rows = Contact.objects.filter(
        on__gte=quarter.first, on__lte=min(quarter.last, on), way__in=rule.ways, result__in=reached
    )
    spoken: dict[int, Any] = {}
    for row in rows.order_by("on", "pk"):
        spoken.setdefault(row.customer_id, row)
    return [
        FollowUpLine(one, graded[one.pk], spoken.get(one.pk), on > quarter.last and one.pk not in spoken)
        for one in seen
        if one.pk in graded
    ]


def _graded(rule: FollowUp, on: date) -> dict[int, str]:
    rows = reviews.leading(rule.grading, on=on).filter(grade__in=rule.grades)
    return dict(rows.order_by().values_list("customer_id", "grade"))
