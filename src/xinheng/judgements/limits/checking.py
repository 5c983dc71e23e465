"""The check of an order: everything is looked at under one lock, and what was decided is kept with it."""

from __future__ import annotations

from datetime import date

import polars as pl
from django.db import transaction

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.facts.orders import services as orders
from xinheng.facts.orders.values import NewOrder, OrderNow
from xinheng.judgements.limits import deciding, figures, keeping, policy, rules
from xinheng.judgements.limits.deciding import Judged, Outcome
from xinheng.judgements.limits.models import Account, OrderCredit
from xinheng.judgements.limits.values import Asked, Checked, Reason, Stage

NOT_CHECKED = Reason("", "rules", "hold", "not_checked")


@transaction.atomic
def check_order(*, actor: Actor, on: date, customer_no: str, order: NewOrder) -> Checked:
    """Take an order and decide on it: passed, held or rejected; a passed one has spent the headroom.

    The order is kept whatever comes out. Equal to the limit passes. An order paid before shipment passes
    and is delivered against the money. Where no policy holds or a rate is not told the order is held as not
    checked. Refuses: AccessDenied, and what taking the order refuses.
    """
    access.require(actor, "limits.check", f"customer:{customer_no}")
    customer = customers.open_customer(actor, customer_no, on=on)
    account = figures.locked(customer, order.segment, on=on)
    worth = keeping.convert(order.amount.minor, order.amount.currency, account.currency, on=on)
    asked = Asked(order.payment, order.kind, order.amount.currency, order.terms_days)
    judged = judge(account, on=on, stage="order", minor=worth, document=worth, asked=asked)
    outcome = rules.verdict(judged.reasons)
    placed = orders.place_order(actor=actor, on=on, customer_no=customer_no, order=order)
    decision = deciding.write(actor, on, account, placed, Outcome("check", outcome, judged))
    if outcome != "passed":
        set_aside(placed, placed.undelivered.minor)
    OrderCredit.objects.create(
        order_no=order.order_no,
        account=account,
        customer=customer,
        state=outcome,
        amount_minor=order.amount.minor,
        currency=order.amount.currency,
        since=on,
        decision=decision,
        asked_by=actor.login,
        over_minor=max((reason.over or 0 for reason in judged.reasons if reason.check == "limit"), default=0),
    )
    return Checked(order.order_no, outcome, judged.reasons, decision.pk)


def judge(
    account: Account, *, on: date, stage: Stage, minor: int | None, document: int | None, asked: Asked
) -> Judged:
    """Ask every rule of the policy in force.

    minor, document: in the account's currency; None: no rate is told.
    """
    held = policy.in_force(on)
    if held is None:
        return Judged((NOT_CHECKED,))
    checks, sha256 = held
    found = figures.figures_of(
        account, account.customer, checks, on=on, minor=minor or 0, document=document or 0, asked=asked
    )
    reasons = tuple(rules.judge(checks, found, stage=stage))
    if minor is None or document is None:
        reasons = (NOT_CHECKED, *reasons)
    return Judged(reasons, found, f"{checks.code}@{checks.version}", sha256)


def asked_of(order: OrderNow) -> Asked:
    """What an order asks for, as the rules look at it."""
    return Asked(order.payment, order.kind, order.amount.currency, order.terms_days)


def set_aside(order: OrderNow, minor: int) -> None:
    """What a held or rejected order has undelivered does not count; below zero: it counts again."""
    if minor:
        keys = {"customer_id": order.customer_id, "segment": order.segment, "currency": order.amount.currency}
        keeping.keep(moves=pl.DataFrame([{**keys, "component": "held", "minor": minor}]))
