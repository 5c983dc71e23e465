"""The report on the three goals of credit management (LIM-13)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinheng.judgements.limits import queries as limits
from xinheng.judgements.losses import aiming, ledger
from xinheng.judgements.losses.kpis import Sight

YEAR = 12
GOALS: dict[str, str | Promise] = {
    "limits": _("Analyse limits and set them right"),
    "unable": _("See quickly who cannot pay"),
    "growth": _("Sell more without more risk"),
}
FIGURES: dict[str, str | Promise] = {
    "limited": _("customers with a limit"),
    "unused": _("of them that owe nothing"),
    "exceeded": _("of them that owe more than the limit"),
    "overdue_customers": _("customers with something overdue"),
    "newly_overdue": _("of them not overdue three months ago"),
    "bad_customers": _("customers with bad debts"),
    "sales_growth": _("growth of sales over twelve months"),
    "overdue_before": _("overdue share a year ago"),
    "overdue_now": _("overdue share now"),
}


@dataclass(frozen=True)
class Figure:
    """One figure of the report. value: None: there is too little history to tell."""

    goal: str
    code: str
    value: float | None
    is_share: bool = False


def goals(sight: Sight) -> list[Figure]:
    """The figures behind the three goals as of the day, of money in yuan.

    What compares with a time before the ledger began is not told: too little history.
    """
    past = sight.past()
    days = ledger.days_back(sight.as_of, 2 * YEAR)
    yuan = pl.col("currency") == "CNY"
    lines = ledger.balances(past, days).filter(yuan)
    flows = ledger.flows(past, days, sales_kinds=sight.document.sales_kinds).filter(yuan)
    has_year = not past.bills.filter(pl.col("billed_on") <= days[YEAR]).is_empty()
    has_two = not past.bills.filter(pl.col("billed_on") <= days[0]).is_empty()
    now = lines.filter(pl.col("step") == len(days) - 1)
    return [
        *_limits(sight, now),
        *_unable(sight, lines, days, known=has_year),
        *_growth(lines, flows, has_year, has_two),
    ]


def _limits(sight: Sight, now: pl.DataFrame) -> list[Figure]:
    given = limits.standings(sight.seen, on=sight.as_of).filter(
        pl.col("limit_minor").is_not_null() & (pl.col("currency") == "CNY")
    )
    owed = now.group_by("customer_id").agg(pl.col("open_minor").sum())
    held = given.join(owed, on="customer_id", how="left").with_columns(pl.col("open_minor").fill_null(0))
    if held.is_empty():
        return [Figure("limits", code, None) for code in ("limited", "unused", "exceeded")]
    return [
        Figure("limits", "limited", float(len(held))),
        Figure("limits", "unused", float((held["open_minor"] <= 0).sum())),
        Figure("limits", "exceeded", float((held["open_minor"] > held["limit_minor"]).sum())),
    ]


def _unable(sight: Sight, lines: pl.DataFrame, days: Sequence[Any], *, known: bool) -> list[Figure]:
    late = lines.filter((pl.col("due_on") < pl.col("day")) & (pl.col("open_minor") > 0))
    last = len(days) - 1
    now = set(late.filter(pl.col("step") == last)["customer_id"])
    before = set(late.filter(pl.col("step") == last - 3)["customer_id"])
    bad = aiming.bad_debts(lines.filter(pl.col("step") == last), sight.document, sight.as_of)
    return [
        Figure("unable", "overdue_customers", float(len(now))),
        Figure("unable", "newly_overdue", float(len(now - before)) if known else None),
        Figure("unable", "bad_customers", float(bad["customer_id"].n_unique())),
    ]


def _growth(lines: pl.DataFrame, flows: pl.DataFrame, has_year: bool, has_two: bool) -> list[Figure]:
    recent = pl.col("step") > YEAR
    now, before = flows.select(
        pl.col("sales_minor").filter(recent).sum(), before=pl.col("sales_minor").filter(~recent).sum()
    ).row(0)
    growth = now / before - 1 if has_two and before > 0 else None
    return [
        Figure("growth", "sales_growth", growth, is_share=True),
        Figure("growth", "overdue_before", _overdue(lines, YEAR) if has_year else None, is_share=True),
        Figure("growth", "overdue_now", _overdue(lines, 2 * YEAR), is_share=True),
    ]


def _overdue(lines: pl.DataFrame, step: int) -> float | None:
    held = lines.filter(pl.col("step") == step)
    total = int(held["open_minor"].sum())
    late = int(held.filter(pl.col("due_on") < pl.col("day"))["open_minor"].sum())
    return late / total if total > 0 else None
