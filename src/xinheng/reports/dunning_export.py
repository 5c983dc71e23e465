"""Runs and letters of reminder, and messages sent, as Excel; the export is on the trail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.base.messages import queries as sent
from xinheng.base.messages.values import Wanted as MessagesWanted
from xinheng.facts.customers import queries as customers
from xinheng.operations.dunning import queries as dunning
from xinheng.operations.dunning.values import Wanted
from xinheng.reports.errors import TooManyRows
from xinheng.reports.exports import Tally, notes_of
from xinheng.reports.sheets import MOST_ROWS, Column, Sheet, workbook


def export_dunning_run(*, actor: Actor, on: date, run_id: int) -> bytes:
    """What a run decided on each item of visible customers, and why. Refuses: AccessDenied, RunUnknown,
    TooManyRows."""
    access.require(actor, "exports.read", f"dunning_run:{run_id}")
    run = dunning.run(actor, run_id)
    rows = dunning.items(actor, run_id, on=on)
    _few_enough(rows)
    tally = Tally(_items(rows))
    notes = {
        _("Dunning run"): run.pk,
        _("Day"): run.on.isoformat(),
        _("State"): str(dunning.RUN_STATES[run.state]),
    }
    sheets = [
        Sheet(_("Open items"), _item_columns(), tally),
        Sheet(_("Missing addresses"), _gaps(), _missing(dunning.missing_of(actor, run, on=on))),
    ]
    return _kept(sheets, notes, tally, actor, on, f"dunning_run:{run_id}")


def export_dunning_letters(*, actor: Actor, on: date, wanted: Wanted) -> bytes:
    """The filtered letters to visible customers. Refuses: AccessDenied, TooManyRows."""
    access.require(actor, "exports.read", "dunning_letters")
    rows = dunning.letters(actor, wanted, on=on)
    _few_enough(rows)
    tally = Tally(_letters(rows))
    notes = {name: value for name, value in asdict(wanted).items() if value}
    return _kept(
        [Sheet(_("Payment reminders"), _letter_columns(), tally)], notes, tally, actor, on, "dunning_letters"
    )


def export_messages(*, actor: Actor, on: date, wanted: MessagesWanted) -> bytes:
    """The filtered messages about visible customers, addresses masked as on the page.

    Refuses: AccessDenied, TooManyRows.
    """
    access.require(actor, "exports.read", "messages")
    rows = sent.messages(actor, wanted, customers.visible(actor, on=on))
    _few_enough(rows)
    tally = Tally(_messages(rows, actor))
    notes = {name: value for name, value in asdict(wanted).items() if value}
    return _kept([Sheet(_("Messages"), _message_columns(), tally)], notes, tally, actor, on, "messages")


def _kept(
    sheets: list[Sheet], notes: dict[str, Any], tally: Tally, actor: Actor, on: date, subject: str
) -> bytes:
    content = workbook(sheets, notes=notes_of(actor, on, notes.items()), about=_("About this file"))
    after = {**{str(name): str(value) for name, value in notes.items()}, "rows": tally.rows}
    audit.record(actor=actor, act="exports.dunning", subject=subject, on=on, after=after)
    return content


def _few_enough(rows: Any) -> None:
    if (number := rows.count()) > MOST_ROWS:
        raise TooManyRows(rows=number, most=MOST_ROWS)


def _item_columns() -> list[Column]:
    return [
        Column(_("Customer no."), width=16), Column(_("Name"), width=32), Column(_("Bill"), width=18),
        Column(_("Instalment"), "count", 8), Column(_("Kind"), width=12), Column(_("Due on"), "date", 12),
        Column(_("Currency"), width=8), Column(_("Open"), "money", 16),
        Column(_("Amount demanded"), "money", 16), Column(_("Days overdue"), "count", 10),
        Column(_("Level before"), "count", 10), Column(_("Level"), "count", 8),
        Column(_("Decision"), width=40), Column(_("Letter no."), "count", 8),
    ]  # fmt: skip


def _items(rows: Any) -> Iterator[tuple[Any, ...]]:
    for row in rows.iterator(chunk_size=2_000):
        bill = row.bill
        yield (
            row.customer.no, row.customer.name, bill.bill_no, row.instalment or None,
            str(dunning.KINDS.get(bill.kind, bill.kind)), row.due_on, bill.currency,
            Money(row.open_minor, bill.currency).decimal, Money(row.due_minor, bill.currency).decimal,
            max(row.overdue_days, 0), None if row.level_before < 0 else row.level_before,
            None if row.level < 0 else row.level, str(dunning.DECISIONS[row.decision]), row.letter,
        )  # fmt: skip


def _gaps() -> list[Column]:
    return [
        Column(_("Customer no."), width=16), Column(_("Name"), width=32), Column(_("Way"), width=16),
        Column(_("Missing"), width=16),
    ]  # fmt: skip


def _missing(found: list[dict[str, Any]]) -> Iterator[tuple[Any, ...]]:
    for one in found:
        yield one["customer_no"], one["name"], str(sent.WAYS[one["way"]]), one["field"]


def _letter_columns() -> list[Column]:
    return [
        Column(_("No."), "count", 10), Column(_("Customer no."), width=16), Column(_("Name"), width=32),
        Column(_("Day"), "date", 12), Column(_("Ladder"), width=14), Column(_("Level"), "count", 8),
        Column(_("State"), width=12), Column(_("Items listed"), "count", 8), Column(_("Currency"), width=8),
        Column(_("Open"), "money", 16), Column(_("Taken off"), "money", 16),
        Column(_("Amount demanded"), "money", 16),
        Column(_("Interest and fees"), "money", 16), Column(_("Oldest, days overdue"), "count", 12),
        Column(_("To be paid by"), "date", 12),
    ]  # fmt: skip


def _letters(rows: Any) -> Iterator[tuple[Any, ...]]:
    for row in rows.iterator(chunk_size=2_000):
        minor = (row.open_minor, row.credit_minor, row.due_minor, row.charges_minor)
        yield (
            row.pk, row.customer.no, row.customer.name, row.run.on, row.ladder, row.level,
            str(dunning.RUN_STATES[row.state]), row.lines, row.currency,
            *(Money(one, row.currency).decimal for one in minor), row.oldest_days, row.deadline_on,
        )  # fmt: skip


def _message_columns() -> list[Column]:
    return [
        Column(_("No."), "count", 10), Column(_("When"), width=20), Column(_("Way"), width=14),
        Column(_("Recipient"), width=24), Column(_("Address"), width=24), Column(_("Subject line"), width=24),
        Column(_("Subject line"), width=30), Column(_("State"), width=14), Column(_("Tries"), "count", 8),
        Column(_("Sent at"), width=20), Column(_("Why not"), width=50),
        Column(_("Hash of the paper"), width=66),
    ]  # fmt: skip


def _messages(rows: Any, actor: Actor) -> Iterator[tuple[Any, ...]]:
    zone = timezone.get_current_timezone()
    for row in rows.iterator(chunk_size=2_000):
        sent_at = f"{row.sent_at.astimezone(zone):%Y-%m-%d %H:%M:%S}" if row.sent_at else ""
        yield (
            row.pk, f"{row.made_at.astimezone(zone):%Y-%m-%d %H:%M:%S}", str(sent.WAYS[row.way]),
            row.recipient,
            sent.address_shown(actor, row), row.subject, row.title, str(sent.STATES[row.state]), row.tries,
            sent_at, sent.fault_of(row), row.paper_sha256,
        )  # fmt: skip
