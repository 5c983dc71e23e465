"""The accepted rows of a file into the rooms that own them, inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import polars as pl
import pyarrow.parquet as pq

from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customer_queries
from xinheng.facts.customers import services as customers
from xinheng.facts.financials import services as financials
from xinheng.facts.intake import errors
from xinheng.facts.intake.checking.causes import none, turned_down
from xinheng.facts.intake.checking.known import receipt_no
from xinheng.facts.intake.checking.newcomers import as_told
from xinheng.facts.intake.offers import offers
from xinheng.facts.intake.reading.tables import CHUNK_ROWS, ROW, SHEET
from xinheng.facts.intake.staging import Staging
from xinheng.facts.orders import services as orders
from xinheng.facts.receivables import services as receivables


@dataclass(frozen=True)
class Told:
    """Who tells, on which day, in which batch."""

    batch_no: int
    told_on: date
    actor: Actor


def post_rows(kind: str, staging: Staging, told: Told) -> pl.DataFrame:
    """Post everything accepted, piece by piece. Gives the settlements that were refused, as causes.

    Refuses: ImportCancelled, PosterMissing, and what the rooms refuse.
    """
    if staging.customers.exists():
        customers.post_customers(
            pl.read_parquet(staging.customers), batch_no=told.batch_no, told_on=told.told_on, actor=told.actor
        )
    if not staging.accepted.exists():
        return none()
    refused = [none()]
    done, total = 0, pq.ParquetFile(staging.accepted).metadata.num_rows
    for rows in _pieces(kind, staging):
        refused.append(_post_piece(kind, _with_ids(rows), told))
        done += rows.height
        staging.tell("posting", done, total)
    return pl.concat(refused)


def _pieces(kind: str, staging: Staging) -> Iterator[pl.DataFrame]:
    if kind == "customers":  # a parent may stand anywhere in the file
        yield pl.read_parquet(staging.accepted)
        return
    if kind in {"statements", "receipts", "instalments"}:  # what is of one customer belongs together
        scan = pl.scan_parquet(staging.accepted)
        pieces = -(-pq.ParquetFile(staging.accepted).metadata.num_rows // CHUNK_ROWS)
        for piece in range(pieces):
            rows = scan.filter(pl.col("customer_no").hash() % pieces == piece).collect()
            if rows.height:
                yield rows
        return
    later: list[pl.DataFrame] = []  # bills that arise of others, which may stand behind them
    for batch in pq.ParquetFile(staging.accepted).iter_batches(batch_size=CHUNK_ROWS):
        frame = pl.from_arrow(batch)
        assert isinstance(frame, pl.DataFrame)
        if "arises_from" in frame.columns and frame["arises_from"].null_count() < frame.height:
            later.append(frame.filter(pl.col("arises_from").is_not_null()))
            frame = frame.filter(pl.col("arises_from").is_null())
        yield frame
    yield from later


def _with_ids(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with the ids of customers that were made in this very transaction."""
    if "customer_id" not in rows.columns or not rows.get_column("customer_id").null_count():
        return rows
    ids = customer_queries.ids_by_no().rename({"no": "customer_no", "id": "made_id"})
    joined = rows.join(ids, on="customer_no", how="left", maintain_order="left")
    return joined.with_columns(customer_id=pl.coalesce("customer_id", "made_id")).drop("made_id")


def _post_piece(kind: str, rows: pl.DataFrame, told: Told) -> pl.DataFrame:
    post = {
        "customers": _customers,
        "bills": _bills,
        "receipts": _receipts,
        "opening_items": _openings,
        "instalments": _instalments,
        "trade_invoices": _trade_invoices,
        "statements": _statements,
    }.get(kind)
    if post:
        return post(rows, told)
    if kind not in offers:
        raise errors.PosterMissing(kind=kind)
    offers[kind].poster(rows.drop(ROW, SHEET), **_by(told))
    return none()


def _by(told: Told) -> dict[str, object]:
    return {"batch_no": told.batch_no, "told_on": told.told_on, "actor": told.actor}


def _customers(rows: pl.DataFrame, told: Told) -> pl.DataFrame:
    customers.post_customers(as_told(rows), batch_no=told.batch_no, told_on=told.told_on, actor=told.actor)
    return none()


