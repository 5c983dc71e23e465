"""What was written off and what came back of it, and payments that were returned."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from django.db import connection
from django.db.models import QuerySet

from xinheng.facts.receivables.lines import framed
from xinheng.facts.receivables.standing import Standing, Whose, rows

WRITTEN_OFF = {
    "customer_id": pl.Int64, "write_off_id": pl.Int64, "bill_id": pl.Int64, "bill_no": pl.String,
    "kind": pl.String, "billed_on": pl.Date, "due_on": pl.Date, "currency": pl.String,
    "written_off_on": pl.Date, "amount_minor": pl.Int64, "recovered_minor": pl.Int64,
    "taken_back_minor": pl.Int64, "left_minor": pl.Int64, "reason": pl.String,
}  # fmt: skip
BACK = """
    COALESCE((SELECT SUM(x.amount_minor) FROM receivables_writeoffreturn x WHERE x.write_off_id = w.id
              AND x.receipt_id IS {} AND x.returned_on <= <as_of> AND x.told_on <= <known_on>), 0)
"""
GIVEN_UP = f"""
    SELECT customer_id, id, bill_id, bill_no, kind, billed_on, due_on, currency, written_off_on, amount_minor,
           CAST(recovered AS bigint), CAST(taken_back AS bigint),
           CAST(amount_minor - recovered - taken_back AS bigint), reason
    FROM (
        SELECT b.customer_id, w.id, w.bill_id, b.bill_no, b.kind, b.billed_on, b.due_on, b.currency,
               w.written_off_on, w.amount_minor, w.reason, {BACK.format("NOT NULL")} AS recovered,
               {BACK.format("NULL")} AS taken_back
        FROM receivables_writeoff w JOIN receivables_bill b ON b.id = w.bill_id
        WHERE <whose:b> AND w.written_off_on <= <as_of> AND w.told_on <= <known_on>
              AND NOT EXISTS (SELECT 1 FROM receivables_voiding v WHERE v.bill_id = b.id
                              AND v.voided_on <= <as_of> AND v.told_on <= <known_on>)
    ) AS each ORDER BY customer_id, written_off_on, id
"""
RECOVERIES = {
    "customer_id": pl.Int64, "write_off_id": pl.Int64, "bill_no": pl.String, "receipt_no": pl.String,
    "recovered_on": pl.Date, "currency": pl.String, "amount_minor": pl.Int64,
}  # fmt: skip
RECOVERED = """
    SELECT b.customer_id, w.id, b.bill_no, r.receipt_no, x.returned_on, b.currency, x.amount_minor
    FROM receivables_writeoffreturn x JOIN receivables_receipt r ON r.id = x.receipt_id
    JOIN receivables_writeoff w ON w.id = x.write_off_id JOIN receivables_bill b ON b.id = w.bill_id
    WHERE <whose:b> AND x.returned_on <= <as_of> AND x.told_on <= <known_on> AND x.returned_on >= %s
    ORDER BY x.returned_on, x.id
"""
ASKED = {
    "customer_id": pl.Int64, "write_off_id": pl.Int64, "bill_no": pl.String, "currency": pl.String,
    "amount_minor": pl.Int64, "asked_on": pl.Date, "asked_by": pl.String, "reason": pl.String,
    "request_id": pl.Int64,
}  # fmt: skip
WAITING = """
    SELECT b.customer_id, w.id, b.bill_no, b.currency, w.amount_minor, w.asked_on, w.asked_by, w.reason,
           w.request_id
    FROM receivables_writeoff w JOIN receivables_bill b ON b.id = w.bill_id
    WHERE <whose:b> AND w.state = 'asked' AND w.asked_on <= <as_of> ORDER BY w.asked_on, w.id
"""
RETURNED = {
    "customer_id": pl.Int64, "receipt_id": pl.Int64, "receipt_no": pl.String, "received_on": pl.Date,
    "returned_on": pl.Date, "currency": pl.String, "amount_minor": pl.Int64, "method": pl.String,
    "payer": pl.String, "reason": pl.String, "fee_bill_no": pl.String,
}  # fmt: skip
CAME_BACK = """
    SELECT r.customer_id, r.id, r.receipt_no, r.received_on, p.returned_on, r.currency, r.amount_minor,
           r.method, r.payer, p.reason, COALESCE(f.bill_no, '')
    FROM receivables_returnedpayment p JOIN receivables_receipt r ON r.id = p.receipt_id
    LEFT JOIN receivables_bill f ON f.id = p.fee_bill_id
    WHERE <whose:r> AND p.returned_on <= <as_of> AND p.told_on <= <known_on> AND p.returned_on >= %s
    ORDER BY p.returned_on, p.id
"""


def written_off(
    customers: QuerySet[Any] | None, *, as_of: date, known_on: date | None = None
) -> pl.DataFrame:
    """Every write-off carried out by a day, and what of it is still written off (left_minor, may be 0).

    Gives customer_id, write_off_id, bill_id, bill_no, kind, billed_on, due_on, currency, written_off_on,
    amount_minor, recovered_minor, taken_back_minor, left_minor, reason. The claims stand: they may be paid.
    """
    whose = Whose.of(customers)
    return framed(rows(GIVEN_UP, Standing(as_of, known_on), whose) if whose else [], WRITTEN_OFF)


def recoveries(
    customers: QuerySet[Any] | None, *, since: date, as_of: date, known_on: date | None = None
) -> pl.DataFrame:
    """Receipts that paid what was written off, from one day to another, both with.

    Gives customer_id, write_off_id, bill_no, receipt_no, recovered_on, currency, amount_minor.
    """
    return _since(RECOVERED, RECOVERIES, customers, since, Standing(as_of, known_on))


def write_offs_asked(customers: QuerySet[Any] | None, *, as_of: date) -> pl.DataFrame:
    """Write-offs that wait for signatures: customer_id, write_off_id, bill_no, currency, amount_minor,
    asked_on, asked_by, reason, request_id."""
    whose = Whose.of(customers)
    return framed(rows(WAITING, Standing(as_of), whose) if whose else [], ASKED)


def returned_payments(
    customers: QuerySet[Any] | None, *, since: date, as_of: date, known_on: date | None = None
) -> pl.DataFrame:
    """Payments that were returned from one day to another, both with.

    Gives customer_id, receipt_id, receipt_no, received_on, returned_on, currency, amount_minor, method,
    payer, reason, fee_bill_no ("" where no fee was asked).
    """
    return _since(CAME_BACK, RETURNED, customers, since, Standing(as_of, known_on))


def _since(
    sql: str, schema: dict[str, Any], customers: QuerySet[Any] | None, since: date, standing: Standing
) -> pl.DataFrame:
    whose = Whose.of(customers)
    more = [connection.ops.adapt_datefield_value(since)]
    return framed(rows(sql, standing, whose, more) if whose else [], schema)
