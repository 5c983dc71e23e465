"""Three years of bills and receipts with believable habits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.random import Generator

from xinheng.runs.demonstration.parties import Parties

MONTHS = 36
FORGOTTEN, IN_PARTS = 0.0006, 0.1  # shares of the bills
YEAR_SHAPE = np.array([0.9, 0.6, 1.0, 1.0, 1.05, 1.0, 0.95, 0.95, 1.05, 1.0, 1.15, 1.35])
HARVEST_SHAPE = np.array([0.1, 0.1, 0.3, 0.6, 1.0, 1.6, 1.2, 0.6, 2.4, 2.8, 1.2, 0.4])
EARLY_DAYS = (1, 12)  # a good payer keeps a habit of its own within these
DELAY_DAYS: dict[str, tuple[float, float]] = {
    "slow": (22, 14),
    "worsening": (3, 5),
    "failing": (12, 8),
}  # mean, deviation


@dataclass(frozen=True)
class Dealings:
    """bills: a row a bill; receipts: a row for each bill a receipt clears; both as the files tell them."""

    bills: pl.DataFrame
    receipts: pl.DataFrame


def make_dealings(dice: Generator, parties: Parties, *, end: date, through: date) -> Dealings:
    """Bills of 36 months up to `end` and of the month running `through`; what had been received by then."""
    bills = pl.concat(
        [_bills_of(dice, parties, i, end) for i in range(len(parties.habit))], how="vertical"
    ).filter(pl.col("billed_on") <= through)
    bills = bills.with_row_index("n", offset=1)
    bills = bills.with_columns(bill_no=pl.format("FP{}", pl.col("n").cast(pl.String).str.zfill(7)))
    return Dealings(_bill_file(bills), _receipt_file(dice, bills, through))


def _bills_of(dice: Generator, parties: Parties, i: int, end: date) -> pl.DataFrame:
    habit = parties.habit[i]
    months = np.arange(MONTHS + 1)  # the last is the running one
    starts = [_month_start(end, MONTHS - 1 - int(m)) for m in months]
    shape = HARVEST_SHAPE if habit == "seasonal" else YEAR_SHAPE
    growth = {"worsening": -0.02, "failing": -0.015}.get(habit, 0.004) + dice.normal(0, 0.004)
    volume = np.array([shape[s.month - 1] for s in starts]) * np.exp(growth * months)
    alive = np.array([s >= parties.since[i].replace(day=1) for s in starts])
    if habit == "dormant":
        alive &= months < MONTHS - dice.integers(8, 18)
    counts = dice.poisson(np.clip(2.4 * volume, 0.1, 8)) * alive
    month_of = np.repeat(months, counts)
    size = parties.revenue_wan[i] * 10_000 * 100 * 0.04 / 30  # 分: we are some 4 % of its purchases
    amounts = np.maximum(1000, size * np.exp(dice.normal(0, 0.6, len(month_of)))).astype(np.int64)
    days = dice.integers(0, 28, len(month_of))
    billed = [starts[m] + timedelta(days=int(d)) for m, d in zip(month_of, days, strict=True)]
    mean, spread = DELAY_DAYS.get(habit, (1, 6))
    if habit == "good":
        mean, spread = -dice.uniform(*EARLY_DAYS), 3
    late = dice.normal(mean, spread, len(month_of))
    if habit == "worsening":
        late += np.clip(month_of - 22, 0, None) * 4.5
    stops = MONTHS - int(dice.integers(6, 13)) if habit == "failing" else MONTHS + 2
    terms = int(parties.terms_days[i])
    return pl.DataFrame(
        {
            "customer": f"D{i + 1:04d}",
            "billed_on": billed,
            "due_on": [day + timedelta(days=terms) for day in billed],
            "amount": amounts,
            "late": late.round().astype(np.int64),
            "month": month_of,
            "unpaid": (month_of >= stops) | (dice.random(len(month_of)) < FORGOTTEN),
            "kind": dice.choice(["bill", "void", "credit"], len(month_of), p=[0.975, 0.01, 0.015]),
        },
        schema_overrides={"customer": pl.String, "billed_on": pl.Date, "due_on": pl.Date, "amount": pl.Int64,
                          "late": pl.Int64, "month": pl.Int64, "unpaid": pl.Boolean, "kind": pl.String},
    )  # fmt: skip


def _bill_file(bills: pl.DataFrame) -> pl.DataFrame:
    signed = pl.when(pl.col("kind") == "credit").then(-(pl.col("amount") // 10)).otherwise(pl.col("amount"))
    return bills.select(
        pl.col("customer").alias("客户编号"),
        pl.col("bill_no").alias("账单号"),
        pl.col("billed_on").alias("开票日期"),
        pl.col("due_on").alias("到期日"),
        yuan(signed).alias("金额(元)"),
        pl.when(pl.col("kind") == "void").then(pl.lit("作废")).otherwise(pl.lit("正常")).alias("单据状态"),
    )


def _receipt_file(dice: Generator, bills: pl.DataFrame, through: date) -> pl.DataFrame:
    """A transfer clears all bills of a customer that are paid that day; some late ones are paid in two parts."""
    owed = bills.filter((pl.col("kind") == "bill") & ~pl.col("unpaid"))
    owed = owed.with_columns(split=pl.Series(dice.random(owed.height) < IN_PARTS) & (pl.col("late") >= 0))
    paid_on = pl.max_horizontal(pl.col("due_on") + pl.duration(days=pl.col("late")), pl.col("billed_on"))
    half = (pl.col("amount") * 6 // 10).cast(pl.Int64)
    whole = owed.filter(~pl.col("split")).with_columns(on=paid_on, part=pl.col("amount"))
    first = owed.filter("split").with_columns(on=paid_on, part=half)
    second = owed.filter("split").with_columns(
        on=paid_on + pl.duration(days=21), part=pl.col("amount") - half
    )
    parts = (
        pl.concat([whole, first, second]).filter(pl.col("on") <= through).sort("on", "customer", "bill_no")
    )
    parts = parts.with_columns(receipt=pl.struct("customer", "on").rank("dense"))
    return parts.select(
        pl.col("customer").alias("客户编号"),
        pl.format("SK{}", pl.col("receipt").cast(pl.String).str.zfill(7)).alias("收款单号"),
        pl.col("on").alias("收款日期"),
        yuan(pl.col("part").sum().over("receipt")).alias("收款金额(元)"),
        pl.lit("银行转账").alias("收款方式"),
        pl.col("bill_no").alias("核销账单号"),
        yuan(pl.col("part")).alias("核销金额(元)"),
    )


def yuan(minor: pl.Expr) -> pl.Expr:
    """An amount in 分 as exact text in 元."""
    sign = pl.when(minor < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    cents = (minor.abs() % 100).cast(pl.String).str.zfill(2)
    return pl.concat_str([sign, (minor.abs() // 100).cast(pl.String), pl.lit("."), cents])


def _month_start(end: date, back: int) -> date:
    year, month = divmod(end.year * 12 + end.month - 1 - back, 12)
    return date(year, month + 1, 1)
