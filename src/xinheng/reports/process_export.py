"""Cases of processes as Excel: where each stands and how long; the export is on the trail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.judgements.processes import queries as processes
from xinheng.judgements.processes.values import Wanted, text_of
from xinheng.reports.errors import TooManyRows
from xinheng.reports.exports import Tally, notes_of
from xinheng.reports.sheets import MOST_ROWS, Column, Sheet, workbook


def export_cases(*, actor: Actor, on: date, wanted: Wanted) -> bytes:
    """The filtered cases with step, owner, working days at the step, target and whether they are overdue.

    Refuses: AccessDenied, TooManyRows.
    """
    access.require(actor, "exports.read", "processes")
    rows = processes.cases(actor, wanted, on=on)
    if (number := rows.count()) > MOST_ROWS:
        raise TooManyRows(rows=number, most=MOST_ROWS)
    columns = [
        Column(_("Customer no."), width=16),
        Column(_("Name"), width=32),
        Column(_("Process"), width=28),
        Column(_("Case no."), "count", 10),
        Column(_("Step"), "count", 8),
        Column(_("What is done"), width=24),
        Column(_("Lane"), width=16),
        Column(_("State"), width=12),
        Column(_("At this step since"), "date", 14),
        Column(_("Working days"), "count", 12),
        Column(_("Target in working days"), "count", 14),
        Column(_("Due on"), "date", 12),
        Column(_("Overdue"), width=10),
        Column(_("Begun on"), "date", 12),
        Column(_("Ended on"), "date", 12),
    ]
    asked = {name: value for name, value in asdict(wanted).items() if value}
    tally = Tally(_lines(rows, on))
    content = workbook(
        [Sheet(_("Cases of processes"), columns, tally)],
        notes=notes_of(actor, on, asked.items()), about=_("About this file"),
    )  # fmt: skip
    audit.record(
        actor=actor, act="exports.cases", subject="processes", on=on, after={**asked, "rows": tally.rows}
    )
    return content


def _lines(rows: Any, on: date) -> Iterator[tuple[Any, ...]]:
    for case in rows.iterator(chunk_size=2_000):
        process = processes.kept(case.sha256)
        step, lane = process.step(case.step), process.lane_of(case.step)
        age = processes.age_of(case, step, on=on)
        yield (
            case.customer.no, case.customer.name, text_of(process.name), case.pk, step.no, text_of(step),
            text_of(lane), str(processes.STATES[case.state]), case.since, age.days, age.target, case.due_on,
            _("yes") if age.overdue else "", case.started_on, case.ended_on,
        )  # fmt: skip
