"""The gate before goods move: it stands at the act itself, so no page, file or program goes round it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from xinheng.base.kernel.actors import system_actor
from xinheng.facts.orders.values import NewOrder, OrderNow
from xinheng.judgements.limits import checking, deciding, keeping, looking, rules
from xinheng.judgements.limits.deciding import Outcome
from xinheng.judgements.limits.errors import OrderNotPassed
from xinheng.judgements.limits.models import OrderCredit
from xinheng.judgements.limits.values import Document
from xinheng.judgements.limits.wording import STATES, told


def watch(
    *, order: OrderNow, act: str, minor: int, on: date, changed: NewOrder | None = None, **_: Any
) -> None:
    """Let goods leave only on an order that passed; a change of one is checked for what got worse.

    act, minor: as orders.values.about_to tells them. Refuses: OrderNotPassed.
    """
    credit = OrderCredit.objects.select_for_update(of=("self",)).filter(order_no=order.order_no)
    found = credit.select_related("customer", "decision").first()
    if act == "deliver":
        _deliver(found, order, minor, on=on)
    elif found is not None and found.state in ("held", "rejected"):
        checking.set_aside(order, -order.undelivered.minor)
        if changed is not None:
            checking.set_aside(order, order.undelivered.minor + minor, segment=changed.segment)
    if found is None:
        return
    if act == "end":
        found.state, found.since = "ended", on
        found.save(update_fields=["state", "since"])
    elif act == "change":
        assert changed is not None
        _change(found, order, changed, on=on)


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
    seen = looking.locked(credit.customer, order.segment, on=on, but=order.order_no)
    account = seen.account
    more = max(0, minor - order.undelivered.minor)
    worth = keeping.convert(more, order.amount.currency, account.currency, on=on)
    asked = replace(checking.asked_of(order), payment="credit", terms_days=None)
    document = Document(worth, 0, asked)
    judged = checking.judge(seen, credit.customer, document, on=on, stage="delivery")
    worse = rules.got_worse(deciding.reasons_of(credit.decision), judged.reasons)
    if order.payment == "prepaid" and account.prepaid_minor < minor:
        worse = [rules.unpaid(minor - account.prepaid_minor), *worse]
    elif order.payment == "prepaid":
        worse = []
    if blocking := deciding.hardest(worse):
        words = "; ".join(told(reason, account.currency) for reason in blocking)
        raise OrderNotPassed(order_no=order.order_no, state=words)


def _change(credit: OrderCredit, order: OrderNow, changed: NewOrder, *, on: date) -> None:
    """A held order stays held, a rejected one is asked anew, a passed one is checked for what got worse."""
    credit.amount_minor = changed.amount.minor
    if credit.state == "rejected":
        credit.state, credit.since = "held", on
    if credit.state in ("passed", "released") and not _is_within(credit, order, changed):
        _check_change(credit, order, changed, on=on)
    credit.save()


def _is_within(credit: OrderCredit, order: OrderNow, changed: NewOrder) -> bool:
    """What asks for less, and for nothing else, makes nothing worse; nor what was released already."""
    if checking.asked_of(order) != checking.asked_of(changed) or order.segment != changed.segment:
        return False
    is_released = credit.state == "released" and changed.amount.minor <= (credit.released_minor or 0)
    return is_released or changed.amount <= order.amount


def _check_change(credit: OrderCredit, order: OrderNow, changed: NewOrder, *, on: date) -> None:
    seen = looking.locked(credit.customer, changed.segment, on=on, but=order.order_no)
    currency, home = order.amount.currency, seen.account.currency
    minor = changed.amount.minor - order.amount.minor
    added = order.undelivered.minor + minor if changed.segment != order.segment else minor
    document = Document(
        keeping.convert(max(added, 0), currency, home, on=on),
        keeping.convert(changed.amount.minor, currency, home, on=on),
        checking.asked_of(changed),
    )
    judged = checking.judge(seen, credit.customer, document, on=on, stage="order")
    worse = rules.got_worse(deciding.reasons_of(credit.decision), judged.reasons)
    outcome = rules.verdict(worse)
    if outcome == "passed":
        return
    told = Outcome("change", outcome, judged, amount=changed.amount)
    decision = deciding.write(system_actor(), on, seen.account, order, told)
    checking.set_aside(order, order.undelivered.minor + minor, segment=changed.segment)
    credit.state, credit.decision, credit.since = outcome, decision, on
    credit.over_minor = deciding.over(judged.reasons)
