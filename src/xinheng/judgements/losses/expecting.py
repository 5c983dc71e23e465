"""Expected losses of a day: named debtors by themselves, everybody else by portfolio and bucket."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
from django.db.models import Q, QuerySet

from xinheng.base.kernel.money import Money
from xinheng.facts.receivables import queries as receivables
from xinheng.judgements.losses import ageing, grouping, ledger, measuring, rules
from xinheng.judgements.losses.document import AgeBucket, Given, LossMatrix, Measured, Method, TaxRule
from xinheng.judgements.losses.models import SingleAssessment
from xinheng.judgements.losses.policy import Held
from xinheng.judgements.losses.values import BucketLoss, Expected, Portfolio, SingleLoss, TaxHint

Rates = dict[tuple[str, str], Sequence[Decimal | None]]  # by group and currency; "" any currency


def expect(
    customers: QuerySet[Any] | None, *, as_of: date, held: Held[LossMatrix], method: Method | None = None
) -> Expected:
    """What is expected to be lost of what some customers (None: all) owe on a day.

    method: that of the document unless given. A group without rates of its own is with everybody else; a
    bucket that was never filled has no measured rate, and what stands in it is expected to be lost whole.
    """
    document = held.document
    method = method or document.method
    table = document.table(method)
    lines = receivables.open_lines(customers, as_of=as_of)
    factor = rules.look_ahead((one.probability, one.factor) for one in document.forward.scenarios)
    singles, others = _singly(lines, as_of)
    groups = grouping.portfolios(document, on=as_of)
    rates = _rates(customers, table, method, groups, as_of)
    sums = _sums(others, table, groups, rates, as_of)
    made = [
        _portfolio(group, currency, table.buckets, sums[group, currency], _of(rates, group, currency), factor)
        for group, currency in sorted(sums)
    ]
    return Expected(as_of, method, held.name, held.sha256, factor, tuple(made), tuple(singles))


def tax_hints(lines: pl.DataFrame, rule: TaxRule, *, as_of: date, revenue_minor: int) -> pl.DataFrame:
    """The open lines in yuan whose loss may be deducted from taxable income, with why: report or small.

    A line of both kinds is small, which asks for less paper. revenue_minor: of the year.
    """
    late = pl.lit(as_of)
    small = max(int(rule.small_amount * 100), int(revenue_minor * rule.small_share))
    is_small = (late > pl.col("due_on").dt.offset_by(f"{rule.small_months}mo")) & (
        pl.col("open_minor") <= small
    )
    is_old = late > pl.col("due_on").dt.offset_by(f"{rule.report_months}mo")
    why = pl.when(is_small).then(pl.lit("small")).when(is_old).then(pl.lit("report"))
    owed = lines.filter((pl.col("open_minor") > 0) & (pl.col("currency") == "CNY"))
    return owed.with_columns(why=why).filter(pl.col("why").is_not_null())


def hints_of(found: pl.DataFrame, names: dict[int, tuple[str, str]]) -> list[TaxHint]:
    """The lines of `tax_hints` as people read them, with the numbers and names of the customers."""
    return [
        TaxHint(
            *names.get(row["customer_id"], ("", "")), row["bill_no"], row["due_on"],
            Money(row["open_minor"], row["currency"]), row["why"],
        )
        for row in found.iter_rows(named=True)
    ]  # fmt: skip


def assessments(on: date) -> QuerySet[SingleAssessment]:
    """The single assessments that hold on a day."""
    held = SingleAssessment.objects.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=on), from_on__lte=on)
    return held.select_related("customer")


def _singly(lines: pl.DataFrame, as_of: date) -> tuple[list[SingleLoss], pl.DataFrame]:
    """Those judged by themselves, who leave the portfolio first, and the lines of the others."""
    judged = {one.customer_id: one for one in assessments(as_of)}
    if not judged:
        return [], lines
    ids = pl.DataFrame({"customer_id": list(judged)}, schema={"customer_id": pl.Int64})
    sums = lines.join(ids, on="customer_id", how="semi").group_by("customer_id", "currency").agg(
        pl.col("open_minor").sum()
    )  # fmt: skip
    found = []
    for customer_id, currency, minor in sums.sort("customer_id", "currency").iter_rows():
        one = judged[customer_id]
        required = rules.loss_of(minor, one.percent / 100)
        found.append(
            SingleLoss(
                one.customer.no, one.customer.name, Money(minor, currency), one.percent,
                Money(required, currency), one.reason,
            )
        )  # fmt: skip
    return found, lines.join(ids, on="customer_id", how="anti")


def _rates(
    customers: QuerySet[Any] | None,
    table: Given | Measured,
    method: Method,
    groups: pl.DataFrame,
    as_of: date,
) -> Rates:
    if isinstance(table, Given):
        return {(one.group, ""): [percent / 100 for percent in one.percent] for one in table.rates}
    past = ledger.read(customers, as_of=as_of)
    observed = (measuring.flow if method == "flow" else measuring.migration)(past, table, groups)
    least = int(table.least_amount * 100)
    enough = [one for one in observed if not one.group or one.amounts[0] >= max(least, 1)]
    return {(one.group, one.currency): one.rates for one in enough}


def _of(rates: Rates, group: str, currency: str) -> Sequence[Decimal | None]:
    for key in ((group, currency), (group, ""), ("", currency), ("", "")):
        if key in rates:
            return rates[key]
    return ()


def _sums(
    lines: pl.DataFrame, table: Given | Measured, groups: pl.DataFrame, rates: Rates, as_of: date
) -> dict[tuple[str, str], list[int]]:
    """What is open by group, currency and bucket."""
    placed = lines.with_columns(place=ageing.bucket_of(table.buckets, table.basis, as_of))
    own = [group for group, _ in rates if group]
    if groups.is_empty():
        placed = placed.with_columns(group=pl.lit(""))
    else:
        placed = placed.join(groups, on=groups.columns[0], how="left").with_columns(
            group=pl.when(pl.col("group").is_in(own)).then("group").otherwise(pl.lit(""))
        )
    sums: dict[tuple[str, str], list[int]] = {}
    rows = placed.group_by("group", "currency", "place").agg(pl.col("open_minor").sum()).iter_rows()
    for group, currency, place, minor in rows:
        sums.setdefault((group, currency), [0] * len(table.buckets))[place] = int(minor)
    return sums


def _portfolio(
    group: str,
    currency: str,
    buckets: Sequence[AgeBucket],
    balances: Sequence[int],
    rates: Sequence[Decimal | None],
    factor: Decimal,
) -> Portfolio:
    known = list(rates) or [None] * len(buckets)
    counted = [rules.ONE if rate is None else rate for rate in known]
    needs = rules.provide(balances, counted, factor)
    lines = [
        BucketLoss(
            bucket.code, bucket.zh, bucket.en, Money(need.balance, currency), rate,
            rules.ONE if rate is None else need.applied,
            Money(rules.loss_of(need.balance, rules.ONE) if rate is None else need.required, currency),
        )
        for bucket, rate, need in zip(buckets, known, needs, strict=True)
    ]  # fmt: skip
    return Portfolio(group, currency, tuple(lines))
