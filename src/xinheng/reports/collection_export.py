"""Collection as Excel: the work list, promises, clocks, what was recovered; the export is on the trail."""

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
from xinheng.base.kernel.periods import year_of
from xinheng.operations.collection import queries as collection
from xinheng.operations.collection.values import WantedCases
from xinheng.reports.errors import TooManyRows
from xinheng.reports.exports import Tally, notes_of
from xinheng.reports.sheets import MOST_ROWS, Column, Sheet, workbook


def export_collection(*, actor: Actor, on: date, wanted: WantedCases) -> bytes:
    """The filtered cases; of all within reach promises, debts by their clock, other times, recoveries.

    Refuses: AccessDenied, TooManyRows.
    """
    access.require(actor, "exports.read", "collection")
    rows = collection.cases(actor, wanted, on=on)
    if (number := rows.count()) > MOST_ROWS:
        raise TooManyRows(rows=number, most=MOST_ROWS)
    asked = {name: value for name, value in asdict(wanted).items() if value}
    tally = Tally(_cases(rows))
    content = workbook(
        [
            Sheet(_("Work list"), _case_columns(), tally),
            Sheet(_("Promises"), _promise_columns(), _promises(actor, on)),
            Sheet(_("Limitation of claims"), _clock_columns(), _clocks(actor, on)),
            Sheet(_("Other times of the law"), _deadline_columns(), _deadlines(actor, on)),
            Sheet(_("Recovered"), _recovered_columns(), _recovered(actor, on)),
        ],
        notes=notes_of(actor, on, asked.items()),
        about=_("About this file"),
    )
    after = {**asked, "rows": tally.rows}
    audit.record(actor=actor, act="exports.collection", subject="collection", on=on, after=after)
    return content


def _case_columns() -> list[Column]:
    return [
        Column(_("Customer no."), width=16), Column(_("Name"), width=32), Column(_("Currency"), width=8),
        Column(_("Overdue"), "money", 16), Column(_("Contested"), "money", 16),
        Column(_("Days overdue"), "count", 10), Column(_("Expected loss"), "money", 16),
        Column(_("Expected late"), "money", 16), Column(_("Collector"), width=16),
        Column(_("Next step"), width=40), Column(_("By"), "date", 12), Column(_("Last active"), "date", 12),
        Column(_("Opened on"), "date", 12), Column(_("Closed on"), "date", 12),
    ]  # fmt: skip


def _cases(rows: Any) -> Iterator[tuple[Any, ...]]:
    for row in rows.iterator(chunk_size=2_000):
        late = None if row.late_minor is None else Money(row.late_minor, row.currency).decimal
        yield (
            row.customer.no, row.customer.name, row.currency, Money(row.overdue_minor, row.currency).decimal,
            Money(row.disputed_minor, row.currency).decimal, row.overdue_days,
            Money(row.loss_minor, row.currency).decimal, late, row.collector, row.next_step, row.next_step_on,
            row.active_on, row.opened_on, row.closed_on,
        )  # fmt: skip


def _promise_columns() -> list[Column]:
    return [
        Column(_("Customer no."), width=16), Column(_("Name"), width=32), Column(_("Currency"), width=8),
        Column(_("Promised"), "money", 16), Column(_("Promised day of payment"), "date", 12),
        Column(_("Promised by whom"), width=16), Column(_("State"), width=20),
        Column(_("Received"), "money", 16),
        Column(_("Judged on"), "date", 12),
    ]  # fmt: skip


def _promises(actor: Actor, on: date) -> Iterator[tuple[Any, ...]]:
    for row in collection.promises(actor, on=on)[:MOST_ROWS].iterator(chunk_size=2_000):
        currency = row.case.currency
        yield (
            row.case.customer.no, row.case.customer.name, currency, Money(row.amount_minor, currency).decimal,
            row.due_on, row.promised_by, str(collection.PROMISES[row.state]),
            Money(row.paid_minor, currency).decimal, row.judged_on,
        )  # fmt: skip


def _clock_columns() -> list[Column]:
    return [
        Column(_("Customer no."), width=16), Column(_("Name"), width=32), Column(_("Bill"), width=20),
        Column(_("Currency"), width=8), Column(_("Open"), "money", 16), Column(_("Due on"), "date", 12),
        Column(_("Runs from"), "date", 12), Column(_("Be done by"), "date", 12),
        Column(_("Last day"), "date", 12), Column(_("Days left"), "count", 10),
        Column(_("Interruptions"), "count", 12), Column(_("Time is over"), width=12),
    ]  # fmt: skip


def _clocks(actor: Actor, on: date) -> Iterator[tuple[Any, ...]]:
    for one in collection.clock_lines(actor, on=on, which="all")[:MOST_ROWS]:
        yield (
            one.customer.no, one.customer.name, one.bill_no, one.currency, one.open.decimal, one.due_on,
            one.runs_from, one.alert_base, one.last_day, one.days_left, one.events,
            _("yes") if one.is_expired else "",
        )  # fmt: skip


def _deadline_columns() -> list[Column]:
    return [
        Column(_("Customer no."), width=16), Column(_("Name"), width=32), Column(_("What"), width=36),
        Column(_("About"), width=30), Column(_("From"), "date", 12), Column(_("Last day"), "date", 12),
    ]  # fmt: skip


def _deadlines(actor: Actor, on: date) -> Iterator[tuple[Any, ...]]:
    for row in collection.deadlines(actor, on=on)[:MOST_ROWS]:
        yield (
            row.case.customer.no, row.case.customer.name, collection.clock_word(row.code, on=on), row.what,
            row.from_on, row.last_day,
        )  # fmt: skip


def _recovered_columns() -> list[Column]:
    return [
        Column(_("Who"), width=20), Column(_("Currency"), width=8), Column(_("Due"), "money", 16),
        Column(_("Recovered"), "money", 16), Column(_("Recovery rate"), "share", 12),
        Column(_("Coefficient"), "number", 12), Column(_("Figure"), "number", 12),
    ]  # fmt: skip


def _recovered(actor: Actor, on: date) -> Iterator[tuple[Any, ...]]:
    for one in collection.appraise(actor, year_of(on), on=on):
        yield (
            one.name, one.currency, one.due.decimal, one.recovered.decimal, one.rate, one.coefficient,
            one.figure,
        )  # fmt: skip
