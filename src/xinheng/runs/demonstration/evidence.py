"""What the demonstration customers let us see of themselves: statements and VAT invoices."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.random import Generator

from xinheng.runs.demonstration.dealings import yuan
from xinheng.runs.demonstration.parties import Parties

STRENGTH = {
    "good": 0.10,
    "seasonal": 0.05,
    "slow": 0.0,
    "new": 0.0,
    "dormant": -0.02,
    "worsening": -0.08,
    "failing": -0.2,
}


def make_statements(dice: Generator, parties: Parties, *, end: date) -> pl.DataFrame:
    """Two yearly statements of every third customer, in 元, adding up as a Chinese statement does."""
    rows = []
    for i in range(0, len(parties.habit), 3):
        strength = STRENGTH[parties.habit[i]]
        revenue = int(parties.revenue_wan[i] * 10_000)
        before = None
        for year in (end.year - 2, end.year - 1):
            sheet = _sheet(dice, revenue, strength, before)
            rows.append({"客户编号": f"D{i + 1:04d}", "报表截止日": date(year, 12, 31), "期间月数": 12,
                         "审计意见": "标准无保留意见" if strength > -0.1 else "保留意见", **sheet})  # fmt: skip
            before, revenue = sheet, int(revenue * (1 + strength * 0.6 + dice.normal(0.03, 0.05)))
    return pl.DataFrame(rows)


def _sheet(dice: Generator, revenue: int, strength: float, before: dict[str, int] | None) -> dict[str, int]:
    """One statement: the income gives the equity, and cash is what balances the sheet."""
    cost = int(revenue * (0.80 - strength * 0.35 + dice.normal(0, 0.02)))
    taxes, selling, managing = revenue // 200, revenue // 20, int(revenue * 0.07)
    interest = int(revenue * (0.012 - strength * 0.03))
    profit = revenue - cost - taxes - selling - managing - interest
    tax = max(profit, 0) // 4
    receivables = int(revenue * (0.18 - strength * 0.3))
    stock = int(revenue * (0.12 - strength * 0.2))
    fixed = before["固定资产"] if before else int(revenue * 0.25)
    capital = before["实收资本"] if before else int(revenue * 0.12)
    kept_before = before["未分配利润"] if before else int(revenue * (0.08 + strength * 0.5))
    kept = kept_before + profit - tax
    loans = int(revenue * (0.18 - strength * 0.6))
    payables = int(revenue * 0.13)
    cash = capital + kept + loans + payables - receivables - stock - fixed
    floor = revenue // 50
    if cash < floor:  # the owners' bank fills the gap
        loans += floor - cash
        cash = floor
    current = cash + receivables + stock
    return {
        "货币资金": cash, "应收账款": receivables, "存货": stock, "流动资产合计": current,
        "固定资产": fixed, "非流动资产合计": fixed, "资产总计": current + fixed,
        "短期借款": loans, "应付账款": payables, "流动负债合计": loans + payables, "负债合计": loans + payables,
        "实收资本": capital, "未分配利润": kept, "所有者权益合计": capital + kept,
        "营业收入": revenue, "营业成本": cost, "税金及附加": taxes, "销售费用": selling, "管理费用": managing,
        "财务费用": interest, "利息支出": interest, "营业利润": profit, "利润总额": profit, "所得税费用": tax,
        "净利润": profit - tax, "折旧": fixed // 10,
    }  # fmt: skip


def make_trade_invoices(dice: Generator, parties: Parties, *, end: date) -> pl.DataFrame:
    """Two years of sale and purchase invoices of every fifth customer with its own buyers and suppliers."""
    months, parts = 24, []
    for i in range(0, len(parties.habit), 5):
        strength = STRENGTH[parties.habit[i]]
        for side, share in (("销项", 1.0), ("进项", 0.8 - strength)):
            n = int(dice.integers(120, 420))
            month = dice.integers(0, months, n)
            size = parties.revenue_wan[i] * 10_000 * 100 * 2 * share / n
            growth = np.exp((month - months / 2) * strength / 12)
            net = np.maximum(100, size * growth * np.exp(dice.normal(0, 0.5, n))).astype(np.int64)
            red = dice.random(n) < (0.02 - strength * 0.1)
            parts.append(
                pl.DataFrame(
                    {
                        "客户编号": f"D{i + 1:04d}",
                        "进销方向": side,
                        "发票号码": [
                            f"{(side == '销项' and 'X') or 'J'}{i + 1:04d}{k:05d}" for k in range(n)
                        ],
                        "对方": [f"往来{b:03d}" for b in dice.zipf(1.6, n) % 60],
                        "开票日期": [
                            end - timedelta(days=int((months - 1 - m) * 30.4 + d))
                            for m, d in zip(month, dice.integers(0, 30, n), strict=True)
                        ],
                        "net": np.where(red, -net // 10, net),
                        "发票状态": dice.choice(["正常", "作废"], n, p=[0.97, 0.03]),
                    }
                )
            )
    frame = pl.concat(parts)
    tax = (pl.col("net") * 13 + 50) // 100
    return frame.with_columns(yuan(pl.col("net")).alias("金额(元)"), yuan(tax).alias("税额(元)")).drop("net")
