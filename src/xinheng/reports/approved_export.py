"""The papers of approved grades: summary, industries, moves, rating table; Excel and PDF."""

from __future__ import annotations

from datetime import date
from itertools import islice
from typing import Any, NotRequired, TypedDict, Unpack

from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.judgements.reviews import queries as reviews
from xinheng.reports import words
from xinheng.reports.approved_summaries import approved_lines, approved_summary
from xinheng.reports.errors import TooManyRows
from xinheng.reports.exports import Tally, notes_of
from xinheng.reports.printed import Table, print_workbook
from xinheng.reports.printing import print_pdf
from xinheng.reports.sheets import MOST_ROWS, Column
from xinheng.reports.summary_export import MOST_PRINTED, grade_table, headline, industry_table, move_table
from xinheng.reports.values import ApprovedLine, GradeSummary, Printed


class OfDay(TypedDict):
    """The day of the grades, an earlier one to say who moved since, and the form of the file."""

    as_of: date
    before: NotRequired[date | None]
    form: NotRequired[Printed]


def export_approved(*, actor: Actor, on: date, policy_code: str, **asked: Unpack[OfDay]) -> bytes:
    """The papers of the grades that stand on a day by a policy, of the customers the actor may see.

    Excel: a sheet a paper and every customer; PDF: the same papers and the first customers by number.
    Refuses: AccessDenied, PolicyNotInForce, TooManyRows (Excel), PrintFontMissing (PDF).
    """
    access.require(actor, "exports.read", f"policy:{policy_code}")
    as_of, before, form = asked["as_of"], asked.get("before"), asked.get("form", "xlsx")
    found = approved_summary(actor, policy_code, as_of=as_of, before=before, on=on)
    if form == "xlsx" and found.customers > MOST_ROWS:
        raise TooManyRows(rows=found.customers, most=MOST_ROWS)
    most = None if form == "xlsx" else MOST_PRINTED
    lines = approved_lines(actor, policy_code, as_of=as_of, on=on)
    tally = Tally(_customer(line) for line in islice(lines, most))
    left_out = 0 if most is None else max(0, found.customers - most)
    papers = [
        grade_table(found),
        *industry_table(found),
        *move_table(found),
        _rating_table(found, tally, left_out),
    ]
    told = {"policy": policy_code, "grades": "approved", "as_of": as_of, "before": before or ""}
    if form == "xlsx":
        content = print_workbook(papers, notes=notes_of(actor, on, told.items()), about=_("About this file"))
    else:
        footer = _("%(what)s · printed by %(who)s on ") % {"what": headline(found), "who": actor.name}
        content = print_pdf(papers, title=papers[0].title, footer=footer + on.isoformat())
    after = {"policy": policy_code, "as_of": str(as_of), "rows": tally.rows, "form": form}
    audit.record(actor=actor, act="exports.approved", subject=f"policy:{policy_code}", on=on, after=after)
    return content


def _rating_table(found: GradeSummary, rows: Tally, left_out: int) -> Table:
    note = _("%(number)s more customers stand in the Excel file.") % {"number": f"{left_out:,}"}
    return Table(
        name=_("Rating table"),
        title=_("Table of approved credit grades"),
        left=headline(found),
        right="",
        columns=[
            Column(_("Customer no."), width=14),
            Column(_("Name"), width=32),
            Column(_("Industry"), width=26),
            Column(_("Region"), width=10),
            Column(_("Grade"), width=8),
            Column(_("How"), width=14),
            Column(_("Approved since"), "date", 12),
            Column(_("Next review"), "date", 12),
            Column(_("Approved by"), width=14),
            Column(_("Validity"), width=10),
        ],
        rows=rows,
        note=note if left_out else "",
    )


def _customer(line: ApprovedLine) -> tuple[Any, ...]:
    return (
        line.no, line.name, words.word(words.SECTIONS, line.section), line.region, line.grade,
        str(reviews.KINDS.get(line.kind, "")), line.since, line.review_due_on, line.approved_by,
        _("expired") if line.is_expired else "",
    )  # fmt: skip
