"""Which bills bill which orders, and what that moves."""

from __future__ import annotations

from typing import Any

from xinheng.facts.orders import telling
from xinheng.facts.orders.models import Billing, SalesOrder


def keep(bill: Any, order_no: str, segment: str) -> None:
    """Write down that a bill bills an order: what it bills is delivered and unbilled no more."""
    minor = bill.amount_minor
    Billing.objects.create(bill=bill, order_no=order_no, amount_minor=minor, told_on=bill.told_on)
    telling.tell(bill.customer_id, segment, bill.currency, delivered=-minor)


def follow(*, bill: Any, by: Any, **_: Any) -> None:
    """A bill was voided or corrected: what it billed of an order is taken back, and billed by the new one."""
    billed = Billing.objects.filter(bill=bill, takes_back=False).first()
    if billed is None:
        return
    order = SalesOrder.objects.filter(order_no=billed.order_no).order_by("-version")[0]
    told_on = by.told_on if by else bill.told_on
    Billing.objects.create(
        bill=bill,
        order_no=order.order_no,
        amount_minor=-billed.amount_minor,
        takes_back=True,
        told_on=told_on,
    )
    telling.tell(order.customer_id, order.segment, bill.currency, delivered=billed.amount_minor)
    if by is not None:
        keep(by, order.order_no, order.segment)
