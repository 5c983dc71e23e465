"""Lists as files: all rows the reader may see, masks kept, the export itself on the trail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.indicators import queries as indicators
from xinheng.judgements.ratings import queries as ratings
from xinheng.reports import plain, words
from xinheng.reports.errors import TooManyRows
from xinheng.reports.listing import all_lines, customer_sizes
from xinheng.reports.run_tables import migration, run_lines, run_shares
from xinheng.reports.sheets import MOST_ROWS, Column, Sheet, workbook
from xinheng.reports.values import CellLine, Form, Line, Order, Wanted


class Tally:
    """Rows that count themselves while they are written."""

    def __init__(self, lines: Iterable[tuple[Any, ...]]) -> None:
        self._lines = lines
        self.rows = 0

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        for line in self._lines:
            self.rows += 1
            yield line


def export_customers(*, actor: Actor, on: date, wanted: Wanted, order: Order, form: Form = "xlsx") -> bytes:
    """The filtered list as a file: every customer that matches, in the order asked for.

    Refuses: AccessDenied, TooManyRows (an Excel sheet holds 1,048,575 rows and a header).
    """
    access.require(actor, "exports.read", "customers")
    asked = {name: value for name, value in asdict(wanted).items() if value}
    lines = all_lines(actor, wanted, order, on=on)
    if form != "xlsx":
        tally = Tally(plain.customer_row(line) for line in lines)
        content = plain.plain_file(plain.CUSTOMERS, tally, form)
    else:
        rows = customer_sizes(actor, wanted, Order(), on=on).total
        if rows > MOST_ROWS:
            raise TooManyRows(rows=rows, most=MOST_ROWS)
        tally = Tally(_customer_row(line) for line in lines)
        content = workbook(
            [Sheet(_("Customers"), _customer_columns(), tally)],
            notes=notes_of(actor, on, [*_made_from(actor, on), *asked.items(), ("order", order.key)]),
            about=_("About this file"),
        )
    audit.record(
        actor=actor, act="exports.customers", subject="customers", on=on, after={**asked, "rows": tally.rows}
    )
    return content


def _made_from(actor: Actor, on: date) -> Iterator[tuple[str, str]]:
    """By which run the grades are and of which day the figures, as far as the reader sees them."""
    if actor.may("ratings.read") and (run := ratings.latest_run()):
        yield "rated_by", f"{run.policy_code} {run.policy_version}, {run.as_of.isoformat()}"
    if actor.may("indicators.read") and (measurement := indicators.latest_measurement(as_of=on)):
        yield "measured_on", measurement.as_of.isoformat()


def export_run(*, actor: Actor, on: date, run_id: int, form: Form = "xlsx") -> bytes:
    """One rating run as a file: grades of the customers the reader may see; in Excel the tables, too.

    Refuses: AccessDenied, RunUnknown, TooManyRows.
    """
    access.require(actor, "exports.read", f"run:{run_id}")
    access.require(actor, "ratings.read", f"run:{run_id}")
    run = ratings.get_run(run_id)
    lines = run_lines(actor, run_id, on=on)
    if form != "xlsx":
        tally = Tally(plain.grade_row(line) for line in lines)
        content = plain.plain_file(plain.GRADES, tally, form)
    else:
        if run.customers > MOST_ROWS:
            raise TooManyRows(rows=run.customers, most=MOST_ROWS)
        tally = Tally(_graded_row(line) for line in lines)
        content = _run_workbook(actor, run, tally, on=on)
    audit.record(actor=actor, act="exports.run", subject=f"run:{run_id}", on=on, after={"rows": tally.rows})
    return content


def _run_workbook(actor: Actor, run: Any, grades: Tally, *, on: date) -> bytes:
    shares = run_shares(actor, run.pk, by="industry_section", on=on)
    moves = migration(actor, run.pk, on=on)
    sections = words.in_full(words.SECTIONS)
    sheets = [
        Sheet(_("Grades"), _graded_columns(), grades),
        Sheet(
            _("By industry"),
            [Column(_("Industry"), width=36), Column(_("Grade")), Column(_("Customers"), "count")],
            (
                (sections.get(one.group, one.group), one.grade or _("not graded"), one.customers)
                for one in shares
            ),
        ),
        Sheet(
            _("Moves"),
            [Column(_("Grade before")), Column(_("Grade now")), Column(_("Customers"), "count")],
            ((one.previous_grade, one.grade or _("not graded"), one.customers) for one in moves),
        ),
    ]
    told = {
        "run": run.pk,
        "policy": f"{run.policy_code} {run.policy_version}",
        "policy_sha256": run.policy_sha256,
        "as_of": run.as_of,
        "inputs_sha256": run.inputs_sha256,
        "results_sha256": run.results_sha256,
    }
    return workbook(sheets, notes=notes_of(actor, on, told.items()), about=_("About this file"))


def _customer_columns() -> list[Column]:
    return [
        Column(_("Customer no."), width=16),
        Column(_("Name"), width=36),
        Column(_("Kind"), width=8),
        Column(_("Credit code"), width=22),
        Column(_("ID number"), width=22),
        Column(_("Industry"), width=30),
        Column(_("Region"), width=12),
        Column(_("Size"), width=10),
        Column(_("Salesperson"), width=12),
        Column(_("Unit"), width=18),
        Column(_("Status"), width=10),
        Column(_("Grade"), width=10),
        Column(_("Grade before"), width=10),
        Column(_("Approved grade"), width=10),
        Column(_("Approved since"), "date", 12),
        Column(_("Next review"), "date", 12),
        Column(_("Balance"), "money", 18),
        Column(_("Overdue"), "money", 18),
        Column(_("Turnover 12 months"), "money", 22),
        Column(_("Longest overdue (days)"), "count", 14),
        Column(_("Currency"), width=8),
    ]


def _customer_row(line: Line) -> tuple[Any, ...]:
    return (
        line.no,
        line.name,
        words.word(words.KINDS, line.kind),
        line.uscc,
        line.id_number,
        words.word(words.SECTIONS, line.section),
        line.region,
        words.word(words.SIZES, line.size_class),
        line.salesperson,
        line.unit,
        words.word(words.STATUSES, line.status),
        line.grade,
        line.previous_grade,
        *plain.approved_cells(line),
        line.balance,
        line.overdue,
        line.turnover,
        line.longest_overdue_days,
        line.currency,
    )


def _graded_columns() -> list[Column]:
    return [
        Column(_("Customer no."), width=16),
        Column(_("Name"), width=36),
        Column(_("Industry"), width=30),
        Column(_("Region"), width=12),
        Column(_("Result"), width=14),
        Column(_("Grade"), width=10),
        Column(_("Grade before"), width=10),
        Column(_("Score"), "number", 10),
    ]


def _graded_row(line: CellLine) -> tuple[Any, ...]:
    return (
        line.no,
        line.name,
        words.word(words.SECTIONS, line.section),
        line.region,
        words.word(words.STATES, line.state),
        line.grade,
        line.previous_grade,
        line.score,
    )


def notes_of(actor: Actor, on: date, told: Iterable[tuple[str, Any]]) -> list[tuple[str, str]]:
    """What stands on the last sheet of an export: when, by whom, and what was asked for."""
    first = [(_("Exported on"), on.isoformat()), (_("Exported by"), f"{actor.name} ({actor.login})")]
    return [*first, *(words.noted(name, value) for name, value in told)]
