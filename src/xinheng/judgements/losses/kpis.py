"""Figures of receivables as of a day: cut by customer, unit, grade and so on, and month by month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from django.db.models import QuerySet

from xinheng.base.kernel.periods import add_months, month_start
from xinheng.judgements.losses import grouping, ledger, measures, punctuality
from xinheng.judgements.losses.models import ToldFigure
from xinheng.judgements.losses.targets_document import CreditTargets

PUNCTUAL = ("payment_index", "short_index", "beyond_terms", "true_dso")


@dataclass(frozen=True)
class Sight:
    """What is looked at: some customers' ledger (None: all), as of a day, by the credit policy of the day."""

    customers: QuerySet[Any] | None
    seen: QuerySet[Any]  # the customers themselves, for their names
    as_of: date
    document: CreditTargets
    grading: str = ""

    def past(self) -> ledger.Past:
        """The ledger up to the day."""
        return ledger.read(self.customers, as_of=self.as_of)


def by_group(sight: Sight, by: str, *, past: ledger.Past | None = None) -> pl.DataFrame:
    """Every figure of each group and currency as of the day.

    by: a way of grouping.WAYS. Gives group, label, currency, opening_minor, closing_minor, current_minor,
    overdue_minor, sales_minor, cash_sales_minor, billed_minor, collected_minor, written_minor,
    recovered_minor, days, measures.FIGURES, cash_cycle, PUNCTUAL, top_share and concentration (0 to 10,000).
    """
    past = past or sight.past()
    document, window = sight.document, sight.document.window_months
    days = ledger.days_back(sight.as_of, max(measures.COUNTED_BACK, window))
    last = len(days) - 1
    open_lines = _open(past, [days[last - window], days[last]]).with_columns(
        step=pl.when(pl.col("step") == 0).then(last - window).otherwise(last).cast(pl.Int64)
    )
    flows = ledger.flows(past, days, sales_kinds=document.sales_kinds)
    members = _members(sight, by)
    cut, lengths = (_cut(open_lines, by, members), _cut(flows, by, members)), ledger.lengths(days)
    found = measures.windowed(*cut, lengths, window=window, since=last)
    measured = found.with_columns(*measures.figures()).drop("step")
    measured = measured.with_columns(cash_cycle=measures.cash_cycle(*cycle(sight)))
    paid = _punctual(sight, past, by, members, since=days[last - window])
    spread = _spread(open_lines.filter(pl.col("step") == last), by, members, document.top_debtors)
    keys = ["group", "currency"]
    labels = members.select("group", "label").unique("group")
    return (
        measured.join(paid, on=keys, how="left")
        .join(spread, on=keys, how="left")
        .join(labels, on="group", how="left")
        .with_columns(pl.col("label").fill_null(""))
        .sort("currency", pl.col("closing_minor") * -1, "group")
    )


def by_month(sight: Sight, *, past: ledger.Past | None = None) -> pl.DataFrame:
    """The figures of all together at the day and the days months before it, as `by_group` names them.

    Gives day, currency, the amounts and measures.FIGURES, the oldest first.
    """
    past = past or sight.past()
    window = sight.document.window_months
    months = sight.document.trend_months + max(measures.COUNTED_BACK, window)
    days = ledger.days_back(sight.as_of, months)
    open_lines = _open(past, days)
    flows = ledger.flows(past, days, sales_kinds=sight.document.sales_kinds)
    members, first = _members(sight, ""), len(days) - sight.document.trend_months
    cut, lengths = (_cut(open_lines, "", members), _cut(flows, "", members)), ledger.lengths(days)
    found = measures.windowed(*cut, lengths, window=window, since=first)
    named = pl.DataFrame({"step": range(len(days)), "day": days}, schema={"step": pl.Int64, "day": pl.Date})
    shown = found.join(named, on="step").with_columns(*measures.figures())
    return shown.drop("group").sort("currency", "day")


def told(what: str, *, until: date, months: int = 1) -> list[tuple[date, Any]]:
    """A figure told of the months that end with the day's: month and value, the last told of each."""
    first = add_months(month_start(until), 1 - months)
    rows = ToldFigure.objects.filter(what=what, month__gte=first, month__lte=until, told_on__lte=until)
    found = {row.month: row.value for row in rows.order_by("told_on", "pk")}
    return sorted(found.items())


def cycle(sight: Sight) -> tuple[float, float] | tuple[None, None]:
    """Days of inventory and of payables, as told last within twelve months; None where one is unknown."""
    held = [told(what, until=sight.as_of, months=12) for what in ("inventory_days", "payable_days")]
    if not all(held):
        return None, None
    inventory, payable = (float(rows[-1][1]) for rows in held)
    return inventory, payable


def _open(past: ledger.Past, days: list[date]) -> pl.DataFrame:
    """What each customer owes on some days, and what of it is late."""
    late = pl.when(pl.col("due_on") < pl.col("day")).then("open_minor").otherwise(0)
    return (
        ledger.balances(past, days)
        .with_columns(overdue_minor=late)
        .group_by("step", "customer_id", "currency", "segment")
        .agg(pl.col("open_minor", "overdue_minor").sum())
    )


def _members(sight: Sight, by: str) -> pl.DataFrame:
    if by in ("", "segment"):
        return pl.DataFrame(schema=grouping.NAMED)
    return grouping.named(by, sight.seen, on=sight.as_of, grading=sight.grading)


def _cut(rows: pl.DataFrame, by: str, members: pl.DataFrame) -> pl.DataFrame:
    """The rows with the group each is in; "" where it is in none."""
    if by == "":
        return rows.with_columns(group=pl.lit(""))
    if by == "segment":
        return rows.with_columns(group="segment")
    joined = rows.join(members.select("customer_id", "group"), on="customer_id", how="left")
    return joined.with_columns(pl.col("group").fill_null(""))


def _punctual(
    sight: Sight, past: ledger.Past, by: str, members: pl.DataFrame, *, since: date
) -> pl.DataFrame:
    scale, keys = sight.document.index, ["group", "currency"]
    long, short = (add_months(sight.as_of, -months) for months in (scale.months, scale.short_months))
    every = _cut(punctuality.items(past, since=long), by, members)
    recent = _cut(punctuality.items(past, since=short), by, members)
    index = punctuality.index(every, scale, by=keys).drop("bills")
    late = punctuality.index(recent, scale, by=keys).select(*keys, short_index="payment_index")
    open_days = punctuality.open_days(past, since=since, sales_kinds=sight.document.sales_kinds)
    true = punctuality.true_dso(_cut(open_days, by, members), by=keys)
    return index.join(late, on=keys, how="full", coalesce=True).join(true, on=keys, how="full", coalesce=True)


def _spread(open_lines: pl.DataFrame, by: str, members: pl.DataFrame, top: int) -> pl.DataFrame:
    """How much of each group the largest debtors owe, and how concentrated it is."""
    keys = ["group", "currency"]
    owed = (
        _cut(open_lines, by, members)
        .group_by(*keys, "customer_id")
        .agg(pl.col("open_minor").sum())
        .filter(pl.col("open_minor") > 0)
    )
    share = pl.col("open_minor") / pl.col("open_minor").sum()
    return owed.group_by(keys).agg(
        top_share=share.top_k(top).sum(), concentration=(share * share).sum() * 10_000
    )
