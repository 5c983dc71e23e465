"""What is open line by line, and which money is free: the frames that other rooms reckon with."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from django.db.models import QuerySet

from xinheng.facts.receivables.standing import FREE_RECEIPTS, OPEN_LINES, Standing, Whose, rows

LINES = {
    "customer_id": pl.Int64, "bill_id": pl.Int64, "bill_no": pl.String, "instalment": pl.Int64,
    "kind": pl.String, "arises_from_id": pl.Int64, "billed_on": pl.Date, "due_on": pl.Date,
    "currency": pl.String, "segment": pl.String, "amount_minor": pl.Int64, "open_minor": pl.Int64,
    "arises_from": pl.String,
}  # fmt: skip
# a claim that arose of a bill corrected since belongs to the bill's last version
OPEN = f"""
    WITH {OPEN_LINES}
    SELECT b.customer_id, b.id, b.bill_no, l.instalment, b.kind,
           CASE WHEN b.arises_from_id IS NULL THEN NULL ELSE (
               SELECT MAX(n.id) FROM receivables_bill n JOIN receivables_bill p ON p.id = b.arises_from_id
               WHERE n.customer_id = p.customer_id AND n.bill_no = p.bill_no AND n.told_on <= <known_on>) END,
           b.billed_on, l.due_on, b.currency, b.segment,
           CAST(l.amount_minor AS bigint), CAST(l.open_minor AS bigint), COALESCE(a.bill_no, '')
    FROM open_line l JOIN receivables_bill b ON b.id = l.id
    LEFT JOIN receivables_bill a ON a.id = b.arises_from_id
    WHERE l.open_minor <> 0 ORDER BY b.customer_id, l.due_on, b.id, l.instalment
"""
FREE_ROWS = {
    "customer_id": pl.Int64, "receipt_id": pl.Int64, "receipt_no": pl.String, "received_on": pl.Date,
    "currency": pl.String, "free_minor": pl.Int64, "method": pl.String, "reference": pl.String,
    "payer": pl.String, "purpose": pl.String, "order_no": pl.String,
}  # fmt: skip
FREE = f"""
    WITH {FREE_RECEIPTS}
    SELECT r.customer_id, r.id, r.receipt_no, r.received_on, r.currency, CAST(f.free_minor AS bigint),
           r.method, r.reference, r.payer, r.purpose, r.order_no
    FROM free_receipt f JOIN receivables_receipt r ON r.id = f.id
    WHERE f.free_minor <> 0 ORDER BY r.customer_id, r.received_on, r.id
"""


def open_lines(customers: QuerySet[Any] | None, *, as_of: date, known_on: date | None = None) -> pl.DataFrame:
    """A row for each bill, or instalment of one, with something open as of a day.

    customers: the rows of customers.queries.visible; None: everybody's. Gives customer_id, bill_id, bill_no,
    instalment (0: the whole bill), kind, arises_from_id (null: none), billed_on, due_on, currency, segment,
    amount_minor and open_minor (credit bills below zero), arises_from (number of that bill, "" none); by
    customer and the day they are due.
    """
    return _frame(OPEN, LINES, customers, Standing(as_of, known_on))


def unapplied(customers: QuerySet[Any] | None, *, as_of: date, known_on: date | None = None) -> pl.DataFrame:
    """A row for each receipt with something that no bill has taken as of a day, the oldest first.

    Gives customer_id, receipt_id, receipt_no, received_on, currency, free_minor, method, reference, payer,
    purpose ("" where nothing was said) and order_no, by customer.
    """
    return _frame(FREE, FREE_ROWS, customers, Standing(as_of, known_on))


def _frame(
    sql: str, schema: dict[str, Any], customers: QuerySet[Any] | None, standing: Standing
) -> pl.DataFrame:
    whose = Whose.of(customers)
    return framed(rows(sql, standing, whose) if whose else [], schema)


def framed(found: list[tuple[Any, ...]], schema: dict[str, Any]) -> pl.DataFrame:
    """Rows as a frame of these columns; days that SQLite gives as text become days."""
    kept = {name: None if kind == pl.Date else kind for name, kind in schema.items()}
    if not found:
        return pl.DataFrame(schema=schema)
    frame = pl.DataFrame(found, schema=kept, orient="row", infer_schema_length=None)
    as_text = [name for name in schema if schema[name] == pl.Date and frame.schema[name] == pl.String]
    return frame.with_columns(pl.col(as_text).str.to_date("%Y-%m-%d")).cast(schema)  # type: ignore[arg-type]
