"""Proposals, grade summaries, grades that stand, the review calendar."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from xinheng.base.access import services as access
from xinheng.facts.customers import queries as customers
from xinheng.judgements.ratings import queries as ratings
from xinheng.judgements.reviews import queries as reviews
from xinheng.judgements.reviews import services as reviewing
from xinheng.runs.services import business_day
from xinheng.web.api.fields import USUAL_LIMIT, AfterId, AsOf, Day, Id, Limit, No
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.review_schemas import (
    AcceptProposalsIn,
    ApprovedGradeOut,
    CalendarAsked,
    CallIn,
    CallOut,
    DueOut,
    ExceptionOut,
    LineActOut,
    OverrideIn,
    ProposalOut,
    ProposalsAsked,
    ReviewOut,
    ReviewReasonIn,
    RunUnderReviewOut,
    SheetIn,
    SheetOut,
    SummaryLineOut,
    WantedIn,
)
from xinheng.web.api.schemas import Page, page_of
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["reviews"])


@router.get("/reviews", response={200: list[RunUnderReviewOut], **PROBLEMS})
def under_review(request: HttpRequest) -> list[Any]:
    """The runs whose review has begun, the newest first."""
    begun = reviews.runs_under_review()
    runs = ratings.runs(actor_of(request)).filter(pk__in=begun)
    found = [
        {"run_id": run.pk, "policy_code": run.policy_code, "as_of": run.as_of, "stages": begun[run.pk]}
        for run in runs
    ]
    return sorted(found, key=lambda told: -told["run_id"])


@router.post("/rating-runs/{run_id}/review", response={200: ReviewOut, **PROBLEMS})
@once()
def open_review(request: HttpRequest, run_id: Id) -> Status[Any]:
    """Begin to review a run. Beginning again changes nothing."""
    made = reviewing.open_review(actor=actor_of(request), on=business_day(), run_id=run_id)
    return Status(200, {"run_id": run_id, "proposals": made})


@router.get("/rating-runs/{run_id}/proposals", response={200: Page[ProposalOut], **PROBLEMS})
def proposals(request: HttpRequest, run_id: Id, asked: Query[ProposalsAsked]) -> dict[str, Any]:
    """What a run proposes for the customers within your reach."""
    rows = reviews.proposals(actor_of(request), run_id, asked.wanted(), asked.order(), on=business_day())
    found, following = page_of(list(rows[: asked.limit + 1]), asked.limit, lambda row: row.pk)
    return {"items": [_proposal(row) for row in found], "next": following}


@router.post("/rating-runs/{run_id}/acceptances", response={200: ReviewOut, **PROBLEMS})
@once()
def accept(request: HttpRequest, run_id: Id, body: AcceptProposalsIn) -> Status[Any]:
    """Accept the proposed grade of every selected proposal that waits for a review."""
    told: Any = {"run_id": run_id, "wanted": body.wanted(), "reason": body.reason}
    taken = reviewing.accept(actor=actor_of(request), on=business_day(), **told)
    return Status(200, {"run_id": run_id, "proposals": taken})


@router.post("/rating-runs/{run_id}/reopenings", response={200: ReviewOut, **PROBLEMS})
@once()
def reopen(request: HttpRequest, run_id: Id, body: WantedIn) -> Status[Any]:
    """Take back the review of every selected proposal that is on no grade summary."""
    told: Any = {"run_id": run_id, "wanted": body.wanted()}
    taken = reviewing.reopen(actor=actor_of(request), on=business_day(), **told)
    return Status(200, {"run_id": run_id, "proposals": taken})


@router.get("/proposals/{proposal_id}", response={200: ProposalOut, **PROBLEMS})
def one_proposal(request: HttpRequest, proposal_id: Id) -> Any:
    """What is proposed for one customer, and what people made of it."""
    return _proposal(reviews.get_proposal(actor_of(request), proposal_id, on=business_day()))


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
    told: Any = {"wanted": body.wanted(), "effective_on": body.effective_on, "note": body.note}
    made = reviewing.submit_sheet(actor=actor_of(request), on=business_day(), run_id=run_id, **told)
    return Status(201, _told(SheetOut, made))


@router.post("/rating-runs/{run_id}/grade-summaries-by-unit", response={201: list[SheetOut], **PROBLEMS})
@once()
def submit_by_unit(request: HttpRequest, run_id: Id, body: SheetIn) -> Status[Any]:
    """Submit the reviewed proposals of a run as one grade summary a responsible unit."""
    told: Any = {"wanted": body.wanted(), "effective_on": body.effective_on, "note": body.note}
    made = reviewing.submit_by_unit(actor=actor_of(request), on=business_day(), run_id=run_id, **told)
    return Status(201, [_told(SheetOut, sheet) for sheet in made])


@router.get("/grade-summaries", response={200: Page[SheetOut], **PROBLEMS})
def sheets(
    request: HttpRequest,
    state: Literal["", "open", "approved", "returned", "rejected", "withdrawn"] = "",
    policy: Annotated[str, Field(max_length=40)] = "",
    after: AfterId = None,
    limit: Limit = USUAL_LIMIT,
) -> dict[str, Any]:
    """The grade summaries there are, the newest first."""
    found = reviews.sheets(actor_of(request), state=state, policy=policy)
    if after:
        found = found.filter(pk__lt=after)
    rows, following = page_of(list(found[: limit + 1]), limit, lambda row: row.pk)
    return {"items": rows, "next": following}


@router.get("/grade-summaries/{sheet_id}", response={200: SheetOut, **PROBLEMS})
def one_sheet(request: HttpRequest, sheet_id: Id) -> Any:
    """One grade summary."""
    return reviews.get_sheet(actor_of(request), sheet_id)


@router.get("/grade-summaries/{sheet_id}/lines", response={200: list[SummaryLineOut], **PROBLEMS})
def lines(
    request: HttpRequest, sheet_id: Id, skip: Annotated[int, Query(ge=0)] = 0, limit: Limit = USUAL_LIMIT
) -> list[Any]:
    """The lines of a grade summary within your reach: exceptions first, then overrides, then the others."""
    actor = actor_of(request)
    found = reviews.lines_of(actor, reviews.get_sheet(actor, sheet_id), on=business_day())
    return [_line(row) for row in found[skip : skip + limit]]


@router.get("/grade-summaries/{sheet_id}/line-acts", response={200: list[LineActOut], **PROBLEMS})
def line_acts(request: HttpRequest, sheet_id: Id) -> list[Any]:
    """What approvers did to single lines of a grade summary, the oldest first."""
    actor = actor_of(request)
    sheet = reviews.get_sheet(actor, sheet_id)
    names = [name for name in LineActOut.model_fields if name != "customer_no"]
    return [
        {"customer_no": act.proposal.customer.no, **{name: getattr(act, name) for name in names}}
        for act in reviews.line_acts(actor, sheet, on=business_day())
    ]


@router.post("/proposals/{proposal_id}/change", response={200: ProposalOut, **PROBLEMS})
@once()
def change_line(request: HttpRequest, proposal_id: Id, body: OverrideIn) -> Status[Any]:
    """Give a line of a grade summary another grade; for who may decide on it now."""
    told: Any = body.dict()
    made = reviewing.change_line(actor=actor_of(request), on=business_day(), proposal_id=proposal_id, **told)
    return Status(200, _proposal(made))


@router.post("/proposals/{proposal_id}/return", response={200: ProposalOut, **PROBLEMS})
@once()
def return_line(request: HttpRequest, proposal_id: Id, body: ReviewReasonIn) -> Status[Any]:
    """Take a line off a grade summary, back to the reviewers; for who may decide on it now."""
    made = reviewing.return_line(
        actor=actor_of(request), on=business_day(), proposal_id=proposal_id, reason=body.reason
    )
    return Status(200, _proposal(made))


@router.post("/proposals/{proposal_id}/reject", response={200: ProposalOut, **PROBLEMS})
@once()
def reject_line(request: HttpRequest, proposal_id: Id, body: ReviewReasonIn) -> Status[Any]:
    """Turn a line of a grade summary down for good; for who may decide on it now."""
    made = reviewing.reject_line(
        actor=actor_of(request), on=business_day(), proposal_id=proposal_id, reason=body.reason
    )
    return Status(200, _proposal(made))


@router.get("/customers/{path:no}/standing-grades", response={200: list[ApprovedGradeOut], **PROBLEMS})
def standing_grades(request: HttpRequest, no: No, as_of: AsOf = None) -> list[Any]:
    """A customer's approved grades on a day, by policy."""
    actor, today = actor_of(request), business_day()
    access.require(actor, "ratings.read", f"customer:{no}")
    return reviews.standing_of(customers.get(actor, no, on=today), on=as_of or today)


