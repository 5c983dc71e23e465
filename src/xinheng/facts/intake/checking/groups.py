"""Rows that belong together: the rows of one receipt agree, and a statement is taken whole or not at all."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from xinheng.facts.intake.checking.causes import none, turned_down
from xinheng.facts.intake.checking.plan import Plan
from xinheng.facts.intake.reading.tables import ROW, SHEET

STATEMENT = ["customer_no", "period_end", "months", "is_consolidated"]
RECEIPT = ["customer_no", "receipt_no"]


def find_broken_groups(parts: list[Path], bad: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """The good rows that cannot be taken because of the rows they belong to. bad: _sheet and _row."""
    if plan.kind.code not in {"statements", "receipts"}:
        return none()
    bad = bad.unique().with_columns(_out=pl.lit(value=True))
    scan = pl.scan_ipc(parts).join(bad.lazy(), on=[SHEET, ROW], how="left")
    out = pl.col("_bad") | pl.col("_out").fill_null(value=False)
    if plan.kind.code == "statements":
        rows = scan.filter(out.any().over(STATEMENT) & ~out).collect()
        return turned_down(rows, "statement_incomplete", field="item", value=rows.get_column("item"))
    told = pl.struct("received_on", "amount_minor", "currency")
    rows = scan.filter(~out).filter(told.n_unique().over(RECEIPT) > 1).collect()
    return turned_down(rows, "receipt_differs", field="receipt_no", value=rows.get_column("receipt_no"))
