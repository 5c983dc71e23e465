"""Plans of instalments as of a day: which bills have one, and what of each instalment is open."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from django.db.models import QuerySet

from xinheng.facts.receivables.lines import framed
from xinheng.facts.receivables.standing import OPEN_LINES, Standing, Whose, rows

INSTALMENTS = {
    "customer_id": pl.Int64, "bill_id": pl.Int64, "bill_no": pl.String, "instalment": pl.Int64,
    "due_on": pl.Date, "currency": pl.String, "amount_minor": pl.Int64, "open_minor": pl.Int64,
}  # fmt: skip
BY_INSTALMENT = f"""
    WITH {OPEN_LINES}
    SELECT b.customer_id, b.id, b.bill_no, l.instalment, l.due_on, b.currency,
           CAST(l.amount_minor AS bigint), CAST(l.open_minor AS bigint)
    FROM open_line l JOIN receivables_bill b ON b.id = l.id
    WHERE l.instalment > 0 ORDER BY b.customer_id, b.id, l.instalment
"""


def instalments(
    customers: QuerySet[Any] | None, *, as_of: date, known_on: date | None = None, bill_no: str = ""
) -> pl.DataFrame:
    """A row for each instalment of the plans that hold on a day, paid ones too.

    Gives customer_id, bill_id, bill_no, instalment (from 1), due_on, currency, amount_minor, open_minor.
    """
    whose = Whose.of(customers)
    found = rows(BY_INSTALMENT, Standing(as_of, known_on), whose) if whose else []
    frame = framed(found, INSTALMENTS)
    return frame.filter(pl.col("bill_no") == bill_no) if bill_no else frame


def plans(customers: QuerySet[Any] | None, *, as_of: date, known_on: date | None = None) -> pl.DataFrame:
    """A row for each bill with a plan that holds on a day.

    Gives customer_id, bill_id, bill_no, currency, amount_minor, open_minor, overdue_minor, instalments, paid
    (how many of them are), next_due_on (of the first one open; null: all are paid).
    """
    parts = instalments(customers, as_of=as_of, known_on=known_on)
    is_open = pl.col("open_minor") > 0
    return parts.group_by("customer_id", "bill_id", "bill_no", "currency", maintain_order=True).agg(
        pl.col("amount_minor").sum(),
        pl.col("open_minor").sum(),
        overdue_minor=pl.col("open_minor").filter(pl.col("due_on") < as_of).sum(),
        instalments=pl.len().cast(pl.Int64),
        paid=(~is_open).sum().cast(pl.Int64),
        next_due_on=pl.col("due_on").filter(is_open).min(),
    )
