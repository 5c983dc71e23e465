"""A policy and its silent challengers on one run, as an Excel workbook."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.judgements.ratings import queries as ratings
from xinheng.judgements.scorecards import queries as scorecards
from xinheng.judgements.scorecards.values import Outcome, SideBySide
from xinheng.reports.sheets import Column, Sheet, workbook


def export_side_by_side(*, actor: Actor, on: date, run_id: int, outcome: Outcome | None = None) -> bytes:
    """Figures, customers by grade and agreement of one run, within the actor's reach. On the trail.

    Refuses: AccessDenied, RunUnknown, RunFilesMissing, WindowOpen.
    """
    access.require(actor, "exports.read", f"run:{run_id}")
    found = scorecards.side_by_side(actor, run_id, on=on, outcome=outcome)
    notes = [
        (_("Run"), str(run_id)),
        (_("As of"), ratings.get_run(run_id).as_of.isoformat()),
        (_("Exported on"), on.isoformat()),
    ]
    if outcome:
        notes += [
            (_("Bad: days late"), str(outcome.late_days)),
            (_("Months waited"), str(outcome.within_months)),
        ]
    content = workbook([_figures(found), _spread(found), _agreement(found)], notes=notes, about=_("About"))
    audit.record(actor=actor, act="exports.side_by_side", subject=f"run:{run_id}", on=on)
    return content


def _figures(found: list[SideBySide]) -> Sheet:
    columns = [
        Column(_("Policy"), width=24), Column(_("Graded by both"), "count"),
        Column(_("Same grade"), "share"), Column("PSI"), Column(_("End known"), "count"),
        Column(_("Bad"), "count"), Column("AUC"), Column("KS"),
    ]  # fmt: skip
    rows = [
        [one.name, one.graded_by_both, one.alike, _figure(one.shifted), one.known, one.bad,
         _figure(one.auc), _figure(one.ks)]
        for one in found
    ]  # fmt: skip
    return Sheet(_("Side by side"), columns, rows)


def _spread(found: list[SideBySide]) -> Sheet:
    columns = [Column(_("Policy"), width=24), Column(_("Grade")), Column(_("Customers"), "count")]
    rows = [
        [one.name, grade or _("not graded"), number] for one in found for grade, number in one.counts.items()
    ]
    return Sheet(_("Customers by grade"), columns, rows)


def _agreement(found: list[SideBySide]) -> Sheet:
    columns = [
        Column(_("Challenger"), width=24), Column(_("By the policy in force")),
        Column(_("By the challenger")), Column(_("Customers"), "count"),
    ]  # fmt: skip
    rows = [
        [one.name, cell.champion or _("not graded"), cell.challenger or _("not graded"), cell.customers]
        for one in found
        for cell in one.agreed
    ]
    return Sheet(_("Agreement"), columns, rows)


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"
