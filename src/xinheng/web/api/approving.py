"""What waits for approval: to see, to decide on, to submit again, to take back, to lend."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Status

from xinheng.base.approvals import queries as approvals
from xinheng.base.approvals import services as approving
from xinheng.runs.services import business_day
from xinheng.web.api.fields import Id
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.review_schemas import (
    DecisionIn,
    DelegationIn,
    DelegationOut,
    MinutesOut,
    RequestOut,
    ReviewReasonIn,
)
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["approvals"])
MOST = 200


@router.get("/approvals", response={200: list[RequestOut], **PROBLEMS})
def inbox(request: HttpRequest, which: Literal["waiting", "mine", "late"] = "waiting") -> list[Any]:
    """What waits for your signature, what you submitted, or what is late; at most 200 of them."""
    actor, on = actor_of(request), business_day()
    if which == "mine":
        return list(approvals.requests(actor).filter(submitted_by=actor.login)[:MOST])
    return list((approvals.overdue if which == "late" else approvals.inbox)(actor, on=on)[:MOST])


@router.get("/approvals/{request_id}", response={200: MinutesOut, **PROBLEMS})
def one_approval(request: HttpRequest, request_id: Id) -> dict[str, Any]:
    """One matter on its way through a chain, with its minutes."""
    actor, on = actor_of(request), business_day()
    found = approvals.get(actor, request_id, on=on)
    return {
        **_told(RequestOut, found),
        "steps": [
            {**vars(one.step), "state": one.state, "wanted": one.wanted} for one in approvals.steps_of(found)
        ],
        "minutes": list(approvals.minutes_of(found)),
        "may_sign": sorted({seat.role for seat in approvals.seats_of(found, actor, on=on)}),
    }


@router.post("/approvals/{request_id}/decisions", response={200: RequestOut, **PROBLEMS})
@once()
def decide(request: HttpRequest, request_id: Id, body: DecisionIn) -> Status[Any]:
    """Sign the present step, return the matter, or reject it."""
    told: Any = body.dict()
    done = approving.decide(actor=actor_of(request), on=business_day(), request_id=request_id, **told)
    return Status(200, _told(RequestOut, done))


@router.post("/approvals/{request_id}/resubmission", response={200: RequestOut, **PROBLEMS})
@once()
def resubmit(request: HttpRequest, request_id: Id) -> Status[Any]:
    """Submit what was returned again; its chain begins anew. For who submitted it."""
    done = approving.resubmit(actor=actor_of(request), on=business_day(), request_id=request_id)
    return Status(200, _told(RequestOut, done))


@router.post("/approvals/{request_id}/withdrawal", response={200: RequestOut, **PROBLEMS})
@once()
def withdraw(request: HttpRequest, request_id: Id, body: ReviewReasonIn) -> Status[Any]:
    """Take back what is not decided yet. For who submitted it."""
    done = approving.withdraw(
        actor=actor_of(request), on=business_day(), request_id=request_id, reason=body.reason
    )
    return Status(200, _told(RequestOut, done))


@router.get("/delegations", response={200: list[DelegationOut], **PROBLEMS})
def delegations(request: HttpRequest) -> list[Any]:
    """Who decides for whom now or later; all of it for who may see approvals, else your own."""
    return [_delegation(one) for one in approvals.delegations(actor_of(request), on=business_day())]


@router.post("/delegations", response={201: DelegationOut, **PROBLEMS})
@once()
def delegate(request: HttpRequest, body: DelegationIn) -> Status[Any]:
    """Let another person decide in your place for a time."""
    told: Any = body.dict()
    return Status(201, _delegation(approving.delegate(actor=actor_of(request), on=business_day(), **told)))


@router.post("/delegations/{delegation_id}/end", response={200: DelegationOut, **PROBLEMS})
@once()
def end_delegation(request: HttpRequest, delegation_id: Id) -> Status[Any]:
    """End a delegation today."""
    ended = approving.end_delegation(actor=actor_of(request), on=business_day(), delegation_id=delegation_id)
    return Status(200, _delegation(ended))


def _delegation(one: Any) -> dict[str, Any]:
    return {**_told(DelegationOut, one), "giver": one.giver.login, "taker": one.taker.login}


def _told(schema: Any, row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in schema.model_fields}
