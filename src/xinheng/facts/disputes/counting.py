"""Lateness as it counts: without what was our own fault, and the days a clock stood still (LIM-06)."""

from __future__ import annotations

from datetime import date

import polars as pl

from xinheng.facts.disputes.clocks import clocks, spans
from xinheng.facts.disputes.models import Dispute, Pause
from xinheng.facts.disputes.rules import paused_of
from xinheng.facts.disputes.selecting import our_faults

NAMES = {"customer_id": pl.Int64, "no": pl.String, "bill_id": pl.Int64}


def counted_events(events: pl.DataFrame, *, as_of: date, known_on: date | None = None) -> pl.DataFrame:
    """Credit-risk events of the ledger (`receivables.queries.risk_events`) as they count against customers.

    Gives the same columns. Bills late through our own fault are left out; days_late loses the days the clock
    stood still until the payment, or until `as_of` where nothing was paid; an event of no day late is none.
    """
    excused = our_faults(as_of=as_of, known_on=known_on)
    left = events.join(excused, on=["customer_id", "bill_no"], how="anti")
    known = spans(as_of, None, known_on)
    if known.is_empty() or left.is_empty():
        return left
    until = pl.when(pl.col("event") == "late").then("happened_on").otherwise(pl.lit(as_of))
    named = _bills(known["bill_id"].unique().to_list()).rename({"no": "bill_no"})
    numbered = left.with_row_index("_row")
    lines = numbered.with_columns(counted_until=until).join(named, on=["customer_id", "bill_no"])
    days = paused_of(lines, known, as_of=as_of, by="_row").select("_row", "paused_days")
    late = pl.col("days_late") - pl.col("paused_days").fill_null(0)
    joined = numbered.join(days, on="_row", how="left", maintain_order="left")
    return joined.with_columns(days_late=late).filter(pl.col("days_late") > 0).select(events.columns)


def counted_payments(paid: pl.DataFrame, *, as_of: date) -> pl.DataFrame:
    """Payments (bill_id, due_on, settled_on and others) as habits are measured from them.

    Those of bills late through our own fault are left out; due_on moves by the days the clock stood still
    between the due day and the payment.
    """
    left = paid.join(our_faults(as_of=as_of), on="bill_id", how="anti")
    known = spans(as_of, None, None)
    if known.is_empty() or left.is_empty():
        return left
    numbered = left.with_row_index("_row")
    lines = numbered.select("_row", "bill_id", "due_on", counted_until="settled_on")
    days = paused_of(lines, known, as_of=as_of, by="_row").select("_row", "paused_days")
    moved = pl.col("due_on") + pl.duration(days=pl.col("paused_days").fill_null(0))
    return numbered.join(days, on="_row", how="left").with_columns(due_on=moved).select(left.columns)


def counted_bills(documents: pl.DataFrame, *, as_of: date) -> pl.DataFrame:
    """Open bills and instalments (customer_id, no, due_on, minor …) as overdue sums are made of them.

    What is contested of a bill is taken off what is open, from its first instalment on; bills late through
    our own fault are left out; what is left is due later by the days the clock stood still.
    """
    found = clocks(as_of=as_of)
    if found.is_empty() or documents.is_empty():
        return documents
    told = found.join(_bills(found["bill_id"].to_list()), on="bill_id")
    numbered = documents.with_row_index("_row").join(told, on=["customer_id", "no"], how="left")
    lines = numbered.select("_row", "bill_id", "due_on").drop_nulls("bill_id")
    days = paused_of(lines, spans(as_of, None, None), as_of=as_of, by="_row")
    joined = numbered.drop("paused_days").join(days.select("_row", "paused_days"), on="_row", how="left")
    ordered = joined.sort("due_on", "_row")
    before = (pl.col("minor").cum_sum() - pl.col("minor")).over("customer_id", "no")
    contested = (pl.col("disputed_minor").fill_null(0) - before).clip(0, pl.col("minor"))
    left = pl.when(pl.col("minor") > 0).then(pl.col("minor") - contested).otherwise("minor")
    moved = pl.col("due_on") + pl.duration(days=pl.col("paused_days").fill_null(0))
    return (
        ordered.filter(~pl.col("our_fault").fill_null(value=False))
        .with_columns(minor=left, due_on=moved)
        .filter(pl.col("minor") != 0)
        .sort("_row")
        .select(documents.columns)
    )


def is_contested(customer_id: int) -> bool:
    """Whether anything of a customer was ever contested or paused: its lateness is not the ledger's."""
    of = {"bill__customer_id": customer_id}
    return Dispute.objects.filter(**of).exists() or Pause.objects.filter(**of).exists()


def _bills(bill_ids: list[int]) -> pl.DataFrame:
    """The customers and numbers of bills that were contested or paused."""
    wanted = pl.DataFrame({"bill_id": bill_ids}, schema={"bill_id": pl.Int64}).unique()
    columns = ("bill__customer_id", "bill__bill_no", "bill_id")
    rows = [*Dispute.objects.values_list(*columns), *Pause.objects.values_list(*columns)]
    frame = pl.DataFrame(rows, schema=NAMES, orient="row").unique()
    return frame.join(wanted, on="bill_id")
