"""The check of an order: everything is looked at at one moment, and what was decided is kept with it."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from django.db import IntegrityError, connection, transaction

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.webhooks import services as webhooks
from xinheng.facts.customers import queries as customers
from xinheng.facts.customers.values import Key
from xinheng.facts.orders import services as orders
from xinheng.facts.orders.errors import OrderPosted
from xinheng.facts.orders.values import NewOrder, OrderNow
from xinheng.judgements.limits import deciding, figures, keeping, looking, rules
from xinheng.judgements.limits.deciding import Judged, Outcome
from xinheng.judgements.limits.looking import Seen
from xinheng.judgements.limits.models import Decision, OrderCredit
from xinheng.judgements.limits.values import Asked, Checked, Document, Figures, Reason, Stage
from xinheng.judgements.limits.writing import Spend, write

NOT_CHECKED = Reason("", "rules", "hold", "not_checked")


@dataclass(frozen=True)
class Asking:
    """Who asks for which order, and the row it is kept as."""

    actor: Actor
    on: date
    customer: Key
    order: NewOrder
    row: Any


def check_order(*, actor: Actor, on: date, customer_no: str, order: NewOrder) -> Checked:
    """Take an order and decide on it: passed, held or rejected; a passed one has spent the headroom.

    The order is kept whatever comes out. Equal to the limit passes. An order paid before shipment passes
    and is delivered against the money. Where no policy holds or a rate is not told the order is held as not
    checked. Refuses: AccessDenied, CustomerUnknown, CustomerClosed, OrderFieldRefused, OrderPosted.

    Where one account alone decides, the check is three statements: the customer, all that is looked at, and
    one that spends, keeps and decides if the account still stands as it was seen. Else, and where it was
    too late, it takes its turn at the accounts that bind it.
    """
    access.require(actor, "limits.check", f"customer:{customer_no}")
    customer = customers.open_key(actor, customer_no, on=on)
    row = orders.to_post(actor=actor, on=on, customer=customer, order=order)
    asking = Asking(actor, on, customer, order, row)
    try:
        with transaction.atomic() if connection.in_atomic_block else nullcontext():
            checked = _at_once(asking)
        if checked is None:
            with transaction.atomic():
                checked = _in_turn(asking)
    except IntegrityError:
        raise OrderPosted(order_no=order.order_no) from None
    return checked


def try_order(*, actor: Actor, on: date, customer_no: str, order: NewOrder) -> Checked:
    """What a check of an order would come to now; nothing is kept or spent, and no decision is made (0).

    Refuses: AccessDenied, CustomerUnknown, CustomerClosed, OrderFieldRefused.
    """
    access.require(actor, "limits.check", f"customer:{customer_no}")
    customer = customers.open_key(actor, customer_no, on=on)
    orders.to_post(actor=actor, on=on, customer=customer, order=order)
    with transaction.atomic():
        seen = looking.locked(customer, order.segment, on=on, but=order.order_no)
        judged = judge(seen, customer, document_of(seen, order, on=on), on=on, stage="order")
        transaction.set_rollback(True)
    return Checked(order.order_no, rules.verdict(judged.reasons), judged.reasons, 0)


def judge(seen: Seen, customer: Key | Any, document: Document, *, on: date, stage: Stage) -> Judged:
    """Ask every rule of the policy in force. seen: locked, unless no other account binds it."""
    if seen.checks is None:
        return Judged((NOT_CHECKED,))
    groups = () if seen.decides_alone(customer) else figures.groups_of(customer, seen.account.segment, on=on)
    found = figures.figures_of(seen, document, on=on, groups=groups)
    return judged(seen, found, document, stage=stage)


def judged(seen: Seen, found: Figures, document: Document, *, stage: Stage) -> Judged:
    """What the rules say of figures, and by which version of the policy."""
    checks = seen.checks
    assert checks is not None
    reasons = tuple(rules.judge(checks, found, stage=stage))
    has_no_rate = None in (document.minor, document.whole) and document.asked.payment != "prepaid"
    if has_no_rate and not any(reason.cause == "not_checked" for reason in reasons):
        reasons = (NOT_CHECKED, *reasons)
    return Judged(reasons, found, f"{checks.code}@{checks.version}", seen.sha256)


def document_of(seen: Seen, order: NewOrder, *, on: date) -> Document:
    """A new order as the rules look at it."""
    worth = keeping.convert(order.amount.minor, order.amount.currency, seen.account.currency, on=on)
    return Document(worth, worth, asked_of(order))


def standing(seen: Seen, order: OrderNow, *, on: date) -> Document:
    """An order that is there already, with what is undelivered of it."""
    minor, whole = (
        keeping.convert(each.minor, each.currency, seen.account.currency, on=on)
        for each in (order.undelivered, order.amount)
    )
    return Document(minor, whole, asked_of(order))


def asked_of(order: OrderNow | NewOrder) -> Asked:
    """What an order asks for, as the rules look at it."""
    return Asked(order.payment, order.kind, order.amount.currency, order.terms_days)


def set_aside(order: OrderNow, minor: int, *, segment: str | None = None) -> None:
    """What a held or rejected order has undelivered does not count; below zero: it counts again.

    segment: where it is another by now than that of the order.
    """
    if minor:
        keys = {"customer_id": order.customer_id, "currency": order.amount.currency}
        where = order.segment if segment is None else segment
        keeping.keep(moves=pl.DataFrame([{**keys, "segment": where, "component": "held", "minor": minor}]))


def _at_once(asking: Asking) -> Checked | None:
    """The check without waiting; None where it must take its turn, or the account moved meanwhile."""
    customer, order = asking.customer, asking.order
    if connection.vendor != "postgresql" or order.segment or customer.parent_id is not None:
        return None
    seen = looking.look(customer.pk, "", on=asking.on, but=order.order_no)
    if seen is None or not _stands_alone(seen, order) or webhooks.is_heard("order.decided"):
        return None
    return _keep(asking, seen, is_locked=False)


def _in_turn(asking: Asking) -> Checked:
    """The check under the lock of all accounts that bind it."""
    customer, order, seen = asking.customer, asking.order, None
    if connection.vendor == "sqlite" and customer.parent_id is None and not order.segment:
        seen = looking.look(customer.pk, "", on=asking.on, but=order.order_no)  # nobody else writes meanwhile
    if seen is None or not _stands_alone(seen, order):
        seen = looking.locked(customer, order.segment, on=asking.on, but=order.order_no)
    checked = _keep(asking, seen, is_locked=True)
    assert checked is not None  # nobody moved what is locked
    return checked


def _stands_alone(seen: Seen, order: NewOrder) -> bool:
    """Whether one account decides, as it was seen: brought to the day, in the order's currency."""
    return seen.is_ready and seen.is_alone and order.amount.currency == seen.account.currency


