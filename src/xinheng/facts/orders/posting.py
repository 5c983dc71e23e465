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
from xinheng.facts.orders.models import Delivery, SalesOrder
from xinheng.facts.orders.reading import orders_met

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

    frame: order_no, delivery_no, delivered_on, amount_minor (分, below zero: goods came back). A file tells
    what has happened, so it is not asked whether it might. A delivery posted twice, or of no order, is an
    IntegrityError. Refuses: AccessDenied.
    """
    require(actor, "orders.deliver", f"batch:{batch_no}")
    met = orders_met(frame["order_no"])
    ready = frame.join(met.select("order_no", "order_id"), on="order_no", how="left").select(
        "order_id", "order_no", "delivery_no", "delivered_on", "amount_minor",
        told_on=pl.lit(told_on), batch_no=pl.lit(batch_no, dtype=pl.Int64),
    ).sort("order_no", "delivery_no")  # fmt: skip
    bulk.append(Delivery, ready)
    telling.tell_all(_moves(ready, met))
    _record("orders.post_deliveries", ready, actor=actor, batch_no=batch_no, told_on=told_on)
    return ready.height


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
