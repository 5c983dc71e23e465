"""Trade: the customer's own business as its VAT invoices show it, for companies that only have invoices.

Amounts are without tax. Figures over all time stay as they are when invoices stop coming; those over the
last 12 or 24 months fall, as they should.
"""

from __future__ import annotations

from typing import Any

import ibis

from xinheng.indicators.catalogue import Day, Family
from xinheng.indicators.formulas.parts import at_least_zero, change, count, largest, months_seen, ratio, total

trade = Family(
    "trade",
    "invoices",
    "docs/algorithms/indicators.md#trade",
    "没有发票",
    "no invoice of the customer was ever told",
)
no_sales_told = trade.but(missing="没有任何销项发票", missing_en="no sales invoice was ever told")
no_purchases_told = trade.but(missing="没有任何进项发票", missing_en="no purchase invoice was ever told")
no_sales = trade.but(missing="没有有效销项发票", missing_en="no valid sales invoice")
one_sided = trade.but(
    missing="没有进项发票，或期间没有销售额",
    missing_en="no purchase invoice was ever told, or no sales in the period",
)
no_sales_12m = trade.but(missing="近12个月没有销售额", missing_en="no sales in the last 12 months")
no_sales_24m = trade.but(missing="近24个月没有销项发票", missing_en="no sales invoice in the last 24 months")
no_base = trade.but(
    missing="发票不足两年，或对比期没有金额",
    missing_en="invoices of less than two years, or nothing in the base period",
)


def sold(invoices: Any) -> Any:
    """Valid sales invoices."""
    return ~invoices.is_void & (invoices.side == "sale")


def bought(invoices: Any) -> Any:
    """Valid purchase invoices."""
    return ~invoices.is_void & (invoices.side == "purchase")


def told_of(invoices: Any, side: str, value: Any) -> Any:
    """The value, where an invoice of that side was ever told: a side nobody told of is not zero."""
    return (count(invoices.side == side) > 0).ifelse(value, ibis.null())


def recent(invoices: Any, day: Day, months: int) -> Any:
    """Issued in the last so many months."""
    return invoices.issued_on > day.back(months)


def sales(invoices: Any, day: Day, months: int) -> Any:
    """Sales of the last so many months without tax, red-letter invoices deducted."""
    return total(invoices.net_minor, sold(invoices) & recent(invoices, day, months))


def purchases(invoices: Any, day: Day, months: int) -> Any:
    """Purchases of the last so many months without tax, red-letter invoices deducted."""
    return total(invoices.net_minor, bought(invoices) & recent(invoices, day, months))


def grown(invoices: Any, day: Day, side: Any, money: Any) -> Any:
    """Year-on-year change, only where what was told reaches back to the base year's first month."""
    now = money(invoices, day, 12)
    covered = day.month - invoices.issued_month.min(where=side) >= 23
    return covered.ifelse(change(now, money(invoices, day, 24) - now), None)


def sales_months(invoices: Any, day: Day, months: int) -> Any:
    """Calendar months with a valid sales invoice among the last so many."""
    return months_seen(sold(invoices).ifelse(invoices.issued_month, ibis.null()), day, months)


def months_between(invoices: Any) -> Any:
    """Calendar months from the first to the last valid sales invoice, both included."""
    month, valid = invoices.issued_month, sold(invoices)
    return month.max(where=valid) - month.min(where=valid) + 1


@no_sales_told.indicator("近12个月销售额", "Sales, last 12 months", "CNY", "higher")
def sales_12m(invoices: Any, day: Day) -> Any:
    """Sales without tax of the last 12 months, minor units."""
    return told_of(invoices, "sale", sales(invoices, day, 12))


@no_sales_told.indicator("近24个月销售额", "Sales, last 24 months", "CNY", "higher")
def sales_24m(invoices: Any, day: Day) -> Any:
    """Sales without tax of the last 24 months, minor units."""
    return told_of(invoices, "sale", sales(invoices, day, 24))


