"""Questions to credit: what a customer may still take, which orders are held and why."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.judgements.limits.deciding import reasons_of
from xinheng.judgements.limits.errors import DecisionUnknown
from xinheng.judgements.limits.figures import exposure_of, groups_of, limit_of
from xinheng.judgements.limits.models import Account, OrderCredit
from xinheng.judgements.limits.reconciling import differences
from xinheng.judgements.limits.values import Effective, Headroom
from xinheng.judgements.limits.wording import CAUSES, KINDS, LIMITS, STATES, STATUSES, told

__all__ = [
    "CAUSES",
    "KINDS",
    "LIMITS",
    "STATES",
    "STATUSES",
    "credit_of",
    "differences",
    "exposure_of",
    "headroom",
    "held",
    "reasons_of",
    "states_of",
    "told",
]


def headroom(customer: Any, *, on: date, segment: str = "") -> Headroom:
    """What a customer may still take on; a customer without an account owes nothing and was not assessed.

    customer: one that customers.queries.get gave out.
    """
    account = Account.objects.filter(customer=customer, segment=segment).first()
    limit = limit_of(account, on=on) if account else Effective("not_assessed")
    exposure = exposure_of(account or Account(customer=customer, segment=segment))
    return Headroom(segment, exposure, limit, groups_of(customer, segment, on=on))


def held(actor: Actor, *, on: date) -> QuerySet[OrderCredit]:
    """The held orders of the customers within reach, the longest held first. Refuses: AccessDenied."""
    access.require(actor, "limits.read")
    reached = customers.visible(actor, on=on).values("pk")
    rows = OrderCredit.objects.filter(state="held", customer__in=reached)
    return rows.select_related("customer", "decision").order_by("since", "pk")


def credit_of(customer: Any, order_no: str) -> OrderCredit:
    """Where an order of a customer stands. Refuses: DecisionUnknown."""
    found = (
        OrderCredit.objects.filter(customer=customer, order_no=order_no).select_related("decision").first()
    )
    if found is None:
        raise DecisionUnknown(order_no=order_no)
    return found


def states_of(order_nos: list[str]) -> dict[str, str]:
    """Where orders stand, by their numbers; one that was never checked is left out.

    order_nos: of orders that orders.queries gave out.
    """
    return dict(OrderCredit.objects.filter(order_no__in=order_nos).values_list("order_no", "state"))
