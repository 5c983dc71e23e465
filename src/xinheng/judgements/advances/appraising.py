"""How much of what was to be recovered in a year each responsible person recovered (ADV-28)."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from django.db.models import F, Q, QuerySet, Sum

from xinheng.base.access import queries as people
from xinheng.base.kernel.money import Money
from xinheng.base.kernel.periods import year_of
from xinheng.facts.customers import queries as customers
from xinheng.judgements.advances.models import LegacyBalance, LegacyDebt, Payout, Settlement
from xinheng.judgements.advances.values import Advances, Appraisal

SCHEMA = {"customer_id": pl.Int64, "due": pl.Int64, "recovered": pl.Int64}


def appraise(policy: Advances, year: int, *, on: date, reach: QuerySet[Any] | None = None) -> list[Appraisal]:
    """A row a person, by login, for the customers it answers for at the year's end, or on the day.

    due: payouts whose last day is in the year, or before it and still open when the year began, and old
    debts as the year began. recovered: what settled these in the year. "": nobody answers for them.
    reach: the keys of the customers to look at; None: all.
    """
    span = year_of(date(year, 1, 1))
    last = min(span.last, on)
    frame = pl.concat([_payouts(span.first, last, reach), _legacy(span.first, last, reach)])
    answering = customers.answering(on=last).filter(customer__in=frame["customer_id"].unique().to_list())
    whose = dict(answering.order_by().values_list("customer_id", "person__login"))
    names = people.names_by_login(login for login in whose.values() if login)
    by_person: dict[str, list[int]] = {}
    for customer_id, due, recovered in frame.iter_rows():
        sums = by_person.setdefault(whose.get(customer_id) or "", [0, 0])
        sums[0] += due
        sums[1] += recovered
    coefficient = policy.value("appraisal_coefficient")
    return [
        Appraisal(login, names.get(login, login), Money(due), Money(recovered), coefficient)
        for login, (due, recovered) in sorted(by_person.items())
    ]


def _payouts(first: date, last: date, reach: QuerySet[Any] | None) -> pl.DataFrame:
    rows = Payout.objects.filter(
        Q(settled_on__isnull=True) | Q(settled_on__gte=first), paid_on__lte=last, last_day__lte=last
    )
    settled = Settlement.objects.filter(payout__in=rows.order_by().values("pk"))
    before = settled.filter(repayment__repaid_on__lt=first)
    during = settled.filter(repayment__repaid_on__gte=first, repayment__repaid_on__lte=last)
    return _summed(
        _by(rows, "advance__customer_id", "amount_minor", reach),
        _by(before, "payout__advance__customer_id", "amount_minor", reach),
        _by(during, "payout__advance__customer_id", "amount_minor", reach),
    )


def _legacy(first: date, last: date, reach: QuerySet[Any] | None) -> pl.DataFrame:
    debts = LegacyDebt.objects.filter(Q(settled_on__isnull=True) | Q(settled_on__gte=first), since__lte=last)
    falls = LegacyBalance.objects.filter(debt__in=debts.order_by().values("pk"))
    return _summed(
        _by(debts, "customer_id", "opening_minor", reach),
        _by(falls.filter(on__lt=first), "debt__customer_id", "fell_minor", reach),
        _by(falls.filter(on__gte=first, on__lte=last), "debt__customer_id", "fell_minor", reach),
    )


def _by(rows: QuerySet[Any], column: str, what: str, reach: QuerySet[Any] | None) -> dict[int, int]:
    if reach is not None:
        rows = rows.filter(**{f"{column}__in": reach})
    found = rows.order_by().values(key=F(column)).annotate(sum=Sum(what))
    return {row["key"]: row["sum"] for row in found}


def _summed(whole: dict[int, int], before: dict[int, int], during: dict[int, int]) -> pl.DataFrame:
    rows = [(key, sum_ - before.get(key, 0), during.get(key, 0)) for key, sum_ in whole.items()]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")