@no_sales.indicator("月均销售额(全部期间)", "Sales a month, all time", "CNY", "higher")
def sales_monthly(invoices: Any, _: Day) -> Any:
    """All sales told, over the months from the first to the last sales invoice; minor units."""
    return ratio(total(invoices.net_minor, sold(invoices)), months_between(invoices)).round()


@no_base.indicator("销售增长率", "Sales growth, year on year", "share", "higher")
def sales_growth(invoices: Any, day: Day) -> Any:
    """Last 12 months against the 12 before."""
    return grown(invoices, day, sold(invoices), sales)


@no_sales_12m.indicator("销售趋势", "Sales trend, 3 months against 12", "share", "higher")
def sales_trend(invoices: Any, day: Day) -> Any:
    """Monthly sales of the last 3 months over those of the last 12, less 1: 0 is steady."""
    year = sales(invoices, day, 12)
    return ratio(sales(invoices, day, 3) * 4 - year, year)


@no_purchases_told.indicator("近12个月采购额", "Purchases, last 12 months", "CNY", "higher")
def purchases_12m(invoices: Any, day: Day) -> Any:
    """Purchases without tax of the last 12 months, minor units."""
    return told_of(invoices, "purchase", purchases(invoices, day, 12))


@no_purchases_told.indicator("近24个月采购额", "Purchases, last 24 months", "CNY", "higher")
def purchases_24m(invoices: Any, day: Day) -> Any:
    """Purchases without tax of the last 24 months, minor units."""
    return told_of(invoices, "purchase", purchases(invoices, day, 24))


@no_base.indicator("采购增长率", "Purchases growth, year on year", "share")
def purchases_growth(invoices: Any, day: Day) -> Any:
    """Last 12 months against the 12 before."""
    return grown(invoices, day, bought(invoices), purchases)


@one_sided.indicator("近12个月进销差率", "Margin proxy, last 12 months", "share", "higher")
def trade_margin_12m(invoices: Any, day: Day) -> Any:
    """Sales less purchases over sales of 12 months: stock, wages and what has no invoice are not in it."""
    sold_12m = sales(invoices, day, 12)
    return told_of(invoices, "purchase", ratio(sold_12m - purchases(invoices, day, 12), sold_12m))


@one_sided.indicator("进销差率(全部期间)", "Margin proxy, all time", "share", "higher")
def trade_margin(invoices: Any, _: Day) -> Any:
    """Sales less purchases over sales, of all invoices told."""
    sold_ever = total(invoices.net_minor, sold(invoices))
    spent = total(invoices.net_minor, bought(invoices))
    return told_of(invoices, "purchase", ratio(sold_ever - spent, sold_ever))


@one_sided.indicator("近12个月增值税负担率", "VAT burden, last 12 months", "share")
def vat_burden(invoices: Any, day: Day) -> Any:
    """Output tax less input tax over sales, of 12 months."""
    inside = recent(invoices, day, 12)
    tax = total(invoices.tax_minor, inside & sold(invoices)) - total(
        invoices.tax_minor, inside & bought(invoices)
    )
    return told_of(invoices, "purchase", ratio(tax, sales(invoices, day, 12)))


@no_sales_told.indicator("近12个月销售活跃月数", "Months with sales, of the last 12", "count", "higher")
def sales_months_12(invoices: Any, day: Day) -> Any:
    """Calendar months with a valid sales invoice among the last 12, this month included."""
    return told_of(invoices, "sale", sales_months(invoices, day, 12))


@no_sales_told.indicator("近24个月销售活跃月数", "Months with sales, of the last 24", "count", "higher")
def sales_months_24(invoices: Any, day: Day) -> Any:
    """Calendar months with a valid sales invoice among the last 24, this month included."""
    return told_of(invoices, "sale", sales_months(invoices, day, 24))


@no_sales.indicator("最近销售距今月数", "Months since the last sales invoice", "months", "lower")
def months_since_sale(invoices: Any, day: Day) -> Any:
    """Calendar months from the latest valid sales invoice to the day measured."""
    return day.month - invoices.issued_month.max(where=sold(invoices))


