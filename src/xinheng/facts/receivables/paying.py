"""What receipts paid of bills with a plan, by the instalments it reached: the earliest due first."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from django.db.models import QuerySet

from xinheng.facts.receivables.lines import framed
from xinheng.facts.receivables.standing import PLAN_PARTS, Standing, Whose, rows

PARTS = {
    "bill_id": pl.Int64, "agreed_on": pl.Date, "part_due_on": pl.Date, "part_minor": pl.Int64,
    "before_minor": pl.Int64,
}  # fmt: skip
PLANNED = f"WITH {PLAN_PARTS} SELECT bill_id, agreed_on, due_on, amount_minor, before_minor FROM plan_part"
PAID = {
    "bill_id": pl.Int64, "customer_id": pl.Int64, "segment": pl.String, "currency": pl.String,
    "bill_no": pl.String, "due_on": pl.Date, "settled_on": pl.Date, "minor": pl.Int64, "by_receipt": pl.Int64,
}  # fmt: skip
# what was taken back and what a returned payment had settled reached nothing
SETTLED = """
    SELECT b.id, b.customer_id, b.segment, b.currency, b.bill_no, b.due_on, s.settled_on, s.amount_minor,
           CASE WHEN s.receipt_id IS NULL THEN 0 ELSE 1 END
    FROM receivables_settlement s JOIN receivables_bill b ON b.id = s.bill_id
    WHERE <whose:b> AND s.settled_on <= <as_of> AND s.told_on <= <known_on> AND s.reverses_id IS NULL
          AND s.write_off_id IS NULL
          AND NOT EXISTS (SELECT 1 FROM receivables_settlement r WHERE r.reverses_id = s.id
                          AND r.settled_on <= <as_of> AND r.told_on <= <known_on>)
          AND EXISTS (SELECT 1 FROM receivables_instalmentplan p WHERE p.bill_id = b.id)
    ORDER BY b.id, s.settled_on, s.id
"""


def paid_by_instalment(
    customers: QuerySet[Any] | None, *, as_of: date, known_on: date | None = None
) -> pl.DataFrame:
    """A row for each instalment that a day's receipts paid, or paid a part of, as of a day.

    What was paid before the plan was agreed on, or after it ended, is measured against the bill's own day.
    Gives bill_id, customer_id, segment, currency, bill_no, due_on, settled_on, minor (above zero).
    """
    whose, standing = Whose.of(customers), Standing(as_of, known_on)
    settled = framed(rows(SETTLED, standing, whose) if whose else [], PAID)
    parts = framed(rows(PLANNED, standing, Whose.everyone()) if settled.height else [], PARTS)
    end = pl.col("minor").cum_sum().over("bill_id")
    reached = settled.with_columns(_end=end, _start=end - pl.col("minor")).join(
        parts, on="bill_id", how="left"
    )
    until = pl.col("before_minor") + pl.col("part_minor")
    share = pl.min_horizontal("_end", until) - pl.max_horizontal("_start", "before_minor")
    whole = pl.col("part_minor").is_null()
    by_part = reached.with_columns(
        minor=pl.when(whole).then("minor").otherwise(share),
        due_on=pl.when(whole | (pl.col("settled_on") < pl.col("agreed_on")))
        .then("due_on")
        .otherwise("part_due_on"),
    ).filter((pl.col("minor") > 0) & (pl.col("by_receipt") == 1))
    keys = ["bill_id", "customer_id", "segment", "currency", "bill_no", "due_on", "settled_on"]
    return by_part.group_by(keys, maintain_order=True).agg(pl.col("minor").sum())
