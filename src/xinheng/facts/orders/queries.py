"""Questions to orders: one, a customer's, and the sums those who keep count are held against.

Functions that take one customer are given one that customers.queries.get gave out.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from xinheng.base.kernel.paging import older_than
from xinheng.facts.orders.documents import known_deliveries, known_orders, open_documents
from xinheng.facts.orders.errors import OrderUnknown
from xinheng.facts.orders.listing import (
    SORTS,
    DeliveryRow,
    OrderWanted,
    bills_of_order,
    customer_of,
    deliveries_of,
    end_of,
    open_of_orders,
    orders_seen,
    page_of,
    stands_of,
    versions_of,
)
from xinheng.facts.orders.models import SalesOrder
from xinheng.facts.orders.standing import stand
from xinheng.facts.orders.values import OrderNow

__all__ = [
    "SORTS",
    "DeliveryRow",
    "OrderWanted",
    "bills_of_order",
    "customer_of",
    "deliveries_of",
    "end_of",
    "known_deliveries",
    "known_orders",
    "open_documents",
    "open_of_orders",
    "order_now",
    "order_page",
    "ordered_before",
    "orders_seen",
    "page_of",
    "planned_after",
    "running_sums",
    "standing",
    "stands_of",
    "versions_of",
]
PAGE_ROWS = 50
ORDERS_A_STATEMENT = 500
SUMS = {
    "customer_id": pl.Int64,
    "segment": pl.String,
    "currency": pl.String,
    "ordered_minor": pl.Int64,
    "delivered_minor": pl.Int64,
}
# of the last version of every order; an ended order has nothing undelivered
RUNNING = """
    SELECT o.customer_id, o.segment, o.currency,
           CAST(SUM(CASE WHEN e.order_no IS NOT NULL OR o.amount_minor <= COALESCE(d.minor, 0) THEN 0
                    ELSE o.amount_minor - COALESCE(d.minor, 0) END) AS bigint),
           CAST(SUM(COALESCE(d.minor, 0) - COALESCE(b.minor, 0)) AS bigint)
    FROM orders_salesorder o
    LEFT JOIN (SELECT order_no, SUM(amount_minor) AS minor FROM orders_delivery GROUP BY order_no) d
         ON d.order_no = o.order_no
    LEFT JOIN (SELECT order_no, SUM(amount_minor) AS minor FROM orders_billing GROUP BY order_no) b
         ON b.order_no = o.order_no
    LEFT JOIN orders_orderend e ON e.order_no = o.order_no
    WHERE NOT EXISTS (SELECT 1 FROM orders_salesorder n WHERE n.replaces_id = o.id)
    GROUP BY o.customer_id, o.segment, o.currency
"""


def order_now(customer: Any, order_no: str, *, as_of: date | None = None) -> OrderNow:
    """An order of a customer as it stands, now or as of a day. Refuses: OrderUnknown."""
    found = _last(as_of).filter(customer=customer, order_no=order_no).first()
    if found is None:
        raise OrderUnknown(order_no=order_no)
    return stand([found], as_of=as_of)[0]


def standing(order_nos: list[str]) -> dict[str, OrderNow]:
    """How orders stand, by their numbers; unknown ones are left out. For callers that know them."""
    found: dict[str, OrderNow] = {}
    for at in range(0, len(order_nos), ORDERS_A_STATEMENT):
        rows = list(_last(None).filter(order_no__in=order_nos[at : at + ORDERS_A_STATEMENT]))
        found |= {order.order_no: order for order in stand(rows)}
    return found


def order_page(
    customer: Any, *, as_of: date, after: str = "", limit: int = PAGE_ROWS
) -> tuple[list[OrderNow], str]:
    """A customer's orders as of a day, newest first, a page at a time.

    after: what the page before gave, "" for the first; what comes with the last page is "".
    Costs four statements, whatever the number of orders behind the page.
    """
    rows = _last(as_of).filter(customer=customer, ordered_on__lte=as_of)
    page = list(older_than(rows, after, "ordered_on").order_by("-ordered_on", "-pk")[: limit + 1])
    more, page = len(page) > limit, page[:limit]
    return stand(page, as_of=as_of), f"{page[-1].ordered_on}:{page[-1].pk}" if more else ""


def planned_after(customer: str, segment: str, currency: str, *, but: str) -> str:
    """The statement that sums up what is undelivered of a customer's orders planned to leave after a day.

    customer, segment, currency: columns of the statement around it; a blank segment means all. but: a
    condition on `o.order_no`, for orders left out. It takes one parameter: the day. It costs the orders
    planned after the day, however many were before.
    """
    delivered = (
        "(SELECT COALESCE(SUM(d.amount_minor), 0) FROM orders_delivery d WHERE d.order_no = o.order_no)"
    )
    return f"""(
        SELECT CAST(COALESCE(SUM(CASE WHEN o.amount_minor > {delivered} THEN o.amount_minor - {delivered}
                                 ELSE 0 END), 0) AS bigint)
        FROM orders_salesorder o
        WHERE o.customer_id = {customer} AND o.currency = {currency} AND o.ship_on > %s
              AND ({segment} = '' OR o.segment = {segment}) AND {but}
              AND NOT EXISTS (SELECT 1 FROM orders_salesorder n WHERE n.replaces_id = o.id)
              AND NOT EXISTS (SELECT 1 FROM orders_orderend e WHERE e.order_no = o.order_no))"""


def ordered_before(customer: str) -> str:
    """The condition that a customer ordered before; it takes one parameter: the order it is asked of.

    Of an order that is not there yet, any other came before; else those that were told before it was.
    """
    return f"""EXISTS (SELECT 1 FROM orders_salesorder o
                       LEFT JOIN orders_salesorder f ON f.order_no = %s AND f.replaces_id IS NULL
                       WHERE o.customer_id = {customer} AND (f.id IS NULL OR o.id < f.id))"""


def running_sums() -> pl.DataFrame:
    """What is undelivered and what is delivered and not billed, of all that was told.

    Gives customer_id, segment, currency, ordered_minor, delivered_minor.
    """
    with connection.cursor() as cursor:
        cursor.execute(RUNNING)
        return pl.DataFrame(cursor.fetchall(), schema=SUMS, orient="row")


def _last(as_of: date | None) -> QuerySet[SalesOrder]:
    newer = SalesOrder.objects.filter(replaces=OuterRef("pk"))
    rows = SalesOrder.objects.all()
    if as_of:
        newer, rows = newer.filter(told_on__lte=as_of), rows.filter(told_on__lte=as_of)
    return rows.filter(~Exists(newer))
