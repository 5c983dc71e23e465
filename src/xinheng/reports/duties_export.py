"""What is due, reports owed, fines and figures of departments as files; the export itself is on the trail."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.dues import Due
from xinheng.base.kernel.money import Money
from xinheng.base.kernel.periods import Period
from xinheng.operations.duties import queries as duties
from xinheng.operations.duties.values import INCIDENT_STATES, REPORT_STATES, FinesWanted, Obligation, RateLine
from xinheng.reports.charts import ACCENT, PALE, Option
from xinheng.reports.errors import TooManyRows
from xinheng.reports.exports import Tally, notes_of
from xinheng.reports.printed import Table, print_workbook
from xinheng.reports.printing import print_pdf
from xinheng.reports.sheets import MOST_ROWS, Column, Sheet, workbook
from xinheng.reports.values import Printed


def export_dues(*, actor: Actor, on: date, dues: Sequence[Due], told: dict[str, Any]) -> bytes:
    """What is due, as the page shows it. Refuses: AccessDenied."""
    access.require(actor, "exports.read", "duties")
    columns = [
        Column(_("Due on"), "date", 12), Column(_("Kind"), width=22), Column(_("Matter due"), width=56),
        Column(_("Owner"), width=14), Column(_("Done on"), "date", 12), Column(_("Days late"), "count", 10),
        Column(_("Subject"), width=28),
    ]  # fmt: skip
    rows = (
        (one.due_on, duties.kind_word(one.kind), one.words, one.owner, one.done_on,
         max(((one.done_on or on) - one.due_on).days, 0), one.subject)
        for one in dues
    )  # fmt: skip
    return _book(actor, on, "dues", Sheet(_("What is due"), columns, rows), told)


def export_reports_owed(*, actor: Actor, on: date, owed: Iterable[Obligation], told: dict[str, Any]) -> bytes:
    """Reports owed with how each stands. Refuses: AccessDenied."""
    access.require(actor, "exports.read", "duties")
    columns = [
        Column(_("Report"), width=36), Column(_("Unit"), width=22), Column(_("To"), width=18),
        Column(_("Period from"), "date", 12), Column(_("Period to"), "date", 12), Column(_("Due on"),
        "date", 12),
        Column(_("Handed in on"), "date", 12), Column(_("State"), width=16), Column(_("late"), width=8),
    ]  # fmt: skip
    rows = (
        (one.words, one.unit_name, one.to, one.period.first, one.period.last, one.due_on, one.handed_in_on,
         str(REPORT_STATES[one.state]), _("yes") if one.is_late else "")
        for one in owed
    )  # fmt: skip
    return _book(actor, on, "reports_owed", Sheet(_("Reports owed"), columns, rows), told)


def export_fines(*, actor: Actor, on: date, wanted: FinesWanted) -> bytes:
    """The breaches that pass the filters, with what each costs. Refuses: AccessDenied, TooManyRows."""
    access.require(actor, "exports.read", "fines")
    found = duties.fines(actor, wanted)
    if (number := found.count()) > MOST_ROWS:
        raise TooManyRows(rows=number, most=MOST_ROWS)
    columns = [
        Column(_("No."), "count", 8), Column(_("Happened on"), "date", 12), Column(_("Scheme of fines"),
        width=10),
        Column(_("Line of work"), width=14), Column(_("Matter due"), width=36),
        Column(_("Person answerable"), width=14),
        Column(_("Unit"), width=18), Column(_("Penalty of the month"), "count", 10), Column(_("Multiplier"),
        "count", 8),
        Column(_("Fine"), "money", 14), Column(_("Cut of pay"), "money", 14), Column(_("Currency"), width=8),
        Column(_("State"), width=16), Column(_("Decided by"), width=14), Column(_("Reason"), width=36),
    ]  # fmt: skip
    scope = duties.scope_words()
    rows = (
        (one.pk, one.happened_on, f"{one.pack}@{one.version}", scope(one),
         one.what, one.person, one.unit.name, one.nth, one.factor, Money(one.fine_minor,
         one.currency).decimal,
         Money(one.cut_minor, one.currency).decimal, one.currency, str(INCIDENT_STATES[one.state]),
         one.decided_by,
         one.why)
        for one in found.iterator(2_000)
    )  # fmt: skip
    told = {name: str(value) for name, value in asdict(wanted).items() if value}
    return _book(actor, on, "fines", Sheet(_("Breaches and fines"), columns, rows), told)


def print_fines(*, actor: Actor, on: date, month: Period, form: Printed = "pdf") -> bytes:
    """The sheet of a month to sign: what each person is fined, with the sum.

    Refuses: AccessDenied, PrintFontMissing.
    """
    access.require(actor, "exports.read", "fines")
    lines = duties.month_sheet(actor, month)
    columns = [
        Column(_("Person answerable"), width=16), Column(_("Unit"), width=20), Column(_("Line of work"),
        width=14),
        Column(_("Penalties"), "count", 10), Column(_("of these doubled"), "count", 12),
        Column(_("Fines"), "money", 14), Column(_("Cut of pay"), "money", 14), Column(_("Sum"), "money", 14),
        Column(_("Not decided yet"), "count", 12),
    ]  # fmt: skip
    rows = [
        (one.name, one.unit_name, one.scope, one.incidents, one.doubled, one.fines, one.cuts, one.total,
        one.waiting)
        for one in lines
    ]  # fmt: skip
    sums = [sum(getattr(one, name) for one in lines) for name in ("incidents", "doubled")]
    money = [Money(sum(getattr(one, name).minor for one in lines)) for name in ("fines", "cuts", "total")]
    total = [_("Total"), "", "", *sums, *money, sum(one.waiting for one in lines)]
    title = _("Sheet of fines")
    span = f"{month.first:%Y-%m-%d} – {month.last:%Y-%m-%d}"
    tables = [
        Table(title, title, span, _("Unit: yuan"), columns, rows, total),
        *_rate_tables(actor, month, on, span),
    ]
    notes = notes_of(actor, on, [("month", f"{month.first:%Y-%m}")])
    if form == "xlsx":
        content = print_workbook(tables, notes=notes, about=_("About this file"))
    else:
        footer = f"{actor.name} ({actor.login}) {on.isoformat()}"
        content = print_pdf(tables, title=title, footer=footer, apart=False)
    after = {"month": f"{month.first:%Y-%m}", "form": form, "rows": len(rows)}
    audit.record(actor=actor, act="exports.fines_sheet", subject="fines", on=on, after=after)
    return content


def _rate_tables(actor: Actor, month: Period, on: date, span: str) -> list[Table]:
    lines = duties.rates(actor, month, on=on)
    if not lines:
        return []
    columns = [
        Column(_("Unit"), width=24), Column(_("Hand-overs due"), "count", 14), Column(_("in time"), "count",
        12),
        Column(_("complete"), "count", 12), Column(_("On-time rate"), "share", 12),
        Column(_("Completeness rate"), "share", 14),
    ]  # fmt: skip
    rows = [
        (one.name, one.due, one.on_time, one.complete, one.on_time_rate, one.complete_rate) for one in lines
    ]
    return [Table(_("Rates"), _("Punctuality and completeness of hand-overs"), span, "", columns, rows)]


def rate_trend(lines: Sequence[RateLine]) -> Option:
    """On-time and completeness rates month by month in percent; a gap where nothing was due."""

    def percent(share: Any) -> float | None:
        return None if share is None else round(float(share) * 100, 1)

    series = (
        (_("On-time rate"), ACCENT, [percent(one.on_time_rate) for one in lines]),
        (_("Completeness rate"), PALE, [percent(one.complete_rate) for one in lines]),
    )
    return {
        "grid": {"left": 8, "right": 16, "top": 36, "bottom": 8, "containLabel": True},
        "tooltip": {"trigger": "axis", "confine": True},
        "legend": {"top": 0},
        "xAxis": {"type": "category", "data": [one.name for one in lines]},
        "yAxis": {"type": "value", "min": 0, "max": 100, "axisLabel": {"formatter": "{value} %"}},
        "series": [
            {"type": "line", "name": name, "itemStyle": {"color": colour}, "symbolSize": 6, "data": values}
            for name, colour, values in series
        ],
    }


def _book(actor: Actor, on: date, name: str, sheet: Sheet, told: dict[str, Any]) -> bytes:
    tally = Tally(tuple(row) for row in sheet.rows)
    told = {key: str(value) for key, value in told.items() if value}
    counted = Sheet(sheet.name, sheet.columns, tally)
    content = workbook([counted], notes=notes_of(actor, on, told.items()), about=_("About this file"))
    after = {**told, "rows": tally.rows}
    audit.record(actor=actor, act=f"exports.{name}", subject="duties", on=on, after=after)
    return content
