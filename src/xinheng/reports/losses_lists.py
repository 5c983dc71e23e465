"""The lists of losses, targets and figures: which columns each has, what they mean, and their rows.

One description serves the pages, the interface, the command line and the workbooks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import polars as pl
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.judgements.losses import queries as losses

Kind = Literal["text", "money", "share", "number", "count", "date", "yes"]
Rows = Callable[..., pl.DataFrame]


@dataclass(frozen=True)
class Field:
    """One column: the frame's name of it, its heading, its kind, and how it is reckoned."""

    key: str
    title: str | Promise
    kind: Kind = "text"
    meaning: str | Promise = ""


@dataclass(frozen=True)
class Listed:
    """One list: its name, its columns, and where its rows come from. by: whether it is cut by groups."""

    title: str | Promise
    fields: tuple[Field, ...]
    rows: Rows
    by: tuple[str, ...] = ()


GROUP = (Field("group", _("Code of the group")), Field("label", _("Name")), Field("currency", _("Currency")))
WHO = (Field("group", _("Customer no.")), Field("label", _("Name")))
KPIS = (
    Field(
        "closing_minor", _("Receivables"), "money", _("open at the end of the day, credit notes taken off")
    ),
    Field("overdue_minor", _("Overdue"), "money", _("due before the day")),
    Field(
        "sales_minor",
        _("Credit and cash sales"),
        "money",
        _("bills of the window, with tax, less credit notes"),
    ),
    Field("collected_minor", _("Collected"), "money", _("settled by receipts within the window")),
    Field(
        "dso",
        _("DSO"),
        "number",
        _("receivables ÷ sales × days; both with tax, or the days come out too long"),
    ),
    Field("best_dso", _("Best possible DSO"), "number", _("receivables not due ÷ sales × days")),
    Field("delay", _("Days delinquent"), "number", _("DSO less best possible DSO")),
    Field(
        "countback_dso",
        _("Count-back DSO"),
        "number",
        _("days of the newest months whose sales make up the receivables"),
    ),
    Field(
        "true_dso",
        _("True DSO"),
        "number",
        _("days from billing to payment, or to the day, weighted by money"),
    ),
    Field(
        "effectiveness",
        _("Collection effectiveness"),
        "share",
        _("(opening + billed − closing) ÷ (opening + billed − closing not due)"),
    ),
    Field("overdue_share", _("Overdue rate"), "share", _("overdue ÷ receivables")),
    Field("collected_share", _("Collection rate"), "share", _("collected ÷ (opening + billed)")),
    Field("bad_debt_share", _("Bad-debt rate"), "share", _("written off ÷ sales")),
    Field(
        "turnover", _("Turnover"), "number", _("sales of a year ÷ mean of opening and closing receivables")
    ),
    Field("turnover_days", _("Days of turnover"), "number", _("mean receivables ÷ sales × days")),
    Field("cash_cycle", _("Cash cycle"), "number", _("DSO + days of inventory − days payable, as told")),
    Field(
        "top_share",
        _("Largest debtors"),
        "share",
        _("share of the largest debtors, as many as the policy says"),
    ),
    Field(
        "concentration",
        _("Concentration (HHI)"),
        "number",
        _("sum of squared shares in percent, 0 to 10,000"),
    ),
    Field(
        "payment_index", _("Payment index"), "number", _("80: in time; weighted by money, of the long trend")
    ),
    Field("short_index", _("Index, short"), "number", _("the same of the short trend")),
    Field("beyond_terms", _("Days beyond terms"), "number", _("weighted by money; early below zero")),
)
BENEFIT = (
    Field("sales_minor", _("Sales of a year"), "money"),
    Field("growth", _("Growth"), "share", _("against the year before; none where nothing was sold then")),
    Field("mean_open_minor", _("Mean receivables"), "money", _("of the twelve months")),
    Field("margin_minor", _("Margin"), "money", _("of sales without tax, at the rate of the policy")),
    Field("capital_minor", _("Cost of capital"), "money", _("mean receivables × rate × days ÷ 365")),
    Field("bad_debt_minor", _("Expected bad debt"), "money", _("by the rates of the loss matrix")),
    Field(
        "administration_minor",
        _("Administration cost"),
        "money",
        _("a bill and a customer, as the policy says"),
    ),
    Field("net_minor", _("Net benefit"), "money", _("margin less the three costs")),
)
PARTNERS = (
    *WHO,
    Field("years", _("Years of dealing"), "number"),
    Field("in_time", _("Paid in time"), "share"),
    Field("bills", _("Bills paid"), "count"),
    Field("sales_minor", _("Sales of a year"), "money"),
    Field("is_partner", _("Partner"), "yes"),
)
RISKS = (
    *WHO,
    Field("currency", _("Currency")),
    Field("open_minor", _("Receivables"), "money"),
    Field("overdue_minor", _("Overdue"), "money"),
    Field("bills", _("Bills paid"), "count"),
    Field("payment_index", _("Payment index"), "number"),
    Field("is_assessable", _("Assessable"), "yes"),
    Field("bad_debt_minor", _("Expected loss"), "money", _("none where too little was paid to tell")),
)
BEHIND = (
    Field("customer_no", _("Customer no.")),
    Field("name", _("Name")),
    Field("document_no", _("Document")),
    Field("due_on", _("Due on"), "date"),
    Field("amount_minor", _("Amount"), "money"),
    Field("late_days", _("Days late"), "count"),
)
MONTHS = (Field("day", _("Day"), "date"), Field("currency", _("Currency")), *KPIS[:8], *KPIS[9:15])
ROLLS = (
    Field("day", _("Day"), "date"),
    Field("currency", _("Currency")),
    Field("bucket", _("From bucket")),
    Field("roll", _("Moved on"), "share", _("share of the bucket that is in the next one a month later")),
)
NOT_BY_SEGMENT = tuple(way for way in losses.WAYS if way != "segment")
LISTS: dict[str, Listed] = {
    "figures": Listed(_("Figures of receivables"), (*GROUP, *KPIS), losses.figures, tuple(losses.WAYS)),
    "months": Listed(_("Figures month by month"), MONTHS, losses.figures_by_month),
    "rolls": Listed(_("Roll rates"), ROLLS, losses.roll_rates),
    "benefit": Listed(_("Net benefit of credit"), (*GROUP, *BENEFIT), losses.benefit, NOT_BY_SEGMENT),
    "partners": Listed(_("Partners"), PARTNERS, losses.partners),
    "risks": Listed(_("Risk by customer"), RISKS, losses.risks),
}


def rows_of(name: str, *, actor: Actor, as_of: date, on: date, by: str = "") -> pl.DataFrame:
    """The rows of a list of LISTS, as the room gives them. Refuses what the room refuses."""
    listed = LISTS[name]
    asked = {"by": by if by in listed.by else "customer"} if listed.by else {}
    return listed.rows(actor, as_of=as_of, on=on, **asked)


def cell(row: dict[str, Any], field: Field) -> Any:
    """The value of a column in a row: Money, a share or number as it is; None: not measured."""
    value = row[field.key]
    if field.kind == "money" and value is not None:
        return Money(value, row.get("currency") or "CNY")
    return value


def target_words() -> dict[str, str | Promise]:
    """What the targets are called in short."""
    return {
        "credit_sales": _("Credit sales"),
        "performance": _("Contract performance"),
        "bad_debts": _("Bad debts"),
        "overdue": _("Overdue"),
    }
