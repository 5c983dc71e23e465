"""The few words that formulas are written with."""

from __future__ import annotations

from datetime import timedelta
from functools import reduce
from typing import Any

import ibis

from xinheng.indicators.catalogue import Day

OLDEST = 30  # months back that a mask of months tells apart


def total(value: Any, where: Any) -> Any:
    """Sum where the condition holds; 0 where it holds nowhere."""
    return where.ifelse(value, 0).sum()


def count(where: Any) -> Any:
    """Rows where the condition holds; one that is missing does not."""
    return where.ifelse(1, 0).sum()


def ratio(above: Any, below: Any) -> Any:
    """The quotient; not measured where the divisor is zero, below zero or missing."""
    return (below > 0).ifelse(above / below, ibis.null())


def at_least_zero(value: Any) -> Any:
    """The value, or zero where it is below."""
    return (value < 0).ifelse(0, value)


def largest(*values: Any) -> Any:
    """The largest of several values."""
    return ibis.greatest(*values)


def months_seen(month: Any, day: Day, months: int) -> Any:
    """How many of the last so many calendar months, this one included, have a row with a month.

    month: its number since year 0, none ahead of the day; rows without one count for nothing.
    """
    ago = day.month - month
    mask = (ibis.literal(1, type="int64") << ibis.least(ago, OLDEST).cast("int64")).bit_or().coalesce(0)
    return reduce(lambda seen, number: seen + ((mask >> number) & 1), range(1, months), mask & 1)


def change(now: Any, before: Any) -> Any:
    """Growth against a base; not measured where the base is zero or below.

    One division of whole numbers, so that growth of exactly a tenth is 0.1 and not a little more.
    """
    return ratio(now - before, before)


def month_of(date: Any) -> Any:
    """The number of a date's calendar month, counted from year 0."""
    return date.year() * 12 + date.month() - 1


def whole_months(since: Any, day: Day) -> Any:
    """Months completed from a date to the day measured (RR-04): from 31 January to 29 February it is one."""
    last_day = (day.as_of + timedelta(days=1)).day == 1
    months = day.month - month_of(since)
    return months if last_day else (since.day() > day.as_of.day).ifelse(months - 1, months)