def _bills(rows: pl.DataFrame, told: Told) -> pl.DataFrame:
    new = rows.filter(~pl.col("_posted"))
    columns = [
        "customer_id",
        "bill_no",
        "billed_on",
        "due_on",
        "amount_minor",
        "currency",
        "segment",
        "kind",
        "arises_from",
        "is_void",
        "voided_on",
    ]
    if new.height:
        receivables.post_bills(
            new.select(columns), batch_no=told.batch_no, told_on=told.told_on, actor=told.actor
        )
    billing = new.filter(pl.col("order_no").is_not_null(), ~pl.col("is_void"))
    if billing.height:
        orders.post_billings(
            billing.select("customer_id", "bill_no", "order_no"),
            batch_no=told.batch_no, told_on=told.told_on, actor=told.actor,
        )  # fmt: skip
    _late_voids(rows.filter("_posted", "_void_new"), told)
    paid = rows.filter(pl.col("_settle_minor") > 0)
    if paid.is_empty():
        return none()
    paid = paid.with_columns(receipt_no=receipt_no(), amount_minor="_settle_minor", received_on="settled_on")
    columns = ["customer_id", "receipt_no", "received_on", "amount_minor", "currency"]
    receivables.post_receipts(
        paid.select(columns), batch_no=told.batch_no, told_on=told.told_on, actor=told.actor
    )
    return _settlements(paid, told)


def _openings(rows: pl.DataFrame, told: Told) -> pl.DataFrame:
    columns = ["customer_id", "bill_no", "billed_on", "due_on", "amount_minor", "currency", "segment"]
    frame = rows.select(*columns, kind=pl.lit("opening"))
    receivables.post_bills(frame, batch_no=told.batch_no, told_on=told.told_on, actor=told.actor)
    return none()


def _instalments(rows: pl.DataFrame, told: Told) -> pl.DataFrame:
    frame = rows.select("customer_id", "bill_no", "due_on", "amount_minor", "agreed_on")
    receivables.post_plans(frame, batch_no=told.batch_no, told_on=told.told_on, actor=told.actor)
    return none()


def _late_voids(rows: pl.DataFrame, told: Told) -> None:
    """Bills posted before that the file now calls void."""
    for row in rows.select("customer_no", "bill_no", "voided_on").iter_rows(named=True):
        receivables.void_bill(
            actor=told.actor, on=told.told_on, customer_no=row["customer_no"], bill_no=row["bill_no"],
            voided_on=row["voided_on"] or told.told_on, reason=f"batch {told.batch_no}",
        )  # fmt: skip


def _receipts(rows: pl.DataFrame, told: Told) -> pl.DataFrame:
    new = rows.filter(~pl.col("_receipt_posted")).unique(["customer_id", "receipt_no"], maintain_order=True)
    columns = [
        "customer_id", "receipt_no", "received_on", "amount_minor", "currency", "method", "reference",
        "payer", "purpose", "order_no",
    ]  # fmt: skip
    if new.height:
        receivables.post_receipts(
            new.select(columns), batch_no=told.batch_no, told_on=told.told_on, actor=told.actor
        )
    settling = rows.filter(pl.col("bill_no").is_not_null() & ~pl.col("_settle_posted"))
    if settling.is_empty():
        return none()
    return _settlements(settling.with_columns(settled_on="received_on", amount_minor="settled_minor"), told)


def _settlements(rows: pl.DataFrame, told: Told) -> pl.DataFrame:
    frame = rows.select("customer_id", "bill_no", "receipt_no", "settled_on", "amount_minor")
    posted = receivables.post_settlements(
        frame, batch_no=told.batch_no, told_on=told.told_on, actor=told.actor
    )
    if posted.rejected.is_empty():
        return none()
    refused = rows.with_row_index("row").join(
        posted.rejected.with_columns(pl.col("row").cast(pl.UInt32)).select("row", "cause"), on="row"
    )
    cause = "ledger_" + refused.get_column("cause")
    return turned_down(refused, cause, field="bill_no", value=refused.get_column("bill_no"))


def _trade_invoices(rows: pl.DataFrame, told: Told) -> pl.DataFrame:
    columns = [
        "customer_id",
        "side",
        "invoice_no",
        "counterparty",
        "issued_on",
        "net_minor",
        "tax_minor",
        "is_void",
    ]
    financials.post_trade_invoices(
        rows.select(columns), batch_no=told.batch_no, told_on=told.told_on, actor=told.actor
    )
    return none()


def _statements(rows: pl.DataFrame, told: Told) -> pl.DataFrame:
    columns = [
        "customer_id",
        "period_end",
        "months",
        "currency",
        "is_consolidated",
        "opinion",
        "item",
        "amount_minor",
        "opening_minor",
    ]
    financials.post_statements(
        rows.select(columns), batch_no=told.batch_no, told_on=told.told_on, actor=told.actor
    )
    return none()
