"""The documents behind what customers owe, as of any past day, and how late they pay: of many at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import polars as pl
from django.db import connection
from django.db.models import QuerySet, Sum

from xinheng.facts.receivables.lines import framed
from xinheng.facts.receivables.models import Bill, Voiding
from xinheng.facts.receivables.paying import paid_by_instalment
from xinheng.facts.receivables.standing import FAR, FREE_RECEIPTS, OPEN_LINES, Standing, Whose, rows

DOCUMENTS = {
    "customer_id": pl.Int64,
    "segment": pl.String,
    "currency": pl.String,
    "component": pl.String,
    "no": pl.String,
    "on": pl.Date,
    "due_on": pl.Date,
    "minor": pl.Int64,
}
BEHIND = f"""
    WITH {OPEN_LINES}, {FREE_RECEIPTS}
    SELECT b.customer_id, b.segment, b.currency, 'receivable', b.bill_no, b.billed_on, o.due_on,
           CAST(o.open_minor AS bigint)
    FROM open_line o JOIN receivables_bill b ON b.id = o.id WHERE o.open_minor <> 0
    UNION ALL
    SELECT r.customer_id, '', r.currency, 'prepaid', r.receipt_no, r.received_on, NULL,
           CAST(f.free_minor AS bigint)
    FROM free_receipt f JOIN receivables_receipt r ON r.id = f.id WHERE f.free_minor <> 0
"""
# without what a returned payment had settled, and what is written off; bills with a plan are reckoned apart
PAID = """
    SELECT b.customer_id, b.segment, b.due_on, s.settled_on, s.amount_minor, b.id
    FROM receivables_settlement s JOIN receivables_bill b ON b.id = s.bill_id
    WHERE s.settled_on > %s AND s.settled_on <= %s AND s.write_off_id IS NULL
          AND NOT EXISTS (SELECT 1 FROM receivables_returnedpayment p WHERE p.receipt_id = s.receipt_id)
          AND NOT EXISTS (SELECT 1 FROM receivables_instalmentplan q WHERE q.bill_id = b.id)
"""
PAID_ROWS = {
    "customer_id": pl.Int64,
    "segment": pl.String,
    "due_on": pl.Date,
    "settled_on": pl.Date,
    "minor": pl.Int64,
    "bill_id": pl.Int64,
}
NAMED = {
    "customer_id": pl.Int64,
    "bill_no": pl.String,
    "pk": pl.Int64,
    "currency": pl.String,
    "amount_minor": pl.Int64,
}
BILLED = {"customer_id": pl.Int64, "segment": pl.String, "currency": pl.String, "billed_minor": pl.Int64}
BILLS_A_STATEMENT = 400  # two values each stay within what any SQLite takes
YEAR = timedelta(days=365)


def open_documents(
    customers: QuerySet[Any] | None, *, as_of: date, known_on: date | None = None
) -> pl.DataFrame:
    """Every bill or instalment with something open, and every receipt with something left, as of a day.

    customers: the rows of customers.queries.visible; None: everybody's. Gives customer_id, segment, currency,
    component ("receivable" or "prepaid"), no, on, due_on, minor (credit bills below zero).
    """
    whose = Whose.of(customers)
    return framed(rows(BEHIND, Standing(as_of, known_on), whose) if whose else [], DOCUMENTS)


def voided(*, as_of: date, known_on: date | None = None) -> QuerySet[Voiding, Any]:
    """The keys of the bills that were void on a day."""
    told = Voiding.objects.filter(voided_on__lte=as_of, told_on__lte=known_on or FAR)
    return told.values("bill")


def bills_named(named: pl.DataFrame) -> pl.DataFrame:
    """The last versions of bills by customer_id and bill_no: these, and bill_id, currency, amount_minor."""
    wanted = named.select("customer_id", "bill_no").unique().sort("customer_id", "bill_no")
    found: list[tuple[Any, ...]] = []
    for some in wanted.iter_slices(BILLS_A_STATEMENT):
        rows = Bill.objects.filter(customer__in=some["customer_id"].unique(), bill_no__in=some["bill_no"])
        found += rows.order_by("version").values_list(*NAMED)
    frame = pl.DataFrame(found, schema=NAMED, orient="row").rename({"pk": "bill_id"})
    last = frame.unique(["customer_id", "bill_no"], keep="last", maintain_order=True)
    return wanted.join(last, on=["customer_id", "bill_no"])


def billed_in_year(customers: QuerySet[Any], *, on: date) -> pl.DataFrame:
    """What was billed in the year up to a day, credit bills taken off and void bills left out.

    Gives customer_id, segment ("": over all), currency and billed_minor.
    """
    bills = Bill.objects.filter(billed_on__gt=on - YEAR, billed_on__lte=on)
    bills = bills.filter(customer__in=customers.order_by().values("pk")).exclude(pk__in=voided(as_of=FAR))
    keys = ["customer_id", "segment", "currency"]
    rows = bills.order_by().values_list(*keys).annotate(minor=Sum("amount_minor"))
    found = pl.DataFrame(list(rows), schema=BILLED, orient="row")
    both = pl.concat([found.filter(pl.col("segment") != ""), found.with_columns(segment=pl.lit(""))])
    return both.group_by(keys).agg(pl.col("billed_minor").sum())


def late_days(*, on: date, counted: Callable[[pl.DataFrame], pl.DataFrame] | None = None) -> pl.DataFrame:
    """How many days past due customers paid in the year up to a day, weighted by what they paid.

    Gives customer_id, segment ("": over all) and late_days, whole and rounded half-up, below zero where they
    pay early; who paid nothing has no row. counted: which payments count and from which due day, given rows
    of bill_id, due_on, settled_on and others; None: all of them as they stand. A bill with a plan is due by
    its instalments.
    """
    adapt = connection.ops.adapt_datefield_value
    with connection.cursor() as cursor:
        cursor.execute(PAID, [adapt(on - YEAR), adapt(on)])
        paid = pl.DataFrame(cursor.fetchall(), schema=PAID_ROWS, orient="row")
    by_part = paid_by_instalment(None, as_of=on).filter(pl.col("settled_on") > on - YEAR)
    paid = pl.concat([paid, by_part.select(list(PAID_ROWS))])
    paid = counted(paid) if counted else paid
    in_segment = paid.filter(pl.col("segment") != "")
    both = pl.concat([paid.with_columns(segment=pl.lit("")), in_segment])
    late = (pl.col("settled_on") - pl.col("due_on")).dt.total_days().cast(pl.Float64)
    weighed = both.group_by("customer_id", "segment").agg(
        mean=(late * pl.col("minor")).sum() / pl.col("minor").sum(), paid=pl.col("minor").sum()
    )
    mean = (pl.col("mean") + 0.5).floor().cast(pl.Int64)
    return weighed.filter(pl.col("paid") > 0).select("customer_id", "segment", late_days=mean)
