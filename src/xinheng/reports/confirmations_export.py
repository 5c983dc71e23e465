"""Confirmations with their answers, and the differences that are worked off, as Excel."""

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
from xinheng.operations.confirmations import queries as confirmations
from xinheng.operations.confirmations.values import Wanted
from xinheng.reports.errors import TooManyRows
from xinheng.reports.exports import Tally, notes_of
from xinheng.reports.sheets import MOST_ROWS, Column, Sheet, workbook


def export_confirmations(*, actor: Actor, on: date, wanted: Wanted) -> bytes:
    """The filtered confirmations, a row a currency, what went out, and the differences within reach.

    Refuses: AccessDenied, TooManyRows.
    """
    access.require(actor, "exports.read", "confirmations")
    rows = confirmations.balances(actor, wanted, on=on)
    if (number := rows.count()) > MOST_ROWS:
        raise TooManyRows(rows=number, most=MOST_ROWS)
    asked = {name: value for name, value in asdict(wanted).items() if value}
    tally = Tally(_balances(rows))
    sheets = [
        Sheet(_("Confirmations"), _columns(), tally),
        Sheet(_("Sent list"), _sent_columns(), _sent(confirmations.sent(actor, wanted, on=on))),
        Sheet(_("Differences"), _difference_columns(), _differences(actor, on)),
    ]
    notes = notes_of(actor, on, asked.items())
    content = workbook(sheets, notes=notes, about=_("About this file"))
    after = {**asked, "rows": tally.rows}
    audit.record(actor=actor, act="exports.confirmations", subject="confirmations", on=on, after=after)
    return content


def _columns() -> list[Column]:
    return [
        Column(_("Customer no."), width=16), Column(_("Name"), width=32), Column(_("No."), "count", 8),
        Column(_("Kind of letter"), width=18), Column(_("Round"), width=20), Column(_("As of"), "date", 12),
        Column(_("State"), width=20), Column(_("Currency"), width=9), Column(_("Our balance"), "money", 18),
        Column(_("Their balance"), "money", 18), Column(_("Difference"), "money", 18),
        Column(_("Reply by"), "date", 12), Column(_("Sent on"), "date", 12),
        Column(_("Reminders of answers"), "count", 10), Column(_("Answered on"), "date", 12),
        Column(_("Settled on"), "date", 12), Column("SHA-256", width=20),
    ]  # fmt: skip


def _balances(rows: Any) -> Iterator[tuple[Any, ...]]:
    for row in rows.iterator(chunk_size=2_000):
        one, currency = row.confirmation, row.currency
        theirs = None if row.theirs_minor is None else Money(row.theirs_minor, currency).decimal
        ours = Money(row.balance_minor, currency).decimal
        yield (
            one.customer.no, one.customer.name, one.pk, str(confirmations.FORMS[one.form]),
            one.campaign.name if one.campaign else "", one.as_of, str(confirmations.STATES[one.state]),
            currency, ours, theirs, None if theirs is None else theirs - ours, one.reply_by, one.sent_on,
            one.reminders, one.answered_on, one.settled_on, one.sha256,
        )  # fmt: skip


def _sent_columns() -> list[Column]:
    return [
        Column(_("Customer no."), width=16), Column(_("Name"), width=32), Column(_("No."), "count", 8),
        Column(_("Sent on"), "date", 12), Column(_("How"), width=14), Column(_("Address"), width=40),
        Column(_("Reference"), width=20), Column(_("Who answers"), width=14), Column(_("Reminder"), width=10),
    ]  # fmt: skip


def _sent(rows: Any) -> Iterator[tuple[Any, ...]]:
    for row in rows[:MOST_ROWS]:
        customer = row.confirmation.customer
        yield (
            customer.no, customer.name, row.confirmation_id, row.sent_on, str(confirmations.WAYS[row.way]),
            row.address, row.reference, row.sent_by, _("yes") if row.is_reminder else "",
        )  # fmt: skip


def _difference_columns() -> list[Column]:
    return [
        Column(_("Customer no."), width=16), Column(_("No."), "count", 8), Column(_("Currency"), width=9),
        Column(_("Cause"), width=40), Column(_("Document"), width=20), Column(_("Amount"), "money", 16),
        Column(_("Who answers"), width=14), Column(_("Until"), "date", 12),
        Column(_("Worked off on"), "date", 12),
        Column(_("Outcome"), width=40),
    ]  # fmt: skip


def _differences(actor: Actor, on: date) -> Iterator[tuple[Any, ...]]:
    for is_open in (True, False):
        for one in confirmations.differences(actor, on=on, is_open=is_open)[:MOST_ROWS]:
            balance = one.balance
            yield (
                balance.confirmation.customer.no, balance.confirmation_id, balance.currency,
                str(confirmations.CAUSES[one.cause]), one.no,
                Money(one.amount_minor, balance.currency).decimal, one.owner, one.until_on, one.closed_on,
                one.outcome,
            )  # fmt: skip
