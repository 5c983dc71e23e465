"""Questions to custody."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import QuerySet

from xinheng.base.access.services import require
from xinheng.base.kernel.actors import Actor
from xinheng.facts.custody.comparing import compare
from xinheng.facts.custody.consulting import has_grant
from xinheng.facts.custody.counting import (
    departments_of,
    dues,
    files_by_use,
    late_count,
    on_time,
    uses,
)
from xinheng.facts.custody.finding import (
    consultations,
    contents,
    differences,
    find,
    grants,
    incident,
    incidents,
    loan,
    loans,
    may_look,
    moves,
    papers_of,
    place,
    places,
    slip,
    slips,
    stock_take,
    stock_takes,
    where,
)
from xinheng.facts.custody.incidents import holders_of
from xinheng.facts.custody.keeping import holding, qualification, reported_seen
from xinheng.facts.custody.leaving import open_items
from xinheng.facts.custody.models import (
    Archivist,
    Consultation,
    Handover,
    HandoverLine,
    HandoverStep,
    Leaving,
    Loan,
    Proxy,
    Scan,
    Season,
    Signature,
    StockTake,
    Tidying,
)
from xinheng.facts.custody.policy import general, lending_for, scheme, schemes
from xinheng.facts.custody.seasons import season_rules
from xinheng.facts.custody.selecting import handover, handovers, late_on
from xinheng.facts.custody.signing import sides_signed, steps_done

__all__ = [
    "archivists", "compare", "consultations", "consulted", "contents", "departments_of", "differences",
    "dues", "files_by_use", "find", "general", "grants", "handover", "handovers", "has_grant", "holders",
    "holders_of", "holding", "incident", "incidents", "is_out", "late_count", "late_on", "leavings",
    "lending_for", "lines_of", "loan", "loans", "moves", "on_time", "open_items", "papers_of", "place",
    "places", "proxies", "qualification", "reported", "scans", "scheme", "schemes", "season_rules",
    "seasons", "sides_signed", "signatures_of", "slip", "slips", "steps_done", "steps_of", "stock_take",
    "stock_takes", "tidyings", "uses", "where",
]  # fmt: skip
holders = holders_of
reported = reported_seen


def is_out(paper_ids: Collection[int]) -> set[int]:
    """Those of some papers whose original is out of its place: lent, or being read."""
    rows = Loan.objects.filter(paper__in=list(paper_ids), returned_at__isnull=True)
    return set(rows.order_by().values_list("paper_id", flat=True))


def consulted(login: str, subject: str, since: date) -> bool:
    """Whether somebody looked into a file of a subject ("customer:12") on or after a day (MIN-08)."""
    return Consultation.objects.filter(login=login, subject=subject, on__gte=since).exists()


def lines_of(kept: Handover) -> QuerySet[HandoverLine]:
    """The list of a hand-over; for callers that asked for it."""
    return HandoverLine.objects.filter(handover=kept).select_related("paper")


def signatures_of(kept: Handover) -> list[Signature]:
    """The signatures of all rounds, the first first."""
    return list(Signature.objects.filter(handover=kept).select_related("drawing"))


def steps_of(kept: Handover) -> list[HandoverStep]:
    """What was done of a hand-over in all rounds, the first first."""
    return list(HandoverStep.objects.filter(handover=kept))


def scans(kept: StockTake) -> QuerySet[Scan]:
    """What was read in a stock-take, the newest first."""
    return Scan.objects.filter(stock_take=kept).select_related("place")


def seasons(actor: Actor) -> QuerySet[Season]:
    """The filing seasons, the newest first. Refuses: AccessDenied."""
    require(actor, "custody.read")
    return Season.objects.order_by("-opens_on", "code")


def archivists(actor: Actor) -> QuerySet[Archivist]:
    """Who keeps which archive, and what they lack. Refuses: AccessDenied."""
    require(actor, "custody.read")
    return Archivist.objects.select_related("unit", "request").order_by("login", "-pk")


def tidyings(actor: Actor) -> QuerySet[Tidying]:
    """What is to be tidied and was, the next first. Refuses: AccessDenied."""
    require(actor, "custody.read")
    return Tidying.objects.select_related("place").order_by("done_on", "due_on")


def leavings(actor: Actor) -> QuerySet[Leaving]:
    """Who leaves and left. Refuses: AccessDenied."""
    require(actor, "custody.write")
    return Leaving.objects.order_by("-pk")


def proxies(actor: Actor) -> QuerySet[Proxy]:
    """The proxies one gave or holds; all where one may see custody. Refuses: AccessDenied."""
    may_look(actor)
    rows = Proxy.objects.order_by("-pk")
    if actor.may("custody.read"):
        return rows
    return rows.filter(giver=actor.login) | rows.filter(taker=actor.login)
