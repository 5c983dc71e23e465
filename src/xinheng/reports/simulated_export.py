"""A simulation as an Excel workbook: days, moves, rules, industries, and everyone who would move."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.language import reads_chinese
from xinheng.judgements.ratings import queries as ratings
from xinheng.judgements.ratings.values import Simulation
from xinheng.reports.sheets import Column, Sheet, workbook
from xinheng.reports.words import SECTIONS, word


def export_simulation(*, actor: Actor, on: date, number: int) -> bytes:
    """One simulation as a workbook; movers within the actor's reach. On the trail.

    Refuses: AccessDenied, SimulationUnknown.
    """
    access.require(actor, "exports.read", f"simulation:{number}")
    kept = ratings.simulation(actor, number)
    content = workbook(
        [_days(kept), _moves(kept), _causes(kept), _groups(kept), _movers(kept, actor, on)],
        notes=[
            (_("Simulation"), str(kept.number)),
            (_("New policy"), kept.new),
            (_("Old policy"), kept.old),
            (_("Simulated by"), kept.by),
            (_("Exported on"), on.isoformat()),
            (_("Limits"), _("No limits exist yet, so none are simulated.")),
        ],
        about=_("About"),
    )
    audit.record(actor=actor, act="exports.simulation", subject=f"simulation:{number}", on=on)
    return content


def _days(kept: Simulation) -> Sheet:
    columns = [
        Column(_("As of"), "date"), Column(_("Measured"), "date"), Column(_("Customers"), "count"),
        Column(_("Moving"), "count"), Column(_("Incomplete before"), "count"),
        Column(_("Incomplete then"), "count"), Column(_("PSI old to new"), "text"),
        Column(_("PSI old in time"), "text"), Column(_("PSI new in time"), "text"),
    ]  # fmt: skip
    rows = [
        [day.as_of, day.measured_on, day.customers, day.moved, day.incomplete_old, day.incomplete_new,
         _index(day.shifted), _index(day.unstable_old), _index(day.unstable_new)]
        for day in kept.days
    ]  # fmt: skip
    return Sheet(_("Days"), columns, rows)


def _moves(kept: Simulation) -> Sheet:
    columns = [
        Column(_("As of"), "date"), Column(_("Old policy")), Column(_("New policy")),
        Column(_("Customers"), "count"),
    ]  # fmt: skip
    rows = [
        [day.as_of, move.old or _("not graded"), move.new or _("not graded"), move.customers]
        for day in kept.days
        for move in day.moves
    ]
    return Sheet(_("Moves"), columns, rows)


def _causes(kept: Simulation) -> Sheet:
    columns = [
        Column(_("As of"), "date"), Column(_("Rule that decides"), width=48), Column(_("Code")),
        Column(_("Worse"), "count"), Column(_("Better"), "count"), Column(_("Neither"), "count"),
    ]  # fmt: skip
    rows = [
        [day.as_of, _said(one), one.code, one.worse, one.better, one.other]
        for day in kept.days
        for one in day.causes
    ]
    return Sheet(_("Why they move"), columns, rows)


def _groups(kept: Simulation) -> Sheet:
    columns = [
        Column(_("As of"), "date"), Column(_("Industry"), width=32), Column(_("Policy")),
        Column(_("Grade")), Column(_("Customers"), "count"),
    ]  # fmt: skip
    sides = {"old": kept.old, "new": kept.new}
    rows = [
        [day.as_of, word(SECTIONS, one.section), sides[one.side], one.grade or _("not graded"), one.customers]
        for day in kept.days
        for one in day.groups
    ]
    return Sheet(_("Industries"), columns, rows)


def _movers(kept: Simulation, actor: Actor, on: date) -> Sheet:
    columns = [
        Column(_("As of"), "date"), Column(_("Customer number")), Column(_("Name"), width=32),
        Column(_("Industry"), width=24), Column(_("Old policy")), Column(_("New policy")),
        Column(_("Old points"), "number"), Column(_("New points"), "number"),
        Column(_("Rule that decides"), width=48),
    ]  # fmt: skip

    def rows() -> Iterable[list[Any]]:
        for day in kept.days:
            for one in ratings.simulated_movers(actor, kept.number, day.as_of, on=on):
                yield [
                    day.as_of, one.customer_no, one.customer_name, word(SECTIONS, one.section),
                    one.old or _("not graded"), one.new or _("not graded"), one.old_score, one.new_score,
                    _said(one),
                ]  # fmt: skip

    return Sheet(_("Customers"), columns, rows())


def _said(one: Any) -> str:
    return str(one.zh if reads_chinese() else one.en)


def _index(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"
