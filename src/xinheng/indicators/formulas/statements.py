"""Statement ratios and insolvency models over the newest consistent annual statement.

The row holds each line in minor units as `item` (closing balance, or the year's flow) and `item_before`
(opening balance, or the flow of the year before), and for each sub-total of SUMS what its told lines come to.
A line that was not told (goodwill, bonds …) is nil only where the told lines make up the whole sub-total; any
other missing line makes the ratio not measured. A divisor of zero or below does too: negative equity gives no
debt-to-equity ratio.
"""

from __future__ import annotations

from typing import Any

import ibis

from xinheng.indicators.catalogue import Day, Family
from xinheng.indicators.formulas.parts import change, ratio

statement = Family(
    "statement",
    "statements",
    "docs/algorithms/indicators.md#statements",
    "没有通过勾稽检查的年度报表，或所需科目缺失、分母不为正",
    "no consistent annual statement, a line is missing, or the divisor is not above zero",
)
YEAR_DAYS = 360  # Chinese analysis practice
ONE_YUAN = 100  # a sub-total may be off by so much, or by a millionth of it
SUMS = [
    "current_assets", "noncurrent_assets", "current_liabilities", "noncurrent_liabilities", "total_equity",
    "operating_profit",
]  # fmt: skip

ITEMS = [
    "cash", "trading_assets", "accounts_receivable", "bad_debt_allowance", "prepayments", "inventories",
    "noncurrent_assets_due", "other_current_assets", "current_assets", "intangible_assets",
    "development_costs", "goodwill", "total_assets", "short_term_loans", "accounts_payable",
    "interest_payable", "noncurrent_liabilities_due", "current_liabilities", "long_term_loans",
    "bonds_payable", "lease_liabilities", "total_liabilities", "paid_in_capital", "capital_reserve",
    "surplus_reserve", "retained_earnings", "total_equity", "revenue", "operating_cost",
    "taxes_and_surcharges", "selling_expenses", "admin_expenses", "rnd_expenses", "finance_expenses",
    "interest_expense", "capitalised_interest", "operating_profit", "total_profit", "net_profit",
    "depreciation", "amortisation", "operating_cash_flow", "credit_sales", "contingent_liabilities",
    "market_value", "objective_equity_change",
]  # fmt: skip


def mean(row: Any, item: str) -> Any:
    """Half of opening and closing together."""
    return (row[item] + row[f"{item}_before"]) / 2


def listed(row: Any, total: str) -> Any:
    """Whether the lines told make up the whole sub-total, so that a line left off is nil."""
    match total:
        case "noncurrent_assets":
            whole = row.total_assets - row.current_assets
        case "noncurrent_liabilities":
            whole = row.total_liabilities - row.current_liabilities
        case _:
            whole = row[total]
    off = (whole - row[f"{total}_parts"].coalesce(0)).abs()
    return off <= ibis.greatest(ONE_YUAN, whole.abs() / 1_000_000)


def line(row: Any, item: str, total: str) -> Any:
    """A line of a sub-total: nil where it was left off a full list, missing where the list is not full."""
    return listed(row, total).ifelse(row[item].coalesce(0), row[item])


def beside(value: Any) -> Any:
    """A figure told beside the statements only where there is one (an allowance …): nil where not told."""
    return value.coalesce(0)


def working_capital(row: Any) -> Any:
    """Current assets less current liabilities."""
    return row.current_assets - row.current_liabilities


def interest_bearing(row: Any) -> Any:
    """Debt that bears interest."""
    due = ("short_term_loans", "interest_payable", "noncurrent_liabilities_due")
    later = ("long_term_loans", "bonds_payable", "lease_liabilities")
    debts = [line(row, item, "current_liabilities") for item in due]
    debts += [line(row, item, "noncurrent_liabilities") for item in later]
    return sum(debts[1:], start=debts[0])


def earned(row: Any) -> Any:
    """Profit before interest and tax."""
    return row.total_profit + row.interest_expense


