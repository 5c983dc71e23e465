"""A held order is asked about again when something changed."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.facts.orders import queries as orders
from xinheng.facts.orders.errors import OrderUnknown
from xinheng.facts.orders.values import OrderNow
from xinheng.judgements.limits import checking, deciding, looking, rules
from xinheng.judgements.limits.deciding import Outcome
from xinheng.judgements.limits.errors import OrderNotHeld
from xinheng.judgements.limits.models import OrderCredit
from xinheng.judgements.limits.values import Checked
from xinheng.judgements.limits.wording import STATES


@transaction.atomic
def recheck(*, actor: Actor, on: date, order_no: str) -> Checked:
    """Ask the rules about a held order again; it passes by itself when the reasons are gone.

    Refuses: AccessDenied, OrderUnknown, OrderNotHeld.
    """
    access.require(actor, "limits.check", f"order:{order_no}")
    credit, order = held_order(actor, order_no, on=on)
    return decide(actor, on, credit, order)


def held_order(actor: Actor, order_no: str, *, on: date) -> tuple[OrderCredit, OrderNow]:
    """A held order within reach, locked, and how it stands. Refuses: OrderUnknown, OrderNotHeld."""
    rows = OrderCredit.objects.select_for_update(of=("self",)).select_related("customer", "decision")
    reached = customers.visible(actor, on=on).values("pk")
    credit = rows.filter(order_no=order_no, customer__in=reached).first()
    if credit is None:
        raise OrderUnknown(order_no=order_no)
    if credit.state != "held":
        raise OrderNotHeld(order_no=order_no, state=STATES[credit.state])
    return credit, orders.order_now(credit.customer, order_no)


def decide(actor: Actor, on: date, credit: OrderCredit, order: OrderNow) -> Checked:
    """Decide on a held order that is locked, and keep what was decided where it is new.

    What a person holds is a person's to free.
    """
    if credit.decision.act == "hold":
        return Checked(
            order.order_no, "held", tuple(deciding.reasons_of(credit.decision)), credit.decision_id
        )
    seen = looking.locked(credit.customer, order.segment, on=on, but=order.order_no)
    account, value = seen.account, order.undelivered
    document = checking.standing(seen, order, on=on)
    judged = checking.judge(seen, credit.customer, document, on=on, stage="order")
    outcome = rules.verdict(judged.reasons)
    if outcome == "held" and list(judged.reasons) == deciding.reasons_of(credit.decision):
        return Checked(order.order_no, outcome, judged.reasons, credit.decision_id)
    decision = deciding.write(actor, on, account, order, Outcome("recheck", outcome, judged))
    if outcome == "passed":
        checking.set_aside(order, -value.minor)
    if outcome != "held":
        credit.state, credit.since = outcome, on
    credit.decision, credit.amount_minor = decision, order.amount.minor
    credit.over_minor = deciding.over(judged.reasons)
    credit.save()
    return Checked(order.order_no, outcome, judged.reasons, decision.pk)
