"""Telling who keeps count that what is owed moved, inside the transaction of the act."""

from __future__ import annotations

from typing import Any

import polars as pl

from xinheng.facts.receivables import instalments
from xinheng.facts.receivables.models import Bill, Receipt
from xinheng.facts.receivables.values import OpenItems, moved

MOVES = {
    "customer_id": pl.Int64,
    "segment": pl.String,
    "currency": pl.String,
    "component": pl.String,
    "due_on": pl.Date,
    "minor": pl.Int64,
}


def tell(*moves: tuple[Bill | Receipt, int]) -> None:
    """Tell what an act is about to move: of a bill, what is open on it; of a receipt, what is left of it.

    Called before the settlement is written: a bill with a plan moves by the instalments this one reaches.
    """
    _send([row for of, minor in moves for row in _rows(of, minor, None)])


def tell_of(bill: Bill, minor: int, *, settled_minor: int) -> None:
    """Tell what moves on a bill of which so much is taken as settled before."""
    _send(_rows(bill, minor, settled_minor))


def tell_all(*moves: pl.DataFrame) -> None:
    """Tell what a file of facts moved, summed up; what a frame leaves out is the default of `moved`."""
    told = pl.concat([_whole(frame) for frame in moves])
    keys: list[Any] = [name for name in MOVES if name != "minor"]
    summed = told.group_by(keys).agg(pl.col("minor").sum()).filter(pl.col("minor") != 0)
    if summed.height:
        moved.send(OpenItems, moves=summed.select(list(MOVES)).sort(keys))


def _send(rows: list[tuple[Any, ...]]) -> None:
    moved.send(OpenItems, moves=pl.DataFrame(rows, schema=MOVES, orient="row"))


def _rows(of: Bill | Receipt, minor: int, settled: int | None) -> list[tuple[Any, ...]]:
    if not isinstance(of, Bill):
        return [(of.customer_id, "", of.currency, "prepaid", None, minor)]
    parts = instalments.parts_now([of.pk])
    if parts.is_empty():
        return [(of.customer_id, of.segment, of.currency, "receivable", of.due_on, minor)]
    before = instalments.settled_minor(of.pk) if settled is None else settled
    told = {"bill_id": of.pk, "due_on": of.due_on, "minor": minor, "settled_minor": before}
    by_part = instalments.split(pl.DataFrame([told]), parts).select("due_on", "minor")
    whose = (of.customer_id, of.segment, of.currency, "receivable")
    return [(*whose, due_on, part) for due_on, part in by_part.iter_rows()]


def _whole(frame: pl.DataFrame) -> pl.DataFrame:
    absent = {"segment": pl.lit(""), "currency": pl.lit("CNY"), "due_on": pl.lit(None, dtype=pl.Date)}
    added = [value.alias(name) for name, value in absent.items() if name not in frame.columns]
    return frame.with_columns(*added).select(pl.col(name).cast(kind) for name, kind in MOVES.items())
