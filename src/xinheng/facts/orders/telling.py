"""Telling who keeps count that goods moved, inside the transaction of the act."""

from __future__ import annotations

from typing import Any

import polars as pl

from xinheng.facts.orders.values import OrderNow, moved

MOVES = {
    "customer_id": pl.Int64,
    "segment": pl.String,
    "currency": pl.String,
    "component": pl.String,
    "minor": pl.Int64,
}


def tell(customer_id: int, segment: str, currency: str, **components: int) -> None:
    """Tell what one act moved, by component; what did not move is not told."""
    rows = [(customer_id, segment, currency, name, minor) for name, minor in components.items() if minor]
    if rows:
        moved.send(OrderNow, moves=pl.DataFrame(rows, schema=MOVES, orient="row"))


def tell_all(moves: pl.DataFrame) -> None:
    """Tell what a file of facts moved, summed up by customer, segment, currency and component."""
    keys: list[Any] = [name for name in MOVES if name != "minor"]
    summed = moves.group_by(keys).agg(pl.col("minor").sum()).filter(pl.col("minor") != 0).sort(keys)
    if summed.height:
        moved.send(OrderNow, moves=summed.select(list(MOVES)))
