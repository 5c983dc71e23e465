"""Some goods leave only once they are paid, or once their order was examined: hard rules of a grade."""

from __future__ import annotations

from datetime import date
from typing import Any

from xinheng.base.kernel.actors import system_actor
from xinheng.facts.customers import queries as customers
from xinheng.facts.orders.values import OrderNow
from xinheng.judgements.limits import queries as credit
from xinheng.judgements.terms import entitling, policy
from xinheng.judgements.terms.errors import NotPaidFirst, OrderNotExamined
from xinheng.judgements.terms.models import CustomerTerms, OrderReview
from xinheng.judgements.terms.offering import CREDIT_FIRST
from xinheng.judgements.terms.values import Entitlement
from xinheng.judgements.terms.wording import PAYMENTS

OF_THE_GRADE = ("grade:", "breach:")


def watch(*, order: OrderNow, act: str, minor: int, on: date, **_: Any) -> None:
    """Hold goods back that the terms let leave only once paid, or only after an examination.

    act, minor: as orders.values.about_to tells them. Refuses: NotPaidFirst, OrderNotExamined.
    """
    if act != "deliver" or minor <= 0 or not policy.in_force(on):
        return
    customer = customers.visible(system_actor(), on=on).get(pk=order.customer_id)
    to = entitling.entitlement(customer, on=on)
    held = entitling.granted(customer, on=on, segment=order.segment) or entitling.granted(customer, on=on)
    if _is_examined_first(to) and not OrderReview.objects.filter(order_no=order.order_no).exists():
        raise OrderNotExamined(order_no=order.order_no)
    must = _must_pay(held, to)
    if CREDIT_FIRST[order.payment] < CREDIT_FIRST[must] and not _is_paid(customer, order, minor, on=on):
        raise NotPaidFirst(order_no=order.order_no, terms=PAYMENTS[must])


def _is_examined_first(to: Entitlement | None) -> bool:
    return bool(to and to.grade and to.grade.promise and to.grade.promise.review)


def _must_pay(held: CustomerTerms | None, to: Entitlement | None) -> str:
    """How the customer pays at the latest, where no exception is thought of; else on account."""
    is_hard = to is not None and to.grade is not None and not to.paying.soft
    if held and (held.payment == "prepaid" or (is_hard and held.source.startswith(OF_THE_GRADE))):
        return str(held.payment)
    return to.level.payment if held is None and to and is_hard else "credit"


def _is_paid(customer: Any, order: OrderNow, minor: int, *, on: date) -> bool:
    """Whether money paid before covers the goods, beyond what left already."""
    shown = credit.headroom(customer, on=on).exposure
    free = shown.prepaid - shown.delivered - max(shown.receivable, 0)
    return order.amount.currency == shown.currency and free >= minor
