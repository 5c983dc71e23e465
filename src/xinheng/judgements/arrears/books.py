"""The own books as a ledger to learn from and to foretell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl
from django.db import connection

from xinheng.base.kernel.money import Money
from xinheng.facts.receivables import queries as receivables
from xinheng.judgements.arrears.history import with_days

MARKS = ["mark:kind", "mark:segment"]
BILLS = {
    "customer_id": pl.Int64, "no": pl.String, "kind": pl.String, "segment": pl.String, "bill_id": pl.Int64,
    "bill_no": pl.String,
    "billed": pl.Date, "due": pl.Date, "currency": pl.String, "amount_minor": pl.Int64,
    "settled_minor": pl.Int64, "settled_on": pl.Date,
}  # fmt: skip
# a write-off is settled by nothing, so it is not paid; of a corrected bill only the last version counts
READ = """
    SELECT b.customer_id, c.no, b.kind, b.segment, b.id, b.bill_no, b.billed_on, b.due_on, b.currency,
           b.amount_minor,
           CAST(COALESCE(s.minor, 0) AS bigint), s.settled_on
    FROM receivables_bill b JOIN customers_customer c ON c.id = b.customer_id
    LEFT JOIN (
        SELECT bill_id, SUM(amount_minor) AS minor, MAX(settled_on) AS settled_on
        FROM receivables_settlement
        WHERE settled_on <= %s AND (receipt_id IS NOT NULL OR credit_bill_id IS NOT NULL)
        GROUP BY bill_id
    ) s ON s.bill_id = b.id
    WHERE b.billed_on >= %s AND b.billed_on <= %s AND b.amount_minor > 0
      AND NOT EXISTS (SELECT 1 FROM receivables_voiding v WHERE v.bill_id = b.id AND v.voided_on <= %s)
      AND NOT EXISTS (SELECT 1 FROM receivables_bill n WHERE n.replaces_id = b.id)
"""


def ledger(*, as_of: date, since: date, kinds: Sequence[str]) -> pl.DataFrame:
    """The bills of some kinds billed since a day, as known at the end of `as_of`, as a ledger of `history`.

    Beside its columns: customer_id, bill_id, bill_no, open_minor, and due (the earliest open due day of a
    bill with instalments). customer is the number, amount the whole in major units, group the segment.
    """
    told = [connection.ops.adapt_datefield_value(day) for day in (as_of, since, as_of, as_of)]
    with connection.cursor() as cursor:
        cursor.execute(READ, told)
        frame = _frame(cursor.fetchall()).filter(pl.col("kind").is_in(list(kinds)))
    lines = receivables.open_lines(None, as_of=as_of).filter(pl.col("open_minor") > 0)
    still = lines.group_by("bill_id").agg(
        pl.col("open_minor").sum(), pl.col("due_on").min().alias("open_due")
    )
    units = {name: Money(1, name).decimal for name in frame["currency"].unique().to_list()}
    paid = pl.when(pl.col("settled_minor") >= pl.col("amount_minor")).then("settled_on")
    found = frame.join(still, on="bill_id", how="left").select(
        "customer_id",
        "bill_id",
        "bill_no",
        pl.col("no").alias("customer"),
        pl.col("bill_id").cast(pl.String).alias("bill"),
        pl.col("segment").alias("group"),
        "currency",
        (pl.col("amount_minor") * _unit(units)).alias("amount"),
        "billed",
        pl.col("billed").alias("known"),
        pl.max_horizontal(pl.coalesce("open_due", "due"), "billed").alias("due"),
        pl.max_horizontal(paid, "billed").alias("settled"),
        paid.alias("paid_raw"),
        pl.col("open_minor").fill_null(0),
        pl.col("kind").alias("mark:kind"),
        pl.col("segment").alias("mark:segment"),
    )
    ready = found.with_columns(pl.when(pl.col("paid_raw").is_not_null()).then("settled").alias("paid"))
    return with_days(ready.drop("settled", "paid_raw").sort("customer", "billed", "bill_id"))


def _unit(units: dict[str, Any]) -> pl.Expr:
    if not units:
        return pl.lit(1.0)
    codes, worth = list(units), [float(one) for one in units.values()]
    return pl.col("currency").replace_strict(codes, worth, return_dtype=pl.Float64)


def _frame(found: list[tuple[Any, ...]]) -> pl.DataFrame:
    if not found:
        return pl.DataFrame(schema=BILLS)
    kept = {name: None if kind == pl.Date else kind for name, kind in BILLS.items()}
    made = pl.DataFrame(found, schema=kept, orient="row", infer_schema_length=None)
    texts = [name for name in BILLS if BILLS[name] == pl.Date and made.schema[name] == pl.String]
    return made.with_columns(pl.col(texts).str.to_date("%Y-%m-%d")).cast(BILLS)  # type: ignore[arg-type]
