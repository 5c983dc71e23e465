"""Posting what proposals say: settlements of the ledger, and credit bills for what is written down."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from django.db import connection, transaction

from xinheng.base.kernel import bulk
from xinheng.base.kernel.actors import Actor
from xinheng.facts.receivables import queries as receivables
from xinheng.facts.receivables import services as ledger
from xinheng.judgements.matching.models import Desk, ProposalLine

MOST_TRIES = 5
WRITTEN_DOWN = "WD-{}"  # the number of the credit bill of a proposal
# proposal_id, place, customer_id, receipt_id, receipt_no, received_on, bill_id, bill_no, billed_on, currency,
# segment, kind, source, credit_bill_id, credit_bill_no, credit_billed_on, amount_minor
Lines = pl.DataFrame


def take_turn() -> None:
    """Wait until nobody else applies cash; held to the end of the caller's transaction."""
    Desk.objects.get_or_create(name="matching")
    Desk.objects.select_for_update().get(name="matching")


def post(lines: Lines, *, actor: Actor, on: date) -> tuple[Lines, pl.DataFrame]:
    """Post the lines of proposals, each proposal whole or not at all; within the caller's transaction.

    Gives the lines that were posted, with settlement_id, and what was refused: proposal_id, bill_no, cause.
    What a person settled by hand in the meantime is seen under the ledger's own locks, so nothing is ever
    paid twice. Refuses: AccessDenied.
    """
    refused = [pl.DataFrame(schema={"proposal_id": pl.Int64, "bill_no": pl.String, "cause": pl.String})]
    for _ in range(MOST_TRIES):
        if lines.is_empty():
            break
        mark = transaction.savepoint()
        numbered = _write_down(lines, actor=actor, on=on)
        posted = ledger.post_settlements(_settlements(numbered, on), batch_no=None, told_on=on, actor=actor)
        if posted.rejected.is_empty():
            transaction.savepoint_commit(mark)
            return _with_settlements(numbered), pl.concat(refused)
        transaction.savepoint_rollback(mark)
        rows = numbered.with_row_index("row").with_columns(pl.col("row").cast(pl.Int64))
        bad = rows.join(posted.rejected.select("row", "cause"), on="row")
        refused.append(bad.unique("proposal_id").select("proposal_id", "bill_no", "cause"))
        lines = lines.join(bad.select("proposal_id").unique(), on="proposal_id", how="anti")
    return lines.clear().with_columns(settlement_id=pl.lit(None, pl.Int64)), pl.concat(refused)


def keep_settlements(posted: Lines) -> None:
    """Note on each line of a proposal which settlement it became."""
    known = posted.select("proposal_id", "place", "settlement_id")
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS line_settled")
        cursor.execute(
            "CREATE TEMPORARY TABLE line_settled (proposal_id bigint, place bigint, settlement_id bigint)"
        )
        bulk.append_rows("line_settled", known)
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE line_settled")
        cursor.execute(
            f"UPDATE {ProposalLine._meta.db_table} SET settlement_id = t.settlement_id FROM line_settled t"
            f" WHERE {ProposalLine._meta.db_table}.proposal_id = t.proposal_id"
            f" AND {ProposalLine._meta.db_table}.place = t.place"
        )
        cursor.execute("DROP TABLE line_settled")


def _write_down(lines: Lines, *, actor: Actor, on: date) -> Lines:
    """Post a credit bill for what each proposal writes down, and name it on its lines."""
    is_down = pl.col("source") == "write_down"
    down = lines.filter(is_down)
    if down.is_empty():
        return lines
    bills = down.group_by("proposal_id", maintain_order=True).agg(
        pl.col("customer_id", "currency", "segment", "kind").first(),
        amount_minor=-pl.col("amount_minor").sum(),
        billed_on=_day().max(),
        arises_from=pl.col("bill_no").last(),
    )
    numbered = bills.with_columns(bill_no=pl.format(WRITTEN_DOWN, "proposal_id"), due_on="billed_on")
    ledger.post_bills(numbered.drop("proposal_id"), batch_no=None, told_on=on, actor=actor)
    number = pl.when(is_down).then(pl.format(WRITTEN_DOWN, "proposal_id")).otherwise("credit_bill_no")
    found = receivables.bills_named(numbered.select("customer_id", "bill_no")).select(
        "customer_id", credit_bill_no="bill_no", made_id="bill_id"
    )
    made = lines.with_columns(
        credit_bill_no=number,
        credit_billed_on=pl.when(is_down).then(_day()).otherwise("credit_billed_on"),
    ).join(found, on=["customer_id", "credit_bill_no"], how="left", maintain_order="left")
    return made.with_columns(credit_bill_id=pl.coalesce("made_id", "credit_bill_id")).drop("made_id")


def _day() -> pl.Expr:
    """A bill is settled once it, the money and the credit bill are there."""
    return pl.max_horizontal("received_on", "billed_on", "credit_billed_on")


def _settlements(lines: Lines, on: date) -> pl.DataFrame:
    by_receipt = pl.col("source") == "receipt"
    down = pl.col("source") == "write_down"
    day = pl.when(down).then(_day().max().over("proposal_id", "source")).otherwise(_day())
    return lines.select(
        "customer_id", "bill_no", "amount_minor",
        receipt_no=pl.when(by_receipt).then("receipt_no"),
        credit_bill_no=pl.when(~by_receipt).then("credit_bill_no"),
        settled_on=pl.min_horizontal(day, pl.lit(on)),
    )  # fmt: skip


def _with_settlements(lines: Lines) -> Lines:
    by_receipt = pl.col("source") == "receipt"
    keys: list[Any] = ["bill_id", "receipt_id", "credit_bill_id"]
    pairs = lines.with_columns(
        receipt_id=pl.when(by_receipt).then("receipt_id"),
        credit_bill_id=pl.when(~by_receipt).then("credit_bill_id"),
    )
    found = receivables.last_settlements(pairs.select(keys).unique())
    return pairs.join(found, on=keys, how="left", nulls_equal=True, maintain_order="left")