def earned_before_depreciation(row: Any) -> Any:
    """Profit before interest, tax, depreciation and amortisation."""
    return earned(row) + row.depreciation + beside(row.amortisation)


def tangible_equity(row: Any) -> Any:
    """Equity less intangible assets, goodwill and development costs."""
    items = ("intangible_assets", "goodwill", "development_costs")
    intangible = [line(row, item, "noncurrent_assets") for item in items]
    return row.total_equity - intangible[0] - intangible[1] - intangible[2]


def receivables_mean(row: Any) -> Any:
    """Mean gross receivables: net and allowance."""
    closing = row.accounts_receivable + beside(row.bad_debt_allowance)
    return (closing + row.accounts_receivable_before + beside(row.bad_debt_allowance_before)) / 2


def capital(row: Any, when: str = "") -> Any:
    """Capital paid in, with the capital reserve: closing, or opening (`_before`)."""
    reserve = line(row, f"capital_reserve{when}", "total_equity")
    return row[f"paid_in_capital{when}"] + reserve


@statement.indicator("报表距今月数", "Age of the statement", "months", "lower")
def statement_age(row: Any, day: Day) -> Any:
    """Calendar months from the statement's period end to the day measured."""
    return day.month - row.period_month


@statement.indicator("流动比率", "Current ratio", "ratio", "higher")
def current_ratio(row: Any, _: Day) -> Any:
    """L1: current assets over current liabilities."""
    return ratio(row.current_assets, row.current_liabilities)


@statement.indicator("速动比率", "Quick ratio", "ratio", "higher")
def quick_ratio(row: Any, _: Day) -> Any:
    """L2: current assets less inventories over current liabilities."""
    return ratio(row.current_assets - line(row, "inventories", "current_assets"), row.current_liabilities)


@statement.indicator("速动比率(严格)", "Quick ratio, strict", "ratio", "higher")
def quick_ratio_strict(row: Any, _: Day) -> Any:
    """L2 strict: prepayments, non-current assets due and other current assets are taken off too."""
    items = ("inventories", "prepayments", "noncurrent_assets_due", "other_current_assets")
    slow = [line(row, item, "current_assets") for item in items]
    return ratio(row.current_assets - sum(slow[1:], start=slow[0]), row.current_liabilities)


@statement.indicator("现金比率", "Cash ratio", "ratio", "higher")
def cash_ratio(row: Any, _: Day) -> Any:
    """L3: cash and trading assets over current liabilities."""
    return ratio(row.cash + line(row, "trading_assets", "current_assets"), row.current_liabilities)


@statement.indicator("现金流动负债比率", "Operating cash to current liabilities", "ratio", "higher")
def cash_flow_ratio(row: Any, _: Day) -> Any:
    """L4: net cash from operations over closing current liabilities."""
    return ratio(row.operating_cash_flow, row.current_liabilities)


@statement.indicator("资产负债率", "Debt to assets", "share", "lower")
def debt_to_assets(row: Any, _: Day) -> Any:
    """L5: liabilities over assets."""
    return ratio(row.total_liabilities, row.total_assets)


@statement.indicator("产权比率", "Debt to equity", "ratio", "lower")
def debt_to_equity(row: Any, _: Day) -> Any:
    """L6: liabilities over equity; not measured where equity is zero or below."""
    return ratio(row.total_liabilities, row.total_equity)


@statement.indicator("权益乘数", "Equity multiplier", "ratio", "lower")
def equity_multiplier(row: Any, _: Day) -> Any:
    """L7: assets over equity; not measured where equity is zero or below."""
    return ratio(row.total_assets, row.total_equity)


@statement.indicator("有形净值债务率", "Debt to tangible net worth", "ratio", "lower")
def debt_to_tangible(row: Any, _: Day) -> Any:
    """L8: liabilities over tangible equity; not measured where that is zero or below."""
    return ratio(row.total_liabilities, tangible_equity(row))


@statement.indicator("已获利息倍数", "Interest cover", "ratio", "higher")
def interest_cover(row: Any, _: Day) -> Any:
    """L9: profit before interest and tax over interest, capitalised interest included below."""
    return ratio(earned(row), row.interest_expense + beside(row.capitalised_interest))


