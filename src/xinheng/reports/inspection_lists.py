"""Lists of inspections: their columns and rows, one description for pages, workbook, API and command line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.judgements.theft import queries as theft
from xinheng.operations.inspections import queries as inspections
from xinheng.operations.inspections.values import Hits, Usefulness, Wanted
from xinheng.reports.errors import TooManyRows
from xinheng.reports.exports import Tally, notes_of
from xinheng.reports.sheets import MOST_ROWS, Column, Sheet, workbook


@dataclass(frozen=True)
class InspectionList:
    """One list: its title, its columns, the rows to page through, and the cells of a row."""

    title: str | Promise
    columns: Callable[[], list[Column]]
    rows: Callable[[Actor, Wanted], Any]
    cells: Callable[[Any], tuple[Any, ...]]


def _case_columns() -> list[Column]:
    return [
        Column(_("Case no.")), Column(_("Consumer no.")), Column(_("Consumer"), width=26),
        Column(_("Area of the grid"), width=18), Column(_("Suspicion")), Column(_("Score"), "share", 10),
        Column(_("Expected recovery (CNY)"), "money", 16), Column(_("State"), width=18),
        Column(_("Planned on"), "date"), Column(_("Inspectors"), width=24), Column(_("Opened on"), "date"),
    ]  # fmt: skip


def _case(row: Any) -> tuple[Any, ...]:
    return (
        row.no, row.consumer.consumer_no, row.consumer.name, row.area_name or row.area,
        str(theft.LEVEL_WORDS.get(row.level, "")), row.score, row.expected.decimal,
        str(inspections.STATE_WORDS[row.state]), row.planned_on,
        "、".join(one["name"] for one in row.crew), row.opened_on,
    )  # fmt: skip


def _finding_columns() -> list[Column]:
    return [
        Column(_("Case no.")), Column(_("Consumer no.")), Column(_("Consumer"), width=26),
        Column(_("Finding")), Column(_("Found on"), "date"), Column(_("Inspectors"), width=24),
        Column(_("Quantity (kWh)"), "number"), Column(_("Recovered electricity fee"), "money", 16),
        Column(_("Penalty for breach of use"), "money", 16), Column(_("Total"), "money", 16),
        Column(_("Rules"), width=20), Column(_("State"), width=18),
    ]  # fmt: skip


def _finding(row: Any) -> tuple[Any, ...]:
    return (
        row.case.no, row.case.consumer.consumer_no, row.case.consumer.name,
        str(inspections.KIND_WORDS[row.kind]), row.found_on,
        "、".join(f"{one['name']} {one['pass_no']}" for one in row.inspectors),
        row.kwh if row.kind == "theft" else None, row.fee.decimal, row.penalty.decimal, row.total.decimal,
        row.rules, str(inspections.STATE_WORDS[row.case.state]),
    )  # fmt: skip


INSPECTION_LISTS: dict[str, InspectionList] = {
    "work": InspectionList(
        gettext_lazy("Work list of inspections"), _case_columns,
        inspections.cases, _case,
    ),
    "findings": InspectionList(
        gettext_lazy("Findings of inspections"), _finding_columns,
        lambda actor, wanted: inspections.findings(actor, wanted=wanted), _finding,
    ),
}  # fmt: skip


def hit_columns(first: str) -> list[Column]:
    """The columns of a table of hit rates; first: what its rows are called."""
    return [
        Column(first, width=24), Column(_("Inspected"), "count"), Column(_("Theft"), "count"),
        Column(_("Breach of use"), "count"), Column(_("Hit rate"), "share"),
        Column(_("Theft only"), "share"), Column(_("Breach of use only"), "share"),
    ]  # fmt: skip


def hit_row(name: str, told: Hits) -> tuple[Any, ...]:
    """One row of hit rates; a rate of nothing inspected stays empty."""
    return (name, told.inspected, told.theft, told.breach, told.rate, told.theft_rate, told.breach_rate)


def usefulness_rows(told: Usefulness) -> list[tuple[str, Any, str]]:
    """What inspections were good for: label, value and kind (None: nothing inspected, so not known)."""
    return [
        (_("Consumers within reach"), told.population, "count"),
        (_("Inspected"), told.whole.inspected, "count"),
        (_("Share of consumers inspected"), told.inspected_share, "share"),
        (_("Theft"), told.whole.theft, "count"),
        (_("Breach of use"), told.whole.breach, "count"),
        (_("Hit rate"), told.whole.rate, "share"),
        (_("Recovered electricity fee"), told.fee.decimal, "money"),
        (_("Penalty for breach of use"), told.penalty.decimal, "money"),
        (_("Total"), told.total.decimal, "money"),
        (_("Recovered per case found"), told.per_found.decimal if told.per_found else None, "money"),
        (_("Penalty to recovered fee"), told.penalty_ratio, "number"),
        (_("Overturned on appeal"), told.overturned, "count"),
        (_("Open cases"), told.open_cases, "count"),
    ]


def hit_name(code: str, *, detectors: dict[str, str] | None = None) -> str:
    """A level or detector in words; a case without a ranking is a tip or one's own."""
    if detectors is not None:
        return detectors.get(code, code)
    return str(theft.LEVEL_WORDS[code]) if code in theft.LEVEL_WORDS else _("without a ranking")


def export_inspections(*, actor: Actor, on: date, what: str, wanted: Wanted) -> bytes:
    """The filtered work list or findings, and what they were good for, as a workbook.

    Refuses: AccessDenied, TooManyRows.
    """
    access.require(actor, "exports.read", "inspections")
    listed = INSPECTION_LISTS[what]
    rows = listed.rows(actor, wanted)
    if (number := rows.count()) > MOST_ROWS:
        raise TooManyRows(rows=number, most=MOST_ROWS)
    tally = Tally(listed.cells(row) for row in rows)
    told = inspections.usefulness(actor)
    asked = {name: value for name, value in asdict(wanted).items() if value}
    figures = [(label, "—" if value is None else str(value)) for label, value, _kind in usefulness_rows(told)]
    content = workbook(
        [
            Sheet(str(listed.title), listed.columns(), tally),
            Sheet(_("Usefulness"), [Column(_("Figure"), width=30), Column(_("Value"), width=20)], figures),
            Sheet(
                _("By suspicion"), hit_columns(_("Suspicion")),
                [hit_row(hit_name(one.name), one) for one in told.by_level],
            ),
        ],
        notes=notes_of(actor, on, asked.items()),
        about=_("About this file"),
    )  # fmt: skip
    audit.record(
        actor=actor, act="exports.inspections", subject=f"inspections:{what}", on=on,
        after={**asked, "rows": tally.rows},
    )  # fmt: skip
    return content
