"""Late-payment risk as Excel: customers, bills, and what earlier forecasts came to; it is on the trail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.judgements.arrears import queries as arrears
from xinheng.judgements.arrears.values import Wanted
from xinheng.reports.errors import TooManyRows
from xinheng.reports.exports import Tally, notes_of
from xinheng.reports.sheets import MOST_ROWS, Column, Sheet, workbook


def export_arrears(*, actor: Actor, on: date, wanted: Wanted) -> bytes:
    """The customers that pass the filters, the warned bills and the accuracy of earlier forecasts.

    Refuses: AccessDenied, TooManyRows.
    """
    access.require(actor, "exports.read", "arrears")
    rows, bills = arrears.risks(actor, wanted, on=on), arrears.warned_bills(actor, on=on)
    if (number := max(rows.height, bills.height)) > MOST_ROWS:
        raise TooManyRows(rows=number, most=MOST_ROWS)
    asked = {name: value for name, value in asdict(wanted).items() if value}
    tally = Tally(_customers(rows))
    content = workbook(
        [
            Sheet(_("Customers at risk"), _customer_columns(), tally),
            Sheet(_("Warning table"), _bill_columns(), _bills(bills)),
            Sheet(_("Accuracy"), _accuracy_columns(), _accuracies(actor, on)),
        ],
        notes=notes_of(actor, on, asked.items()),
        about=_("About this file"),
    )
    after = {**asked, "rows": tally.rows}
    audit.record(actor=actor, act="exports.arrears", subject="arrears", on=on, after=after)
    return content


def _customer_columns() -> list[Column]:
    return [
        Column(_("Customer no."), width=16), Column(_("Name"), width=32), Column(_("Class"), width=14),
        Column(_("Level"), width=14), Column(_("Currency"), width=8), Column(_("Open"), "money", 16),
        Column(_("Already late"), "money", 16), Column(_("Expected late"), "money", 16),
        Column(_("Highest chance"), "share", 12), Column(_("Expected days late"), "number", 12),
        Column(_("Bills paid so far"), "count", 10), Column(_("Why"), width=70),
    ]  # fmt: skip


def _customers(rows: Any) -> Iterator[tuple[Any, ...]]:
    names = customers.numbers_and_names(rows["customer_id"].unique().to_list()) if rows.height else {}
    for row in rows.iter_rows(named=True):
        currency = row["currency"]
        yield (
            row["customer"], names.get(row["customer_id"], ("", ""))[1], row["group"],
            str(arrears.LEVEL_WORDS[row["level"]]), currency, Money(row["open_minor"], currency),
            Money(row["late_minor"], currency), Money(row["expected_late_minor"], currency),
            row["largest"], row["days_late"], row["payments"], row["reasons"],
        )  # fmt: skip


def _bill_columns() -> list[Column]:
    return [
        Column(_("Customer no."), width=16), Column(_("Class"), width=14), Column(_("Currency"), width=8),
        Column(_("Open"), "money", 16), Column(_("Billed"), "date", 12), Column(_("Due"), "date", 12),
        Column(_("Expected payment"), "date", 12), Column(_("Chance of lateness"), "share", 12),
        Column(_("Expected days late"), "number", 12), Column(_("Why"), width=70),
    ]  # fmt: skip


def _bills(rows: Any) -> Iterator[tuple[Any, ...]]:
    for row in rows.iter_rows(named=True):
        yield (
            row["customer"], row["group"], row["currency"], Money(row["open_minor"], row["currency"]),
            row["billed"], row["due"], row["settle"], row["chance"], row["days_late"], row["reasons"],
        )  # fmt: skip


def _accuracy_columns() -> list[Column]:
    return [
        Column(_("Month"), "date", 12), Column(_("Class"), width=14), Column(_("Currency"), width=8),
        Column(_("Expected late"), "number", 16), Column(_("Actually late"), "number", 16),
        Column(_("Accuracy"), "share", 10), Column(_("At risk"), "count", 10),
        Column(_("High risk"), "count", 10), Column(_("Late customers"), "count", 10),
        Column(_("Precision"), "share", 10), Column(_("Recall"), "share", 10),
    ]  # fmt: skip


def _accuracies(actor: Actor, on: date) -> Iterator[tuple[Any, ...]]:
    for one in arrears.accuracy_history(actor, on=on):
        yield (
            one.month, one.group, one.currency, one.foretold, one.actual, one.accuracy, one.at_risk,
            one.high_risk, one.late, one.precision, one.recall,
        )  # fmt: skip
