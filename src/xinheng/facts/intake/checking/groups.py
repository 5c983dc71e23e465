"""Rows that belong together: those of one receipt agree; a statement adds up and is taken as a whole.

So do the instalments of a plan and the opening items of a customer; and what arises of a bill finds it.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from xinheng.facts.financials import queries as financials
from xinheng.facts.intake.checking import claims
from xinheng.facts.intake.checking.causes import none, turned_down
from xinheng.facts.intake.checking.plan import Plan
from xinheng.facts.intake.lines import lines
from xinheng.facts.intake.reading.tables import ROW, SHEET

ROUNDED = 5  # hundredths of the unit that the rounding of a dozen figures may leave
STATEMENT = ["customer_no", "period_end", "months", "is_consolidated"]
RECEIPT = ["customer_no", "receipt_no"]


def find_broken_groups(parts: list[Path], bad: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """The good rows that cannot be taken because of the rows they belong to. bad: _sheet and _row."""
    if plan.kind.code not in {"statements", "receipts", *claims.BROKEN}:
        return none()
    bad = bad.unique().with_columns(_out=pl.lit(value=True))
    scan = pl.scan_ipc(parts).join(bad.lazy(), on=[SHEET, ROW], how="left")
    out = pl.col("_bad") | pl.col("_out").fill_null(value=False)
    if plan.kind.code in claims.BROKEN:
        return claims.BROKEN[plan.kind.code](scan.with_columns(_out=out))
    if plan.kind.code == "statements":
        return _broken_statements(scan.with_columns(_out=out), plan)
    told = pl.struct("received_on", "amount_minor", "currency")
    rows = scan.filter(~out).filter(told.n_unique().over(RECEIPT) > 1).collect()
    return turned_down(rows, "receipt_differs", field="receipt_no", value=rows.get_column("receipt_no"))


def _broken_statements(scan: pl.LazyFrame, plan: Plan) -> pl.DataFrame:
    """Statements of which a figure was turned down, and those whose figures do not add up.

    The totals are held by the sums of financials; figures in 万元 may differ by what rounding leaves.
    """
    rows = scan.filter(~pl.col("_out").any().over(STATEMENT)).collect()
    gone = scan.filter(pl.col("_out").any().over(STATEMENT) & ~pl.col("_out")).collect()
    slack = ROUNDED * 10 ** max(plan.shifts.values(), default=0)
    key = ["customer_id", "is_consolidated", "period_end", "months", "item"]
    closings = rows.select(*key, "amount_minor").clear()
    wrong = financials.broken(rows.select(*key, "amount_minor", "opening_minor"), closings).filter(
        pl.col("grave") & ((pl.col("told_minor") - pl.col("expected_minor")).abs() > slack)
    )
    wrong = wrong.unique(key, maintain_order=True).join(rows, on=key, maintain_order="left")
    rest = rows.join(wrong.select(STATEMENT).unique(), on=STATEMENT, how="semi", maintain_order="left")
    rest = rest.join(wrong.select(SHEET, ROW), on=[SHEET, ROW], how="anti", maintain_order="left")
    amounts = [
        (wrong.get_column(f"{name}_minor").cast(pl.Decimal(38, 2)) / 100).cast(pl.Decimal(38, 2)).alias(name)
        for name in ("told", "expected")
    ]
    named = wrong.get_column("item").replace_strict(lines(), default=None, return_dtype=pl.String)
    return pl.concat([
        turned_down(wrong, "identity", field="item", value=named, params=amounts),
        *(turned_down(some, "statement_incomplete", field="item", value=some.get_column("item"))
          for some in (gone, rest)),
    ])  # fmt: skip
