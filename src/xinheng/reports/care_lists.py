"""The lists of letters, visits, matters and files: their columns and rows, one description for every door."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.operations.care import queries as care
from xinheng.operations.care.values import FileLine, Wanted
from xinheng.reports.errors import TooManyRows
from xinheng.reports.exports import Tally, notes_of
from xinheng.reports.sheets import MOST_ROWS, Column, Kind, Sheet, workbook

Rows = Callable[[Actor, Wanted, date], Any]
HIDDEN = "＊＊＊"  # what a confidential row says, to whom it is not for


@dataclass(frozen=True)
class CareColumn:
    """A heading, what its cells are, and how wide they are in a workbook.

    listed: whether a page of the list shows it; the page of one row and the workbook show all.
    """

    title: str | Promise
    kind: Kind = "text"
    width: int = 14
    listed: bool = True


@dataclass(frozen=True)
class CareList:
    """One list. cells: the values of a row, as many as columns; rows: what to page through."""

    title: str | Promise
    columns: tuple[CareColumn, ...]
    rows: Rows
    cells: Callable[[Any, Actor, date], tuple[Any, ...]]
    states: tuple[str, ...] = ()
    kinds: str = ""  # which codes of the rules filter it


def _c(title: Any, kind: Kind = "text", width: int = 14, *, listed: bool = True) -> CareColumn:
    return CareColumn(title, kind, width, listed)


def _said(row: Any, actor: Actor, text: str) -> str:
    return text if care.may_read(actor, row) else HIDDEN


def _entry(row: Any, actor: Actor, on: date) -> tuple[Any, ...]:
    return (
        row.no, care.words_of("entries", row.kind, on),
        _("from the customer") if row.direction == "in" else _("to the customer"), row.party,
        row.customer.no if row.customer else _("waits for its file"), row.sender, row.receiver,
        _said(row, actor, row.about), row.passed_on, row.told_on,
        _("registered late") if row.told_on > row.due_on else "",
        row.told_by,
    )  # fmt: skip


def _visit(row: Any, _actor: Actor, on: date) -> tuple[Any, ...]:
    if row.called_off_why:
        state = _("called off")
    else:
        state = _("on record") if row.recorded_on else _("without a record")
    return (
        row.pk, row.customer.no, row.customer.name, care.words_of("occasions", row.occasion, on),
        care.words_of("levels", row.level, on), row.planned_on, row.happened_on, state, row.record_due_on,
        row.owner, ", ".join(row.people), _("verified") if row.contact_verified_at else "", row.report,
    )  # fmt: skip


def _matter(row: Any, actor: Actor, on: date) -> tuple[Any, ...]:
    return (
        row.no, care.words_of("matters", row.kind, on), row.customer.no, row.customer.name, row.place,
        _said(row, actor, row.what), Money(row.amount_minor).decimal if row.amount_minor else None,
        row.reported_on, row.reported_by, row.owner, row.due_on, row.closed_on,
        _said(row, actor, row.result),
    )  # fmt: skip


def _standing(row: Any, _actor: Actor, on: date) -> tuple[Any, ...]:
    return (
        row.customer.no, row.customer.name, care.words_of("levels", row.level, on),
        care.words_of("stages", row.stage, on), _("yes") if row.is_promising else "", row.from_on, row.why,
        row.told_by,
    )  # fmt: skip


def _thin(row: Any, _actor: Actor, _on: date) -> tuple[Any, ...]:
    return (row.customer_no, row.customer, row.level, row.people, row.needed)


def _lead(pair: Any, _actor: Actor, on: date) -> tuple[Any, ...]:
    row, last = pair
    stage = care.words_of("stages", row.stage, on)
    return (row.customer.no, row.customer.name, stage, last, (on - last).days)


def _opinion(row: Any, _actor: Actor, on: date) -> tuple[Any, ...]:
    answers = "，".join(
        f"{care.words_of('items', item, on)}: {care.words_of('answers', level, on)}"
        for item, level in row.answers.items()
    )
    return (row.customer.no, row.customer.name, row.said_on, answers, row.answered, row.asked, row.words)


def _evaluation(row: Any, _actor: Actor, _on: date) -> tuple[Any, ...]:
    return (row.customer.no, row.customer.name, row.evaluated_on, row.next_on, row.by, row.finding)


def _departure(row: Any, _actor: Actor, _on: date) -> tuple[Any, ...]:
    return (row.pk, row.login, row.successor, row.receiver, row.leaves_on, row.begun_on, row.done_on)


def _file(row: FileLine, _actor: Actor, _on: date) -> tuple[Any, ...]:
    return (
        row.customer_no, row.customer, row.unit, row.region, row.grade, row.sales.decimal, row.collected,
        row.keeper, row.evaluated_on,
    )  # fmt: skip


def _copy(row: Any, _actor: Actor, _on: date) -> tuple[Any, ...]:
    listed = _("on the list") if row.is_listed else _("deviation")
    return (
        row.document.title,
        row.document.version,
        row.receiver,
        row.given_on,
        listed,
        row.why,
        row.told_by,
    )


def _files(actor: Actor, wanted: Wanted, on: date) -> Sequence[FileLine]:
    order: Any = wanted.kind if wanted.kind in ORDERS else "sales"
    return care.file_index(actor, on=on, order=order, wanted=wanted.text.strip())


ORDERS: dict[str, str | Promise] = {
    "sales": gettext_lazy("by yearly sales"), "grade": gettext_lazy("by credit"),
    "collected": gettext_lazy("by share collected"), "region": gettext_lazy("by region and company"),
    "customer": gettext_lazy("by number"),
}  # fmt: skip
WHO = (_c(gettext_lazy("Customer no.")), _c(gettext_lazy("Customer"), width=28))
CARE_LISTS: dict[str, CareList] = {
    "register": CareList(
        gettext_lazy("Register of items passed"),
        (
            _c(gettext_lazy("No.")), _c(gettext_lazy("Kind")), _c(gettext_lazy("Direction")),
            _c(gettext_lazy("Party as told"), width=24), _c(gettext_lazy("Customer no.")),
            _c(gettext_lazy("Sender")), _c(gettext_lazy("Receiver")),
            _c(gettext_lazy("Subject matter"), width=32), _c(gettext_lazy("Passed on"), "date"),
            _c(gettext_lazy("Registered on"), "date"), _c(gettext_lazy("In time")),
            _c(gettext_lazy("Registered by"), listed=False),
        ),
        lambda actor, wanted, on: care.entries(actor, wanted, on=on), _entry, ("holding", "late"), "entries",
    ),
    "visits": CareList(
        gettext_lazy("Visits and receptions"),
        (
            _c(gettext_lazy("No.")), *WHO, _c(gettext_lazy("Occasion")),
            _c(gettext_lazy("Level of reception")),
            _c(gettext_lazy("Planned on"), "date"), _c(gettext_lazy("Held on"), "date"),
            _c(gettext_lazy("State")), _c(gettext_lazy("Record due"), "date", listed=False),
            _c(gettext_lazy("Owner")),
            _c(gettext_lazy("Ours who were there")), _c(gettext_lazy("Contact verified"), listed=False),
            _c(gettext_lazy("Contact report"), width=40, listed=False),
        ),
        lambda actor, wanted, on: care.visits(actor, wanted, on=on), _visit, ("open", "late", "closed"),
        "occasions",
    ),
    "matters": CareList(
        gettext_lazy("Repairs, quality cases and other matters"),
        (
            _c(gettext_lazy("No.")), _c(gettext_lazy("Kind")), *WHO,
            _c(gettext_lazy("Unit, order or vehicle"), listed=False),
            _c(gettext_lazy("What is the matter"), width=36),
            _c(gettext_lazy("Amount (CNY)"), "money", listed=False),
            _c(gettext_lazy("Reported on"), "date"), _c(gettext_lazy("Reported by"), listed=False),
            _c(gettext_lazy("Owner")), _c(gettext_lazy("Due on"), "date"),
            _c(gettext_lazy("Closed on"), "date"), _c(gettext_lazy("Result"), width=36, listed=False),
        ),
        lambda actor, wanted, on: care.matters(actor, wanted, on=on), _matter, ("open", "late", "closed"),
        "matters",
    ),
    "standings": CareList(
        gettext_lazy("How customers are received"),
        (
            *WHO, _c(gettext_lazy("Level of reception")), _c(gettext_lazy("Stage of the relation")),
            _c(gettext_lazy("Promising")), _c(gettext_lazy("Since"), "date"),
            _c(gettext_lazy("Reason"), width=28), _c(gettext_lazy("Told by whom")),
        ),
        lambda actor, wanted, on: care.standings(actor, wanted, on=on), _standing, (), "levels",
    ),
    "thin": CareList(
        gettext_lazy("Important customers with too few contacts"),
        (
            *WHO, _c(gettext_lazy("Level of reception")), _c(gettext_lazy("Ours in contact"), "count"),
            _c(gettext_lazy("Needed"), "count"),
        ),
        lambda actor, _wanted, on: care.thin_contacts(actor, on=on), _thin,
    ),
    "leads": CareList(
        gettext_lazy("Leads gone quiet"),
        (
            *WHO, _c(gettext_lazy("Stage of the relation")), _c(gettext_lazy("Last activity"), "date"),
            _c(gettext_lazy("Days since"), "count"),
        ),
        lambda actor, _wanted, on: care.idle_leads(actor, on=on), _lead,
    ),
    "opinions": CareList(
        gettext_lazy("Satisfaction"),
        (
            *WHO, _c(gettext_lazy("Said on"), "date"), _c(gettext_lazy("Answers given"), width=48),
            _c(gettext_lazy("Answered"), "count"), _c(gettext_lazy("Asked"), "count"),
            _c(gettext_lazy("In its own words"), width=36),
        ),
        lambda actor, wanted, on: care.opinions(actor, wanted, on=on), _opinion,
    ),
    "files": CareList(
        gettext_lazy("Index of files"),
        (
            *WHO, _c(gettext_lazy("Unit")), _c(gettext_lazy("Region")), _c(gettext_lazy("Grade")),
            _c(gettext_lazy("Sales of a year (CNY)"), "money", 18),
            _c(gettext_lazy("Share collected"), "share"),
            _c(gettext_lazy("Salesperson")), _c(gettext_lazy("Evaluated on"), "date"),
        ),
        _files, _file, (), "orders",
    ),
    "evaluations": CareList(
        gettext_lazy("Evaluations of files"),
        (
            *WHO, _c(gettext_lazy("Evaluated on"), "date"), _c(gettext_lazy("Due again on"), "date"),
            _c(gettext_lazy("By whom")), _c(gettext_lazy("Finding"), width=48),
        ),
        lambda actor, wanted, on: care.evaluations(actor, wanted, on=on), _evaluation,
    ),
    "departures": CareList(
        gettext_lazy("Leavers and successors"),
        (
            _c(gettext_lazy("No.")), _c(gettext_lazy("Leaver")), _c(gettext_lazy("Successor")),
            _c(gettext_lazy("Receiver of the data")), _c(gettext_lazy("Leaves on"), "date"),
            _c(gettext_lazy("Begun on"), "date"), _c(gettext_lazy("Handed over on"), "date"),
        ),
        lambda actor, _wanted, _on: care.departures(actor), _departure,
    ),
    "copies": CareList(
        gettext_lazy("Copies of controlled documents"),
        (
            _c(gettext_lazy("Title of the document"), width=28), _c(gettext_lazy("Version")),
            _c(gettext_lazy("Receiver")),
            _c(gettext_lazy("Given on"), "date"), _c(gettext_lazy("Distribution list")),
            _c(gettext_lazy("Reason"), width=28), _c(gettext_lazy("Told by whom")),
        ),
        lambda actor, wanted, _on: care.copies(actor, deviations=wanted.state == "late"), _copy, ("late",),
    ),
}  # fmt: skip


def export_care(*, actor: Actor, on: date, what: str, wanted: Wanted) -> bytes:
    """One of the lists as a workbook, what is confidential hidden. Refuses: AccessDenied, TooManyRows."""
    access.require(actor, "exports.read", "care")
    listed = CARE_LISTS[what]
    rows = listed.rows(actor, wanted, on)
    if (count := rows.count() if hasattr(rows, "filter") else len(rows)) > MOST_ROWS:
        raise TooManyRows(rows=count, most=MOST_ROWS)
    tally = Tally(listed.cells(row, actor, on) for row in rows)
    columns = [Column(str(one.title), one.kind, one.width) for one in listed.columns]
    told = {name: getattr(wanted, name) for name in ("text", "kind", "state", "customer_no")}
    asked = {name: value for name, value in told.items() if value}
    notes = notes_of(actor, on, asked.items())
    content = workbook([Sheet(str(listed.title), columns, tally)], notes=notes, about=_("About this file"))
    audit.record(
        actor=actor, act="exports.care", subject=f"care:{what}", on=on, after={**asked, "rows": tally.rows}
    )
    return content
