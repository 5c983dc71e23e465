"""Warnings as a workbook, with how each signal did; the export itself is on the trail."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.judgements.warnings import queries
from xinheng.judgements.warnings.values import Record, Wanted, WarningSignals
from xinheng.reports.errors import TooManyRows
from xinheng.reports.exports import Tally, notes_of
from xinheng.reports.sheets import MOST_ROWS, Column, Sheet, workbook

YEAR = timedelta(days=365)


def export_warnings(*, actor: Actor, on: date, wanted: Wanted) -> bytes:
    """The warnings that pass the filters, and the year's figures. Refuses: AccessDenied, TooManyRows."""
    access.require(actor, "exports.read", "warnings")
    found = queries.warnings(actor, wanted, on=on)
    if (rows := found.count()) > MOST_ROWS:
        raise TooManyRows(rows=rows, most=MOST_ROWS)
    told = {name: str(value) for name, value in asdict(wanted).items() if value}
    document = queries.signals(on)
    tally = Tally(_row(one, document) for one in found.iterator(2_000))
    records = queries.records(actor, since=on - YEAR, on=on)
    sheets = [
        Sheet(_("Warnings"), _columns(), tally),
        Sheet(_("Signals"), _record_columns(), Tally(_record(one, document) for one in records)),
    ]
    content = workbook(sheets, notes=notes_of(actor, on, told.items()), about=_("About this file"))
    after = {**told, "rows": tally.rows}
    audit.record(actor=actor, act="exports.warnings", subject="warnings", on=on, after=after)
    return content


def _columns() -> list[Column]:
    return [
        Column(_("No."), "count", 8), Column(_("Customer no."), width=14), Column(_("Customer"), width=28),
        Column(_("Signal"), width=24), Column(_("Level"), width=10), Column(_("Measure"), width=16),
        Column(_("Evidence"), width=60), Column(_("At stake"), "money", 16), Column(_("Currency"), width=8),
        Column(_("Raised on"), "date", 12), Column(_("To be closed by"), "date", 14),
        Column(_("Owner"), width=14), Column(_("Times told"), "count", 8), Column(_("Outcome"), width=20),
        Column(_("Closed on"), "date", 12), Column(_("Finding"), width=40),
    ]  # fmt: skip


def _row(one: Any, document: WarningSignals) -> tuple[Any, ...]:
    who = (one.customer.no, one.customer.name) if one.customer else ("", one.cause)
    shown = "；".join(f"{what} {figure}" for what, figure in queries.evidence_words(one))
    amount = None if one.amount_minor is None else Money(one.amount_minor, one.currency).decimal
    return (
        one.pk, *who, queries.signal_word(one.signal, document), str(queries.LEVELS[one.level]),
        queries.measure_word(one, document), shown, amount, one.currency if amount is not None else "",
        one.raised_on, one.due_on, one.owner, one.times,
        queries.outcome_word(one.outcome, document) if one.outcome else "", one.closed_on, one.note,
    )  # fmt: skip


def _record_columns() -> list[Column]:
    return [
        Column(_("Signal"), width=24), Column(_("Raised"), "count", 10), Column(_("Open"), "count", 10),
        Column(_("Late"), "count", 10), Column(_("Closed"), "count", 10),
        Column(_("Closed in time"), "count", 12), Column(_("True alarms"), "count", 12),
    ]  # fmt: skip


def _record(one: Record, document: WarningSignals) -> tuple[Any, ...]:
    name = queries.signal_word(one.signal, document)
    return (name, one.raised, one.open, one.late, one.closed, one.in_time, one.true_alarms)