@statement.indicator("带息负债比率", "Interest-bearing share of debt", "share", "lower")
def interest_bearing_share(row: Any, _: Day) -> Any:
    """L10: debt that bears interest over liabilities."""
    return ratio(interest_bearing(row), row.total_liabilities)


@statement.indicator("或有负债比率", "Contingent liabilities to equity", "ratio", "lower")
def contingent_ratio(row: Any, _: Day) -> Any:
    """L11: contingent liabilities over equity; not measured where they were not told."""
    return ratio(row.contingent_liabilities, row.total_equity)


@statement.indicator("EBITDA利息倍数", "EBITDA interest cover", "ratio", "higher")
def ebitda_cover(row: Any, _: Day) -> Any:
    """L12: EBITDA over interest."""
    return ratio(earned_before_depreciation(row), row.interest_expense)


@statement.indicator("有息债务/EBITDA", "Debt to EBITDA", "ratio", "lower")
def debt_to_ebitda(row: Any, _: Day) -> Any:
    """L12: debt that bears interest over EBITDA; not measured where EBITDA is zero or below."""
    return ratio(interest_bearing(row), earned_before_depreciation(row))


@statement.indicator("应收账款周转率", "Receivables turnover", "ratio", "higher")
def receivables_turnover(row: Any, _: Day) -> Any:
    """Revenue over mean gross receivables (net and allowance)."""
    return ratio(row.revenue, receivables_mean(row))


@statement.indicator("应收账款周转天数", "Receivables days", "days", "lower")
def receivables_days(row: Any, _: Day) -> Any:
    """360 over the receivables turnover."""
    return ratio(receivables_mean(row) * YEAR_DAYS, row.revenue)


@statement.indicator("应收账款周转率(赊销)", "Receivables turnover on credit sales", "ratio", "higher")
def receivables_turnover_credit(row: Any, _: Day) -> Any:
    """Credit sales over mean gross receivables."""
    return ratio(row.credit_sales, receivables_mean(row))


@statement.indicator("存货周转率", "Inventory turnover", "ratio", "higher")
def inventory_turnover(row: Any, _: Day) -> Any:
    """Operating cost over mean inventories."""
    return ratio(row.operating_cost, mean(row, "inventories"))


@statement.indicator("存货周转天数", "Inventory days", "days", "lower")
def inventory_days(row: Any, _: Day) -> Any:
    """360 over the inventory turnover."""
    return ratio(mean(row, "inventories") * YEAR_DAYS, row.operating_cost)


@statement.indicator("应付账款周转率", "Payables turnover", "ratio")
def payables_turnover(row: Any, _: Day) -> Any:
    """Operating cost over mean accounts payable."""
    return ratio(row.operating_cost, mean(row, "accounts_payable"))


@statement.indicator("应付账款周转天数", "Payables days", "days")
def payables_days(row: Any, _: Day) -> Any:
    """360 over the payables turnover."""
    return ratio(mean(row, "accounts_payable") * YEAR_DAYS, row.operating_cost)


@statement.indicator("现金周期", "Cash cycle", "days", "lower")
def cash_cycle(row: Any, day: Day) -> Any:
    """Inventory days and receivables days less payables days."""
    return inventory_days(row, day) + receivables_days(row, day) - payables_days(row, day)


@statement.indicator("总资产周转率", "Asset turnover", "ratio", "higher")
def asset_turnover(row: Any, _: Day) -> Any:
    """Revenue over mean assets."""
    return ratio(row.revenue, mean(row, "total_assets"))


@statement.indicator("流动资产周转率", "Current asset turnover", "ratio", "higher")
def current_asset_turnover(row: Any, _: Day) -> Any:
    """Revenue over mean current assets."""
    return ratio(row.revenue, mean(row, "current_assets"))


@statement.indicator("资产现金回收率", "Cash return on assets", "share", "higher")
def cash_return_on_assets(row: Any, _: Day) -> Any:
    """Net cash from operations over mean assets."""
    return ratio(row.operating_cash_flow, mean(row, "total_assets"))


