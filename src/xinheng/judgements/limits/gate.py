"""The gate before goods move: it stands at the act itself, so no page, file or program goes round it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from xinheng.base.kernel.actors import system_actor
from xinheng.facts.orders.values import OrderNow
from xinheng.judgements.limits import checking, deciding, figures, keeping, rules
from xinheng.judgements.limits.deciding import Outcome
from xinheng.judgements.limits.errors import OrderNotPassed
from xinheng.judgements.limits.models import OrderCredit
from xinheng.judgements.limits.wording import STATES, told


def watch(*, order: OrderNow, act: str, minor: int, on: date, **_: Any) -> None:
    """Let goods leave only on an order that passed; a change of one is checked for what got worse.

    act, minor: as orders.values.about_to tells them. Refuses: OrderNotPassed.
    """
    credit = OrderCredit.objects.select_for_update(of=("self",)).filter(order_no=order.order_no)
    found = credit.select_related("customer", "decision").first()
    if act == "deliver":
        _deliver(found, order, minor, on=on)
    elif found is not None and found.state in ("held", "rejected"):
        checking.set_aside(order, minor if act == "change" else -order.undelivered.minor)
    if found is None:
        return
    if act == "end":
        found.state, found.since = "ended", on
        found.save(update_fields=["state", "since"])
    elif act == "change":
        _change(found, order, minor, on=on)


def _deliver(credit: OrderCredit | None, order: OrderNow, minor: int, *, on: date) -> None:
    if credit is None:
        raise OrderNotPassed(order_no=order.order_no, state=STATES["unchecked"])
    if credit.state not in ("passed", "released"):
        raise OrderNotPassed(order_no=order.order_no, state=STATES[credit.state])
    if credit.state == "released":
        if credit.released_until and on > credit.released_until:
            raise OrderNotPassed(order_no=order.order_no, state=STATES["lapsed"])
        if order.delivered.minor + minor > (credit.released_minor or 0):
            raise OrderNotPassed(order_no=order.order_no, state=STATES["part"])
        return
    account = figures.locked(credit.customer, order.segment, on=on)
    more = max(0, minor - order.undelivered.minor)
    worth = keeping.convert(more, order.amount.currency, account.currency, on=on)
    asked = replace(checking.asked_of(order), payment="credit", terms_days=None)
    judged = checking.judge(account, on=on, stage="delivery", minor=worth, document=0, asked=asked)
    worse = rules.got_worse(deciding.reasons_of(credit.decision), judged.reasons)
    if order.payment == "prepaid" and account.prepaid_minor < minor:
        worse = [rules.unpaid(minor - account.prepaid_minor), *worse]
    elif order.payment == "prepaid":
        worse = []
    if blocking := deciding.hardest(worse):
        words = "; ".join(told(reason, account.currency) for reason in blocking)
        raise OrderNotPassed(order_no=order.order_no, state=words)


def _change(credit: OrderCredit, order: OrderNow, minor: int, *, on: date) -> None:
    """A held order stays held, a rejected one is asked anew, a passed one is checked for what got worse."""
    credit.amount_minor = order.amount.minor + minor
    if credit.state == "rejected":
        credit.state, credit.since = "held", on
    is_released = credit.state == "released" and credit.amount_minor <= (credit.released_minor or 0)
    is_within = minor <= 0 or is_released  # what asks for less makes nothing worse
    if credit.state in ("passed", "released") and not is_within:
        _check_change(credit, order, minor, on=on)
    credit.save()


def _check_change(credit: OrderCredit, order: OrderNow, minor: int, *, on: date) -> None:
    account = figures.locked(credit.customer, order.segment, on=on)
    currency = order.amount.currency
    more = keeping.convert(max(minor, 0), currency, account.currency, on=on)
    whole = keeping.convert(credit.amount_minor, currency, account.currency, on=on)
    asked = checking.asked_of(order)
    judged = checking.judge(account, on=on, stage="order", minor=more, document=whole, asked=asked)
    worse = rules.got_worse(deciding.reasons_of(credit.decision), judged.reasons)
    outcome = rules.verdict(worse)
    if outcome == "passed":
        return
    decision = deciding.write(system_actor(), on, account, order, Outcome("change", outcome, judged))
    checking.set_aside(order, order.undelivered.minor + minor)
    credit.state, credit.decision, credit.since = outcome, decision, on
