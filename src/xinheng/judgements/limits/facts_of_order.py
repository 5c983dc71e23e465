"""All that is known for a decision on one order, together (SAP-14); what is not known is told as None."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.orders import queries as orders
from xinheng.facts.orders.errors import OrderUnknown
from xinheng.facts.orders.values import OrderNow
from xinheng.judgements.limits import clearing, desk
from xinheng.judgements.limits.clearing import Way
from xinheng.judgements.limits.deciding import reasons_of
from xinheng.judgements.limits.figures import exposure_of, groups_of, limit_of
from xinheng.judgements.limits.models import Account, Decision, OrderCredit
from xinheng.judgements.limits.severe import overdue_of
from xinheng.judgements.limits.values import Authority, Effective, Headroom, Reason

YEAR = timedelta(days=365)


@dataclass(frozen=True)
class CreditFacts:
    """What a customer owes and may, and how its orders fared. overdue, oldest_days None: nothing is overdue.

    account None: nothing was ever told of its credit. decided: orders by how they were decided in a year.
    """

    head: Headroom
    account: Any
    overdue: Money | None
    oldest_days: int | None
    decided: dict[str, int]


@dataclass(frozen=True)
class OrderFacts:
    """One order and its credit. credit None: it was never checked. authority: who may release it."""

    order: OrderNow
    customer: Any
    credit: Any
    reasons: tuple[Reason, ...]
    ways: tuple[Way, ...]
    of_customer: CreditFacts
    decisions: tuple[Any, ...]
    covers: tuple[Any, ...]
    authority: Authority | None
    may_release: bool


def credit_facts(customer: Any, *, on: date, segment: str = "") -> CreditFacts:
    """What a customer owes and may in a segment. customer: one that customers.queries.get gave out."""
    account = Account.objects.filter(customer=customer, segment=segment).first()
    limit = limit_of(account, on=on) if account else Effective("not_assessed")
    exposure = exposure_of(account or Account(customer=customer, segment=segment))
    head = Headroom(segment, exposure, limit, groups_of(customer, segment, on=on))
    minor, first = overdue_of([customer.pk], on=on).get(customer.pk, (0, None))
    decided = Decision.objects.filter(account__customer=customer, on__gt=on - YEAR, on__lte=on)
    counted = decided.order_by().values_list("verdict").annotate(Count("order_no", distinct=True))
    return CreditFacts(
        head,
        account,
        Money(minor, exposure.currency) if first else None,
        (on - first).days if first else None,
        dict(counted),
    )


def order_facts(actor: Actor, order_no: str, *, on: date) -> OrderFacts:
    """One order within reach with all that a decision on it needs. Refuses: AccessDenied, OrderUnknown."""
    access.require(actor, "orders.read", f"order:{order_no}")
    access.require(actor, "limits.read", f"order:{order_no}")
    customer = orders.customer_of(actor, order_no, on=on)
    if customer is None:
        raise OrderUnknown(order_no=order_no)
    order = orders.order_now(customer, order_no)
    credit = OrderCredit.objects.filter(order_no=order_no).select_related("account", "decision").first()
    reasons = tuple(reasons_of(credit.decision)) if credit else ()
    is_held = credit is not None and credit.state == "held"
    authorities = desk.authorities_on(on)
    late = desk.overdue_days(credit.account, on) if credit else 0
    first = desk.who_may(authorities, over=credit.over_minor, days=late) if credit else ""
    roles = desk.roles_of(actor, on)
    return OrderFacts(
        order,
        customer,
        credit,
        reasons,
        tuple(clearing.ways(reasons)) if is_held else (),
        credit_facts(customer, on=on, segment=order.segment),
        tuple(Decision.objects.filter(order_no=order_no).select_related("account").order_by("-pk")),
        tuple(desk.covers_of(order_no)),
        next((one for one in authorities if one.code == first), None),
        credit is not None and is_held and desk.is_mine(actor, credit, authorities, roles, days=late),
    )