@trade.but(missing="没有有效进项发票", missing_en="no valid purchase invoice").indicator(
    "最近采购距今月数", "Months since the last purchase invoice", "months", "lower"
)
def months_since_purchase(invoices: Any, day: Day) -> Any:
    """Calendar months from the latest valid purchase invoice to the day measured."""
    return day.month - invoices.issued_month.max(where=bought(invoices))


@no_sales.indicator("经营月数", "Months from first to last sale", "months", "higher")
def trading_months(invoices: Any, _: Day) -> Any:
    """Calendar months from the first to the latest valid sales invoice, both included."""
    return months_between(invoices)


@no_sales_24m.indicator("销项作废占比", "Share of void sales invoices, by count", "share", "lower")
def sales_void_share(invoices: Any, day: Day) -> Any:
    """Void sales invoices over all sales invoices of the last 24 months, by count."""
    inside = (invoices.side == "sale") & recent(invoices, day, 24)
    return ratio(count(inside & invoices.is_void), count(inside))


@no_sales_24m.indicator("销项作废金额占比", "Share of void sales invoices, by amount", "share", "lower")
def sales_void_amount_share(invoices: Any, day: Day) -> Any:
    """Void money over all sales money of the last 24 months; both without sign."""
    inside = (invoices.side == "sale") & recent(invoices, day, 24)
    size = invoices.net_minor.abs()
    return ratio(total(size, inside & invoices.is_void), total(size, inside))


@no_sales_24m.indicator("销项红字占比", "Share of red-letter sales invoices, by count", "share", "lower")
def sales_red_share(invoices: Any, day: Day) -> Any:
    """Red-letter over valid sales invoices of the last 24 months, by count."""
    inside = sold(invoices) & recent(invoices, day, 24)
    return ratio(count(inside & (invoices.net_minor < 0)), count(inside))


@no_sales_24m.indicator("销项红字金额占比", "Share of red-letter sales, by amount", "share", "lower")
def sales_red_amount_share(invoices: Any, day: Day) -> Any:
    """Red-letter money over sales before red-letter invoices, of the last 24 months."""
    inside = sold(invoices) & recent(invoices, day, 24)
    before = total(invoices.net_minor, inside & (invoices.net_minor > 0))
    return ratio(before - total(invoices.net_minor, inside), before)


@trade.but(missing="近24个月没有进项发票", missing_en="no purchase invoice in the last 24 months").indicator(
    "进项作废占比", "Share of void purchase invoices, by count", "share", "lower"
)
def purchases_void_share(invoices: Any, day: Day) -> Any:
    """Void purchase invoices over all purchase invoices of the last 24 months, by count."""
    inside = (invoices.side == "purchase") & recent(invoices, day, 24)
    return ratio(count(inside & invoices.is_void), count(inside))


@no_sales_12m.indicator("销售波动", "Sales volatility: variation of months", "ratio", "lower")
def sales_volatility(invoices: Any, day: Day) -> Any:
    """Standard deviation over mean of the sales of the last 12 calendar months, months without sales as 0."""
    months = [
        total(invoices.net_minor, sold(invoices) & (invoices.issued_month == day.month - ago)).cast("float64")
        for ago in range(12)
    ]
    mean = sum(months[1:], start=months[0]) / 12
    square = sum((month * month for month in months[1:]), start=months[0] * months[0]) / 12
    return ratio(at_least_zero(square - mean * mean).sqrt(), mean)


@no_sales_24m.indicator("销售季节性", "Seasonality of sales: share of the strongest quarter", "share")
def sales_seasonality(invoices: Any, day: Day) -> Any:
    """The strongest calendar quarter's share of 24 months' sales: 0.25 is even, 1 one quarter."""
    inside = sold(invoices) & recent(invoices, day, 24)
    year = total(invoices.net_minor, inside)
    first = [total(invoices.net_minor, inside & (invoices.issued_quarter == number)) for number in (1, 2, 3)]
    return ratio(largest(*first, year - first[0] - first[1] - first[2]), year)
