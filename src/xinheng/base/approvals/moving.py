"""How a request moves along its chain: the parts that submitting and deciding share."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from xinheng.base.approvals import rules
from xinheng.base.approvals.errors import ReasonMissing, RequestUnknown
from xinheng.base.approvals.models import Request, Wanted
from xinheng.base.approvals.values import Chain, Matter, State, Step
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.language import reads_chinese
from xinheng.base.kernel.working_days import add_working_days

STATES = {
    "open": _("waiting for approval"),
    "approved": _("approved"),
    "returned": _("returned for correction"),
    "rejected": _("rejected"),
    "withdrawn": _("taken back by who submitted it"),
}


def locked(request_id: int) -> Request:
    """A request, locked until the transaction ends: two decisions on it come one after the other."""
    request = Request.objects.select_for_update().filter(pk=request_id).first()
    if request is None:
        raise RequestUnknown(request=request_id)
    return request


def begin_step(request: Request, step: int, *, on: date) -> None:
    """Wait for the signatures of a step, the first of its working days being the day after."""
    chain = Chain.of(request.chain)
    request.step, days = step, chain.steps[step].within_days
    request.due_on = add_working_days(on, days).day if days else None
    request.save()
    Wanted.objects.filter(request=request).delete()
    Wanted.objects.bulk_create(Wanted(request=request, role=role) for role in rules.first_wanted(chain, step))


def end(request: Request, state: State, *, on: date) -> None:
    """Wait for nobody any more."""
    request.state, request.due_on = state, None
    request.ended_on = None if state == "returned" else on
    request.save()
    Wanted.objects.filter(request=request).delete()


def matter(request: Request, actor: Actor, on: date, reason: str = "") -> Matter:
    """A request as its owner is told of it."""
    return Matter(
        id=request.pk,
        kind=request.kind,
        subject=request.subject,
        state=request.state,  # type: ignore[arg-type]
        submitted_by=request.submitted_by,
        step=request.step,
        is_last_step=request.step == len(request.chain["steps"]) - 1,
        by=actor.login,
        on=on,
        reason=reason,
    )


def reason_in(reason: str, *, needed: bool) -> str:
    """The reason as it is kept. Refuses: ReasonMissing."""
    reason = reason.strip()[:1000]
    if needed and not reason:
        raise ReasonMissing
    return reason


def record(actor: Actor, on: date, verb: str, request: Request, **told: Any) -> None:
    """Write an act on a request on the trail."""
    subject = f"request:{request.pk}"
    audit.record(actor=actor, act=f"approvals.{verb}", subject=subject, on=on, **told)


def told(request: Request) -> dict[str, Any]:
    """A request as the trail keeps it."""
    return {
        "kind": request.kind,
        "subject": request.subject,
        "title": request.title,
        "round": request.round,
        "chain": [step["code"] for step in request.chain["steps"]],
    }


def step_name(step: Step) -> str:
    """A step in the reader's language."""
    return step.name if reads_chinese() else step.name_en


def word(state: str) -> str:
    """A state in the reader's language."""
    return str(STATES[state])
