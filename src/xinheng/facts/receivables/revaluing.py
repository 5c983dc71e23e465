"""Open items in foreign currencies at the rate of a day: what would be gained or lost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import polars as pl
from django.db.models import QuerySet

from xinheng.base.kernel.money import Money, places
from xinheng.facts.receivables.errors import RateMissing
from xinheng.facts.receivables.lines import open_lines, unapplied
from xinheng.facts.receivables.values import Revaluation

RateOf = Callable[[str, date], Decimal | None]


def revaluation(
    customers: QuerySet[Any] | None, *, as_of: date, into: str, rate_of: RateOf
) -> list[Revaluation]:
    """Open bills less free receipts of each foreign currency: at the rates of their own days, and at a day's.

    rate_of(currency, day): what one unit is in `into` by the newest rate told by then; None: none is told.
    Both worths are rounded half-up to the smallest unit, once a currency. Gives a row a currency, by code;
    gain below zero: a loss. Source: unrealised exchange differences on monetary items (CAS 19).
    Refuses: RateMissing, naming currency and day.
    """
    bills = open_lines(customers, as_of=as_of).select("currency", on="billed_on", minor="open_minor")
    free = unapplied(customers, as_of=as_of).select("currency", on="received_on", minor=-pl.col("free_minor"))
    foreign = pl.concat([bills, free]).filter(pl.col("currency") != into)
    by_day = foreign.group_by("currency", "on").agg(pl.col("minor").sum()).sort("currency", "on")
    open_minor: dict[str, int] = defaultdict(int)
    booked: dict[str, Decimal] = defaultdict(Decimal)
    for currency, day, minor in by_day.iter_rows():
        open_minor[currency] += minor
        booked[currency] += _worth(minor, currency, into, rate_of, day)
    made = []
    for currency, minor in open_minor.items():
        was = Money(_whole(booked[currency]), into)
        now = Money(_whole(_worth(minor, currency, into, rate_of, as_of)), into)
        rate = _rate(rate_of, currency, into, as_of)
        made.append(Revaluation(Money(minor, currency), rate, was, now, Money(now.minor - was.minor, into)))
    return made


def _worth(minor: int, currency: str, into: str, rate_of: RateOf, day: date) -> Decimal:
    return Decimal(minor).scaleb(places(into) - places(currency)) * _rate(rate_of, currency, into, day)


def _rate(rate_of: RateOf, currency: str, into: str, day: date) -> Decimal:
    rate = rate_of(currency, day)
    if rate is None:
        raise RateMissing(currency=currency, into=into, on=day)
    return rate


def _whole(worth: Decimal) -> int:
    return int(worth.quantize(Decimal(1), rounding=ROUND_HALF_UP))
