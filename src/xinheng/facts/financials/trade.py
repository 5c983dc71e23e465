"""A customer's own trade, summed up from its VAT invoices."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from django.db.models import Count, Max, Min, Q, QuerySet, Sum

from xinheng.base.kernel.money import Money
from xinheng.facts.financials.models import TradeInvoice
from xinheng.facts.financials.values import Counterparty, TradeMonth, TradeSide, TradeSummary


def trade_summary(customer: Any, *, as_of: date, months: int = 24, largest: int = 10) -> TradeSummary | None:
    """What the customer sold and bought in the last months, the month of as_of the last one.

    Sums are without tax and without void invoices; red-letter invoices are taken off. None: the customer
    never showed an invoice up to the day.
    """
    every = TradeInvoice.objects.filter(customer=customer, issued_on__lte=as_of)
    span = every.aggregate(first=Min("issued_on"), last=Max("issued_on"))
    if span["first"] is None:
        return None
    first = _months_before(as_of, months - 1)
    recent = every.filter(issued_on__gte=first)
    return TradeSummary(
        first_on=span["first"],
        last_on=span["last"],
        months=_months(recent, [_months_before(as_of, back) for back in range(months - 1, -1, -1)]),
        sides=tuple(_side(recent.filter(side=side), side, largest) for side in ("sale", "purchase")),
    )


def _months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, 1)


def _months(recent: QuerySet[TradeInvoice], every: list[date]) -> tuple[TradeMonth, ...]:
    days = recent.filter(is_void=False).order_by().values_list("side", "issued_on").annotate(Sum("net_minor"))
    schema = {"side": pl.String, "day": pl.Date, "minor": pl.Int64}
    frame = pl.DataFrame(list(days), schema=schema, orient="row")
    sums = frame.group_by("side", pl.col("day").dt.month_start()).agg(pl.col("minor").sum())
    found = {(side, month): minor for side, month, minor in sums.iter_rows()}
    return tuple(
        TradeMonth(month, Money(found.get(("sale", month), 0)), Money(found.get(("purchase", month), 0)))
        for month in every
    )


def _side(recent: QuerySet[TradeInvoice], side: str, largest: int) -> TradeSide:
    valid = Q(is_void=False)
    total = recent.aggregate(
        invoices=Count("pk", filter=valid),
        void=Count("pk", filter=~valid),
        red_letter=Count("pk", filter=valid & Q(net_minor__lt=0)),
        net=Sum("net_minor", filter=valid),
        tax=Sum("tax_minor", filter=valid),
        counterparties=Count("counterparty", filter=valid, distinct=True),
    )
    net = total["net"] or 0
    by_name = recent.filter(valid).order_by().values_list("counterparty")
    rows = by_name.annotate(count=Count("pk"), net=Sum("net_minor")).order_by("-net", "counterparty")[
        :largest
    ]
    return TradeSide(
        side=side,
        invoices=total["invoices"],
        void=total["void"],
        red_letter=total["red_letter"],
        net=Money(net),
        tax=Money(total["tax"] or 0),
        counterparties=total["counterparties"],
        largest=tuple(
            Counterparty(name, count, Money(minor), minor / net if net > 0 else 0.0)
            for name, count, minor in rows
        ),
    )
