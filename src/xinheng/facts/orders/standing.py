"""How an order stands: its last version, what was delivered and billed, whether it ended."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django.db.models import QuerySet, Sum

from xinheng.base.kernel.money import Money
from xinheng.facts.orders.errors import OrderUnknown
from xinheng.facts.orders.models import Billing, Delivery, OrderEnd, SalesOrder
from xinheng.facts.orders.values import How, Kind, OrderNow, Payment


def locked(customer_id: int, order_no: str) -> tuple[SalesOrder, OrderNow]:
    """The last version of an order and how it stands, its first version locked. Refuses: OrderUnknown.

    The first version is there for ever, so whoever acts on the order waits at the same row.
    """
    first = SalesOrder.objects.select_for_update().filter(order_no=order_no, version=1).first()
    if first is None or first.customer_id != customer_id:
        raise OrderUnknown(order_no=order_no)
    last = SalesOrder.objects.filter(order_no=order_no).order_by("-version")[0]
    return last, stands(last)


def stands(order: SalesOrder, *, as_of: date | None = None) -> OrderNow:
    """How an order stands, now or as of a day."""
    return stand([order], as_of=as_of)[0]


def stand(orders: list[SalesOrder], *, as_of: date | None = None) -> list[OrderNow]:
    """How orders stand, in their order, by three statements however many they are."""
    nos = [order.order_no for order in orders]
    deliveries = Delivery.objects.filter(order_no__in=nos)
    billings = Billing.objects.filter(order_no__in=nos)
    ends = OrderEnd.objects.filter(order_no__in=nos)
    if as_of:
        deliveries, ends = deliveries.filter(delivered_on__lte=as_of), ends.filter(ended_on__lte=as_of)
        billings = billings.filter(bill__billed_on__lte=as_of)
    delivered, billed = _sums(deliveries), _sums(billings)
    ended = dict(ends.values_list("order_no", "how"))
    return [
        _now(
            order,
            delivered.get(order.order_no, 0),
            billed.get(order.order_no, 0),
            ended.get(order.order_no, ""),
        )
        for order in orders
    ]


def _sums(rows: QuerySet[Any]) -> dict[str, int]:
    return dict(rows.values_list("order_no").annotate(Sum("amount_minor")).order_by())


def _now(order: SalesOrder, delivered: int, billed: int, ended: str) -> OrderNow:
    return OrderNow(
        customer_id=order.customer_id,
        order_no=order.order_no,
        version=order.version,
        segment=order.segment,
        ordered_on=order.ordered_on,
        ship_on=order.ship_on,
        amount=Money(order.amount_minor, order.currency),
        kind=cast(Kind, order.kind),
        payment=cast(Payment, order.payment),
        terms_days=order.terms_days,
        delivered=Money(delivered, order.currency),
        billed=Money(billed, order.currency),
        ended=cast(How, ended),
    )
