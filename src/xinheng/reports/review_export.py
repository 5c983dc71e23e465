"""Grade summaries, the review calendar and the exception report as Excel; each export is on the trail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.language import reads_chinese
from xinheng.judgements.reviews import queries as reviews
from xinheng.reports.errors import TooManyRows
from xinheng.reports.exports import Tally, notes_of
from xinheng.reports.sheets import MOST_ROWS, Column, Sheet, workbook
from xinheng.reports.words import SECTIONS, word

Table = tuple[str, list[Column], Iterable[Any], int]  # name, columns, rows, how many


def export_sheet(*, actor: Actor, on: date, sheet_id: int) -> bytes:
    """One grade summary: a row a customer, with reasons. Refuses: AccessDenied, SheetUnknown."""
    access.require(actor, "exports.read", f"sheet:{sheet_id}")
    sheet = reviews.get_sheet(actor, sheet_id)
    lines = reviews.lines_of(actor, sheet, on=on)
    columns = [
        Column(_("Customer no."), width=16),
        Column(_("Name"), width=32),
        Column(_("Industry"), width=20),
        Column(_("Grade that stood"), width=12),
        Column(_("Proposed"), width=10),
        Column(_("Grade"), width=10),
        Column(_("How"), width=16),
        Column(_("Reason"), width=40),
        Column(_("Holds until"), "date", 12),
        Column(_("Reviewed by"), width=14),
    ]
    rows = (
        (
            line.customer.no, line.customer.name, word(SECTIONS, line.customer.industry_section),
            line.standing, line.proposed, line.grade, str(reviews.KINDS.get(line.kind, "")), line.reason,
            line.expires_on, line.reviewed_by,
        )
        for line in lines.iterator(chunk_size=2_000)
    )  # fmt: skip
    told = {"sheet": sheet_id, "policy": sheet.policy_code, "as_of": sheet.run.as_of}
    return _written(actor, on, (_("Grade summary form"), columns, rows, lines.count()), told, "sheet")


def export_calendar(*, actor: Actor, on: date, asked: reviews.Asked) -> bytes:
    """The review calendar, the most urgent first. Refuses: AccessDenied, TooManyRows."""
    access.require(actor, "exports.read", "reviews")
    rows = reviews.calendar(actor, asked, on=on)
    chinese = reads_chinese()
    events = {
        (code, event.code): event.zh if chinese else event.en
        for code, by in reviews.in_force(on).items()
        for event in by.events.values()
    }
    columns = [
        Column(_("Customer no."), width=16),
        Column(_("Name"), width=32),
        Column(_("Policy"), width=12),
        Column(_("Grade"), width=10),
        Column(_("Since"), "date", 12),
        Column(_("Next review"), "date", 12),
        Column(_("Called by events"), width=32),
        Column(_("Data stale"), width=40),
        Column(_("Responsible"), width=16),
        Column(_("Note on the day"), width=40),
    ]
    lines = (
        (
            one.customer_no, one.customer_name, one.policy_code, one.grade, one.since, one.due_on,
            "; ".join(events.get((one.policy_code, call.event), call.event) for call in one.calls),
            "; ".join(str(reviews.STALE[code]) for code in one.stale), one.person, one.warning,
        )
        for piece in _pieces(rows)
        for one in reviews.dues(piece, on=on)
    )  # fmt: skip
    told = {name: value for name, value in vars(asked).items() if value}
    return _written(actor, on, (_("Review calendar"), columns, lines, rows.count()), told, "reviews")


def export_exceptions(*, actor: Actor, on: date) -> bytes:
    """Exceptions to soft rules and overrides (RR-05, LOA-10). Refuses: AccessDenied, TooManyRows."""
    access.require(actor, "exports.read", "exceptions")
    rows = reviews.exceptions(actor, on=on)
    columns = [
        Column(_("Customer no."), width=16),
        Column(_("Name"), width=32),
        Column(_("Policy"), width=12),
        Column(_("Proposed"), width=10),
        Column(_("Grade"), width=10),
        Column(_("How"), width=18),
        Column(_("Reason"), width=40),
        Column(_("Since"), "date", 12),
        Column(_("Holds until"), "date", 12),
        Column(_("Reviewed by"), width=14),
        Column(_("Approved by"), width=14),
    ]
    lines = (
        (
            row.customer.no, row.customer.name, row.policy_code, row.proposed, row.grade,
            str(reviews.KINDS[row.kind]), row.reason, row.effective_from, row.effective_until,
            row.reviewed_by, row.approved_by,
        )
        for row in rows.iterator(chunk_size=2_000)
    )  # fmt: skip
    table = (_("Exceptions and overrides"), columns, lines, rows.count())
    return _written(actor, on, table, {}, "exceptions")


def _pieces(rows: Any) -> Iterable[list[Any]]:
    piece: list[Any] = []
    for row in rows.iterator(chunk_size=2_000):
        piece.append(row)
        if len(piece) == 2_000:
            yield piece
            piece = []
    yield piece


def _written(actor: Actor, on: date, table: Table, told: dict[str, Any], what: str) -> bytes:
    name, columns, lines, number = table
    if number > MOST_ROWS:
        raise TooManyRows(rows=number, most=MOST_ROWS)
    tally = Tally(lines)
    notes = notes_of(actor, on, told.items())
    content = workbook([Sheet(name, columns, tally)], notes=notes, about=_("About this file"))
    after = {key: str(value) for key, value in told.items()} | {"rows": tally.rows}
    audit.record(actor=actor, act=f"exports.{what}", subject=what, on=on, after=after)
    return content
