"""Consumers, their readings and what of a file was not taken, as Excel; every export is on the trail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.facts.metering import queries as metering
from xinheng.facts.metering.values import MARKS, VOLTAGES, ConsumerWanted
from xinheng.reports.errors import TooManyRows
from xinheng.reports.exports import Tally, notes_of
from xinheng.reports.sheets import MOST_ROWS, Column, Sheet, workbook


def export_metered_consumers(*, actor: Actor, on: date, wanted: ConsumerWanted) -> bytes:
    """The filtered consumers as they are supplied now. Refuses: AccessDenied, AreaUnknown, TooManyRows."""
    access.require(actor, "exports.read", "accounts")
    rows = metering.consumers(actor, wanted)
    if (number := rows.count()) > MOST_ROWS:
        raise TooManyRows(rows=number, most=MOST_ROWS)
    asked = {name: value for name, value in wanted.__dict__.items() if value}
    tally = Tally(_consumers(metering.with_supply(rows)))
    columns = [
        Column(_("Consumer number"), width=18), Column(_("Name"), width=32), Column(_("Address"), width=36),
        Column(_("Industry"), width=10), Column(_("Unit"), width=18), Column(_("Area"), width=18),
        Column(_("Voltage"), width=10), Column(_("Contract capacity, kVA"), "number", 14),
        Column(_("Tariff"), width=16), Column(_("Account opened on"), "date", 12),
        Column(_("Closed on"), "date", 12),
    ]  # fmt: skip
    content = workbook(
        [Sheet(_("Consumers"), columns, tally)], notes=notes_of(actor, on, asked.items()),
        about=_("About this file"),
    )  # fmt: skip
    after = {**asked, "rows": tally.rows}
    audit.record(actor=actor, act="exports.metered_consumers", subject="consumers", on=on, after=after)
    return content


def export_metered_readings(
    *, actor: Actor, on: date, consumer_no: str, since: date | None = None, until: date | None = None
) -> bytes:
    """The readings of a consumer with their marks, its events and its bills.

    Refuses: AccessDenied, ConsumerUnknown.
    """
    access.require(actor, "exports.read", f"consumer:{consumer_no}")
    span: dict[str, Any] = {"since": since, "until": until}
    days = metering.readings_of(actor, consumer_no, **span)
    tally = Tally((one.day, one.kwh, words_of_marks(one.marks)) for one in days)
    sheets = [
        Sheet(
            _("Readings"),
            [Column(_("Day"), "date", 12), Column(_("Use, kWh"), "number"), Column(_("Marks"), width=28)],
            tally,
        ),
        Sheet(
            _("Events"),
            [Column(_("Time"), width=20), Column(_("Code"), width=8), Column(_("What happened"), width=28),
             Column(_("Note"), width=40)],
            ((one.at.isoformat(" "), one.code, one.words, one.note)
             for one in metering.events_of(actor, consumer_no, **span)),
        ),
        Sheet(
            _("Billed use"),
            [Column(_("Month"), "date", 12), Column(_("Use, kWh"), "number"),
             Column(_("Amount, yuan"), "money"),
             Column(_("Due on"), "date", 12), Column(_("Paid on"), "date", 12), Column(_("Bill"), width=20)],
            ((one["month"], one["kwh"], one["amount"], one["due_on"], one["paid_on"], one["bill_no"])
             for one in metering.bills_of(actor, consumer_no, **span)),
        ),
    ]  # fmt: skip
    content = workbook(
        sheets, notes=notes_of(actor, on, [("consumer", consumer_no)]), about=_("About this file")
    )
    after = {"since": since, "until": until, "rows": tally.rows}
    audit.record(
        actor=actor, act="exports.metered_readings", subject=f"consumer:{consumer_no}", on=on, after=after
    )
    return content


def export_metering_rejected(*, actor: Actor, on: date, batch_no: int) -> bytes:
    """The rows of a file of metering that were not taken, to be corrected, and every value with its cause.

    Refuses: AccessDenied, BatchUnknown.
    """
    access.require(actor, "exports.read", f"metering_batch:{batch_no}")
    rows = metering.to_correct(actor, batch_no)
    told = [name for name in rows.columns if name not in {"_row", "cause"}]
    titles = [Column(_("Row"), "count", 8), *(Column(name) for name in told), Column(_("Cause"), width=48)]
    tally = Tally(rows.select("_row", *told, "cause").iter_rows())
    values = [
        Column(_("Row"), "count", 8), Column(_("Column"), width=18), Column(_("Value"), width=18),
        Column(_("Consumer"), width=18), Column(_("Day"), "date", 12), Column(_("Cause"), width=48),
    ]  # fmt: skip
    rejected = metering.rejected(actor, batch_no, limit=MOST_ROWS)
    content = workbook(
        [
            Sheet(_("To correct"), titles, tally),
            Sheet(
                _("Values"), values,
                ((one.row_no, one.field, one.value, one.consumer, one.day, one.words) for one in rejected),
            ),
        ],
        notes=notes_of(actor, on, []), about=_("About this file"),
    )  # fmt: skip
    after = {"rows": tally.rows}
    audit.record(
        actor=actor, act="exports.metering_rejected", subject=f"metering_batch:{batch_no}", on=on, after=after
    )
    return content


def words_of_marks(marks: tuple[str, ...]) -> str:
    """The marks of a day in the reader's language."""
    return "、".join(str(MARKS.get(mark, mark)) for mark in marks)


def counted_marks(marks: dict[str, int]) -> list[tuple[str, int]]:
    """The marks of a file in the reader's language, and how many values carry each."""
    counted: dict[str, int] = {}
    for told, count in marks.items():
        for mark in told.split(";"):
            counted[mark] = counted.get(mark, 0) + count
    return [(str(MARKS.get(mark, mark)), count) for mark, count in counted.items()]


def _consumers(rows: Any) -> Iterator[tuple[Any, ...]]:
    for one in rows.iterator(chunk_size=2_000):
        yield (
            one.consumer_no, one.name, one.address, one.industry, one.unit_name, one.area_name,
            str(VOLTAGES.get(one.voltage, "")), one.capacity_kva, one.tariff, one.opened_on, one.closed_on,
        )  # fmt: skip
