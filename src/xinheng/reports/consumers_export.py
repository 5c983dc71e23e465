"""Consumer risk as charts, workbooks and paper; what is taken away is on the trail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.judgements.consumers import queries as consumers
from xinheng.judgements.consumers.values import FigureTable, Wanted
from xinheng.reports.arrears_charts import risk_indicator, risk_trend
from xinheng.reports.charts import Option
from xinheng.reports.consumers_lists import CONSUMER_LISTS, Frame, RiskList
from xinheng.reports.errors import TooManyRows
from xinheng.reports.exports import Tally, notes_of
from xinheng.reports.printed import Table
from xinheng.reports.printing import print_pdf
from xinheng.reports.sheets import MOST_ROWS, Column, Sheet, workbook

CHUNK = 5_000
MOST_PRINTED = 500  # rows of a list on paper
PRINTED_LISTS = ("risks", "warnings", "plan", "accuracy")
CURRENCY = "CNY"


def consumer_charts(actor: Actor) -> dict[str, Option]:
    """The risk indicator of the last run and the trend by month; nothing for who does not reach everybody.

    Refuses: AccessDenied.
    """
    runs = list(consumers.runs(actor)[:36])
    if not runs or actor.scope.reach != "everything":
        return {}
    newest: dict[date, Any] = {}
    for run in reversed(runs):  # of a month the last run counts
        newest[run.month] = run
    months = [(month, _drawn(newest[month].totals)) for month in sorted(newest)]
    return {
        "indicator": risk_indicator(_drawn(runs[0].totals), CURRENCY),
        "trend": risk_trend(months, CURRENCY),
    }


def _drawn(totals: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {**one, "group": str(consumers.VOLTAGE_WORDS[one["voltage"]]), "currency": CURRENCY,
         "customers": one["consumers"], "expected_late_minor": one["foretold_minor"]}
        for one in totals
    ]  # fmt: skip


def export_consumers(*, actor: Actor, on: date, what: str, wanted: Wanted) -> bytes:
    """One of the lists as a workbook. Refuses: AccessDenied, TooManyRows, RiskRunUnknown."""
    access.require(actor, "exports.read", "consumers")
    listed = CONSUMER_LISTS[what]
    rows = listed.rows(actor, wanted, on)
    if len(rows) > MOST_ROWS:
        raise TooManyRows(rows=len(rows), most=MOST_ROWS)
    tally = Tally(
        listed.cells(row, on)
        for start in range(0, len(rows), CHUNK)
        for row in listed.part(rows, start, start + CHUNK)
    )
    asked = _asked(wanted)
    sheet = Sheet(str(listed.title), _columns(listed), tally)
    content = workbook([sheet], notes=notes_of(actor, on, asked.items()), about=_("About this file"))
    after = {"list": what, **asked, "rows": tally.rows}
    audit.record(actor=actor, act="exports.consumers", subject=f"consumers:{what}", on=on, after=after)
    return content


def print_consumers(*, actor: Actor, on: date, wanted: Wanted) -> bytes:
    """The four outputs of a run as one paper: totals, high-risk list, warning table, plan, accuracy.

    Refuses: AccessDenied, RiskRunUnknown, RiskRunAltered, PrintFontMissing.
    """
    access.require(actor, "exports.read", "consumers")
    run = consumers.run(actor, wanted.run)
    title = _("Arrears risk of consumers %(month)s") % {"month": f"{run.month:%Y-%m}"}
    left = _("As of %(day)s, run %(run)s") % {"day": run.as_of.isoformat(), "run": run.pk}
    tables = [_totals_table(run, left)] if actor.scope.reach == "everything" else []
    for what in PRINTED_LISTS:
        level = "high" if what == "risks" else ""
        listed = CONSUMER_LISTS[what]
        rows = listed.rows(actor, Wanted(level=level, voltage=wanted.voltage, run=run.pk), on)
        name = _("High-risk consumers") if what == "risks" else str(listed.title)
        tables.append(_printed(listed, rows, name, left, on))
    content = print_pdf(
        tables, title=title, footer=f"{actor.name} ({actor.login}) {on.isoformat()}", apart=False
    )
    after = {"run": run.pk, "month": run.month}
    audit.record(actor=actor, act="exports.consumers_paper", subject=f"risk_run:{run.pk}", on=on, after=after)
    return content


def export_case(*, actor: Actor, on: date, tables: Sequence[FigureTable]) -> bytes:
    """The tables of a case as a workbook, a sheet a table. Refuses: AccessDenied."""
    access.require(actor, "exports.read", "consumers")
    sheets = [
        Sheet(
            one.title,
            [Column(one.title, width=28), *(Column(head, width=18) for head in one.columns),
             Column(_("How it comes about"), width=36)],
            [(row.name, *row.values, row.how) for row in one.rows],
        )
        for one in tables
    ]  # fmt: skip
    content = workbook(sheets, notes=notes_of(actor, on, ()), about=_("About this file"))
    audit.record(
        actor=actor, act="exports.consumers_case", subject="consumers", on=on, after={"tables": len(sheets)}
    )
    return content


def case_template(*, actor: Actor, filled: bool = False) -> bytes:
    """The file of a case to fill in, a row an item; filled: with the published figures that are shipped.

    Refuses: AccessDenied.
    """
    access.require(actor, "consumers.read", "case")
    known = consumers.shipped_figures() if filled else {}
    columns = [Column("item", width=22), Column("value", width=20), Column("name", width=40)]
    rows = [("title", known.get("title", ""), _("Title of the case")), *(
        (item, known.get(item, ""), str(word)) for item, word in consumers.CASE_WORDS.items()
    )]  # fmt: skip
    return workbook([Sheet("case", columns, rows)], notes=[], about=_("About this file"))


def _totals_table(run: Any, left: str) -> Table:
    columns = [
        Column(_("Voltage class"), width=16), Column(_("Consumers"), "count", 12),
        Column(_("At risk"), "count", 12), Column(_("High risk"), "count", 12),
        Column(_("not assessable"), "count", 12), Column(_("Foretold late (CNY)"), "money", 18),
        Column(_("Foretold late, high risk (CNY)"), "money", 18),
        Column(_("Due in the month (CNY)"), "money", 18),
    ]  # fmt: skip
    rows = [
        (str(consumers.VOLTAGE_WORDS[one["voltage"]]), one["consumers"], one["at_risk"], one["high"],
         one["not_assessable"],
         *(Money(one[name]) for name in ("foretold_minor", "foretold_high_minor", "due_minor")))
        for one in run.totals
    ]  # fmt: skip
    name = _("Risk indicator by class")
    return Table(name, name, left, "", columns, rows)


def _printed(listed: RiskList, rows: Frame, name: str, left: str, on: date) -> Table:
    shown = [place for place, one in enumerate(listed.columns) if one.listed]
    columns = [column for column, one in zip(_columns(listed), listed.columns, strict=True) if one.listed]
    cells = [listed.cells(row, on) for row in listed.part(rows, 0, MOST_PRINTED)]
    note = "" if len(rows) else str(listed.empty)
    if len(rows) > MOST_PRINTED:
        note = _("The first %(shown)s of %(all)s rows.") % {"shown": MOST_PRINTED, "all": len(rows)}
    return Table(name, name, left, "", columns, [[row[place] for place in shown] for row in cells], note=note)


def _columns(listed: RiskList) -> list[Column]:
    return [Column(str(one.title), one.kind, one.width) for one in listed.columns]


def _asked(wanted: Wanted) -> dict[str, Any]:
    told = {"text": wanted.text, "level": wanted.level, "voltage": wanted.voltage, "run": wanted.run}
    return {name: value for name, value in told.items() if value}
