"""What forecasts say, within the reach of who asks."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.facts.factors.values import ENTRY_KINDS
from xinheng.judgements.demand import accuracy, comparing, curves, laying, policy, reach, storing
from xinheng.judgements.demand.errors import (
    ForecastNotReady,
    ForecastUnknown,
    NodeUnknown,
    OverlayUnknown,
)
from xinheng.judgements.demand.models import Overlay, Run
from xinheng.judgements.demand.policy import DemandRules, Held
from xinheng.judgements.demand.values import Accuracy, Compared, Curve, Node

LEVEL_WORDS: dict[str, str | Promise] = {
    "company": _("whole company"),
    "area": _("area"),
    "industry": _("industry"),
    "consumer": _("consumer"),
}
FREQUENCY_WORDS: dict[str, str | Promise] = {"month": _("by month"), "day": _("by day"), "hour": _("by hour")}
LEAF_WORDS: dict[str, str | Promise] = {
    "consumer": _("every consumer"),
    "cell": _("every industry of every area"),
}
STATE_WORDS: dict[str, str | Promise] = {
    "waiting": _("waiting"),
    "running": _("being made"),
    "done": _("made"),
    "refused": _("refused"),
    "failed": _("failed"),
}
KIND_WORDS: dict[str, str | Promise] = {"event": _("sudden event"), "expansion": _("business expansion")}
ENTRY_WORDS = ENTRY_KINDS
FACTOR_WORDS: dict[str, str | Promise] = {
    "used": _("used"),
    "partly": _("used where known"),
    "missing": _("nothing known: its weight was shared out"),
}
FILE_WORDS: dict[str, str | Promise] = {
    "leaves": _("what is added up"),
    "series": _("history"),
    "base": _("base forecast"),
    "levels": _("bands of every level"),
    "rates": _("rates of outside factors"),
    "calendar": _("calendar"),
}
SHOWN_MONTHS = 24


def runs(actor: Actor, *, frequency: str = "") -> QuerySet[Run]:
    """The runs, the newest first. Refuses: AccessDenied."""
    access.require(actor, "demand.read")
    rows = Run.objects.all()
    return rows.filter(frequency=frequency) if frequency else rows


def run(actor: Actor, number: int) -> Run:
    """One run in whatever state. Refuses: AccessDenied, ForecastUnknown."""
    access.require(actor, "demand.read", f"forecast:{number}")
    found = Run.objects.filter(pk=number).first()
    if found is None:
        raise ForecastUnknown(run=number)
    return found


def made(actor: Actor, number: int) -> Run:
    """One run that was made. Refuses: AccessDenied, ForecastUnknown, ForecastNotReady."""
    found = run(actor, number)
    if found.state != "done":
        raise ForecastNotReady(run=number, state=STATE_WORDS[found.state])
    return found


def latest(actor: Actor, *, frequency: str = "month") -> Run | None:
    """The last run that was made of a frequency; None where there is none. Refuses: AccessDenied."""
    return runs(actor, frequency=frequency).filter(state="done").first()


def nodes(actor: Actor, found: Run, level: str, *, on: date, text: str = "") -> pl.DataFrame:
    """The nodes of a level within reach: node, base_wh of all moments, the largest first.

    text: part of its number. Refuses: AccessDenied, ForecastFileChanged.
    """
    access.require(actor, "demand.read", f"forecast:{found.pk}")
    base = reach.leaves(actor, storing.read(found, "base"), on=on)
    if level == "company" or (level == "consumer" and found.leaf == "cell"):
        return pl.DataFrame(schema={"node": pl.String, "base_wh": pl.Int64})
    summed = base.group_by(pl.col(level).alias("node")).agg(pl.col("base_wh").sum())
    if text:
        summed = summed.filter(pl.col("node").str.contains(text, literal=True))
    return summed.sort("base_wh", "node", descending=[True, False])


def curve(actor: Actor, found: Run, node: Node, *, on: date, as_of: date | None = None) -> Curve:
    """A node's forecast with its parts: base + factors + overlays = whole, to the watt-hour.

    as_of: with the overlays as they counted on a day, else as they count now.
    Refuses: AccessDenied, NodeUnknown (also out of reach), ForecastFileChanged.
    """
    access.require(actor, "demand.read", f"forecast:{found.pk}")
    rows = [laying.laid(one) for one in laying.counting(as_of=as_of)]
    parts = reach.leaves(actor, curves.parts_of(found, rows), on=on)
    own = parts if node.level == "company" else parts.filter(pl.col(node.level) == node.no)
    if own.is_empty():
        raise NodeUnknown(level=node.level, node=node.no)
    is_whole = node.level == "consumer" or reach.reaches(actor, node.level, node.no, on=on)
    return curves.drawn(found, node, own, is_partial=not is_whole)


def overlays(actor: Actor, *, on: date, with_withdrawn: bool = False) -> list[Overlay]:
    """The overlays within reach, the latest first; those of industries and the company everybody sees.

    Refuses: AccessDenied.
    """
    access.require(actor, "demand.read")
    rows = Overlay.objects.all()
    kept = list(rows if with_withdrawn else rows.filter(withdrawn_on__isnull=True))
    if reach.reaches_all(actor):
        return kept
    return [
        one
        for one in kept
        if one.level in ("company", "industry") or reach.reaches(actor, one.level, one.node, on=on)
    ]


def overlay(actor: Actor, number: int, *, on: date) -> Overlay:
    """One overlay within reach. Refuses: AccessDenied, OverlayUnknown."""
    for one in overlays(actor, on=on, with_withdrawn=True):
        if one.pk == number:
            return one
    raise OverlayUnknown(overlay=number)


def compared(actor: Actor, found: Run, *, on: date) -> list[Compared]:
    """Forecast against actual of the periods of a run that are over, for company, areas and industries.

    Overlays count as they did on the day of the run. Refuses: AccessDenied, ForecastFileChanged.
    """
    access.require(actor, "demand.read", f"forecast:{found.pk}")
    return comparing.of_run(found, _within(actor, on), on=on)


def history(actor: Actor, *, on: date, frequency: str = "month") -> list[Compared]:
    """Of each period that is over, what the last run before it foretold, against what was used.

    Refuses: AccessDenied, ForecastFileChanged.
    """
    access.require(actor, "demand.read")
    made = runs(actor, frequency=frequency).filter(state="done", first__lt=on)[:SHOWN_MONTHS]
    within, kept = _within(actor, on), {}
    for one in reversed(list(made)):  # a later run takes the place of an earlier
        for row in comparing.of_run(one, within, on=on):
            kept[row.level, row.node, row.at] = row
    return sorted(kept.values(), key=lambda row: (row.at, row.level, row.node), reverse=True)


def figures(rows: list[Compared], found: Run | None = None) -> list[Accuracy]:
    """What the errors come to by level."""
    band = found.report.get("band") if found else None
    return accuracy.by_level(rows, band / 100 if band else None)


def weights(actor: Actor, *, on: date) -> Held:
    """The rules and weights of a day. Refuses: AccessDenied."""
    access.require(actor, "demand.read")
    return policy.held_on(on)


def rules_of(found: Run) -> DemandRules:
    """The rules that a run was made by. Refuses: PolicyUnknown."""
    return policy.of_hash(found.policy_sha256)


def _within(actor: Actor, on: date) -> Any:
    return lambda rows: reach.leaves(actor, rows, on=on)
