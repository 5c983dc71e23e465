"""Limits and open orders of the demonstration company, as its ERP would send them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
from numpy.random import Generator

from xinheng.runs.demonstration.dealings import yuan
from xinheng.runs.demonstration.parties import Parties

ASSESSED, ORDERING, TEMPORARY, INSURED = 0.94, 0.42, 0.06, 0.05  # shares of the customers
STEP = 1_000_000  # limits are whole 万元, in 分
LAST_DAYS = 20  # within these the open orders were placed
MONTHS_OPEN = 6  # how many months' bills a limit has room for
NO_CREDIT = ("failing",)
SELDOM = ("dormant", "failing")


@dataclass(frozen=True)
class Selling:
    """limits: a row a limit; orders: a row an order; both as the files tell them."""

    limits: pl.DataFrame
    orders: pl.DataFrame


def make_selling(dice: Generator, parties: Parties, *, through: date) -> Selling:
    """Limits of most customers, and the orders of the last weeks that were not delivered by `through`."""
    return Selling(_limits(dice, parties, through), _orders(dice, parties, through))


def _limits(dice: Generator, parties: Parties, through: date) -> pl.DataFrame:
    rows: list[tuple[Any, ...]] = []
    for i, habit in enumerate(parties.habit):
        if dice.random() > ASSESSED:
            continue
        monthly = _bill_size(parties, i) * 2.4
        amount = max(STEP, int(monthly * MONTHS_OPEN * parties.terms_days[i] / 45) // STEP * STEP)
        no, reason = f"D{i + 1:04d}", "演示：按近一年往来测算"
        if habit in NO_CREDIT:
            rows.append((no, "固定", "不授信", None, None, "X3", "演示：长期逾期"))
            continue
        if i == 0:
            rows.append((no, "固定", "不限额", None, None, "X1", "演示：集团总部"))
            continue
        risk = {"good": "X1", "new": "N"}.get(habit, "X2")
        rows.append((no, "固定", "有限额", amount, None, risk, reason))
        if dice.random() < TEMPORARY:
            until = through + timedelta(days=int(dice.integers(3, 60)))
            rows.append(
                (no, "临时", "有限额", amount * 3 // 2 // STEP * STEP, until, None, "演示：旺季临时额度")
            )
        if dice.random() < INSURED:
            until = through + timedelta(days=200)
            rows.append(
                (no, "保险", "有限额", amount // 2 // STEP * STEP or STEP, until, None, "演示：信用保险")
            )
    names = ("客户编号", "额度种类", "额度状态", "amount", "截止日期", "风险类别", "理由")
    schema = dict.fromkeys(names, pl.String) | {"amount": pl.Int64, "截止日期": pl.Date}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return frame.with_columns(yuan(pl.col("amount")).alias("信用额度(元)")).drop("amount")


def _orders(dice: Generator, parties: Parties, through: date) -> pl.DataFrame:
    rows = []
    for i, habit in enumerate(parties.habit):
        share = ORDERING / 4 if habit in SELDOM else ORDERING
        for _ in range(int(dice.random() < share) + int(dice.random() < share / 3)):
            ordered_on = through - timedelta(days=int(dice.integers(0, LAST_DAYS)))
            ship_on = ordered_on + timedelta(days=int(dice.choice([3, 7, 14, 30, 60])))
            amount = max(1000, int(_bill_size(parties, i) * np.exp(dice.normal(0.2, 0.7))))
            payment = str(dice.choice(["赊销", "款到发货"], p=[0.94, 0.06]))
            rush = str(dice.choice(["标准", "加急"], p=[0.9, 0.1]))
            rows.append((f"D{i + 1:04d}", ordered_on, ship_on, amount, payment, rush))
    names = ("客户编号", "订单日期", "计划发货日", "amount", "付款方式", "订单类型")
    frame = pl.DataFrame(rows, schema=list(names), orient="row").sort(
        "订单日期", "客户编号", maintain_order=True
    )
    frame = frame.with_row_index("n", offset=1)
    number = pl.format("DD{}", pl.col("n").cast(pl.String).str.zfill(6))
    return frame.select(
        "客户编号",
        number.alias("订单号"),
        "订单日期",
        "计划发货日",
        yuan(pl.col("amount")).alias("订单金额(元)"),
        "付款方式",
        "订单类型",
    )


def _bill_size(parties: Parties, i: int) -> float:
    """What such a customer is billed at a time, 分: we are some 4 % of its purchases."""
    return float(parties.revenue_wan[i]) * 10_000 * 100 * 0.04 / 30
