"""The report of a fitted card as an Excel workbook."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.judgements.scorecards import queries as scorecards
from xinheng.reports.sheets import Column, Sheet, workbook


def export_fitted(*, actor: Actor, on: date, number: int) -> bytes:
    """Every table of the report of one fitted card, and what is said beside them. On the trail.

    Refuses: AccessDenied, FitUnknown.
    """
    access.require(actor, "exports.read", f"fit:{number}")
    fit = scorecards.fitted(actor, number)
    told = scorecards.report_tables(fit.report) if fit.report else []
    sheets = [
        Sheet(one.title[:28], [Column(title, width=22) for title in one.columns],
              [["" if cell is None else str(cell) for cell in row] for row in one.rows])
        for one in told
    ]  # fmt: skip
    lines = scorecards.report_lines(fit.report) if fit.report else [fit.cause]
    notes = [(_("Name"), fit.name), (_("Exported on"), on.isoformat()), *(("", line) for line in lines)]
    content = workbook(sheets, notes=notes, about=_("About"))
    audit.record(actor=actor, act="exports.scorecard", subject=f"fit:{number}", on=on)
    return content
