"""A person holds an order that had passed: it stays held until a person decides, whatever the rules say."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.facts.orders import queries as orders
from xinheng.facts.orders.errors import OrderUnknown
from xinheng.judgements.limits import checking, deciding, looking
from xinheng.judgements.limits.deciding import Judged, Outcome
from xinheng.judgements.limits.errors import OrderNotFree, ReleaseReasonMissing
from xinheng.judgements.limits.models import Decision, OrderCredit
from xinheng.judgements.limits.values import Reason
from xinheng.judgements.limits.wording import STATES

BY_PERSON = Reason("", "person", "hold", "held_by_person")


@transaction.atomic
def hold(*, actor: Actor, on: date, order_no: str, reason: str) -> Decision:
    """Hold an order that passed or was released; what left on it stays, the rest counts for nothing.

    Checking it again does not free it: a person releases or rejects it. Refuses: AccessDenied,
    OrderUnknown, OrderNotFree, ReleaseReasonMissing.
    """
    access.require(actor, "limits.release", f"order:{order_no}")
    rows = OrderCredit.objects.select_for_update(of=("self",)).select_related("customer", "decision")
    reached = customers.visible(actor, on=on).values("pk")
    credit = rows.filter(order_no=order_no, customer__in=reached).first()
    if credit is None:
        raise OrderUnknown(order_no=order_no)
    if credit.state not in ("passed", "released"):
        raise OrderNotFree(order_no=order_no, state=STATES[credit.state])
    if not (why := reason.strip()[:300]):
        raise ReleaseReasonMissing(field="reason")
    order = orders.order_now(credit.customer, order_no)
    account = looking.locked(credit.customer, order.segment, on=on).account
    decision = deciding.write(
        actor, on, account, order, Outcome("hold", "held", Judged((BY_PERSON,)), why=why)
    )
    checking.set_aside(order, order.undelivered.minor)
    credit.state, credit.decision, credit.since, credit.over_minor = "held", decision, on, 0
    credit.released_minor = credit.released_until = None
    credit.save()
    return decision
