"""The papers of a rating run: 客户信用等级汇总表, industries, moves and the rating table; Excel and PDF."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.judgements.ratings import queries as ratings
from xinheng.reports import words
from xinheng.reports.charts import ACCENT, shade_of
from xinheng.reports.errors import TooManyRows
from xinheng.reports.exports import Tally, notes_of
from xinheng.reports.printed import Chart, Series, Table, print_workbook
from xinheng.reports.printing import print_pdf
from xinheng.reports.run_tables import run_lines
from xinheng.reports.sheets import MOST_ROWS, Column
from xinheng.reports.summaries import grade_summary
from xinheng.reports.values import CellLine, GradeSummary, Printed

MOST_PRINTED = 1_000  # customers of the rating table on paper; Excel has them all


def export_summary(*, actor: Actor, on: date, run_id: int, form: Printed = "xlsx") -> bytes:
    """The papers of one rating run, of the customers the actor may see, in the reader's language.

    Excel: a sheet a paper and every customer; PDF: the same papers and the first customers by number.
    Refuses: AccessDenied, RunUnknown, TooManyRows (Excel), PrintFontMissing (PDF).
    """
    access.require(actor, "exports.read", f"run:{run_id}")
    found = grade_summary(actor, run_id, on=on)
    run = ratings.get_run(run_id)
    if form == "xlsx" and found.customers > MOST_ROWS:
        raise TooManyRows(rows=found.customers, most=MOST_ROWS)
    lines = run_lines(actor, run_id, on=on)
    most = None if form == "xlsx" else MOST_PRINTED
    tally = Tally(_customer(line) for line in islice(lines, most))
    papers = [
        grade_table(found),
        *industry_table(found),
        *move_table(found),
        _rating_table(found, tally, left_out=0 if most is None else max(0, found.customers - most)),
    ]
    told = {
        "run": run.pk,
        "policy": f"{run.policy_code} {run.policy_version}",
        "policy_sha256": run.policy_sha256,
        "as_of": run.as_of,
        "inputs_sha256": run.inputs_sha256,
        "results_sha256": run.results_sha256,
    }
    notes = notes_of(actor, on, told.items())
    if form == "xlsx":
        content = print_workbook(papers, notes=notes, about=_("About this file"))
    else:
        content = print_pdf(papers, title=papers[0].title, footer=_footer(found, actor, on))
    after = {"rows": tally.rows, "form": form}
    audit.record(actor=actor, act="exports.summary", subject=f"run:{run_id}", on=on, after=after)
    return content


def _footer(found: GradeSummary, actor: Actor, on: date) -> str:
    told = {"run": found.run_id, "policy": f"{found.policy_name} {found.policy_version}", "who": actor.name}
    return _("Rating run %(run)s · %(policy)s · printed by %(who)s on ") % told + on.isoformat()


def grade_table(found: GradeSummary) -> Table:
    """客户信用等级汇总表: customers, shares and running totals by grade, and what each grade was billed."""
    columns = [
        Column(_("Grade"), width=10),
        Column(_("Meaning"), width=20),
        Column(_("Customers"), "count", 12),
        Column(_("Share"), "share", 10),
        Column(_("Running total"), "count", 12),
        Column(_("Running share"), "share", 10),
    ]
    measured = {
        "turnover_12m": (_("Billed in 12 months"), _("Share of it")),
        "turnover_ever": (_("Billed in all"), _("Share of all")),
    }
    for measure in found.totals:
        columns += [
            Column(measured[measure][0], "money", 18),
            Column(measured[measure][1], "share", 10),
        ]
    rows = [
        (
            line.grade or _("not graded"),
            line.word,
            line.customers,
            _part(line.share),
            line.running,
            _part(line.running_share),
            *_pairs(line.amounts, line.amount_shares),
        )
        for line in found.lines
    ]
    whole = {measure: Decimal(100) if amount.minor > 0 else None for measure, amount in found.totals.items()}
    share = Decimal(1) if found.customers else None
    total = (_("Total"), "", found.customers, share, None, None, *_pairs(found.totals, whole))
    measured_all = all(whole.values())
    return Table(
        name=_("Grade summary"),
        title=_("Summary of customer credit grades")
        if found.run_id
        else _("Summary of approved credit grades"),
        left=headline(found),
        right=_("Unit: customers; amounts in %(currency)s") % {"currency": found.currency},
        columns=columns,
        rows=rows,
        total=total,
        chart=_bars(found),
        note="" if measured_all else _("An empty share: nothing was billed (n/a)."),
    )


def _pairs(amounts: Mapping[str, Money], shares: Mapping[str, Decimal | None]) -> list[Any]:
    """Each amount with its share beside it."""
    return [cell for measure, amount in amounts.items() for cell in (amount, _part(shares[measure]))]


def _bars(found: GradeSummary) -> Chart | None:
    if not found.customers:
        return None
    return Chart(
        "bars",
        _("Customers by grade"),
        [line.grade or _("not graded") for line in found.lines],
        [Series(_("Customers"), ACCENT, [line.customers for line in found.lines])],
        colours=[shade_of(line.grade, found.grades) for line in found.lines],
    )


def industry_table(found: GradeSummary) -> Iterator[Table]:
    if not found.industries:
        return
    grades = [line.grade for line in found.lines]
    sections = words.in_full(words.SECTIONS)
    names = [sections.get(line.section) or line.section or _("not told") for line in found.industries]
    heads = [grade or _("not graded") for grade in grades]
    yield Table(
        name=_("By industry"),
        title=_("Credit grades by industry") if found.run_id else _("Approved credit grades by industry"),
        left=headline(found),
        right=_("Unit: customers"),
        columns=[
            Column(_("Industry"), width=30),
            *(Column(head, "count", 9) for head in heads),
            Column(_("Total"), "count", 11),
        ],
        rows=[
            (name, *(line.counts.get(grade, 0) for grade in grades), line.customers)
            for name, line in zip(names, found.industries, strict=True)
        ],
        total=(_("Total"), *(line.customers for line in found.lines), found.customers),
        chart=Chart(
            "stacked",
            _("Credit grades by industry"),
            names,
            [
                Series(
                    head,
                    shade_of(grade, found.grades),
                    [line.counts.get(grade, 0) for line in found.industries],
                )
                for grade, head in zip(grades, heads, strict=True)
            ],
        ),
    )


def move_table(found: GradeSummary) -> Iterator[Table]:
    """From which grade (row) to which (column); none before the second run."""
    if not found.moves:
        return
    title = _("Moves of credit grades since the run before")
    if found.before:
        day = found.before.isoformat()
        title = _("Moves of approved credit grades since %(day)s") % {"day": day}
    counts = {(move.previous_grade, move.grade): move.customers for move in found.moves}
    now = [*found.grades, *([""] if any(move.grade == "" for move in found.moves) else [])]
    heads = [grade or _("not graded") for grade in now]
    table = {before: [counts.get((before, grade), 0) for grade in now] for before in found.grades}
    sums = [sum(column) for column in zip(*table.values(), strict=True)]
    yield Table(
        name=_("Moves"),
        title=title,
        left=headline(found),
        right=_("Unit: customers; rows: grade before, columns: grade now"),
        columns=[
            Column(_("Grade before"), width=14),
            *(Column(head, "count", 9) for head in heads),
            Column(_("Total"), "count", 11),
        ],
        rows=[(before, *row, sum(row)) for before, row in table.items()],
        total=(_("Total"), *sums, sum(sums)),
        chart=Chart(
            "stacked",
            title,
            list(found.grades),
            [
                Series(
                    head,
                    shade_of(grade, found.grades),
                    [counts.get((before, grade), 0) for before in found.grades],
                )
                for grade, head in zip(now, heads, strict=True)
            ],
        ),
    )


def _rating_table(found: GradeSummary, rows: Tally, *, left_out: int) -> Table:
    note = _("%(number)s more customers stand in the Excel file.") % {"number": f"{left_out:,}"}
    return Table(
        name=_("Rating table"),
        title=_("Table of credit ratings"),
        left=headline(found),
        right=_("Unit: points"),
        columns=[
            Column(_("Customer no."), width=14),
            Column(_("Name"), width=32),
            Column(_("Industry"), width=26),
            Column(_("Region"), width=10),
            Column(_("Result"), width=12),
            Column(_("Grade"), width=8),
            Column(_("Grade before"), width=9),
            Column(_("Score"), "number", 9),
        ],
        rows=rows,
        note=note if left_out else "",
    )


def _customer(line: CellLine) -> tuple[Any, ...]:
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


def headline(found: GradeSummary) -> str:
    told = {"policy": found.policy_name, "version": found.policy_version, "day": found.as_of.isoformat()}
    if not found.run_id:
        return _("%(policy)s, approved grades that stand on %(day)s") % told
    return _("%(policy)s %(version)s, as of %(day)s") % told


def _part(percent: Decimal | None) -> Decimal | None:
    return None if percent is None else percent / 100
