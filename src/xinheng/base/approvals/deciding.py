"""One decision on one step: approve, return for correction, or reject."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import NotRequired, TypedDict, Unpack

from django.db import transaction

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.approvals import moving, rules
from xinheng.base.approvals.errors import (
    DecidedBefore,
    DecisionInvalid,
    NotYourTurn,
    OwnSubmission,
    RequestEnded,
)
from xinheng.base.approvals.models import Decision, Request, Wanted
from xinheng.base.approvals.owners import owner_of
from xinheng.base.approvals.standing import standing_of
from xinheng.base.approvals.values import VERDICTS, Chain, Seat
from xinheng.base.kernel.actors import Actor


class Told(TypedDict):
    """What is decided and why; for whom, where the actor could sign for several."""

    decision: str  # approve, return, reject
    reason: NotRequired[str]
    role: NotRequired[str]
    on_behalf_of: NotRequired[str]


@transaction.atomic
def decide(*, actor: Actor, on: date, request_id: int, **told: Unpack[Told]) -> Request:
    """Sign the present step of a request for one of its roles, or turn the request down.

    approve: the last signature of a step begins the next, and of the last step makes the request
    approved. return: back to the submitter, who may submit it again. reject: one refusal ends it. Of two
    decisions for one role at the same time exactly one counts. Refuses: AccessDenied, RequestUnknown,
    RequestEnded, DecisionInvalid, ReasonMissing (return, reject), OwnSubmission, NotYourTurn,
    DecidedBefore, and what the owner of the kind refuses.
    """
    access.require(actor, "approvals.decide", f"request:{request_id}")
    decision = told["decision"]
    if decision not in VERDICTS:
        raise DecisionInvalid(decision=decision[:20])
    reason = moving.reason_in(told.get("reason", ""), needed=decision != "approve")
    request = moving.locked(request_id)
    if request.state != "open":
        raise RequestEnded(request=request_id, state=moving.word(request.state))
    seat = _seat(request, actor, told, on=on)
    owner = owner_of(request.kind)
    if owner.before:
        owner.before(actor, on, replace(moving.matter(request, actor, on, reason), verdict=decision))
    Decision.objects.create(
        request=request,
        round=request.round,
        step=request.step,
        role=seat.role,
        decision=decision,
        by=actor.login,
        on_behalf_of=seat.on_behalf_of,
        reason=reason,
        on=on,
    )
    step = request.step
    _move(request, decision, seat, on=on)
    moving.record(actor, on, decision, request, after=_after(request, seat, step), reason=reason)
    if request.state != "open":
        owner.after(actor, on, moving.matter(request, actor, on, reason))
    elif request.step != step and owner.stepped:
        owner.stepped(actor, on, moving.matter(request, actor, on, reason))
    return request


def seats_of(request: Request, actor: Actor, *, on: date) -> list[Seat]:
    """The signatures the actor may give on the present step; none where somebody else must."""
    if request.state != "open" or not actor.may("approvals.decide"):
        return []
    step = Chain.of(request.chain).steps[request.step]
    signed = _signed(request)
    return [
        seat
        for seat in rules.seats(standing_of(actor, on=on), _wanted(request))
        if not rules.is_own(seat, actor.login, request.submitted_by)
        and not rules.repeats(seat, actor.login, step, signed)
    ]


def _seat(request: Request, actor: Actor, told: Told, *, on: date) -> Seat:
    """The signature that is given; else why none may be, the nearest cause."""
    step = Chain.of(request.chain).steps[request.step]
    wanted = _wanted(request)
    if request.submitted_by == actor.login:
        raise OwnSubmission
    held = rules.seats(standing_of(actor, on=on), wanted)
    if role := told.get("role"):
        held = [seat for seat in held if seat.role == role]
    if giver := told.get("on_behalf_of"):
        held = [seat for seat in held if seat.on_behalf_of == giver]
    if not held:
        names = people.role_names()
        roles = ", ".join(names.get(code, code) for code in wanted)
        raise NotYourTurn(step=moving.step_name(step), roles=roles)
    held = [seat for seat in held if not rules.is_own(seat, actor.login, request.submitted_by)]
    if not held:
        raise OwnSubmission
    signed = _signed(request)
    free = [seat for seat in held if not rules.repeats(seat, actor.login, step, signed)]
    if not free:
        raise DecidedBefore(login=rules.repeats(held[0], actor.login, step, signed))
    return free[0]


def _move(request: Request, decision: str, seat: Seat, *, on: date) -> None:
    if decision == "return":
        moving.end(request, "returned", on=on)
        return
    if decision == "reject":
        moving.end(request, "rejected", on=on)
        return
    chain = Chain.of(request.chain)
    left = rules.left_wanted(chain.steps[request.step], _wanted(request), seat.role)
    if left:
        Wanted.objects.filter(request=request).exclude(role__in=left).delete()
    elif request.step + 1 < len(chain.steps):
        moving.begin_step(request, request.step + 1, on=on)
    else:
        moving.end(request, "approved", on=on)


def _after(request: Request, seat: Seat, step: int) -> dict[str, object]:
    told: dict[str, object] = {"step": step + 1, "role": seat.role, "state": request.state}
    return told | ({"on_behalf_of": seat.on_behalf_of} if seat.on_behalf_of else {})


def _wanted(request: Request) -> list[str]:
    return list(Wanted.objects.filter(request=request).order_by("role").values_list("role", flat=True))


def _signed(request: Request) -> set[str]:
    """Everybody behind a signature of this round, themselves or through another."""
    given = Decision.objects.filter(request=request, round=request.round)
    return {login for pair in given.values_list("by", "on_behalf_of") for login in pair if login}
