"""Advances, what is to be done about them, and what was recovered, as Excel; the export is on the trail."""

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
from xinheng.base.kernel.periods import add_months, quarter_of
from xinheng.judgements.advances import queries as advances
from xinheng.judgements.advances.values import Wanted
from xinheng.reports.errors import TooManyRows
from xinheng.reports.exports import Tally, notes_of
from xinheng.reports.sheets import MOST_ROWS, Column, Sheet, workbook


def export_advances(*, actor: Actor, on: date, wanted: Wanted) -> bytes:
    """The filtered advances; of all within reach what is to be done, debts from before, checks, recovery.

    Checks are those of the quarter that runs and of the one before; recovery is of this year and the last.

    Refuses: AccessDenied, TooManyRows.
    """
    access.require(actor, "exports.read", "advances")
    rows = advances.advances(actor, wanted, on=on)
    if (number := rows.count()) > MOST_ROWS:
        raise TooManyRows(rows=number, most=MOST_ROWS)
    asked = {name: value for name, value in asdict(wanted).items() if value}
    tally = Tally(_lines(rows, on))
    content = workbook(
        [
            Sheet(_("Advances"), _columns(), tally),
            Sheet(_("What is to be done"), _duty_columns(), _duties(actor, on)),
            Sheet(_("Debts from before"), _debt_columns(), _debts(actor, on)),
            Sheet(_("Check of the quarter"), _check_columns(), _checks(actor, on)),
            Sheet(_("Recovered"), _recovered_columns(), _recovered(actor, on)),
        ],
        notes=notes_of(actor, on, asked.items()),
        about=_("About this file"),
    )
    after = {**asked, "rows": tally.rows}
    audit.record(actor=actor, act="exports.advances", subject="advances", on=on, after=after)
    return content


def _columns() -> list[Column]:
    return [
        Column(_("Customer no."), width=16), Column(_("Name"), width=32), Column(_("No."), "count", 8),
        Column(_("State"), width=14), Column(_("Grade"), width=8), Column(_("Limit"), "money", 16),
        Column(_("Months"), "count", 8), Column(_("Days on top"), "count", 8),
        Column(_("Paid out"), "money", 16), Column(_("Paid back"), "money", 16),
        Column(_("Open"), "money", 16), Column(_("Last day"), "date", 12),
        Column(_("Days overdue"), "count", 10), Column(_("Contract"), width=18),
        Column(_("Contract ends"), "date", 12), Column(_("Exceptions"), width=40),
        Column(_("Reason"), width=30), Column(_("Asked by"), width=14), Column(_("Asked on"), "date", 12),
        Column(_("Decided by"), width=14), Column(_("Decided on"), "date", 12),
    ]  # fmt: skip


def _lines(rows: Any, on: date) -> Iterator[tuple[Any, ...]]:
    for row in rows.iterator(chunk_size=2_000):
        late = (on - row.last_day).days if row.last_day and row.last_day < on else None
        yield (
            row.customer.no, row.customer.name, row.pk, str(advances.STATES[row.state]), row.grade,
            Money(row.limit_minor).decimal, row.months, row.days, Money(row.paid_minor).decimal,
            Money(row.repaid_minor).decimal, Money(row.open_minor).decimal, row.last_day, late,
            row.contract_no, row.contract_end_on,
            advances.all_told(advances.kept_findings(row.findings)), row.why, row.asked_by, row.asked_on,
            row.decided_by, row.decided_on,
        )  # fmt: skip


def _duty_columns() -> list[Column]:
    return [
        Column(_("Customer no."), width=16), Column(_("Name"), width=32), Column(_("What"), width=40),
        Column(_("Since"), "date", 12), Column(_("Due on"), "date", 12), Column(_("Overdue"), width=10),
        Column(_("Amount"), "money", 16), Column(_("Who"), width=16),
    ]  # fmt: skip


def _duties(actor: Actor, on: date) -> Iterator[tuple[Any, ...]]:
    for one in advances.duties_of(actor, on=on):
        yield (
            one.customer.no, one.customer.name, str(advances.DUTIES[one.code]), one.since, one.due_on,
            _("yes") if one.is_late else "", one.figure.decimal if one.figure else None, one.person,
        )  # fmt: skip


def _debt_columns() -> list[Column]:
    return [
        Column(_("Customer no."), width=16), Column(_("Name"), width=32), Column(_("Since"), "date", 12),
        Column(_("At first"), "money", 16), Column(_("Left"), "money", 16), Column(_("Note"), width=40),
        Column(_("Collector"), width=16), Column(_("Next step"), width=40), Column(_("By"), "date", 12),
    ]  # fmt: skip


def _debts(actor: Actor, on: date) -> Iterator[tuple[Any, ...]]:
    debts = list(advances.legacy(actor, on=on)[:MOST_ROWS])
    running = advances.collections(debts)
    for debt in debts:
        task = running.get(debt.pk)
        yield (
            debt.customer.no, debt.customer.name, debt.since, Money(debt.opening_minor).decimal,
            Money(debt.balance_minor).decimal, debt.note, task.collector if task else "",
            task.next_step if task else "", task.next_step_on if task else None,
        )  # fmt: skip


def _check_columns() -> list[Column]:
    return [
        Column(_("Quarter"), width=24), Column(_("Customer no."), width=16), Column(_("Name"), width=32),
        Column(_("What was found"), width=40), Column(_("Advice"), width=14), Column(_("Who"), width=16),
        Column(_("Day"), "date", 12),
    ]  # fmt: skip


def _checks(actor: Actor, on: date) -> Iterator[tuple[Any, ...]]:
    """The checks of two quarters; who was not checked has blank cells."""
    for quarter in (quarter_of(on), quarter_of(add_months(on, -3))):
        for missing in advances.unchecked(actor, quarter, on=on):
            yield (str(quarter), missing.customer.no, missing.customer.name, "", "", "", None)
        for row in advances.checks(actor, quarter, on=on):
            yield (
                str(quarter), row.customer.no, row.customer.name, row.findings,
                str(advances.ADVICE[row.advice]), row.checked_by, row.checked_on,
            )  # fmt: skip


def _recovered_columns() -> list[Column]:
    return [
        Column(_("Year"), width=8), Column(_("Who"), width=20), Column(_("Due back"), "money", 16),
        Column(_("Recovered"), "money", 16), Column(_("Recovery rate"), "share", 12),
        Column(_("Coefficient"), "number", 12), Column(_("Figure"), "number", 12),
    ]  # fmt: skip


def _recovered(actor: Actor, on: date) -> Iterator[tuple[Any, ...]]:
    for year in (on.year, on.year - 1):
        for one in advances.appraisals(actor, year, on=on):
            yield (
                str(year), one.name, one.due.decimal, one.recovered.decimal, one.rate, one.coefficient,
                one.figure,
            )  # fmt: skip