@statement.indicator("净资产收益率", "Return on equity", "share", "higher")
def return_on_equity(row: Any, _: Day) -> Any:
    """Net profit over mean equity."""
    return ratio(row.net_profit, mean(row, "total_equity"))


@statement.indicator("总资产报酬率", "Return on assets", "share", "higher")
def return_on_assets(row: Any, _: Day) -> Any:
    """Profit before interest and tax over mean assets."""
    return ratio(earned(row), mean(row, "total_assets"))


@statement.indicator("营业利润率", "Operating margin", "share", "higher")
def operating_margin(row: Any, _: Day) -> Any:
    """Operating profit over revenue."""
    return ratio(row.operating_profit, row.revenue)


@statement.indicator("毛利率", "Gross margin", "share", "higher")
def gross_margin(row: Any, _: Day) -> Any:
    """Revenue less operating cost over revenue."""
    return ratio(row.revenue - row.operating_cost, row.revenue)


@statement.indicator("净利率", "Net margin", "share", "higher")
def net_margin(row: Any, _: Day) -> Any:
    """Net profit over revenue."""
    return ratio(row.net_profit, row.revenue)


@statement.indicator("盈余现金保障倍数", "Cash cover of profit", "ratio", "higher")
def cash_cover_of_profit(row: Any, _: Day) -> Any:
    """Net cash from operations over net profit, which here includes the minority's; not for a loss."""
    return ratio(row.operating_cash_flow, row.net_profit)


@statement.indicator("成本费用利润率", "Profit to cost", "share", "higher")
def profit_to_cost(row: Any, _: Day) -> Any:
    """Profit before tax over cost, taxes and the expenses of the period."""
    items = ("taxes_and_surcharges", "selling_expenses", "admin_expenses", "rnd_expenses", "finance_expenses")
    costs = [line(row, item, "operating_profit") for item in items]
    return ratio(row.total_profit, sum(costs, start=row.operating_cost))


@statement.indicator("资本收益率", "Return on capital paid in", "share", "higher")
def return_on_capital(row: Any, _: Day) -> Any:
    """Net profit over mean paid-in capital and capital reserve."""
    return ratio(row.net_profit, (capital(row) + capital(row, "_before")) / 2)


@statement.indicator("营业增长率", "Revenue growth", "share", "higher")
def revenue_growth(row: Any, _: Day) -> Any:
    """Revenue against the year before; not measured on a base of zero or below."""
    return change(row.revenue, row.revenue_before)


@statement.indicator("资本保值增值率", "Capital preservation", "ratio", "higher")
def capital_preservation(row: Any, _: Day) -> Any:
    """Closing equity without changes that were not earned, over opening equity.

    Where that change was not told it is nil only if the capital paid in stands as it did.
    """
    told = row.objective_equity_change
    unearned = (capital(row) == capital(row, "_before")).ifelse(told.coalesce(0), told)
    return ratio(row.total_equity - unearned, row.total_equity_before)


@statement.indicator("资本积累率", "Capital accumulation", "share", "higher")
def capital_accumulation(row: Any, _: Day) -> Any:
    """Growth of equity over opening equity."""
    return change(row.total_equity, row.total_equity_before)


@statement.indicator("总资产增长率", "Asset growth", "share")
def asset_growth(row: Any, _: Day) -> Any:
    """Assets against the opening balance."""
    return change(row.total_assets, row.total_assets_before)


@statement.indicator("营业利润增长率", "Operating profit growth", "share", "higher")
def operating_profit_growth(row: Any, _: Day) -> Any:
    """Operating profit against the year before; not measured on a base of zero or below."""
    return change(row.operating_profit, row.operating_profit_before)


@statement.indicator("技术投入比率", "Research to revenue", "share", "higher")
def research_ratio(row: Any, _: Day) -> Any:
    """Research and development expenses over revenue."""
    return ratio(row.rnd_expenses, row.revenue)
