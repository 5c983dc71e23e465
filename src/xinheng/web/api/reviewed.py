"""Proposals, grade summaries, approvals, grades that stand, the review calendar."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from xinheng.base.access import services as access
from xinheng.base.approvals import queries as approvals
from xinheng.base.approvals import services as approving
from xinheng.facts.customers import queries as customers
from xinheng.judgements.reviews import queries as reviews
from xinheng.judgements.reviews import services as reviewing
from xinheng.judgements.reviews.values import Order, Wanted
from xinheng.runs.services import business_day
from xinheng.web.api.fields import USUAL_LIMIT, AsOf, Day, Id, Limit, No
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import Page, page_of
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["reviews"])
Words = Annotated[str, Field(max_length=300)]
Code = Annotated[str, Field(max_length=48)]


class WantedIn(Schema):
    """Which proposals: every field left out lets all pass; "-" asks for those that have none."""

    text: Annotated[str, Field(max_length=100)] = ""
    proposed: Code = ""
    turn: Literal["", "better", "worse", "moved", "same", "new"] = ""
    held: Literal["", "veto", "cap", "soft", "-"] = ""
    stage: Literal["", "open", "reviewed", "submitted", "approved", "rejected", "superseded"] = ""
    kind: Literal["", "accepted", "override", "exception"] = ""
    section: Code = ""
    person: Annotated[str, Field(max_length=150)] = ""


class ProposalsAsked(WantedIn):
    """Filters, and from where on."""

    after: Annotated[int, Field(ge=1, le=2**63 - 1)] | None = None
    limit: Limit = USUAL_LIMIT


class ProposalOut(Schema):
    """What a run proposes for one customer, and what people made of it."""

    id: int
    customer_no: str
    role: str
    proposed: str
    before_caps: str
    held: str
    standing: str
    stage: str
    kind: str
    grade: str
    reason: str
    expires_on: date | None
    reviewed_by: str


class ReviewOut(Schema):
    """How many proposals there are, or were taken."""

    run_id: int
    proposals: int


class AcceptProposalsIn(WantedIn):
    """A selection and why."""

    reason: Words


class OverrideIn(Schema):
    """Another grade, why, and the first day it no longer holds."""

    grade: Annotated[str, Field(max_length=12)]
    reason: Words
    expires_on: Day | None = None


class SheetIn(Schema):
    """From which day the grades are to hold, and a note."""

    effective_on: Day | None = None
    note: Words = ""


class SheetOut(Schema):
    """A grade summary."""

    id: int
    run_id: int
    policy_code: str
    state: str
    lines: int
    effective_on: date
    submitted_by: str
    submitted_on: date
    approved_by: str
    approved_on: date | None
    request_id: int


class RequestOut(Schema):
    """A matter on its way through a chain of approval."""

    id: int
    kind: str
    subject: str
    title: str
    state: str
    step: int
    due_on: date | None
    submitted_by: str
    submitted_on: date


class DecisionIn(Schema):
    """approve, return or reject, and why; as whom, where one could sign for several."""

    decision: Literal["approve", "return", "reject"]
    reason: Annotated[str, Field(max_length=1000)] = ""
    role: Code = ""
    on_behalf_of: Annotated[str, Field(max_length=150)] = ""


class ApprovedGradeOut(Schema):
    """An approved grade and the days on which it holds."""

    policy_code: str
    role: str
    grade: str
    proposed: str
    kind: str
    reason: str
    effective_from: date
    effective_until: date | None
    review_due_on: date | None
    approved_by: str


class DueOut(Schema):
    """One customer on the review calendar."""

    customer_no: str
    policy_code: str
    role: str
    grade: str
    since: date
    due_on: date | None
    events: list[str]
    is_stale: bool
    person: str


class CallIn(Schema):
    """What happened, and what shows it."""

    event: Code
    evidence: Words


class CallOut(Schema):
    """A call for a review."""

    id: int
    policy_code: str
    event: str
    due_on: date


@router.post("/rating-runs/{run_id}/review", response={200: ReviewOut, **PROBLEMS})
@once()
def open_review(request: HttpRequest, run_id: Id) -> Status[Any]:
    """Begin to review a run. Beginning again changes nothing."""
    made = reviewing.open_review(actor=actor_of(request), on=business_day(), run_id=run_id)
    return Status(200, {"run_id": run_id, "proposals": made})


@router.get("/rating-runs/{run_id}/proposals", response={200: Page[ProposalOut], **PROBLEMS})
def proposals(request: HttpRequest, run_id: Id, asked: Query[ProposalsAsked]) -> dict[str, Any]:
    """What a run proposes for the customers within your reach, by number."""
    wanted = Wanted(**asked.dict(exclude={"after", "limit"}))
    order = Order("no", after=asked.after)
    rows = reviews.proposals(actor_of(request), run_id, wanted, order, on=business_day())
    found, following = page_of(list(rows[: asked.limit + 1]), asked.limit, lambda row: row.pk)
    return {"items": [_proposal(row) for row in found], "next": following}


@router.post("/rating-runs/{run_id}/acceptances", response={200: ReviewOut, **PROBLEMS})
@once()
def accept(request: HttpRequest, run_id: Id, body: AcceptProposalsIn) -> Status[Any]:
    """Accept the proposed grade of every selected proposal that waits for a review."""
    told = body.dict()
    reason = told.pop("reason")
    taken = reviewing.accept(
        actor=actor_of(request), on=business_day(), run_id=run_id, wanted=Wanted(**told), reason=reason
    )
    return Status(200, {"run_id": run_id, "proposals": taken})


@router.post("/proposals/{proposal_id}/override", response={200: ProposalOut, **PROBLEMS})
@once()
def override(request: HttpRequest, proposal_id: Id, body: OverrideIn) -> Status[Any]:
    """Give one customer another grade than proposed."""
    told = body.dict()
    made = reviewing.override(actor=actor_of(request), on=business_day(), proposal_id=proposal_id, **told)
    return Status(200, _proposal(made))


@router.post("/rating-runs/{run_id}/grade-summaries", response={201: SheetOut, **PROBLEMS})
@once()
def submit(request: HttpRequest, run_id: Id, body: SheetIn) -> Status[Any]:
    """Submit the reviewed proposals of a run to the chain of its policy."""
    told = body.dict()
    made = reviewing.submit_sheet(actor=actor_of(request), on=business_day(), run_id=run_id, **told)
    return Status(201, _told(SheetOut, made))


@router.get("/grade-summaries/{sheet_id}", response={200: SheetOut, **PROBLEMS})
def one_sheet(request: HttpRequest, sheet_id: Id) -> Any:
    """One grade summary."""
    return reviews.get_sheet(actor_of(request), sheet_id)


@router.get("/approvals", response={200: list[RequestOut], **PROBLEMS})
def inbox(request: HttpRequest) -> list[Any]:
    """What waits for your signature, the most urgent first."""
    return list(approvals.inbox(actor_of(request), on=business_day()))


@router.get("/approvals/{request_id}", response={200: RequestOut, **PROBLEMS})
def one_approval(request: HttpRequest, request_id: Id) -> Any:
    """One matter on its way through a chain."""
    return approvals.get(actor_of(request), request_id, on=business_day())


@router.post("/approvals/{request_id}/decisions", response={200: RequestOut, **PROBLEMS})
@once()
def decide(request: HttpRequest, request_id: Id, body: DecisionIn) -> Status[Any]:
    """Sign the present step, return the matter, or reject it."""
    told: Any = body.dict()
    done = approving.decide(actor=actor_of(request), on=business_day(), request_id=request_id, **told)
    return Status(200, _told(RequestOut, done))


@router.get("/customers/{path:no}/standing-grades", response={200: list[ApprovedGradeOut], **PROBLEMS})
def standing_grades(request: HttpRequest, no: No, as_of: AsOf = None) -> list[Any]:
    """A customer's approved grades on a day, by policy."""
    actor, today = actor_of(request), business_day()
    access.require(actor, "ratings.read", f"customer:{no}")
    return reviews.standing_of(customers.get(actor, no, on=today), on=as_of or today)


@router.get("/review-calendar", response={200: list[DueOut], **PROBLEMS})
def review_calendar(request: HttpRequest, overdue: bool = False, limit: Limit = USUAL_LIMIT) -> list[Any]:
    """When the grades of the customers within your reach are looked at again, the most urgent first."""
    on = business_day()
    asked = reviews.Asked(due_before=on if overdue else None)
    rows = reviews.calendar(actor_of(request), asked, on=on)[:limit]
    return [{**vars(one), "events": [call.event for call in one.calls]} for one in reviews.dues(rows, on=on)]


@router.post("/customers/{path:no}/review-calls", response={201: list[CallOut], **PROBLEMS})
@once()
def call_review(request: HttpRequest, no: No, body: CallIn) -> Status[Any]:
    """Call for a customer's review because something happened."""
    told = body.dict()
    made = reviewing.call_review(actor=actor_of(request), on=business_day(), customer_no=no, **told)
    return Status(201, [_told(CallOut, call) for call in made])


def _proposal(row: Any) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in ProposalOut.model_fields if name != "customer_no"}
    return {**told, "customer_no": row.customer.no}


def _told(schema: type[Schema], row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in schema.model_fields}
