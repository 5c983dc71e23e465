"""Settlements between bills and what paid them, many at once: which stand, and taking them back."""

from __future__ import annotations

from datetime import date

import polars as pl
from django.db import connection, transaction

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel import bulk
from xinheng.base.kernel.actors import Actor
from xinheng.facts.receivables import instalments, rules, telling
from xinheng.facts.receivables.lines import framed
from xinheng.facts.receivables.models import Settlement

PAIRS = {"bill_id": pl.Int64, "receipt_id": pl.Int64, "credit_bill_id": pl.Int64}
CREATE_PAIRS = "CREATE TEMPORARY TABLE pair_asked (bill_id bigint, receipt_id bigint, credit_bill_id bigint)"
LAST = """
    SELECT p.bill_id, p.receipt_id, p.credit_bill_id, MAX(s.id)
    FROM pair_asked p JOIN receivables_settlement s ON s.bill_id = p.bill_id
    WHERE (s.receipt_id = p.receipt_id OR s.credit_bill_id = p.credit_bill_id) AND s.amount_minor > 0
          AND NOT EXISTS (SELECT 1 FROM receivables_settlement b WHERE b.reverses_id = s.id)
    GROUP BY p.bill_id, p.receipt_id, p.credit_bill_id
"""
TAKEN = {
    "id": pl.Int64, **PAIRS, "settled_on": pl.Date, "minor": pl.Int64, "told_on": pl.Date,
    "customer_id": pl.Int64, "segment": pl.String, "currency": pl.String, "due_on": pl.Date,
    "settled_minor": pl.Int64, "credit_segment": pl.String, "credit_due_on": pl.Date,
}  # fmt: skip
STANDING = """
    SELECT s.id, s.bill_id, s.receipt_id, s.credit_bill_id, s.settled_on, s.amount_minor, s.told_on,
           b.customer_id, b.segment, b.currency, b.due_on,
           CAST((SELECT SUM(o.amount_minor) FROM receivables_settlement o WHERE o.bill_id = b.id) AS bigint),
           c.segment, c.due_on
    FROM settlement_back t JOIN receivables_settlement s ON s.id = t.id
    JOIN receivables_bill b ON b.id = s.bill_id LEFT JOIN receivables_bill c ON c.id = s.credit_bill_id
    WHERE s.amount_minor > 0 AND s.write_off_id IS NULL
          AND NOT EXISTS (SELECT 1 FROM receivables_settlement r WHERE r.reverses_id = s.id)
"""
LOCK = """
    SELECT id FROM receivables_bill WHERE id IN (
        SELECT s.bill_id FROM receivables_settlement s JOIN settlement_back t ON t.id = s.id
        UNION SELECT s.credit_bill_id FROM receivables_settlement s JOIN settlement_back t ON t.id = s.id)
    ORDER BY id FOR UPDATE
"""


def last_settlements(pairs: pl.DataFrame) -> pl.DataFrame:
    """The last standing settlement of each pair: bill_id, receipt_id, credit_bill_id, settlement_id.

    pairs: bill_id and receipt_id or credit_bill_id, the other null. A pair without one has no row.
    """
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pair_asked")
        cursor.execute(CREATE_PAIRS)
        bulk.append_rows("pair_asked", pairs.select(list(PAIRS)))
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE pair_asked")
        cursor.execute(LAST)
        found = cursor.fetchall()
        cursor.execute("DROP TABLE pair_asked")
    return pl.DataFrame(found, schema={**PAIRS, "settlement_id": pl.Int64}, orient="row")


@transaction.atomic
def take_back_settlements(ids: pl.Series, *, actor: Actor, on: date, reason: str) -> int:
    """Take many settlements back at once, each as `reverse_settlement` does; one act on the trail.

    ids: keys of settlements; those that were taken back before, and write-offs, are passed over. Gives how
    many were taken back. Refuses: AccessDenied, FieldRefused.
    """
    require(actor, "receivables.write", "settlements")
    rules.check_text("reason", reason, longest=200)
    found = _standing(ids)
    bulk.append(
        Settlement,
        found.select(
            *PAIRS, "settled_on", amount_minor=-pl.col("minor"), reverses_id="id",
            told_on=pl.max_horizontal(pl.lit(on), "told_on"),
        ).sort("bill_id"),
    )  # fmt: skip
    if found.height:
        telling.tell_all(*_moves(found))
    sums = found.group_by("currency").agg(pl.col("minor").sum()).sort("currency")
    after = {"rows": found.height, "amount_minor": dict(sums.iter_rows())}
    record(
        actor=actor, act="receivables.take_back_settlements", subject="settlements", on=on, after=after,
        reason=reason,
    )  # fmt: skip
    return found.height


def _standing(ids: pl.Series) -> pl.DataFrame:
    """The settlements that stand, with their bills locked."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS settlement_back")
        cursor.execute("CREATE TEMPORARY TABLE settlement_back (id bigint)")
        bulk.append_rows("settlement_back", ids.unique().alias("id").to_frame())
        if connection.features.has_select_for_update:
            cursor.execute("ANALYZE settlement_back")
            cursor.execute(LOCK)
        cursor.execute(STANDING)
        found = framed(cursor.fetchall(), TAKEN)
        cursor.execute("DROP TABLE settlement_back")
    return found


def _moves(found: pl.DataFrame) -> list[pl.DataFrame]:
    """The bills are open again, receipts free and credit bills owed."""
    by_bill = found.group_by("bill_id", maintain_order=True).agg(
        pl.col("customer_id", "segment", "currency", "due_on", "settled_minor").first(), pl.col("minor").sum()
    )
    bills = instalments.split(by_bill, instalments.parts_now(by_bill["bill_id"].to_list()))
    by_credit = found.filter(pl.col("credit_bill_id").is_not_null())
    by_receipt = found.filter(pl.col("receipt_id").is_not_null())
    return [
        bills.drop("bill_id").with_columns(component=pl.lit("receivable")),
        by_credit.select(
            "customer_id", "currency", segment="credit_segment", due_on="credit_due_on",
            component=pl.lit("receivable"), minor=-pl.col("minor"),
        ),
        by_receipt.select("customer_id", "currency", "minor", component=pl.lit("prepaid")),
    ]  # fmt: skip
