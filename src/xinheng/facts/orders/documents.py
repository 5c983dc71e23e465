"""The orders behind what customers have ordered, as of any past day, and what files of them meet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import polars as pl
from django.db.models import BigIntegerField, Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from xinheng.base.kernel import bulk
from xinheng.facts.orders.models import Billing, Delivery, OrderEnd, SalesOrder
from xinheng.facts.receivables import queries as receivables

FAR = date(9999, 12, 31)
DOCUMENTS = {
    "customer_id": pl.Int64,
    "segment": pl.String,
    "currency": pl.String,
    "no": pl.String,
    "on": pl.Date,
    "due_on": pl.Date,
    "amount_minor": pl.Int64,
    "delivered_minor": pl.Int64,
    "billed_minor": pl.Int64,
    "is_ended": pl.Boolean,
}
FIELDS = (
    "customer_id", "segment", "currency", "order_no", "ordered_on", "ship_on", "amount_minor", "delivered",
    "billed", "is_ended",
)  # fmt: skip
KNOWN_ORDERS = {
    "order_no": pl.String,
    "customer_id": pl.Int64,
    "segment": pl.String,
    "ordered_on": pl.Date,
    "ship_on": pl.Date,
    "amount_minor": pl.Int64,
    "currency": pl.String,
    "kind": pl.String,
    "payment": pl.String,
    "left_minor": pl.Int64,
    "is_ended": pl.Boolean,
}
KNOWN_DELIVERIES = {
    "delivery_no": pl.String,
    "order_no": pl.String,
    "delivered_on": pl.Date,
    "amount_minor": pl.Int64,
}


def open_documents(
    customers: QuerySet[Any] | None, *, as_of: date, known_on: date | None = None
) -> pl.DataFrame:
    """Every order with something undelivered, or delivered and not billed, as of a day.

    customers: the rows of customers.queries.visible; None: everybody's. A further version of an order counts
    from the day it was told. Gives customer_id, segment, currency, component ("ordered" or "delivered"), no,
    on (ordered), due_on (planned to leave), minor; more billed than delivered is below zero.
    """
    known = known_on or FAR
    rows = _versions(as_of, known)
    if customers is not None:
        rows = rows.filter(customer__in=customers.order_by().values("pk"))
    rows = rows.annotate(
        delivered=_sum(Delivery.objects.filter(delivered_on__lte=as_of, told_on__lte=known)),
        billed=_sum(_billed(as_of, known)),
        is_ended=Exists(
            OrderEnd.objects.filter(order_no=OuterRef("order_no"), ended_on__lte=as_of, told_on__lte=known)
        ),
    )
    found = pl.DataFrame(list(rows.values_list(*FIELDS)), schema=DOCUMENTS, orient="row")
    keys = ["customer_id", "segment", "currency"]
    left = (pl.col("amount_minor") - pl.col("delivered_minor")).clip(lower_bound=0)
    undelivered = pl.when(pl.col("is_ended")).then(0).otherwise(left)
    parts = {"ordered": undelivered, "delivered": pl.col("delivered_minor") - pl.col("billed_minor")}
    long = [
        found.select(*keys, component=pl.lit(name), no="no", on="on", due_on="due_on", minor=minor)
        for name, minor in parts.items()
    ]
    return pl.concat(long).filter(pl.col("minor") != 0)


def known_orders(order_nos: Iterable[str]) -> pl.DataFrame:
    """The last versions of the orders of these numbers, as a file meets them; unknown ones are left out.

    Gives order_no, customer_id, segment, ordered_on, ship_on, amount_minor, currency, kind, payment,
    left_minor (amount less delivered) and is_ended.
    """
    rows = _versions(FAR, FAR).annotate(
        delivered=_sum(Delivery.objects.all()),
        is_ended=Exists(OrderEnd.objects.filter(order_no=OuterRef("order_no"))),
    )
    fields = [name for name in KNOWN_ORDERS if name != "left_minor"]
    found = _of_numbers(rows, "order_no", order_nos, [*fields, "delivered"])
    schema: dict[str, Any] = {**{name: KNOWN_ORDERS[name] for name in fields}, "delivered": pl.Int64}
    frame = pl.DataFrame(found, schema=schema, orient="row")
    left = pl.col("amount_minor") - pl.col("delivered")
    return frame.with_columns(left_minor=left).select(list(KNOWN_ORDERS))


def known_deliveries(delivery_nos: Iterable[str]) -> pl.DataFrame:
    """The deliveries of these numbers: delivery_no, order_no, delivered_on, amount_minor."""
    found = _of_numbers(Delivery.objects.all(), "delivery_no", delivery_nos, list(KNOWN_DELIVERIES))
    return pl.DataFrame(found, schema=KNOWN_DELIVERIES, orient="row")


def _versions(as_of: date, known: date) -> QuerySet[SalesOrder]:
    """Of every order the version that counted on a day."""
    there = Q(version=1, ordered_on__lte=as_of) | Q(version__gt=1, told_on__lte=as_of)
    counted = SalesOrder.objects.filter(there, told_on__lte=known)
    return counted.filter(~Exists(counted.filter(replaces=OuterRef("pk")))).order_by()


def _billed(as_of: date, known: date) -> QuerySet[Billing]:
    """What billed an order by a day; what a void bill billed is taken back from the day it was void."""
    billed = Q(takes_back=False, bill__billed_on__lte=as_of, told_on__lte=known)
    taken_back = Q(takes_back=True, bill__in=receivables.voided(as_of=as_of, known_on=known))
    return Billing.objects.filter(billed | taken_back)


def _sum(rows: QuerySet[Any]) -> Coalesce:
    of_order = rows.filter(order_no=OuterRef("order_no")).order_by().values("order_no")
    summed = of_order.annotate(minor=Sum("amount_minor")).values("minor")
    return Coalesce(Subquery(summed, output_field=BigIntegerField()), 0)


def _of_numbers(
    rows: QuerySet[Any], field: str, numbers: Iterable[str], fields: list[str]
) -> list[tuple[Any, ...]]:
    told = sorted({str(number) for number in numbers if number is not None})
    size = bulk.SQLITE_VARIABLES
    found: list[tuple[Any, ...]] = []
    for at in range(0, len(told), size):
        found += rows.filter(**{f"{field}__in": told[at : at + size]}).values_list(*fields)
    return found
