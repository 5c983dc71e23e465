"""How a customer was billed and paid, month by month."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from django.db.models import Exists, OuterRef, QuerySet, Sum

from xinheng.base.kernel.money import Money
from xinheng.facts.receivables.models import (
    Bill,
    Receipt,
    ReceiptVoiding,
    ReturnedPayment,
    Settlement,
    Voiding,
)
from xinheng.facts.receivables.values import PaymentMonth


def payment_curve(customer: Any, *, as_of: date, months: int = 24, currency: str = "") -> list[PaymentMonth]:
    """Billed, received and days to pay of the last months, the month of as_of the last, oldest first.

    currency: the one looked at; left out, the one most was billed in. Clearing by a credit bill is no
    payment. days_to_pay is None in a month that settled nothing. Never billed and never paid: no rows.
    """
    first = _months_before(as_of, months - 1)
    voided = Voiding.objects.filter(bill=OuterRef("pk"), voided_on__lte=as_of)
    bills = Bill.objects.filter(~Exists(voided), customer=customer, billed_on__range=(first, as_of))
    void = ReceiptVoiding.objects.filter(receipt=OuterRef("pk"))
    returned = ReturnedPayment.objects.filter(receipt=OuterRef("pk"), returned_on__lte=as_of)
    receipts = Receipt.objects.filter(
        ~Exists(void), ~Exists(returned), customer=customer, received_on__range=(first, as_of)
    )
    currency = currency or _main_currency(bills, receipts)
    if not currency:
        return []
    billed = _by_month(bills.filter(currency=currency).values_list("billed_on"))
    received = _by_month(receipts.filter(currency=currency).values_list("received_on"))
    days = _days_to_pay(customer, first, as_of, currency)
    every = [_months_before(as_of, back) for back in range(months - 1, -1, -1)]
    return [
        PaymentMonth(
            month,
            Money(billed.get(month, 0), currency),
            Money(received.get(month, 0), currency),
            days.get(month),
        )
        for month in every
    ]


def _months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, 1)


def _main_currency(bills: QuerySet[Bill], receipts: QuerySet[Receipt]) -> str:
    for facts in (bills, receipts):
        found = facts.values_list("currency").annotate(total=Sum("amount_minor")).order_by("-total").first()
        if found:
            return str(found[0])
    return ""


def _by_month(days: QuerySet[Any, Any]) -> dict[date, int]:
    rows = list(days.annotate(total=Sum("amount_minor")).order_by())
    frame = pl.DataFrame(rows, schema={"day": pl.Date, "minor": pl.Int64}, orient="row")
    return dict(frame.group_by(pl.col("day").dt.month_start()).agg(pl.col("minor").sum()).iter_rows())


def _days_to_pay(customer: Any, first: date, as_of: date, currency: str) -> dict[date, float]:
    """Days from billing to settling, weighted by money, by the month of settling."""
    returned = ReturnedPayment.objects.filter(receipt=OuterRef("receipt"), returned_on__lte=as_of)
    paid = Settlement.objects.filter(
        ~Exists(returned),
        bill__customer=customer,
        bill__currency=currency,
        receipt__isnull=False,
        settled_on__range=(first, as_of),
    )
    rows = list(paid.values_list("settled_on", "bill__billed_on").annotate(Sum("amount_minor")).order_by())
    schema = {"settled_on": pl.Date, "billed_on": pl.Date, "minor": pl.Int64}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    weighted = (pl.col("settled_on") - pl.col("billed_on")).dt.total_days() * pl.col("minor")
    months = (
        frame.group_by(pl.col("settled_on").dt.month_start())
        .agg(weight=weighted.sum(), minor=pl.col("minor").sum())
        .filter(pl.col("minor") > 0)
    )
    return {month: weight / minor for month, weight, minor in months.iter_rows()}
