"""Questions to scorecards: challengers, how they did beside the policy in force, and fitted cards."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.judgements.scorecards.comparing import (
    compared_runs,
    ordered,
    scale_of,
    shift,
    side_by_side,
)
from xinheng.judgements.scorecards.errors import ChallengerUnknown, FitUnknown
from xinheng.judgements.scorecards.models import Challenge, Challenger, Fit
from xinheng.judgements.scorecards.reading import read as table_in
from xinheng.judgements.scorecards.values import Challenged
from xinheng.judgements.scorecards.wording import is_of_grades
from xinheng.judgements.scorecards.wording import lines as report_lines
from xinheng.judgements.scorecards.wording import markdown as report_text
from xinheng.judgements.scorecards.wording import tables as report_tables

__all__ = [
    "challenged",
    "challenger",
    "challengers",
    "compared_runs",
    "fits",
    "fitted",
    "flags",
    "is_of_grades",
    "report_lines",
    "report_tables",
    "report_text",
    "side_by_side",
    "table_in",
]


def flags(actor: Actor, *, on: date) -> list[tuple[str, str]]:
    """Items of customer files that may tell who went bad, by code, with their names: those of the payment and
    the public record, those answered yes or no, and those the site told and nobody classified.
    """
    access.require(actor, "scorecards.fit")
    found = [
        (item.code, item.name)
        for item in customers.catalogue().values()
        if (item.type == "yes_no" or item.dimension in (4, 6))
        and item.type in ("yes_no", "choice", "text")
        and not (item.sensitive or item.personal)
    ]
    return found + [(code, code) for code, _facts in customers.unclassified_items(actor, on=on)]


def fits(actor: Actor) -> QuerySet[Fit]:
    """Every card fitted on the pages, the newest first. Refuses: AccessDenied."""
    access.require(actor, "scorecards.read")
    return Fit.objects.all()


def fitted(actor: Actor, number: int) -> Fit:
    """One of them. Refuses: AccessDenied, FitUnknown."""
    found = fits(actor).filter(pk=number).first()
    if found is None:
        raise FitUnknown(number=number)
    return found


def challengers(actor: Actor) -> QuerySet[Challenger]:
    """Every challenger there is or was. Refuses: AccessDenied."""
    access.require(actor, "scorecards.read")
    return Challenger.objects.all()


def challenger(actor: Actor, challenger_id: int) -> Challenger:
    """One challenger. Refuses: AccessDenied, ChallengerUnknown."""
    found = challengers(actor).filter(pk=challenger_id).first()
    if found is None:
        raise ChallengerUnknown(challenger_id=challenger_id)
    return found


def challenged(actor: Actor, challenger_id: int) -> list[Challenged]:
    """The runs a challenger rated on, the newest first. Refuses: AccessDenied, ChallengerUnknown."""
    scale = scale_of(challenger(actor, challenger_id).text)
    whole = actor.scope.reach == "everything"
    found: list[Challenged] = []
    before: dict[str, int] | None = None
    kept = Challenge.objects.filter(challenger_id=challenger_id).select_related("run")
    for one in kept.order_by("run__as_of", "run_id"):
        run, counts = one.run, ordered(one.counts, scale) if whole else None
        unstable = shift(before, counts, scale) if before and counts else None
        label = f"{run.policy_code}@{run.policy_version}"
        found.append(Challenged(run.pk, run.as_of, label, counts, unstable))
        before = counts
    return found[::-1]
