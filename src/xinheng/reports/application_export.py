"""Applications for credit as Excel; the export is on the trail."""

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
from xinheng.judgements.applications import queries as applications
from xinheng.judgements.applications.values import Wanted
from xinheng.reports.errors import TooManyRows
from xinheng.reports.exports import Tally, notes_of
from xinheng.reports.sheets import MOST_ROWS, Column, Sheet, workbook


def export_applications(*, actor: Actor, on: date, wanted: Wanted) -> bytes:
    """The filtered applications with amount, days, grade, state, who applied and who ended them.

    Refuses: AccessDenied, TooManyRows.
    """
    access.require(actor, "exports.read", "applications")
    rows = applications.applications(actor, wanted, on=on)
    if (number := rows.count()) > MOST_ROWS:
        raise TooManyRows(rows=number, most=MOST_ROWS)
    columns = [
        Column(_("No."), "count", 8),
        Column(_("Customer no."), width=16),
        Column(_("Name"), width=32),
        Column(_("Rules"), width=24),
        Column(_("Asked for"), "money", 16),
        Column(_("Currency"), width=10),
        Column(_("Days of credit"), "count", 12),
        Column(_("Kind of limit"), width=12),
        Column(_("Until"), "date", 12),
        Column(_("Grade"), width=10),
        Column(_("State"), width=18),
        Column(_("Applied by"), width=14),
        Column(_("Applied on"), "date", 12),
        Column(_("Due on"), "date", 12),
        Column(_("Ended by"), width=14),
        Column(_("Ended on"), "date", 12),
        Column(_("Holds since"), "date", 12),
        Column(_("Reason"), width=40),
    ]
    asked = {name: value for name, value in asdict(wanted).items() if value}
    tally = Tally(_lines(rows))
    content = workbook(
        [Sheet(_("Credit applications"), columns, tally)],
        notes=notes_of(actor, on, asked.items()),
        about=_("About this file"),
    )
    after = {**asked, "rows": tally.rows}
    audit.record(actor=actor, act="exports.applications", subject="applications", on=on, after=after)
    return content


def _lines(rows: Any) -> Iterator[tuple[Any, ...]]:
    kinds = {"fixed": _("fixed limit"), "temporary": _("temporary limit")}
    for one in rows.iterator(chunk_size=2_000):
        due_on = one.request.due_on if one.request else None
        yield (
            one.pk, one.customer.no, one.customer.name, one.rules, Money(one.amount_minor, one.currency),
            one.currency, one.days, kinds[one.kind], one.until_on, one.grade,
            str(applications.STATES[one.state]), one.applied_by, one.applied_on, due_on, one.ended_by,
            one.ended_on, one.active_on, one.reason,
        )  # fmt: skip
