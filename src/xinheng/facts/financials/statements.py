"""The statements of one customer, as views."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from django.db.models import QuerySet

from xinheng.base.kernel.money import Money
from xinheng.facts.financials.lines import lines
from xinheng.facts.financials.models import Statement, StatementLine
from xinheng.facts.financials.rules import KEY, broken
from xinheng.facts.financials.values import Check, Figure, StatementTable, StatementView, TableRow

FAR = date(9999, 12, 31)
TOLD = {
    "customer_id": pl.Int64, "is_consolidated": pl.Boolean, "period_end": pl.Date, "months": pl.Int64,
    "statement_id": pl.Int64, "item": pl.String, "amount_minor": pl.Int64, "opening_minor": pl.Int64,
}  # fmt: skip


def statements_of(customer: Any, *, as_of: date, known_on: date | None = None) -> list[StatementView]:
    """The customer's statements of periods that ended by as_of, newest first, the last version of each.

    known_on: versions told after that day are not seen. Own statements come before consolidated ones of the
    same day. Two database statements, whatever the number of periods.
    """
    heads = _heads(customer, as_of=as_of, known_on=known_on or FAR)
    told = _told(heads)
    wrong = broken(
        told.drop("statement_id"),
        told.select("customer_id", "is_consolidated", "period_end", "item", "amount_minor"),
    )
    return [_view(head, told, wrong) for head in heads]


def told_statements(customer: Any, *, known_on: date) -> QuerySet[Statement]:
    """Every version of a statement told up to a day; of a customer, or of the row outside that names it."""
    return Statement.objects.filter(customer=customer, told_on__lte=known_on)


def statement_table(views: list[StatementView]) -> StatementTable:
    """Statements side by side: every line that one of them tells, in the order statements are printed."""
    amounts = [{figure.line.code: figure.amount for figure in view.figures} for view in views]
    rows = [
        TableRow(line, tuple(one.get(line.code) for one in amounts))
        for line in lines().values()
        if any(line.code in one for one in amounts)
    ]
    return StatementTable(tuple(views), tuple(rows))


def _heads(customer: Any, *, as_of: date, known_on: date) -> list[Statement]:
    rows = Statement.objects.filter(customer=customer, period_end__lte=as_of, told_on__lte=known_on)
    last: dict[tuple[Any, ...], Statement] = {}
    for row in rows.order_by("-period_end", "is_consolidated", "-months", "-version"):
        last.setdefault((row.period_end, row.is_consolidated, row.months), row)
    return list(last.values())


def _told(heads: list[Statement]) -> pl.DataFrame:
    rows = StatementLine.objects.filter(statement__in=[head.pk for head in heads])
    figures = pl.DataFrame(
        list(rows.values_list("statement_id", "item", "amount_minor", "opening_minor")),
        schema=list(TOLD.items())[4:],
        orient="row",
    )
    keys = pl.DataFrame(
        [(head.customer_id, head.is_consolidated, head.period_end, head.months, head.pk) for head in heads],
        schema=list(TOLD.items())[:5],
        orient="row",
    )
    return keys.join(figures, on="statement_id").select(list(TOLD))


def _view(head: Statement, told: pl.DataFrame, wrong: pl.DataFrame) -> StatementView:
    figures = {
        row["item"]: row for row in told.filter(pl.col("statement_id") == head.pk).iter_rows(named=True)
    }
    key = dict(zip(KEY, (head.customer_id, head.is_consolidated, head.period_end, head.months), strict=True))
    failed = wrong.filter(**key).sort("check", "item").iter_rows(named=True)
    return StatementView(
        period_end=head.period_end,
        months=head.months,
        version=head.version,
        currency=head.currency,
        is_consolidated=head.is_consolidated,
        opinion=head.opinion,
        is_consistent=head.is_consistent,
        told_on=head.told_on,
        figures=tuple(_figure(figures[code], code, head.currency) for code in lines() if code in figures),
        checks=tuple(
            Check(
                one["check"],
                lines()[one["item"]],
                Money(one["told_minor"], head.currency),
                Money(one["expected_minor"], head.currency),
                one["grave"],
            )
            for one in failed
        ),
    )


def _figure(row: dict[str, Any], code: str, currency: str) -> Figure:
    opening = None if row["opening_minor"] is None else Money(row["opening_minor"], currency)
    return Figure(lines()[code], Money(row["amount_minor"], currency), opening)
