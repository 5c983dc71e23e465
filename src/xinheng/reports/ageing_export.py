"""Ageing of any day and the documents behind it, as Excel; the export is on the trail."""

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
from xinheng.operations.confirmations.values import Aged, AgeingAsked, AgeingLine
from xinheng.reports import words
from xinheng.reports.errors import TooManyRows
from xinheng.reports.exports import Tally, notes_of
from xinheng.reports.sheets import MOST_ROWS, Column, Sheet, workbook

NONE_TOLD = "—"


def export_ageing(*, actor: Actor, on: date, as_of: date, asked: AgeingAsked) -> bytes:
    """The ageing as asked for, all its lines, with a sheet of the sums and of the proof against the ledger.

    Refuses: AccessDenied, TooManyRows.
    """
    access.require(actor, "exports.read", "ageing")
    aged = confirmations.aged(actor, asked, as_of=as_of, on=on)
    if aged.number > MOST_ROWS:
        raise TooManyRows(rows=aged.number, most=MOST_ROWS)
    told = {name: value for name, value in asdict(asked).items() if value}
    tally = Tally(_row(line, aged) for line in aged.lines)
    proven = [
        (one.currency, one.shown.decimal, one.facts.decimal, _("yes") if one.agrees else _("no"))
        for one in aged.controls
    ]
    sheets = [
        Sheet(_("Ageing"), _columns(aged), tally),
        Sheet(_("Sums"), _columns(aged), (_row(line, aged) for line in aged.sums)),
        Sheet(
            _("Proof"),
            [
                Column(_("Currency"), width=9), Column(_("Ageing less prepaid"), "money", 22),
                Column(_("Bills less receipts"), "money", 22), Column(_("Agrees"), width=9),
            ],
            proven,
        ),
    ]  # fmt: skip
    notes = notes_of(actor, on, [("as_of", as_of.isoformat()), *told.items()])
    content = workbook(sheets, notes=notes, about=_("About this file"))
    after = {**told, "as_of": as_of, "rows": tally.rows}
    audit.record(actor=actor, act="exports.ageing", subject="ageing", on=on, after=after)
    return content


def key_told(line: AgeingLine, by: str) -> str:
    """The name of a line's key in the reader's language; a dash where there is none."""
    if by == "kind":
        return words.word(confirmations.CLAIMS, line.key)
    return line.name or NONE_TOLD


def _columns(aged: Aged) -> list[Column]:
    names = confirmations.bucket_names(aged.set)
    head = str(confirmations.DIMENSION_NAMES[aged.by])
    return [
        Column(_("No."), width=16), Column(head, width=32), Column(_("Currency"), width=9),
        Column(_("Bills"), "count", 9), *(Column(name, "money", 18) for name in names),
        Column(_("Open in all"), "money", 18), Column(_("of it overdue"), "money", 18),
        Column(_("of it disputed"), "money", 18), Column(_("Paid in advance"), "money", 18),
    ]  # fmt: skip


def _row(line: AgeingLine, aged: Aged) -> tuple[Any, ...]:
    return (
        line.key, key_told(line, aged.by), line.currency, line.bills, *(one.decimal for one in line.buckets),
        line.total.decimal, line.overdue.decimal if line.overdue else None, line.disputed.decimal,
        line.prepaid.decimal if line.prepaid else None,
    )  # fmt: skip


def export_documents(*, actor: Actor, on: date, as_of: date, customer_no: str) -> bytes:
    """What one customer has open on a day, line by line. Refuses: AccessDenied, CustomerUnknown."""
    access.require(actor, "exports.read", f"customer:{customer_no}")
    frame = confirmations.documents(actor, customer_no, as_of=as_of, on=on)
    columns = [
        Column(_("Bill no."), width=20), Column(_("Instalment"), "count", 11), Column(_("Kind"), width=14),
        Column(_("Billed on"), "date", 12), Column(_("Due on"), "date", 12), Column(_("Currency"), width=9),
        Column(_("Amount"), "money", 16), Column(_("Open"), "money", 16),
        Column(_("Days the clock stood still"), "count", 14), Column(_("Days overdue"), "count", 12),
        Column(_("of it disputed"), "money", 16),
    ]  # fmt: skip
    notes = notes_of(actor, on, [("as_of", as_of.isoformat()), ("customer", customer_no)])
    content = workbook(
        [Sheet(_("Open documents"), columns, _documents(frame))], notes=notes, about=_("About this file")
    )
    after = {"as_of": as_of, "rows": frame.height}
    subject = f"customer:{customer_no}"
    audit.record(actor=actor, act="exports.open_documents", subject=subject, on=on, after=after)
    return content


def _documents(frame: Any) -> Iterator[tuple[Any, ...]]:
    for row in frame.iter_rows(named=True):
        currency = row["currency"]
        yield (
            row["bill_no"], row["instalment"] or None, words.word(confirmations.CLAIMS, row["kind"]),
            row["billed_on"], row["due_on"], currency, Money(row["amount_minor"], currency).decimal,
            Money(row["open_minor"], currency).decimal, row["paused_days"], row["overdue_days"],
            Money(row["disputed_minor"], currency).decimal,
        )  # fmt: skip
