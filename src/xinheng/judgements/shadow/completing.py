"""What a ledger does not tell, assumed and said so: an order where only bills are told, and the like."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl

from xinheng.judgements.shadow.values import DELIVERIES, ORDERS, Ledger, Note, Plan


def completed(ledger: Ledger, plan: Plan) -> Ledger:
    """The ledger with every table that a replay needs; each assumption is a note.

    Only bills are told: each stands for an order delivered and billed on its day. Bills of orders without
    deliveries: goods left on the day of the bill. Deliveries without bills: billed on their day, due after
    the days assumed, where they are; paid after the days assumed, where no receipt is told.
    """
    ledger = _sound(ledger)
    if ledger.orders.is_empty() and ledger.bills.height:
        ledger = _orders_of_bills(ledger)
    elif ledger.deliveries.is_empty() and ledger.bills["order_no"].count():
        ledger = _deliveries_of_bills(ledger)
    if ledger.bills.is_empty() and plan.terms_days is not None:
        ledger = _bills_of_deliveries(ledger, plan.terms_days)
    if ledger.receipts.is_empty() and plan.paid_after_days is not None:
        ledger = _receipts_of_bills(ledger, plan.paid_after_days)
    return _set_against(ledger)


def _noted(ledger: Ledger, what: str, **told: object) -> tuple[Note, ...]:
    return (*ledger.notes, Note(what, told))


def _sound(ledger: Ledger) -> Ledger:
    """Orders and bills each once, orders above zero; what else was told is left out and counted."""
    for name, key in (("orders", "order_no"), ("bills", "bill_no")):
        rows: pl.DataFrame = getattr(ledger, name)
        once = rows.unique(key, keep="first", maintain_order=True)
        if once.height < rows.height:
            notes = _noted(ledger, "told_twice", count=rows.height - once.height, table=name)
            changed: dict[str, Any] = {name: once, "notes": notes}
            ledger = replace(ledger, **changed)
    above = ledger.orders.filter(pl.col("minor") > 0)
    if above.height < ledger.orders.height:
        notes = _noted(ledger, "not_above_zero", count=ledger.orders.height - above.height)
        ledger = replace(ledger, orders=above, notes=notes)
    known = ledger.orders.select("order_no")
    if ledger.orders.height:
        of_known = ledger.deliveries.filter(pl.col("order_no").is_not_null()).join(
            known, on="order_no", how="semi"
        )
        if of_known.height < ledger.deliveries.height:
            notes = _noted(ledger, "delivery_of_no_order", count=ledger.deliveries.height - of_known.height)
            ledger = replace(ledger, deliveries=of_known, notes=notes)
    return ledger


def _orders_of_bills(ledger: Ledger) -> Ledger:
    billed = ledger.bills.filter(pl.col("minor") > 0)
    number = pl.col("bill_no")
    orders = billed.select(
        "customer_no", "on", "minor", order_no=number, ship_on="on", payment=pl.lit("credit"),
        kind=pl.lit("standard"), segment=pl.lit(""),
    )  # fmt: skip
    of_bill = pl.when(pl.col("minor") > 0).then("bill_no").otherwise(None)
    return replace(
        ledger,
        orders=orders.select(list(ORDERS)),
        deliveries=billed.select("customer_no", "on", "minor", order_no=number).select(list(DELIVERIES)),
        bills=ledger.bills.with_columns(order_no=of_bill),
        notes=_noted(ledger, "bills_stand_for_orders", count=billed.height),
    )


def _deliveries_of_bills(ledger: Ledger) -> Ledger:
    known = ledger.bills.join(ledger.orders.select("order_no"), on="order_no", how="semi")
    return replace(
        ledger,
        deliveries=known.select(list(DELIVERIES)),
        notes=_noted(ledger, "bills_stand_for_deliveries", count=known.height),
    )


def _bills_of_deliveries(ledger: Ledger, days: int) -> Ledger:
    owners = ledger.orders.select("order_no", owner="customer_no")
    left = ledger.deliveries.filter(pl.col("minor") > 0).join(owners, on="order_no")
    bills = left.with_row_index("at").select(
        "order_no", "on", "minor", customer_no="owner", due_on=pl.col("on") + pl.duration(days=days),
        bill_no=pl.format("{}/{}", "order_no", "at"),
    )  # fmt: skip
    return replace(
        ledger,
        bills=bills.select(list(ledger.bills.columns)),
        notes=_noted(ledger, "deliveries_stand_for_bills", days=days),
    )


def _receipts_of_bills(ledger: Ledger, days: int) -> Ledger:
    paid = ledger.bills.filter(pl.col("minor") > 0).with_columns(on=pl.col("on") + pl.duration(days=days))
    last = pl.concat([frame.select("on") for frame in (ledger.orders, ledger.deliveries, ledger.bills)])[
        "on"
    ].max()
    return replace(
        ledger,
        receipts=paid.filter(pl.col("on") <= last).select(list(ledger.receipts.columns)),
        notes=_noted(ledger, "paid_after_assumed", days=days),
    )


def _set_against(ledger: Ledger) -> Ledger:
    """Receipts that name no bill are set against the oldest bills of their customer, as far as they reach."""
    free = ledger.receipts.filter(pl.col("bill_no").is_null() & (pl.col("minor") > 0))
    if free.is_empty() or ledger.bills.is_empty():
        return ledger
    named = ledger.receipts.filter(pl.col("bill_no").is_not_null())
    paid = named.group_by("bill_no").agg(paid=pl.col("minor").sum())
    left = pl.col("minor") - pl.col("paid").fill_null(0)
    bills = (
        ledger.bills.join(paid, on="bill_no", how="left").with_columns(left=left).filter(pl.col("left") > 0)
    )
    bills = _cumulated(bills.sort("customer_no", "on", "due_on", "bill_no", maintain_order=True), "left")
    money = _cumulated(free.sort("customer_no", "on", maintain_order=True), "minor")
    cuts = pl.concat([some.select("customer_no", "upto") for some in (bills, money)]).unique()
    cuts = cuts.sort("customer_no", "upto").with_columns(
        start=pl.col("upto").shift(1, fill_value=0).over("customer_no")
    )
    cuts = cuts.sort("upto")
    by: dict[str, Any] = {"by": "customer_no", "on": "upto", "strategy": "forward", "check_sortedness": False}
    found = cuts.join_asof(bills.select("customer_no", "upto", bill="bill_no").sort("upto"), **by).join_asof(
        money.select("customer_no", "upto", paid_on="on").sort("upto"), **by
    )
    parts = found.filter(pl.col("paid_on").is_not_null()).select(
        "customer_no", bill_no="bill", on="paid_on", minor=pl.col("upto") - pl.col("start")
    )
    odd = ledger.receipts.filter(pl.col("bill_no").is_null() & (pl.col("minor") <= 0))
    columns = list(ledger.receipts.columns)
    return replace(
        ledger,
        receipts=pl.concat([named, parts.select(columns), odd]),
        notes=_noted(ledger, "oldest_first", count=free.height),
    )


def _cumulated(rows: pl.DataFrame, amount: str) -> pl.DataFrame:
    """Rows with what they and those before them come to, customer by customer."""
    return rows.with_columns(upto=pl.col(amount).cum_sum().over("customer_no"))