@router.get(
    "/customers/{path:no}/standing-grades/history", response={200: list[ApprovedGradeOut], **PROBLEMS}
)
def standing_history(request: HttpRequest, no: No) -> list[Any]:
    """Every grade that ever stood for a customer, by policy, the newest first."""
    actor = actor_of(request)
    access.require(actor, "ratings.read", f"customer:{no}")
    return list(reviews.history_of(customers.get(actor, no, on=business_day())))


@router.get("/review-exceptions", response={200: list[ExceptionOut], **PROBLEMS})
def exceptions(
    request: HttpRequest,
    since: Annotated[Day | None, Query(description="Those too that have ended since.")] = None,
    skip: Annotated[int, Query(ge=0)] = 0,
    limit: Limit = USUAL_LIMIT,
) -> list[Any]:
    """Exceptions to soft rules and overrides that have come into force, the newest first."""
    rows = reviews.exceptions(actor_of(request), on=business_day(), since=since)
    names = [name for name in ExceptionOut.model_fields if name != "customer_no"]
    return [
        {"customer_no": row.customer.no, **{name: getattr(row, name) for name in names}}
        for row in rows[skip : skip + limit]
    ]


@router.get("/review-calendar", response={200: list[DueOut], **PROBLEMS})
def review_calendar(request: HttpRequest, asked: Query[CalendarAsked]) -> list[Any]:
    """When the grades of the customers within your reach are looked at again, the most urgent first."""
    on = business_day()
    rows = reviews.calendar(actor_of(request), asked.asked(on), on=on)[asked.skip : asked.skip + asked.limit]
    return [
        {**vars(one), "is_stale": one.is_stale, "events": [call.event for call in one.calls]}
        for one in reviews.dues(rows, on=on)
    ]


