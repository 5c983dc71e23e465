"""Orders and deliveries by the file: appended in one go, inside the caller's transaction."""

from __future__ import annotations

from datetime import date

import polars as pl
from django.db import transaction

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel import bulk
from xinheng.base.kernel.actors import Actor
from xinheng.facts.orders import telling
from xinheng.facts.orders.models import Billing, Delivery, SalesOrder
from xinheng.facts.orders.reading import orders_met
from xinheng.facts.orders.values import GOODS, OrderNow, leaving
from xinheng.facts.receivables import queries as receivables

ORDER_COLUMNS = [
    "customer_id", "order_no", "segment", "ordered_on", "ship_on", "amount_minor", "currency", "kind",
    "payment", "terms_days",
]  # fmt: skip
FILLED = {"segment": "", "currency": "CNY", "kind": "standard", "payment": "credit"}


@transaction.atomic
def post_orders(frame: pl.DataFrame, *, batch_no: int | None, told_on: date, actor: Actor) -> int:
    """Post every order of the frame; all or none. Gives how many.

    frame: customer_id, order_no, ordered_on, ship_on, amount_minor (分, above zero), and where told segment,
    currency, kind, payment, terms_days. The rows are checked before: an order posted twice or an impossible
    row is an IntegrityError. Refuses: AccessDenied.
    """
    require(actor, "orders.write", f"batch:{batch_no}")
    columns = [name for name in ORDER_COLUMNS if name in frame.columns]
    filled = [pl.col(name).fill_null(value) for name, value in FILLED.items() if name in columns]
    ready = frame.select(columns).with_columns(*filled).sort("customer_id", "order_no")
    told = {"told_on": pl.lit(told_on), "batch_no": pl.lit(batch_no, dtype=pl.Int64)}
    bulk.append(SalesOrder, ready.with_columns(**told))
    absent = [pl.lit(value).alias(name) for name, value in FILLED.items() if name not in columns]
    moves = ready.with_columns(*absent).select(
        "customer_id", "segment", "currency", component=pl.lit("ordered"), minor="amount_minor"
    )
    telling.tell_all(moves)
    _record("orders.post_orders", ready, actor=actor, batch_no=batch_no, told_on=told_on)
    return ready.height


@transaction.atomic
def post_deliveries(frame: pl.DataFrame, *, batch_no: int | None, told_on: date, actor: Actor) -> int:
    """Post every delivery of the frame; all or none. Gives how many.

    frame: order_no, delivery_no, delivered_on, amount_minor (分, below zero: goods came back). Who keeps the
    gate is asked once for all that leaves. A delivery posted twice, or of no order, is an IntegrityError.
    Refuses: AccessDenied, and what a receiver of `leaving` refuses.
    """
    require(actor, "orders.deliver", f"batch:{batch_no}")
    met = orders_met(frame["order_no"])
    _ask(frame, met, on=told_on)
    ready = frame.join(met.select("order_no", "order_id"), on="order_no", how="left").select(
        "order_id", "order_no", "delivery_no", "delivered_on", "amount_minor",
        told_on=pl.lit(told_on), batch_no=pl.lit(batch_no, dtype=pl.Int64),
    ).sort("order_no", "delivery_no")  # fmt: skip
    bulk.append(Delivery, ready)
    telling.tell_all(_moves(ready, met))
    _record("orders.post_deliveries", ready, actor=actor, batch_no=batch_no, told_on=told_on)
    return ready.height


@transaction.atomic
def post_billings(frame: pl.DataFrame, *, batch_no: int | None, told_on: date, actor: Actor) -> int:
    """Say which orders posted bills bill; all or none. Gives how many.

    frame: customer_id, bill_no, order_no. The rows are checked before: one that names no bill or no order is
    an IntegrityError. Refuses: AccessDenied.
    """
    require(actor, "orders.bill", f"batch:{batch_no}")
    met = orders_met(frame["order_no"])
    bills = receivables.bills_named(frame)
    named = frame.join(bills, on=["customer_id", "bill_no"], how="left")
    told = named.join(met.select("order_no", "segment"), on="order_no", how="left")
    kept = told.select("bill_id", "order_no", "amount_minor", told_on=pl.lit(told_on)).sort("bill_id")
    bulk.append(Billing, kept)
    moves = told.select(
        "customer_id", "segment", "currency", component=pl.lit("delivered"), minor=-pl.col("amount_minor")
    )
    telling.tell_all(moves)
    _record("orders.post_billings", kept, actor=actor, batch_no=batch_no, told_on=told_on)
    return kept.height


def _ask(deliveries: pl.DataFrame, met: pl.DataFrame, *, on: date) -> None:
    """Ask who keeps the gate about all goods of a file that leave; what comes back is never stopped."""
    leaves = deliveries.filter(pl.col("amount_minor") > 0)
    by_order = leaves.group_by("order_no").agg(minor=pl.col("amount_minor").sum()).join(met, on="order_no")
    if by_order.height:
        leaving.send(OrderNow, goods=by_order.select(list(GOODS)).sort("order_no"), on=on)


def _moves(deliveries: pl.DataFrame, met: pl.DataFrame) -> pl.DataFrame:
    """What left is delivered and is undelivered no more; that never falls below zero, however much leaves."""
    by_order = deliveries.group_by("order_no").agg(pl.col("amount_minor").sum()).join(met, on="order_no")
    left = pl.col("left_minor")
    freed = left.clip(lower_bound=0) - (left - pl.col("amount_minor")).clip(lower_bound=0)
    keys = ["customer_id", "segment", "currency"]
    ordered = pl.when(pl.col("is_ended") == 1).then(0).otherwise(-freed)
    return pl.concat(
        [
            by_order.select(*keys, component=pl.lit("ordered"), minor=ordered.cast(pl.Int64)),
            by_order.select(*keys, component=pl.lit("delivered"), minor="amount_minor"),
        ]
    )


def _record(act: str, ready: pl.DataFrame, *, actor: Actor, batch_no: int | None, told_on: date) -> None:
    after = {"rows": ready.height, "amount_minor": ready["amount_minor"].sum()}
    record(actor=actor, act=act, subject=f"batch:{batch_no}", on=told_on, after=after)
