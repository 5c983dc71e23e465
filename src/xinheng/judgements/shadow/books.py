"""The past that stands in this installation's own books, and the limits that hold in it now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.facts.orders import tables as orders
from xinheng.facts.receivables import tables as bills
from xinheng.judgements.limits import tables as limits
from xinheng.judgements.shadow import reading
from xinheng.judgements.shadow.values import Ledger, Note


def read(actor: Actor, *, on: date, currency: str = "CNY") -> Ledger:
    """Orders, deliveries, bills, receipts and limits of the customers within reach, in one currency.

    An order stands as it was first posted; void bills and receipts are left out. Refuses: AccessDenied.
    """
    seen = _seen(actor, on)
    notes: list[Note] = [Note("first_versions")]
    home = pl.col("currency") == currency
    placed = _frame(orders.read_orders()).join(seen, on="customer_id")
    written = _frame(bills.read_bills()).join(_frame(bills.read_voidings()), on="bill_id", how="anti")
    written = written.filter(~pl.col("bill_id").is_in(written["replaces_id"].drop_nulls().implode()))
    written = written.join(seen, on="customer_id").join(
        _frame(orders.read_billings()).unique("bill_id"), on="bill_id", how="left"
    )
    for kind, rows in (("order", placed), ("bill", written)):
        if abroad := rows.filter(~home).height:
            notes.append(Note("abroad", {"count": abroad, "kind": kind, "currency": currency}))
    left = _frame(orders.read_deliveries()).join(seen, on="customer_id")
    named = {"amount_minor": "minor"}
    tables = {
        "order": placed.filter(home).rename({**named, "ordered_on": "on", "kind": "order_kind"}),
        "delivery": left.filter(home).rename({**named, "delivered_on": "on"}),
        "bill": written.filter(home).rename({**named, "billed_on": "on"}),
        "receipt": _paid(written.filter(home), seen, home),
        "end": _frame(orders.read_ends()).rename({"ended_on": "on"}),
        "limit": _limits(seen, on, currency, notes),
    }
    return reading.ledger_of(tables, currency, notes)


def limits_now(actor: Actor, *, on: date, currency: str) -> tuple[pl.DataFrame, list[Note]]:
    """The limits that hold on a day, of customers within reach. Refuses: AccessDenied."""
    notes: list[Note] = []
    found: Mapping[str, pl.DataFrame] = {"limit": _limits(_seen(actor, on), on, currency, notes)}
    return reading.ledger_of(found, currency, ()).limits, notes


def _seen(actor: Actor, on: date) -> pl.DataFrame:
    rows = customers.visible(actor, on=on).order_by().values_list("pk", "no", "name")
    schema = {"customer_id": pl.Int64, "customer_no": pl.String, "name": pl.String}
    return pl.DataFrame(list(rows.iterator()), schema=schema, orient="row")


def _frame(reader: Any) -> pl.DataFrame:
    frame = pl.from_arrow(reader.read_all())
    assert isinstance(frame, pl.DataFrame)
    return frame


def _paid(written: pl.DataFrame, seen: pl.DataFrame, home: pl.Expr) -> pl.DataFrame:
    """What settled each bill, by day, and what of receipts settled none."""
    receipts = _frame(bills.read_receipts()).filter(pl.col("voided_told_on").is_null()).filter(home)
    settled = _frame(bills.read_settlements())
    of_bill = settled.join(written.select("bill_id", "bill_no", "customer_no"), on="bill_id").select(
        "bill_no", "customer_no", on="settled_on", minor="amount_minor"
    )
    credited = settled.join(
        written.select("bill_no", "customer_no", credit_bill_id="bill_id"), on="credit_bill_id"
    ).select("bill_no", "customer_no", on="settled_on", minor=-pl.col("amount_minor"))
    used = settled.group_by("receipt_id").agg(used=pl.col("amount_minor").sum())
    free = receipts.join(seen, on="customer_id").join(used, on="receipt_id", how="left").select(
        "customer_no", bill_no=pl.lit(None, dtype=pl.String), on="received_on",
        minor=pl.col("amount_minor") - pl.col("used").fill_null(0),
    ).select("bill_no", "customer_no", "on", "minor")  # fmt: skip
    return pl.concat([of_bill, credited, free.filter(pl.col("minor") != 0)])


def _limits(seen: pl.DataFrame, on: date, currency: str, notes: list[Note]) -> pl.DataFrame:
    """What each customer may owe over all on a day, as limits.rules.effective has it."""
    words = _frame(limits.read_words()).filter((pl.col("told_on") <= on) & (pl.col("from_on") <= on))
    words = words.filter(pl.col("currency") == currency).sort("word_id", descending=True)
    accounts = _frame(limits.read_accounts()).filter(pl.col("segment") == "").join(seen, on="customer_id")
    other = words.filter((pl.col("reach") != "own") | (pl.col("component") != "") | (pl.col("segment") != ""))
    if other.height:
        notes.append(Note("other_limits", {"count": other.height}))
    own = words.join(other.select("word_id"), on="word_id", how="anti")
    newest = own.unique(["customer_id", "kind"], keep="first", maintain_order=True)
    standing = newest.filter(pl.col("state") != "withdrawn").with_columns(is_over=pl.col("until_on") < on)
    living = standing.filter(~pl.col("is_over").fill_null(value=False))
    covers = living.filter(pl.col("kind").is_in(["insured", "guaranteed"]))
    cover = covers.group_by("customer_id").agg(cover=pl.col("amount_minor").sum())
    temporary = living.filter(pl.col("kind") == "temporary")
    fixed = standing.filter(pl.col("kind") == "fixed").join(temporary, on="customer_id", how="anti")
    held = pl.concat([temporary, fixed]).join(cover, on="customer_id", how="left")
    state = pl.when(pl.col("is_over").fill_null(value=False)).then(pl.lit("expired")).otherwise("state")
    found = accounts.join(held.drop("segment"), on="customer_id", how="left")
    return found.select(
        "customer_no", "name", "status", "risk_class", state=state.fill_null("not_assessed"),
        minor=pl.col("amount_minor") + pl.col("cover").fill_null(0),
    )  # fmt: skip
