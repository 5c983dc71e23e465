"""Questions to credit: what a customer may still take, which orders are held and why."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.judgements.limits.clearing import Way, ways
from xinheng.judgements.limits.covering import NewCover
from xinheng.judgements.limits.credit_line import (
    checks_on,
    checks_read,
    decisions_of,
    documents_of,
    held_of,
    in_state,
    limit_words,
    rates,
    segments_of,
)
from xinheng.judgements.limits.deciding import reasons_of
from xinheng.judgements.limits.desk import (
    SORTS,
    DeskLine,
    DeskWanted,
    authorities_on,
    covers_of,
    held_orders,
    lines,
    own_orders,
)
from xinheng.judgements.limits.errors import DecisionUnknown
from xinheng.judgements.limits.facts_of_order import CreditFacts, OrderFacts, credit_facts, order_facts
from xinheng.judgements.limits.figures import exposure_of, groups_of, limit_of
from xinheng.judgements.limits.hold_statistics import HoldStatistics, statistics
from xinheng.judgements.limits.master import credit_master
from xinheng.judgements.limits.models import Account, OrderCredit
from xinheng.judgements.limits.nightly import DayEnd, granted_between, lapsing, last_proof, late_covers
from xinheng.judgements.limits.past import (
    PastExposure,
    documents_as_of,
    exposure_as_of,
    exposures_as_of,
    group_as_of,
)
from xinheng.judgements.limits.policy import load as check_policy
from xinheng.judgements.limits.reconciling import differences
from xinheng.judgements.limits.replaying import Replayed, replay
from xinheng.judgements.limits.sap_tables import checks_of, table_of
from xinheng.judgements.limits.severe import Severe, severe_problems
from xinheng.judgements.limits.standings import given_limits, held_by_customer, standings, status_of
from xinheng.judgements.limits.values import Effective, Headroom
from xinheng.judgements.limits.wording import CAUSES, KINDS, LIMITS, PARTS, STATES, STATUSES, told, way_told

__all__ = [
    "CAUSES",
    "KINDS",
    "LIMITS",
    "PARTS",
    "SORTS",
    "STATES",
    "STATUSES",
    "CreditFacts",
    "DayEnd",
    "DeskLine",
    "DeskWanted",
    "HoldStatistics",
    "NewCover",
    "OrderFacts",
    "PastExposure",
    "Replayed",
    "Severe",
    "Way",
    "authorities_on",
    "check_policy",
    "checks_of",
    "checks_on",
    "checks_read",
    "covers_of",
    "credit_facts",
    "credit_master",
    "credit_of",
    "decisions_of",
    "differences",
    "documents_as_of",
    "documents_of",
    "exposure_as_of",
    "exposure_of",
    "exposures_as_of",
    "given_limits",
    "granted_between",
    "group_as_of",
    "headroom",
    "held",
    "held_by_customer",
    "held_of",
    "held_orders",
    "in_state",
    "lapsing",
    "last_proof",
    "late_covers",
    "limit_words",
    "lines",
    "order_facts",
    "own_orders",
    "rates",
    "reasons_of",
    "replay",
    "segments_of",
    "severe_problems",
    "standings",
    "states_of",
    "statistics",
    "status_of",
    "table_of",
    "told",
    "way_told",
    "ways",
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
