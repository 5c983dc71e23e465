"""Control totals: what the file adds up to, what became of it, and what the file itself says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from xinheng.base.kernel.money import Money
from xinheng.facts.intake import errors
from xinheng.facts.intake.checking.fields import MONEY, column_of
from xinheng.facts.intake.checking.plan import Plan
from xinheng.facts.intake.parsing.amounts import parse_money
from xinheng.facts.intake.reading.tables import ROW, SHEET
from xinheng.facts.intake.staging import Staging

MOST_CHECKED = 200


class Tally:
    """Rows and sums of amounts by what became of them: file, new, void, known, rejected."""

    def __init__(self) -> None:
        self.rows: dict[str, int] = dict.fromkeys(("file", "new", "void", "known", "rejected"), 0)
        self.sums: dict[str, dict[str, dict[str, int]]] = {part: {} for part in self.rows}

    def count(self, rows: pl.DataFrame, *, new: pl.DataFrame, known: pl.DataFrame) -> None:
        """Count a piece: all its rows, those to be posted, those known already; the rest is rejected."""
        is_void = pl.col("is_void") if "is_void" in new.columns else pl.lit(value=False)
        taken = pl.concat([new.select("_at"), known.select("_at")])
        pieces = {
            "file": rows,
            "new": new.filter(~is_void),
            "void": new.filter(is_void),
            "known": known,
            "rejected": rows.join(taken, on="_at", how="anti"),
        }
        for part, some in pieces.items():
            self.rows[part] += int(some.get_column("_lead").sum())
            self._add(part, some)

    def move(self, rows: pl.DataFrame) -> None:
        """Count rows that were new as rejected after all."""
        lead = rows.get_column("_lead")
        self.rows["new"] -= int(lead.sum())
        self.rows["rejected"] += int(lead.sum())
        self._add("new", rows, sign=-1)
        self._add("rejected", rows)

    def _add(self, part: str, rows: pl.DataFrame, *, sign: int = 1) -> None:
        amounts = [name for name in rows.columns if name.endswith(MONEY) and not name.startswith("_")]
        amounts = [name for name in amounts if rows.get_column(name).null_count() < rows.height]
        if not amounts or rows.is_empty():
            return
        currency = pl.col("currency") if "currency" in rows.columns else pl.lit("")
        sums = rows.group_by(currency.fill_null("?").alias("c")).agg(pl.col(amounts).sum()).sort("c")
        for row in sums.iter_rows(named=True):
            for name in amounts:
                by_currency = self.sums[part].setdefault(name.removesuffix(MONEY), {})
                by_currency[row["c"]] = by_currency.get(row["c"], 0) + sign * row[name]

    def as_kept(self) -> dict[str, Any]:
        """part -> {rows, sums: amount -> currency -> minor units}."""
        return {part: {"rows": self.rows[part], "sums": self.sums[part]} for part in self.rows}


def check_controls(parts: list[Path], totals: pl.DataFrame, plan: Plan, staging: Staging) -> None:
    """Total rows of the file and what the sender announced, against the rows themselves.

    A total cannot be judged where an amount of its rows cannot be read: those rows are rejected anyway.
    Refuses: ControlTotalDiffers, ControlCountDiffers.
    """
    field = plan.kind.field(plan.kind.total) if plan.kind.total else None
    if field is None:
        return
    file_name = staging.kept("request").get("file_name", "")
    column = column_of(field)
    if plan.items:
        return
    scan = pl.scan_ipc(parts).select(SHEET, ROW, pl.col(column).alias("minor"))
    _check_announced(scan, plan, file_name)
    if totals.is_empty():
        return
    rows = scan.collect()
    last: dict[tuple[str, bool], int] = {}
    for sheet, row_no, label, minor in (
        totals.head(MOST_CHECKED).select(SHEET, ROW, "label", "total_minor").iter_rows()
    ):
        partial = "小" in label or "sub" in label.lower() or "页" in label or "月" in label
        since = last.get((sheet, partial), 0)
        mine = rows.filter(
            (pl.col(SHEET) == sheet) & (pl.col(ROW) < row_no) & (pl.col(ROW) > (since if partial else 0))
        )
        last[sheet, partial] = row_no
        if minor is None or mine.get_column("minor").null_count():
            continue
        found = int(mine.get_column("minor").sum())
        if found != minor:
            raise errors.ControlTotalDiffers(
                file_name=file_name, row=row_no, told=str(Money(minor)), found=str(Money(found))
            )


def _check_announced(scan: pl.LazyFrame, plan: Plan, file_name: str) -> None:
    settings = plan.settings
    if settings.control_rows is None and not settings.control_total:
        return
    found = scan.select(rows=pl.len(), minor=pl.col("minor").sum()).collect().row(0, named=True)
    if settings.control_rows is not None and settings.control_rows != found["rows"]:
        raise errors.ControlCountDiffers(file_name=file_name, told=settings.control_rows, found=found["rows"])
    if settings.control_total:
        told = parse_money(pl.Series([settings.control_total])).values[0]
        if told is None:
            raise errors.SettingInvalid(name="control_total", value=settings.control_total)
        if told != found["minor"]:
            raise errors.ControlCountDiffers(
                file_name=file_name, told=Money(told), found=Money(found["minor"])
            )
