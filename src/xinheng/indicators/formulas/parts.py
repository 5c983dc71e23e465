"""The few words that formulas are written with."""

from __future__ import annotations

from functools import reduce
from typing import Any

import ibis

from xinheng.indicators.catalogue import Day


def total(value: Any, where: Any) -> Any:
    """Sum where the condition holds; 0 where it holds nowhere."""
    return value.sum(where=where).coalesce(0)


def ratio(above: Any, below: Any) -> Any:
    """The quotient; not measured where the divisor is zero, below zero or missing."""
    return (below > 0).ifelse(above / below, ibis.null())


def at_least_zero(value: Any) -> Any:
    """The value, or zero where it is below."""
    return (value < 0).ifelse(0, value)


def largest(*values: Any) -> Any:
    """The largest of several values."""
    return ibis.greatest(*values)


def months_seen(month: Any, where: Any, day: Day, months: int) -> Any:
    """How many of the last so many calendar months, this one included, have a row."""
    ago = day.month - month
    inside = where & (ago >= 0) & (ago < months)
    bit = ibis.literal(1, type="int64") << inside.ifelse(ago, 0).cast("int64")
    mask = bit.bit_or(where=inside).coalesce(0)
    return reduce(lambda seen, number: seen + ((mask >> number) & 1), range(1, months), mask & 1)


def change(now: Any, before: Any) -> Any:
    """Growth against a base; not measured where the base is zero or below."""
    return ratio(now, before) - 1
