"""Insolvency models over the same statement row as the ratios: Altman's family and Bathory."""

from __future__ import annotations

from typing import Any

from xinheng.indicators.catalogue import Day
from xinheng.indicators.formulas.parts import ratio
from xinheng.indicators.formulas.statements import (
    earned,
    earned_before_depreciation,
    line,
    statement,
    tangible_equity,
    working_capital,
)


def altman(row: Any) -> tuple[Any, Any, Any]:
    """X1, X2 and X3: working capital, retained earnings (with surplus reserve) and EBIT, over assets."""
    retained = line(row, "surplus_reserve", "total_equity") + row.retained_earnings
    return tuple(ratio(part, row.total_assets) for part in (working_capital(row), retained, earned(row)))


@statement.indicator("Z 值(上市制造业)", "Altman Z, listed manufacturer", "points", "higher")
def altman_z(row: Any, _: Day) -> Any:
    """1.2 X1 + 1.4 X2 + 3.3 X3 + 0.6 X4 + 0.999 X5, X4 by market value.

    Above 2.99 safe, below 1.81 distress.
    """
    x1, x2, x3 = altman(row)
    x4, x5 = ratio(row.market_value, row.total_liabilities), ratio(row.revenue, row.total_assets)
    return x1 * 1.2 + x2 * 1.4 + x3 * 3.3 + x4 * 0.6 + x5 * 0.999


@statement.indicator("Z′ 值(非上市制造业)", "Altman Z′, private manufacturer", "points", "higher")
def altman_z1(row: Any, _: Day) -> Any:
    """0.717 X1 + 0.847 X2 + 3.107 X3 + 0.420 X4 + 0.998 X5, X4 by book equity.

    Above 2.9 safe, below 1.23 distress.
    """
    x1, x2, x3 = altman(row)
    x4, x5 = ratio(row.total_equity, row.total_liabilities), ratio(row.revenue, row.total_assets)
    return x1 * 0.717 + x2 * 0.847 + x3 * 3.107 + x4 * 0.420 + x5 * 0.998


@statement.indicator("Z″ 值(非制造业)", "Altman Z″, non-manufacturer", "points", "higher")
def altman_z2(row: Any, _: Day) -> Any:
    """6.56 X1 + 3.26 X2 + 6.72 X3 + 1.05 X4, X4 by book equity; above 2.6 safe, below 1.1 distress."""
    x1, x2, x3 = altman(row)
    return x1 * 6.56 + x2 * 3.26 + x3 * 6.72 + ratio(row.total_equity, row.total_liabilities) * 1.05


@statement.indicator("EMS 值(新兴市场)", "Emerging market score (EMS)", "points", "higher")
def altman_ems(row: Any, day: Day) -> Any:
    """Z″ + 3.25; above 5.85 safe, below 4.15 distress."""
    return altman_z2(row, day) + 3.25


@statement.but(
    missing="没有通过勾稽检查的年度报表、所需科目缺失，或营运资本不为正",
    missing_en="no consistent annual statement, a line is missing, or working capital is not above zero",
).indicator("Bathory 值", "Bathory score", "points", "higher")
def bathory(row: Any, _: Day) -> Any:
    """Five terms: cash earnings, profit on working capital, equity, tangible equity, working capital."""
    terms = [
        ratio(earned_before_depreciation(row), row.current_liabilities),
        ratio(row.total_profit, working_capital(row)),  # a loss over negative working capital would look good
        ratio(row.total_equity, row.current_liabilities),
        ratio(tangible_equity(row), row.total_liabilities),
    ]
    return sum(terms, start=ratio(working_capital(row), row.total_assets))
