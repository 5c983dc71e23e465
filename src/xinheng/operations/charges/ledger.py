"""What the ledger holds of claims that may bear charges: read once, for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl
from django.db import connection

LINES = {
    "bill_id": pl.Int64, "customer_id": pl.Int64, "bill_no": pl.String, "currency": pl.String,
    "segment": pl.String, "billed_on": pl.Date, "bill_minor": pl.Int64, "instalment": pl.Int64,
    "due_on": pl.Date, "amount_minor": pl.Int64, "before_minor": pl.Int64,
}  # fmt: skip
PAID = {"bill_id": pl.Int64, "settled_on": pl.Date, "minor": pl.Int64}
FEW = 500
# not those that were cleared by their due day: they never bore anything
READ_LINES = """
    SELECT b.id, b.customer_id, b.bill_no, b.currency, b.segment, b.billed_on, b.amount_minor,
           COALESCE(i.no, 0), COALESCE(i.due_on, b.due_on), COALESCE(i.amount_minor, b.amount_minor),
           COALESCE(i.before_minor, 0)
    FROM receivables_bill b
    LEFT JOIN receivables_instalmentplan p ON p.bill_id = b.id AND NOT EXISTS (
        SELECT 1 FROM receivables_instalmentplan q WHERE q.bill_id = b.id AND q.version > p.version)
    LEFT JOIN receivables_instalment i ON i.plan_id = p.id
    WHERE b.amount_minor > 0 AND COALESCE(i.due_on, b.due_on) < %s AND b.kind IN ({kinds}){whose}
          AND NOT EXISTS (SELECT 1 FROM receivables_voiding v WHERE v.bill_id = b.id)
          AND b.amount_minor > COALESCE((SELECT SUM(s.amount_minor) FROM receivables_settlement s
                               WHERE s.bill_id = b.id AND s.settled_on <= b.due_on), 0)
    ORDER BY b.customer_id, b.id, 8
"""
READ_PAID = """
    SELECT s.bill_id, s.settled_on, CAST(SUM(s.amount_minor) AS bigint)
    FROM receivables_settlement s JOIN receivables_bill b ON b.id = s.bill_id
    WHERE (b.due_on < %s OR EXISTS (SELECT 1 FROM receivables_instalmentplan p WHERE p.bill_id = b.id))
          AND b.kind IN ({kinds}){whose}
    GROUP BY s.bill_id, s.settled_on
"""


def overdue_lines(
    kinds: Sequence[str],
    *,
    until_on: date,
    customer_ids: Sequence[int] | None,
    bill_ids: Sequence[int] | None,
) -> pl.DataFrame:
    """Bills, or their instalments, due before a day and not cleared by then: LINES, a row a line."""
    return _read(READ_LINES, LINES, kinds, until_on, customer_ids, bill_ids)


def cleared(
    kinds: Sequence[str],
    *,
    until_on: date,
    customer_ids: Sequence[int] | None,
    bill_ids: Sequence[int] | None,
) -> pl.DataFrame:
    """What settled such bills, whatever its day: bill_id, settled_on, minor, a row a day."""
    found = _read(READ_PAID, PAID, kinds, until_on, customer_ids, bill_ids)
    return found.filter(pl.col("minor") != 0)


def _read(
    sql: str,
    schema: dict[str, Any],
    kinds: Sequence[str],
    until_on: date,
    customer_ids: Sequence[int] | None,
    bill_ids: Sequence[int] | None,
) -> pl.DataFrame:
    whose, params = "", [connection.ops.adapt_datefield_value(until_on), *kinds]
    later = []
    for column, ids in (("customer_id", customer_ids), ("id", bill_ids)):
        if ids is not None and len(ids) <= FEW:
            whose += f" AND b.{column} IN ({', '.join(map(str, map(int, ids))) or '0'})"
        elif ids is not None:
            later.append(pl.col("customer_id" if column == "customer_id" else "bill_id").is_in(list(ids)))
    statement = sql.format(kinds=", ".join(["%s"] * len(kinds)), whose=whose)
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        found = cursor.fetchall()
    kept = {name: None if kind == pl.Date else kind for name, kind in schema.items()}
    frame = pl.DataFrame(found, schema=kept, orient="row", infer_schema_length=None)
    days = [name for name, kind in schema.items() if kind == pl.Date]
    text = [name for name in days if frame.schema[name] == pl.String]
    typed = frame.with_columns(pl.col(text).str.to_date("%Y-%m-%d")).with_columns(pl.col(days).cast(pl.Date))
    usable = [one for one in later if set(one.meta.root_names()) <= set(typed.columns)]
    return typed.filter(*usable) if usable else typed
