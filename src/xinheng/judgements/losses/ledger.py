"""The ledger as it stood on many days at once: what was open, billed and collected between them.

Read once for all the days; nothing here asks a customer or a bill alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import polars as pl
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from xinheng.base.kernel.periods import add_months, month_end

FAR = date(9999, 12, 31)
BILLS = {
    "bill_id": pl.Int64, "customer_id": pl.Int64, "currency": pl.String, "segment": pl.String,
    "kind": pl.String, "bill_no": pl.String, "billed_on": pl.Date, "due_on": pl.Date,
    "amount_minor": pl.Int64, "voided_on": pl.Date,
}  # fmt: skip
MOVES = {"bill_id": pl.Int64, "day": pl.Date, "how": pl.String, "minor": pl.Int64}
PARTS = {
    "bill_id": pl.Int64, "version": pl.Int64, "agreed_on": pl.Date, "part_due_on": pl.Date,
    "part_minor": pl.Int64, "before_minor": pl.Int64,
}  # fmt: skip
READ_BILLS = """
    SELECT b.id, b.customer_id, b.currency, b.segment, b.kind, b.bill_no, b.billed_on, b.due_on,
           b.amount_minor, v.voided_on
    FROM receivables_bill b LEFT JOIN receivables_voiding v ON v.bill_id = b.id
    WHERE b.billed_on <= %s AND (v.voided_on IS NULL OR v.voided_on > b.billed_on){whose}
"""
# what makes the open amount smaller; a credit bill, which is below zero, it brings up to zero
READ_MOVES = """
    SELECT s.bill_id, s.settled_on, CASE WHEN s.receipt_id IS NOT NULL THEN 'receipt'
               WHEN s.credit_bill_id IS NOT NULL THEN 'credit'
               WHEN s.amount_minor > 0 THEN 'write_off' ELSE 'recovery' END,
           CAST(SUM(s.amount_minor) AS bigint)
    FROM receivables_settlement s JOIN receivables_bill b ON b.id = s.bill_id
    WHERE s.settled_on <= %s{whose} GROUP BY 1, 2, 3
    UNION ALL
    SELECT s.credit_bill_id, s.settled_on, 'credit', CAST(-SUM(s.amount_minor) AS bigint)
    FROM receivables_settlement s JOIN receivables_bill b ON b.id = s.credit_bill_id
    WHERE s.settled_on <= %s{whose} GROUP BY 1, 2
"""
READ_PARTS = """
    SELECT p.bill_id, p.version, p.agreed_on, i.due_on, i.amount_minor, i.before_minor
    FROM receivables_instalmentplan p JOIN receivables_bill b ON b.id = p.bill_id
    LEFT JOIN receivables_instalment i ON i.plan_id = p.id WHERE p.agreed_on <= %s{whose}
