"""Questions to the minutes: what waits for whom, how a request stands, who acts for whom."""

from __future__ import annotations

from datetime import date
from typing import Literal

from django.db.models import Exists, OuterRef, Q, QuerySet

from xinheng.base.approvals.deciding import seats_of
from xinheng.base.approvals.errors import RequestUnknown
from xinheng.base.approvals.models import Decision, Delegation, Request, Wanted
from xinheng.base.approvals.moving import STATES, step_name
from xinheng.base.approvals.standing import standing_of
from xinheng.base.approvals.values import Chain, Signature, StepState
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.working_days import working_days_between

__all__ = [
    "STATES",
    "day_warning",
    "delegations",
    "get",
    "inbox",
    "minutes_of",
    "of_subject",
    "overdue",
    "requests",
    "seats_of",
    "step_name",
    "steps_of",
]


def requests(actor: Actor) -> QuerySet[Request]:
    """Every request, the newest first, for who may see approvals; else those the actor submitted."""
    if actor.may("approvals.read"):
        return Request.objects.all()
    return Request.objects.filter(submitted_by=actor.login)


def inbox(actor: Actor, *, on: date) -> QuerySet[Request]:
    """The open requests that wait for a signature the actor may give, the most urgent first.

    Without those the actor submitted, and those whose step wants another person than who signed before.
    """
    if not actor.may("approvals.decide"):
        return Request.objects.none()
    standing = standing_of(actor, on=on)
    here = Wanted.objects.filter(request=OuterRef("pk"))
    can = Exists(here.filter(role__in=standing.roles))
    for login, roles in standing.for_others.items():
        can = can | (Exists(here.filter(role__in=roles)) & ~Q(submitted_by=login))  # type: ignore[assignment]
    found = Request.objects.filter(can, state="open").exclude(submitted_by=actor.login)
    waiting = [request.pk for request in found if seats_of(request, actor, on=on)]
    return Request.objects.filter(pk__in=waiting).order_by("due_on", "id")


def overdue(actor: Actor, *, on: date) -> QuerySet[Request]:
    """The open requests whose step should have been decided before the day, the latest first.

    The day itself is still in time (RR-02).
    """
    return requests(actor).filter(state="open", due_on__lt=on).order_by("due_on", "id")


def of_subject(kind: str, subject: str) -> QuerySet[Request]:
    """Every request about a subject, the newest first. Not narrowed to an actor: for the kind's owner."""
    return Request.objects.filter(kind=kind, subject=subject)


def get(actor: Actor, request_id: int, *, on: date) -> Request:
    """One request the actor may see, submitted, or may decide on. Refuses: RequestUnknown."""
    found = Request.objects.filter(pk=request_id).first()
    if found is None:
        raise RequestUnknown(request=request_id)
    if requests(actor).filter(pk=request_id).exists() or seats_of(found, actor, on=on):
        return found
    raise RequestUnknown(request=request_id)


def steps_of(request: Request) -> list[StepState]:
    """How each step of a request stands, with the signatures of the present round."""
    given = list(Decision.objects.filter(request=request, round=request.round))
    wanted = tuple(Wanted.objects.filter(request=request).order_by("role").values_list("role", flat=True))
    told = []
    for place, step in enumerate(Chain.of(request.chain).steps):
        signed = tuple(
            Signature(one.role, one.decision, one.by, one.on_behalf_of, one.reason, one.on)  # type: ignore[arg-type]
            for one in given
            if one.step == place
        )
        here = request.state == "open" and place == request.step
        told.append(StepState(step, _state(request, place), wanted if here else (), signed))
    return told


def minutes_of(request: Request) -> QuerySet[Decision]:
    """Every decision on a request in all its rounds, the oldest first."""
    return Decision.objects.filter(request=request)


def day_warning(request: Request) -> str:
    """What to tell of a day counted in working days of a year without holiday data (RR-03); else nothing."""
    if request.due_on is None:
        return ""
    return working_days_between(request.submitted_on, request.due_on)[1].warning


def delegations(actor: Actor, *, on: date) -> QuerySet[Delegation]:
    """The delegations that hold on a day or later: all for who may see approvals, else the actor's own."""
    found = Delegation.objects.filter(until_on__gt=on).select_related("giver", "taker")
    if actor.may("approvals.read"):
        return found
    return found.filter(Q(giver_id=actor.person_id or 0) | Q(taker_id=actor.person_id or 0))


def _state(request: Request, place: int) -> Literal["done", "current", "ahead", "ended"]:
    if request.state == "approved" or place < request.step:
        return "done"
    if place > request.step:
        return "ahead"
    return "current" if request.state == "open" else "ended"
