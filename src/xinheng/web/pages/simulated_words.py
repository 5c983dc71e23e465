"""What a simulation found, as pages show it: tables of moves, rules, industries, days."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.language import reads_chinese
from xinheng.judgements.ratings.values import (
    Cause,
    SimulatedDay,
    SimulatedMover,
    SimulatedSide,
    Simulation,
)
from xinheng.reports import services as reports
from xinheng.reports.services import figure_text
from xinheng.web.pages.scales import Scale

STATES: dict[str, str | Promise] = {
    "waiting": _("waiting"),
    "running": _("running"),
    "done": _("done"),
    "cancelled": _("stopped"),
    "failed": _("failed"),
}
KINDS: dict[str, str | Promise] = {
    "exclusion": _("exclusion"),
    "applies": _("whom it is for"),
    "veto": _("veto"),
    "cap": _("cap"),
    "missing": _("missing figure"),
    "condition": _("condition"),
    "quota": _("quota"),
    "thresholds": _("bounds of grades"),
    "points": _("points"),
    "scale": _("scale"),
}
OUTCOMES: dict[str, str | Promise] = {
    "fired": _("applies"),
    "not_fired": _("does not apply"),
    "unknown": _("unknown"),
}
SMALL, LARGE = 0.1, 0.25  # PSI below which a spread is called stable, and from which shifted


def scales_of(kept: Simulation) -> tuple[Scale, Scale]:
    """The grades of both policies, best first; their words stand in the policies."""
    old, new = kept.old_scale, kept.new_scale
    return Scale(old, old), Scale(new, new)


def day_told(kept: Simulation, day: SimulatedDay) -> dict[str, Any]:
    """One day of a simulation, and the series."""
    old, new = scales_of(kept)
    return {
        "day": day,
        "figures": _figures(day),
        "matrix": _matrix(day, old, new),
        "news": [*new.badges(), *([new.badge("")] if "" in day.counts("new") else [])],
        "spread": _spread(day, old, new),
        "causes": [_cause(one) for one in day.causes],
        "industries": _industries(day, old, new),
        "series": [_in_series(one, day) for one in kept.days] if len(kept.days) > 1 else [],
    }


def _figures(day: SimulatedDay) -> list[tuple[str | Promise, str, str]]:
    share = day.moved / day.customers if day.customers else 0
    return [
        (_("Customers"), f"{day.customers:,}", ""),
        (_("Would move"), f"{day.moved:,}", figure_text(share, "share")),
        (_("Incomplete, old policy"), f"{day.incomplete_old:,}", ""),
        (_("Incomplete, new policy"), f"{day.incomplete_new:,}", ""),
        (_("PSI, old to new"), index_text(day.shifted), str(index_word(day.shifted))),
    ]


def _matrix(day: SimulatedDay, old: Scale, new: Scale) -> list[dict[str, Any]]:
    counts = {(move.old, move.new): move.customers for move in day.moves}
    olds = [*old.grades, *([""] if "" in day.counts("old") else [])]
    news = [*new.grades, *([""] if "" in day.counts("new") else [])]
    return [
        {
            "badge": old.badge(before),
            "key": before or "-",
            "total": sum(counts.get((before, now), 0) for now in news),
            "cells": [
                {
                    "key": now or "-",
                    "customers": counts.get((before, now), 0),
                    "stays": before == now,
                    "turn": new.turn(before, now),
                }
                for now in news
            ],
        }
        for before in olds
    ]


def _spread(day: SimulatedDay, old: Scale, new: Scale) -> list[dict[str, Any]]:
    """How many have each grade by either policy, as figures and bars."""
    before, after = day.counts("old"), day.counts("new")
    grades = list(dict.fromkeys([*old.grades, *new.grades, *([""] if "" in {*before, *after} else [])]))
    most = max([*before.values(), *after.values(), 1])
    return [
        {
            "badge": (new if grade in new.grades else old).badge(grade),
            "old": before.get(grade, 0),
            "new": after.get(grade, 0),
            "old_percent": round(100 * before.get(grade, 0) / most, 1),
            "new_percent": round(100 * after.get(grade, 0) / most, 1),
        }
        for grade in grades
    ]


def _cause(one: Cause) -> dict[str, Any]:
    return {"one": one, "kind": KINDS.get(one.kind, one.kind), "text": one.zh if reads_chinese() else one.en}


def _industries(day: SimulatedDay, old: Scale, new: Scale) -> dict[str, Any]:
    """The industries as rows; of each grade how many by the old policy and how many by the new."""
    counts: dict[str, dict[tuple[str, str], int]] = {}
    for one in day.groups:
        counts.setdefault(one.section, {})[one.side, one.grade] = one.customers
    ungraded = [""] if any(grade == "" for row in counts.values() for _side, grade in row) else []
    grades = list(dict.fromkeys([*old.grades, *new.grades, *ungraded]))
    sections = reports.in_full(reports.SECTIONS)
    rows = [
        {
            "name": sections.get(section, section),
            "total": sum(number for (side, _grade), number in row.items() if side == "old"),
            "cells": [(row.get(("old", grade), 0), row.get(("new", grade), 0)) for grade in grades],
        }
        for section, row in counts.items()
    ]
    rows.sort(key=lambda row: -int(str(row["total"])))
    badges = [(new if grade in new.grades else old).badge(grade) for grade in grades]
    return {"badges": badges, "rows": rows}


def _in_series(one: SimulatedDay, day: SimulatedDay) -> dict[str, Any]:
    return {
        "day": one,
        "current": one.as_of == day.as_of,
        "moved": figure_text(one.moved / one.customers if one.customers else 0, "share"),
        "shifted": index_text(one.shifted),
        "unstable_old": index_text(one.unstable_old),
        "unstable_new": index_text(one.unstable_new),
        "word": index_word(one.unstable_new) if one.unstable_new is not None else "",
    }


def index_text(value: float | None) -> str:
    """A stability index as it is written."""
    return "—" if value is None else f"{value:.4f}"


def index_word(value: float) -> str | Promise:
    """What a stability index means, by the usual bounds of 0.1 and 0.25."""
    if value < SMALL:
        return _("stable")
    return _("some shift") if value < LARGE else _("large shift")


def mover_row(one: SimulatedMover, old: Scale, new: Scale) -> dict[str, Any]:
    """One customer who would move."""
    return {
        "one": one,
        "old": old.badge(one.old),
        "new": new.badge(one.new),
        "section": reports.word(reports.SECTIONS, one.section),
        "why": one.zh if reads_chinese() else one.en,
        "kind": KINDS.get(one.kind, one.kind),
        "old_score": "" if one.old_score is None else figure_text(one.old_score, "points"),
        "new_score": "" if one.new_score is None else figure_text(one.new_score, "points"),
    }


def case_side(side: SimulatedSide, scale: Scale, title: str) -> dict[str, Any]:
    """Why one policy grades a customer as it does."""
    return {
        "title": title,
        "label": side.label,
        "badge": scale.badge(side.grade),
        "score": "" if side.score is None else figure_text(side.score, "points"),
        "reasons": [{"one": one, "outcome": OUTCOMES[one.outcome]} for one in side.reasons],
    }
