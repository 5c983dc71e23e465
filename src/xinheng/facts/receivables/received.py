"""Money that came in and what it cleared within some days, of many customers at once."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from django.db import connection
from django.db.models import QuerySet

from xinheng.facts.receivables.lines import framed
from xinheng.facts.receivables.standing import Standing, Whose, rows

RECEIVED = {
    "customer_id": pl.Int64, "receipt_id": pl.Int64, "receipt_no": pl.String, "received_on": pl.Date,
    "currency": pl.String, "amount_minor": pl.Int64,
}  # fmt: skip
CLEARED = {
    "customer_id": pl.Int64, "currency": pl.String, "bill_id": pl.Int64, "kind": pl.String,
    "due_on": pl.Date, "settled_on": pl.Date, "amount_minor": pl.Int64,
}  # fmt: skip
MONEY = """
    SELECT r.customer_id, r.id, r.receipt_no, r.received_on, r.currency, r.amount_minor
    FROM receivables_receipt r
    WHERE <whose:r> AND r.received_on <= <as_of> AND r.told_on <= <known_on> AND r.received_on >= %s
          AND NOT EXISTS (SELECT 1 FROM receivables_receiptvoiding v WHERE v.receipt_id = r.id
                          AND v.told_on <= <known_on>)
          AND NOT EXISTS (SELECT 1 FROM receivables_returnedpayment p WHERE p.receipt_id = r.id
                          AND p.returned_on <= <as_of> AND p.told_on <= <known_on>)
    ORDER BY r.customer_id, r.received_on, r.id
"""
PAID = """
    SELECT b.customer_id, b.currency, b.id, b.kind, b.due_on, s.settled_on,
           CAST(SUM(s.amount_minor) AS bigint)
    FROM receivables_settlement s JOIN receivables_bill b ON b.id = s.bill_id
    WHERE <whose:b> AND s.receipt_id IS NOT NULL AND s.settled_on <= <as_of> AND s.told_on <= <known_on>
          AND s.settled_on >= %s
    GROUP BY b.customer_id, b.currency, b.id, b.kind, b.due_on, s.settled_on
"""


def received(
    customers: QuerySet[Any] | None, *, since: date, until: date, known_on: date | None = None
) -> pl.DataFrame:
    """A row for each receipt of these days, both included, that is not void and was not returned by then.

    customers: the rows of customers.queries.visible; None: everybody's. Gives customer_id, receipt_id,
    receipt_no, received_on, currency, amount_minor, by customer and day.
    """
    whose, standing = Whose.of(customers), Standing(until, known_on)
    return framed(rows(MONEY, standing, whose, [_kept(since)]) if whose else [], RECEIVED)


def cleared(
    customers: QuerySet[Any] | None, *, since: date, until: date, known_on: date | None = None
) -> pl.DataFrame:
    """What receipts cleared of each bill on each of these days, what was taken back taken off.

    Gives customer_id, currency, bill_id, kind, due_on (of the whole bill), settled_on, amount_minor. Credit
    bills clear without money and have no row.
    """
    whose, standing = Whose.of(customers), Standing(until, known_on)
    return framed(rows(PAID, standing, whose, [_kept(since)]) if whose else [], CLEARED)


def _kept(day: date) -> Any:
    return connection.ops.adapt_datefield_value(day)