@router.post("/customers/{path:no}/review-calls", response={201: list[CallOut], **PROBLEMS})
@once()
def call_review(request: HttpRequest, no: No, body: CallIn) -> Status[Any]:
    """Call for a customer's review because something happened."""
    told = body.dict()
    made = reviewing.call_review(actor=actor_of(request), on=business_day(), customer_no=no, **told)
    return Status(201, [_told(CallOut, call) for call in made])


@router.get("/customers/{path:no}/review-calls", response={200: list[CallOut], **PROBLEMS})
def calls_of(request: HttpRequest, no: No) -> list[Any]:
    """Everything that ever called for a customer's review, the newest first."""
    actor = actor_of(request)
    access.require(actor, "ratings.read", f"customer:{no}")
    return list(reviews.calls_of(customers.get(actor, no, on=business_day())))


@router.post("/review-calls/{call_id}/lift", response={200: CallOut, **PROBLEMS})
@once()
def lift_call(request: HttpRequest, call_id: Id, body: ReviewReasonIn) -> Status[Any]:
    """Take a call back because it turned out not to be so; it stays on record."""
    made = reviewing.lift_call(
        actor=actor_of(request), on=business_day(), call_id=call_id, reason=body.reason
    )
    return Status(200, _told(CallOut, made))


def _line(row: Any) -> dict[str, Any]:
    return {**_proposal(row), "customer_name": row.customer.name, "is_changed": row.is_changed}


def _proposal(row: Any) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in ProposalOut.model_fields if name != "customer_no"}
    return {**told, "customer_no": row.customer.no}


def _told(schema: type[Schema], row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in schema.model_fields}
