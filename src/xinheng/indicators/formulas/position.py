"""Position: what the customer owes on the day measured."""

from __future__ import annotations

from typing import Any

import ibis

from xinheng.indicators.catalogue import Day, Family
from xinheng.indicators.formulas.parts import count, ratio, total

position = Family(
    "position", "bills", "docs/algorithms/indicators.md#position", "没有账单", "no bill was ever posted"
)
owing = position.but(missing="没有未清账单", missing_en="nothing is open")
selling = position.but(missing="近3个月没有开票额", missing_en="nothing was billed in 3 months")
DSO_MONTHS = 3


def overdue(bills: Any) -> Any:
    """Bills open past their due day; due today is not overdue."""
    return bills.overdue_days > 0


def days_of_sales(bills: Any, day: Day, money: Any) -> Any:
    """How many days of sales the money stands for, by the sales of the last 3 months with tax."""
    since = day.back(DSO_MONTHS)
    return ratio(money * (day.as_of - since).days, total(bills.amount_minor, bills.valid_on > since))


def open_money(bills: Any) -> Any:
    """Everything open, credit bills deducted."""
    return bills.open_minor.sum()


def overdue_money(bills: Any) -> Any:
    """What is open past its due day."""
    return total(bills.open_minor, overdue(bills))


@position.indicator("应收余额", "Balance", "CNY")
def balance(bills: Any, _: Day) -> Any:
    """Open money of all bills, credit bills deducted, prepayments not; minor units."""
    return open_money(bills)


@position.indicator("逾期金额", "Overdue", "CNY", "lower")
def overdue_amount(bills: Any, _: Day) -> Any:
    """Money open past its due day, minor units; 0 only where there are bills."""
    return overdue_money(bills)


@position.indicator("逾期笔数", "Overdue bills", "count", "lower")
def overdue_count(bills: Any, _: Day) -> Any:
    """Bills open past their due day."""
    return count(overdue(bills))


@owing.indicator("逾期笔数占比", "Share overdue, by count", "share", "lower")
def overdue_count_share(bills: Any, _: Day) -> Any:
    """Overdue bills over open bills."""
    return ratio(count(overdue(bills)), count(bills.open_minor > 0))


@owing.indicator("逾期金额占比", "Share overdue, by amount", "share", "lower")
def overdue_amount_share(bills: Any, _: Day) -> Any:
    """Overdue money over open money before credit bills."""
    return ratio(overdue_money(bills), total(bills.open_minor, bills.open_minor > 0))


@position.indicator("当前最长逾期天数", "Longest current overdue", "days", "lower")
def longest_overdue(bills: Any, _: Day) -> Any:
    """Days the oldest open bill is past due; 0 where nothing is overdue."""
    return bills.overdue_days.max()


@selling.indicator("应收账款周转天数 DSO", "Days sales outstanding (DSO)", "days", "lower")
def dso(bills: Any, day: Day) -> Any:
    """Balance over the sales of 3 months with tax, in days."""
    return days_of_sales(bills, day, open_money(bills))


@selling.indicator("最佳可能 DSO", "Best possible DSO", "days", "lower")
def best_possible_dso(bills: Any, day: Day) -> Any:
    """The part of the balance not yet due over the sales of 3 months with tax, in days."""
    return days_of_sales(bills, day, open_money(bills) - overdue_money(bills))


@selling.indicator("平均拖欠天数 ADD", "Average days delinquent (ADD)", "days", "lower")
def average_days_delinquent(bills: Any, day: Day) -> Any:
    """DSO less the best possible DSO."""
    return days_of_sales(bills, day, overdue_money(bills))


@position.but(missing="没有信用额度", missing_en="no credit limit was given").indicator(
    "额度使用率", "Utilisation of the limit", "share", "lower"
)
def utilisation(bills: Any, _: Day) -> Any:
    """Balance over the credit limit. No limits are kept yet, so it is measured of nobody."""
    return ratio(open_money(bills), ibis.null("int64"))
