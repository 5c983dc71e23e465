"""Figures of the ledger: what was signed and what became of it, and what of the due was performed."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import polars as pl
from django.db.models import Q, QuerySet, Sum

from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.periods import Period
from xinheng.facts.contracts import policy, selecting
from xinheng.facts.contracts.models import Contract, Record
from xinheng.facts.contracts.values import Performed

SIGNED = ("signed", "performing", "changed", "ended")
SHAPE = {
    "id": pl.Int64, "kind": pl.String, "unit": pl.String, "state": pl.String, "currency": pl.String,
    "amount_minor": pl.Int64, "signed_on": pl.Date, "due_on": pl.Date, "performed_on": pl.Date,
    "ended_on": pl.Date, "breaches": pl.Int64,
}  # fmt: skip
GROUPS = ("kind", "unit", "state")


def statistics(actor: Actor, *, on: date, period: Period, by: str = "kind", unit: str = "") -> pl.DataFrame:
    """What was signed in some days by kind, department or state and currency, the largest first (CTR-07).

    Gives group, currency, contracts, amount_minor, due and performed (of those due in the days, whenever
    they were signed), ended and breached (signed in the days, with a breach). Refuses: AccessDenied.
    """
    assert by in GROUPS, by
    rows = _frame(_of_unit(selecting.visible(actor, on=on), unit).filter(state__in=SIGNED), period)
    rows = rows.with_columns(group=pl.col(by), in_time=_in_time(on))
    inside = pl.col("signed_on").is_between(period.first, period.last)
    due = pl.col("due_on").is_between(period.first, min(period.last, on))
    found = rows.group_by("group", "currency").agg(
        contracts=inside.sum(), amount_minor=pl.col("amount_minor").filter(inside).sum(),
        due=due.sum(), performed=(due & pl.col("in_time")).sum(),
        ended=pl.col("ended_on").is_between(period.first, period.last).sum(),
        breached=(inside & (pl.col("breaches") > 0)).sum(),
    )  # fmt: skip
    some = (pl.col("contracts") > 0) | (pl.col("due") > 0) | (pl.col("ended") > 0)
    return found.filter(some.fill_null(value=False)).sort("amount_minor", "group", descending=[True, False])


def months(actor: Actor, *, on: date, period: Period, unit: str = "") -> list[tuple[str, int, int]]:
    """Contracts signed and yuan of them by month of the period: month as 2026-03, number, minor units."""
    rows = _frame(_of_unit(selecting.visible(actor, on=on), unit).filter(state__in=SIGNED), period)
    inside = rows.filter(pl.col("signed_on").is_between(period.first, period.last))
    yuan = pl.col("amount_minor").filter(pl.col("currency") == "CNY").sum()
    found = inside.group_by(pl.col("signed_on").dt.strftime("%Y-%m")).agg(number=pl.len(), minor=yuan)
    told = {month: (number, minor) for month, number, minor in found.rows()}
    names = [f"{one.first:%Y-%m}" for one in period.months()]
    return [(name, *told.get(name, (0, 0))) for name in names]


def performance(since: date, until: date, *, customers: QuerySet[Any] | None = None) -> Performed:
    """Contracts due from a day to another, both included, and those performed in time (TGT-04).

    In time: by the due day and the days of grace of the rules, with no breach open. Amounts are those in
    yuan. customers: only theirs. Not narrowed to an actor: for rooms above.
    """
    rows = due_contracts(since, until, customers=customers)
    yuan = rows.filter(pl.col("currency") == "CNY")
    return Performed(
        due=rows.height, performed=int(rows["is_performed"].sum()),
        due_minor=int(yuan["amount_minor"].sum()),
        performed_minor=int(yuan.filter("is_performed")["amount_minor"].sum()),
    )  # fmt: skip


def due_contracts(since: date, until: date, *, customers: QuerySet[Any] | None = None) -> pl.DataFrame:
    """The contracts due in some days: id, due_on, amount_minor, currency, is_performed."""
    rows = Contract.objects.filter(state__in=SIGNED, due_on__gte=since, due_on__lte=until)
    if customers is not None:
        rows = rows.filter(customer__in=customers.order_by().values("pk"))
    frame = _framed(rows).with_columns(is_performed=_in_time(until))
    return frame.select("id", "due_on", "amount_minor", "currency", "is_performed")


def paid_of(contract: Contract) -> int:
    """What the customer paid by its records, in minor units."""
    rows = Record.objects.filter(contract=contract, kind="payment")
    return rows.aggregate(total=Sum("amount_minor"))["total"] or 0


def _in_time(on: date) -> pl.Expr:
    grace: dict[int, list[str]] = {}
    for rules in policy.in_force(on):
        grace.setdefault(rules.grace_days, []).extend(kind.code for kind in rules.kinds)
    last: pl.Expr = pl.col("due_on")
    for days, kinds in grace.items():
        if days:
            last = (
                pl.when(pl.col("kind").is_in(kinds))
                .then(pl.col("due_on") + timedelta(days=days))
                .otherwise(last)
            )
    return (pl.col("performed_on") <= last).fill_null(value=False) & (pl.col("breaches") == 0)


def _of_unit(rows: QuerySet[Contract], unit: str) -> QuerySet[Contract]:
    return selecting.of_unit(rows, unit) if unit else rows


def _frame(rows: QuerySet[Contract], period: Period) -> pl.DataFrame:
    span = (period.first, period.last)
    touched = Q(signed_on__range=span) | Q(due_on__range=span) | Q(ended_on__range=span)
    return _framed(rows.filter(touched))


def _framed(rows: QuerySet[Contract]) -> pl.DataFrame:
    columns = ("pk", "kind", "unit__code", "state", "currency", "amount_minor", "signed_on", "due_on",
               "performed_on", "ended_on")  # fmt: skip
    told = list(rows.order_by().values_list(*columns))
    breaches = Record.objects.filter(
        contract__in=rows.order_by().values("pk"), kind="breach", cured_on__isnull=True
    )
    several = Counter(breaches.order_by().values_list("contract_id", flat=True))
    found = [(*row, several[row[0]]) for row in told]
    return pl.DataFrame(found, schema=SHAPE, orient="row")