"""


@dataclass(frozen=True)
class Past:
    """What was told of bills up to a day. moves: what settled them, by day and by how.

    how: receipt, credit, write_off (given up), recovery (came back of what was given up; below zero).
    """

    as_of: date
    bills: pl.DataFrame
    moves: pl.DataFrame
    parts: pl.DataFrame


def read(customers: QuerySet[Any] | None, *, as_of: date) -> Past:
    """The bills of some customers (None: of all) up to a day, corrected ones only as they are now."""
    narrowed, params = whose(customers, "b")
    day = connection.ops.adapt_datefield_value(as_of)
    once = [day, *params]
    return Past(
        as_of,
        frame(rows(READ_BILLS.format(whose=narrowed), once), BILLS),
        frame(rows(READ_MOVES.format(whose=narrowed), once + once), MOVES),
        frame(rows(READ_PARTS.format(whose=narrowed), once), PARTS),
    )


def days_back(as_of: date, months: int) -> list[date]:
    """The day and the days whole months before it, the oldest first; ends of months, if it is one."""
    at_end = as_of == month_end(as_of)
    found = [add_months(as_of, -back) for back in range(months, -1, -1)]
    return [month_end(day) for day in found] if at_end else found


def balances(past: Past, days: Sequence[date]) -> pl.DataFrame:
    """What was open on each of some ascending days, a row a bill or instalment and day.

    Gives step (the place of the day), day, bill_id, customer_id, currency, segment, kind, billed_on, due_on
    and open_minor (a credit bill's is below zero).
    """
    changes = pl.concat(
        [
            past.bills.select("bill_id", day="billed_on", minor="amount_minor"),
            past.moves.select("bill_id", "day", minor=-pl.col("minor")),
        ]
    )
    begun = past.bills.select("bill_id", "billed_on", ends=pl.col("voided_on").fill_null(FAR))
    spans = (
        changes.join(begun, on="bill_id")
        .with_columns(day=pl.max_horizontal("day", "billed_on"))
        .group_by("bill_id", "day", "ends")
        .agg(pl.col("minor").sum())
        .sort("bill_id", "day")
        .with_columns(
            open_minor=pl.col("minor").cum_sum().over("bill_id"),
            until=pl.min_horizontal(pl.col("day").shift(-1).over("bill_id").fill_null(FAR), "ends"),
        )
        .filter(pl.col("open_minor") != 0)
    )
    found = (
        spans.with_columns(first=step_of(days, "day"), last=step_of(days, "until"))
        .filter(pl.col("first") < pl.col("last"))
        .with_columns(step=pl.int_ranges("first", "last", dtype=pl.Int64))
        .explode("step")
        .select("bill_id", "step", "open_minor")
        .with_columns(day=_named(days))
    )
    columns = ("bill_id", "customer_id", "currency", "segment", "kind", "billed_on", "due_on")
    held = found.join(past.bills.select(*columns, "amount_minor"), on="bill_id")
    return _by_instalment(held, past.parts).select("step", "day", *columns, "open_minor")


def flows(past: Past, days: Sequence[date], *, sales_kinds: Sequence[str]) -> pl.DataFrame:
    """What came between each day and the one before it.

    Gives step (from 1), customer_id, currency, segment and the sums sales_minor (bills of these kinds less
    credit bills and voidings of their months), cash_sales_minor (of them, due the day they were billed),
    billed_minor (every kind), collected_minor (settled by receipts), written_minor (given up) and
    recovered_minor (came back of that).
    """
    bills, kinds = past.bills, pl.col("kind").is_in(list(sales_kinds))
    of_day = bills.with_columns(day="billed_on", minor="amount_minor")
    voided = bills.filter(pl.col("voided_on") <= past.as_of)
    told = pl.concat([of_day, voided.with_columns(day="voided_on", minor=-pl.col("amount_minor"))])
    is_cash = pl.col("billed_on") == pl.col("due_on")
    whose = ("customer_id", "currency", "segment")
    billed = told.select(
        "day", *whose, billed_minor="minor",
        sales_minor=pl.when(kinds).then("minor").otherwise(0),
        cash_sales_minor=pl.when(kinds & is_cash).then("minor").otherwise(0),
    )  # fmt: skip
    moved = past.moves.join(bills.select("bill_id", *whose), on="bill_id").select(
        "day", *whose,
        collected_minor=pl.when(pl.col("how") == "receipt").then("minor").otherwise(0),
        written_minor=pl.when(pl.col("how") == "write_off").then("minor").otherwise(0),
        recovered_minor=pl.when(pl.col("how") == "recovery").then(-pl.col("minor")).otherwise(0),
    )  # fmt: skip
    every = pl.concat([billed, moved], how="diagonal").with_columns(step=step_of(days, "day"))
    sums = [name for name in every.columns if name.endswith("_minor")]
    return (
        every.filter((pl.col("step") > 0) & (pl.col("step") < len(days)))
        .group_by("step", *whose)
        .agg(pl.col(sums).fill_null(0).sum())
        .sort("step", *whose)
    )


def lengths(days: Sequence[date]) -> pl.DataFrame:
    """How many days lie between each day and the one before it: step, days."""
    found = [(place, (late - early).days) for place, (early, late) in enumerate(pairwise(days), 1)]
    return pl.DataFrame(found, schema={"step": pl.Int64, "days": pl.Int64}, orient="row")


def _by_instalment(held: pl.DataFrame, parts: pl.DataFrame) -> pl.DataFrame:
    """Bills with a plan as its instalments, the earliest paid first, by the plan that held on the day."""
    if parts.is_empty():
        return held
    versions = parts.select("bill_id", "version", "agreed_on").unique().sort("bill_id", "version")
    until = pl.col("agreed_on").shift(-1).over("bill_id").fill_null(FAR)
    ruled = held.join(versions.with_columns(until=until), on="bill_id").filter(
        (pl.col("agreed_on") <= pl.col("day")) & (pl.col("day") < pl.col("until"))
    )
    parted = ruled.join(parts.drop("agreed_on").drop_nulls("part_minor"), on=("bill_id", "version"))
    paid = pl.col("amount_minor") - pl.col("open_minor")
    left = (pl.col("before_minor") + pl.col("part_minor") - paid).clip(0, pl.col("part_minor"))
    lines = parted.with_columns(due_on="part_due_on", open_minor=left).filter(pl.col("open_minor") != 0)
    whole = held.join(parted.select("bill_id", "step").unique(), on=("bill_id", "step"), how="anti")
    return pl.concat([whole, lines.select(held.columns)])


def step_of(days: Sequence[date], column: str) -> pl.Expr:
    """The place of the first of the days on or after a row's day; beyond the last, their number."""
    marks = pl.Series(days, dtype=pl.Date)
    return pl.col(column).map_batches(
        lambda found: marks.search_sorted(found, side="left").cast(pl.Int64), return_dtype=pl.Int64
    )


def _named(days: Sequence[date]) -> pl.Expr:
    marks = pl.Series(days, dtype=pl.Date)
    return pl.col("step").map_batches(marks.gather, return_dtype=pl.Date)


def whose(customers: QuerySet[Any] | None, alias: str) -> tuple[str, list[Any]]:
    """What narrows a statement to some customers, with its parameters; for None nothing does."""
    if customers is None:
        return "", []
    try:
        sql, params = customers.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return " AND 1 = 0", []
    return f" AND {alias}.customer_id IN ({sql})", list(params)


def rows(sql: str, params: list[Any]) -> list[tuple[Any, ...]]:
    """What a statement finds."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def frame(found: list[tuple[Any, ...]], schema: dict[str, Any]) -> pl.DataFrame:
    """Rows as a frame; SQLite gives days as text, which become days."""
    if not found:
        return pl.DataFrame(schema=schema)
    kept = {name: None if kind == pl.Date else kind for name, kind in schema.items()}
    made = pl.DataFrame(found, schema=kept, orient="row", infer_schema_length=None)
    as_text = [name for name in schema if schema[name] == pl.Date and made.schema[name] == pl.String]
    return made.with_columns(pl.col(as_text).str.to_date("%Y-%m-%d")).cast(schema)  # type: ignore[arg-type]