def _keep(asking: Asking, seen: Seen, *, is_locked: bool) -> Checked | None:
    actor, on, order = asking.actor, asking.on, asking.order
    found = judge(seen, asking.customer, document_of(seen, order, on=on), on=on, stage="order")
    outcome = rules.verdict(found.reasons)
    told = Outcome("check", outcome, found, amount=order.amount)
    decision = deciding.decision_of(actor, on, seen.account, order.order_no, told)
    line = audit.line(
        actor=actor,
        act="limits.check",
        subject=f"customer:{asking.customer.no}",
        on=on,
        after={"order_no": order.order_no, "amount": order.amount, "verdict": outcome},
    )
    is_home = not order.segment and order.amount.currency == seen.account.currency
    aside = 0 if outcome == "passed" else order.amount.minor
    room = None if is_locked else rules.room(seen.checks, found.figures)
    spend = Spend(seen.account, order.amount.minor, aside, room) if is_home else Spend(seen.account, 0, 0)
    decided = write(spend, [asking.row, line], decision, _credit(asking, seen, decision))
    if decided is None:
        return None
    if not is_home:
        _spend_elsewhere(asking, aside)
    deciding.tell_outside(asking.customer.no, order.segment, decision, decided)
    return Checked(order.order_no, outcome, found.reasons, decided)


def _credit(asking: Asking, seen: Seen, decision: Decision) -> OrderCredit:
    return OrderCredit(
        order_no=decision.order_no,
        account=seen.account,
        customer_id=asking.customer.pk,
        state=decision.verdict,
        amount_minor=decision.amount_minor,
        currency=decision.currency,
        since=asking.on,
        asked_by=asking.actor.login,
        over_minor=deciding.over(deciding.reasons_of(decision)),
    )


def _spend_elsewhere(asking: Asking, aside: int) -> None:
    """An order in a segment moves two accounts; one in another currency what stands in that."""
    order = asking.order
    keys = {"customer_id": asking.customer.pk, "segment": order.segment, "currency": order.amount.currency}
    moves = [{**keys, "component": "ordered", "minor": order.amount.minor}]
    moves += [{**keys, "component": "held", "minor": aside}] if aside else []
    keeping.keep(moves=pl.DataFrame(moves))
