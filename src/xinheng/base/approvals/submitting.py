"""Into a chain and out of it again: submit, take back, submit anew."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.approvals import moving, rules
from xinheng.base.approvals.errors import (
    NotSubmitter,
    RequestEnded,
    RequestNotReturned,
    RequestPending,
    RoleUnmanned,
)
from xinheng.base.approvals.models import Request
from xinheng.base.approvals.owners import owner_of
from xinheng.base.approvals.values import Chain, Step, Title
from xinheng.base.kernel.actors import Actor


@transaction.atomic
def submit(*, actor: Actor, on: date, kind: str, subject: str, title: Title, chain: Chain) -> Request:
    """Send a subject through a chain; it waits for the first step from that day on.

    Called by the owner of the kind, in the transaction of its own act. The chain is kept as it is now.
    Refuses: AccessDenied, RequestKindUnknown, RequestPending (open or returned already), RoleUnmanned.
    """
    access.require(actor, "approvals.submit", subject)
    owner_of(kind)
    assert chain.steps, "a chain has a step"
    for step in chain.steps:
        _check_manned(step, actor, on=on)
    request = Request(
        kind=kind,
        subject=subject,
        title=title.zh[:200],
        title_en=title.en[:200],
        chain=chain.as_kept(),
        submitted_by=actor.login,
        submitted_on=on,
    )
    try:
        with transaction.atomic():
            request.save()
    except IntegrityError as error:
        raise RequestPending(subject=subject) from error
    moving.begin_step(request, 0, on=on)
    moving.record(actor, on, "submit", request, after=moving.told(request))
    return request


@transaction.atomic
def resubmit(*, actor: Actor, on: date, request_id: int) -> Request:
    """Submit a returned request again; it begins at the first step, and every signature is given anew.

    Refuses: AccessDenied, RequestUnknown, NotSubmitter, RequestNotReturned, RoleUnmanned.
    """
    access.require(actor, "approvals.submit", f"request:{request_id}")
    request = moving.locked(request_id)
    _check_submitter(actor, request)
    if request.state != "returned":
        raise RequestNotReturned(request=request_id)
    for step in Chain.of(request.chain).steps:
        _check_manned(step, actor, on=on)
    request.state, request.round = "open", request.round + 1
    request.submitted_on, request.ended_on = on, None
    moving.begin_step(request, 0, on=on)
    moving.record(actor, on, "resubmit", request, after=moving.told(request))
    owner_of(request.kind).after(actor, on, moving.matter(request, actor, on))
    return request


@transaction.atomic
def withdraw(*, actor: Actor, on: date, request_id: int, reason: str) -> Request:
    """Take back what one submitted, while it waits or after it was returned; it ends there.

    Refuses: AccessDenied, RequestUnknown, NotSubmitter, RequestEnded, ReasonMissing.
    """
    access.require(actor, "approvals.submit", f"request:{request_id}")
    request = moving.locked(request_id)
    _check_submitter(actor, request)
    reason = moving.reason_in(reason, needed=True)
    if request.state not in ("open", "returned"):
        raise RequestEnded(request=request_id, state=moving.word(request.state))
    moving.end(request, "withdrawn", on=on)
    moving.record(actor, on, "withdraw", request, after={"state": "withdrawn"}, reason=reason)
    owner_of(request.kind).after(actor, on, moving.matter(request, actor, on, reason))
    return request


def _check_submitter(actor: Actor, request: Request) -> None:
    if request.submitted_by != actor.login:
        raise NotSubmitter(login=request.submitted_by, request=request.pk)


def _check_manned(step: Step, actor: Actor, *, on: date) -> None:
    """Somebody other than the submitter holds each role the step cannot do without."""
    bare = [
        role
        for role in rules.first_wanted(Chain((step,)), 0)
        if not set(people.holders(role, on=on)) - {actor.login}
    ]
    if bare and (step.sign == "all" or len(bare) == len(step.roles)):
        raise RoleUnmanned(step=moving.step_name(step), role=bare[0])
