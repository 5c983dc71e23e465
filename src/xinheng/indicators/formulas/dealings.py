"""Dealings: how much and how steadily we bill the customer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from xinheng.indicators.catalogue import Day, Family
from xinheng.indicators.formulas.parts import (
    change,
    count,
    largest,
    month_of,
    months_seen,
    ratio,
    total,
    whole_months,
)

FALLING_MOST = 6
dealings = Family(
    "dealings", "bills", "docs/algorithms/indicators.md#dealings", "没有账单", "no bill was ever posted"
)
ageing_relation = dealings.but(
    missing="没有账单，或往来不足两年、对比期没有开票额",
    missing_en="no bill, dealings of less than two years, or nothing billed in the base period",
)


def within(bills: Any, day: Day, months: int) -> Any:
    """Valid bills of the last so many months: a void one has no `valid_on`."""
    return bills.valid_on > day.back(months)


def voided(bills: Any, day: Day) -> Any:
    """Void bills of the last 24 months."""
    return bills.is_void & (bills.billed_on > day.back(24))


def before_credits(bills: Any, day: Day) -> Any:
    """Money billed in the last 24 months before credit bills."""
    return total(bills.amount_minor, within(bills, day, 24) & (bills.amount_minor > 0))


@dealings.indicator("近12个月开票额", "Turnover, last 12 months", "CNY", "higher")
def turnover_12m(bills: Any, day: Day) -> Any:
    """Money billed in the last 12 months with tax, credit bills deducted, minor units."""
    return total(bills.amount_minor, within(bills, day, 12))


@dealings.indicator("近24个月开票额", "Turnover, last 24 months", "CNY", "higher")
def turnover_24m(bills: Any, day: Day) -> Any:
    """Money billed in the last 24 months with tax, credit bills deducted, minor units."""
    return total(bills.amount_minor, within(bills, day, 24))


@dealings.indicator("累计开票额", "Turnover, all time", "CNY", "higher")
def turnover_ever(bills: Any, _: Day) -> Any:
    """Money ever billed with tax, credit bills deducted, minor units (LSE-16)."""
    return total(bills.amount_minor, bills.valid_on.notnull())


@dealings.indicator("开票额连续下滑月数", "Months running of falling turnover", "count", "lower")
def turnover_falling_months(bills: Any, day: Day) -> Any:
    """Complete calendar months running, to the last, that billed less than the month before; at most 6."""
    ended = (day.as_of + timedelta(days=1)).month != day.as_of.month
    last = day.month if ended else day.month - 1
    months = [total(bills.amount_minor, bills.valid_month == last - ago) for ago in range(FALLING_MOST + 1)]
    running: Any = 0
    for ago in reversed(range(FALLING_MOST)):
        running = (months[ago] < months[ago + 1]).ifelse(running + 1, 0)
    return running


@ageing_relation.indicator("开票额增长率", "Turnover growth, year on year", "share", "higher")
def turnover_growth(bills: Any, day: Day) -> Any:
    """Last 12 months against the 12 before; only where dealings reach back to the base year's first month."""
    now, both = (total(bills.amount_minor, within(bills, day, months)) for months in (12, 24))
    covered = day.month - month_of(bills.valid_on.min()) >= 23
    return covered.ifelse(change(now, both - now), None)


@dealings.but(
    missing="没有账单，或近12个月没有开票额", missing_en="no bill, or nothing billed in 12 months"
).indicator("开票额趋势", "Turnover trend, 3 months against 12", "share", "higher")
def turnover_trend(bills: Any, day: Day) -> Any:
    """Monthly turnover of the last 3 months over that of the last 12, less 1: 0 is steady."""
    recent, year = (total(bills.amount_minor, within(bills, day, months)) for months in (3, 12))
    return ratio(recent * 4 - year, year)


@dealings.indicator("近12个月账单数", "Bills, last 12 months", "count", "higher")
def bills_12m(bills: Any, day: Day) -> Any:
    """Valid bills of the last 12 months, credit bills included."""
    return count(within(bills, day, 12))


no_bills_24m = dealings.but(missing="近24个月没有账单", missing_en="no bill in the last 24 months")


@no_bills_24m.indicator("作废账单占比", "Share of void bills, by count", "share", "lower")
def void_share(bills: Any, day: Day) -> Any:
    """Void bills over all bills of the last 24 months, by count."""
    void = count(voided(bills, day))
    return ratio(void, void + count(within(bills, day, 24)))


@no_bills_24m.indicator("作废金额占比", "Share of void bills, by amount", "share", "lower")
def void_amount_share(bills: Any, day: Day) -> Any:
    """Void money over all money billed in the last 24 months; both without sign."""
    void = total(bills.amount_minor.abs(), voided(bills, day))
    billed, kept = before_credits(bills, day), total(bills.amount_minor, within(bills, day, 24))
    return ratio(void, void + billed + billed - kept)


@no_bills_24m.indicator("负数账单占比", "Share of credit bills, by count", "share", "lower")
def credit_share(bills: Any, day: Day) -> Any:
    """Credit (red-letter) bills over valid bills of the last 24 months, by count."""
    recent = within(bills, day, 24)
    return ratio(count(recent & (bills.amount_minor < 0)), count(recent))


@no_bills_24m.indicator("负数金额占比", "Share of credit bills, by amount", "share", "lower")
def credit_amount_share(bills: Any, day: Day) -> Any:
    """Credited money over money billed before credits in the last 24 months."""
    billed = before_credits(bills, day)
    return ratio(billed - total(bills.amount_minor, within(bills, day, 24)), billed)


@dealings.indicator("近12个月活跃月数", "Active months of the last 12", "count", "higher")
def active_months_12(bills: Any, day: Day) -> Any:
    """Calendar months with a valid bill among the last 12, this month included."""
    return months_seen(bills.valid_month, day, 12)


@dealings.indicator("近24个月活跃月数", "Active months of the last 24", "count", "higher")
def active_months_24(bills: Any, day: Day) -> Any:
    """Calendar months with a valid bill among the last 24, this month included."""
    return months_seen(bills.valid_month, day, 24)


@dealings.indicator("首次往来距今月数", "Months since first dealing", "months")
def months_since_first(bills: Any, day: Day) -> Any:
    """Months completed from the first valid bill to the day measured: 11 months and a day are 11."""
    return whole_months(bills.valid_on.min(), day)


@dealings.indicator("最近往来距今月数", "Months since last dealing", "months", "lower")
def months_since_last(bills: Any, day: Day) -> Any:
    """Calendar months from the latest valid bill to the day measured."""
    return day.month - bills.valid_month.max()


@dealings.indicator("往来年数", "Years of relation", "years", "higher")
def relation_years(bills: Any, day: Day) -> Any:
    """Months completed from the first valid bill to the day measured, over 12: 1 from the same day on."""
    return whole_months(bills.valid_on.min(), day) / 12


@no_bills_24m.but(missing="近24个月没有开票额", missing_en="nothing billed in the last 24 months").indicator(
    "季节性", "Seasonality: share of the strongest quarter", "share"
)
def seasonality(bills: Any, day: Day) -> Any:
    """The strongest calendar quarter's share of the last 24 months' turnover: 0.25 is even, 1 one quarter."""
    recent = within(bills, day, 24)
    year = total(bills.amount_minor, recent)
    first = [total(bills.amount_minor, recent & (bills.billed_quarter == number)) for number in (1, 2, 3)]
    return ratio(largest(*first, year - first[0] - first[1] - first[2]), year)
