"""Orders in lists, and the documents of one order: its versions, deliveries and bills."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from django.db.models import Exists, OuterRef, Q, QuerySet

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.facts.orders.models import Billing, Delivery, OrderEnd, SalesOrder
from xinheng.facts.orders.standing import stand
from xinheng.facts.orders.values import OrderNow
from xinheng.facts.receivables import queries as receivables

SORTS = {"told": "pk", "ordered": "ordered_on", "ship": "ship_on", "amount": "amount_minor"}


@dataclass(frozen=True)
class OrderWanted:
    """Which orders, and in which order. text: in the number or the customer's number or name.

    ended: "open", "ended" or "" for both. sort: one of SORTS, the newest or largest first; "-" before it
    turns it round. customer_no: of one customer.
    """

    text: str = ""
    customer_no: str = ""
    payment: str = ""
    ended: str = ""
    since: date | None = None
    until: date | None = None
    sort: str = "told"


@dataclass(frozen=True)
class DeliveryRow:
    """Goods that left on an order; below zero they came back."""

    delivery_no: str
    delivered_on: date
    amount: Money


def orders_seen(actor: Actor, wanted: OrderWanted, *, on: date) -> QuerySet[SalesOrder]:
    """The last versions of the orders within reach that pass the filters. Refuses: AccessDenied."""
    access.require(actor, "orders.read")
    rows = SalesOrder.objects.filter(~Exists(SalesOrder.objects.filter(replaces=OuterRef("pk"))))
    if actor.scope.reach != "everything":
        rows = rows.filter(customer__in=customers.visible(actor, on=on).order_by().values("pk"))
    if wanted.customer_no:
        rows = rows.filter(customer__no=wanted.customer_no)
    if wanted.text:
        named = Q(order_no__icontains=wanted.text) | Q(customer__name__icontains=wanted.text)
        rows = rows.filter(named | Q(customer__no__iexact=wanted.text))
    if wanted.payment:
        rows = rows.filter(payment=wanted.payment)
    if wanted.ended:
        has_ended = Exists(OrderEnd.objects.filter(order_no=OuterRef("order_no")))
        rows = rows.filter(has_ended if wanted.ended == "ended" else ~has_ended)
    days = {"ordered_on__gte": wanted.since, "ordered_on__lte": wanted.until}
    rows = rows.filter(**{name: day for name, day in days.items() if day is not None})
    return rows.select_related("customer")


def page_of(
    rows: QuerySet[SalesOrder], *, sort: str = "told", after: str = "", limit: int = 50
) -> tuple[list[tuple[SalesOrder, OrderNow]], str]:
    """A page of orders_seen, each with how it stands; what comes with the last page is "".

    after: what the page before gave, "" for the first. Costs four statements, however long the list is.
    """
    key = sort.removeprefix("-") if sort.removeprefix("-") in SORTS else "told"
    column, turned = SORTS[key], sort.startswith("-")
    sign = "" if turned else "-"
    by = [f"{sign}{column}", *([f"{sign}pk"] if column != "pk" else [])]
    page = list(_behind(rows, after, column, turned=turned).order_by(*by)[: limit + 1])
    more, page = len(page) > limit, page[:limit]
    place = f"{getattr(page[-1], column)}:{page[-1].pk}" if more else ""
    return list(zip(page, stand(page), strict=True)), place


def stands_of(rows: list[SalesOrder]) -> list[OrderNow]:
    """How some orders of orders_seen stand, in their order, by three statements."""
    return stand(rows)


def customer_of(actor: Actor, order_no: str, *, on: date) -> Any:
    """The customer of an order within reach; None where there is no such order."""
    rows = orders_seen(actor, OrderWanted(), on=on).filter(order_no=order_no)
    found = rows.first()
    return found.customer if found else None


def versions_of(order_no: str) -> list[SalesOrder]:
    """Every version of an order, the newest first. For callers that asked for the order."""
    return list(SalesOrder.objects.filter(order_no=order_no).order_by("-version"))


def deliveries_of(order_no: str) -> list[DeliveryRow]:
    """What left on an order and came back, the newest first. For callers that asked for the order."""
    rows = Delivery.objects.filter(order_no=order_no).select_related("order").order_by("-delivered_on", "-pk")
    return [
        DeliveryRow(row.delivery_no, row.delivered_on, Money(row.amount_minor, row.order.currency))
        for row in rows
    ]


def bills_of_order(order_no: str, *, as_of: date) -> list[Any]:
    """The bills of an order as of a day, void ones too. For callers that asked for the order."""
    keys = Billing.objects.filter(order_no=order_no, takes_back=False).values_list("bill", flat=True)
    return list(receivables.bills_by_key(list(keys), as_of=as_of).values())


def end_of(order_no: str) -> OrderEnd | None:
    """How, when and why an order ended; None where it has not."""
    return OrderEnd.objects.filter(order_no=order_no).first()


def open_of_orders(order_nos: Iterable[str], *, as_of: date, due_before: date) -> pl.DataFrame:
    """What is open, by order, on bills that were due before a day; orders without such a bill have no row.

    Gives order_no, open_minor (in the order's currency, above zero).
    """
    nos = sorted(set(order_nos))
    found: dict[str, int] = {}
    for at in range(0, len(nos), 500):
        billed = Billing.objects.filter(order_no__in=nos[at : at + 500], takes_back=False)
        late = dict(billed.filter(bill__due_on__lt=due_before).values_list("bill", "order_no"))
        for key, bill in receivables.bills_by_key(list(late), as_of=as_of).items():
            if bill.open.minor > 0:
                found[late[key]] = found.get(late[key], 0) + bill.open.minor
    schema = {"order_no": pl.String, "open_minor": pl.Int64}
    return pl.DataFrame(list(found.items()), schema=schema, orient="row")


def _behind(rows: QuerySet[SalesOrder], after: str, column: str, *, turned: bool) -> QuerySet[SalesOrder]:
    """The rows behind a place in the list; what no page gave is the first page."""
    told, _, key = after.rpartition(":")
    try:
        value: Any = date.fromisoformat(told) if column.endswith("_on") else int(told)
        last = int(key)
    except ValueError:
        return rows
    side = "gt" if turned else "lt"
    further = Q(**{f"{column}__{side}": value})
    return rows.filter(further | Q(**{column: value, f"pk__{side}": last}))
