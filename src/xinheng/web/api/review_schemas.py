"""The shapes of proposals, grade summaries, approvals, grades that stand and the review calendar."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field

from xinheng.judgements.reviews.queries import Asked
from xinheng.judgements.reviews.values import Order, SortKey, Wanted
from xinheng.web.api.fields import LARGEST_ID, USUAL_LIMIT, Day, Limit

Words = Annotated[str, Field(max_length=300)]
Code = Annotated[str, Field(max_length=48)]
Login = Annotated[str, Field(max_length=150)]


class WantedIn(Schema):
    """Which proposals: every field left out lets all pass; "-" asks for those that have none."""

    text: Annotated[str, Field(max_length=100)] = ""
    proposed: Code = ""
    turn: Literal["", "better", "worse", "moved", "same", "new"] = ""
    held: Literal["", "veto", "cap", "soft", "-"] = ""
    stage: Literal["", "open", "reviewed", "submitted", "approved", "rejected", "superseded"] = ""
    kind: Literal["", "accepted", "override", "exception"] = ""
    section: Code = ""
    person: Login = ""
    unit: Annotated[str, Field(max_length=40)] = ""

    def wanted(self) -> Wanted:
        """The selection."""
        return Wanted(**{name: getattr(self, name) for name in WantedIn.model_fields})


class ProposalsAsked(WantedIn):
    """Filters, the order (`-` turns it round), and from where on."""

    sort: Literal["no", "name", "grade", "moved", "-no", "-name", "-grade", "-moved"] = "no"
    after: Annotated[int, Field(ge=1, le=LARGEST_ID)] | None = None
    limit: Limit = USUAL_LIMIT

    def order(self) -> Order:
        """The order, and the proposal behind which to go on."""
        key: SortKey = self.sort.removeprefix("-")  # type: ignore[assignment]
        return Order(key, self.sort.startswith("-"), self.after)


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


class RunUnderReviewOut(Schema):
    """A run whose review has begun. stages: how many proposals are at each stage."""

    run_id: int
    policy_code: str
    as_of: date
    stages: dict[str, int]


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


class SheetIn(WantedIn):
    """From which day the grades are to hold, a note, and which reviewed proposals only."""

    effective_on: Day | None = None
    note: Words = ""


class SummaryLineOut(ProposalOut):
    """A line of a grade summary. is_changed: by an approver."""

    customer_name: str
    is_changed: bool


class LineActOut(Schema):
    """What an approver did to one line. act: change, return or reject."""

    customer_no: str
    act: str
    before: str
    after: str
    reason: str
    by: str
    on: date


class ReviewReasonIn(Schema):
    """Why."""

    reason: Words


class SheetOut(Schema):
    """A grade summary."""

    id: int
    run_id: int
    policy_code: str
    unit: str
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


class StepOut(Schema):
    """One step of a chain. state: done, current, ahead or ended. wanted: roles whose signature is wanted."""

    code: str
    name: str
    name_en: str
    roles: list[str]
    sign: str
    within_days: int | None
    state: str
    wanted: list[str]


class MinuteOut(Schema):
    """One decision in the minutes. round: rises each time it is submitted again; step: from 0."""

    round: int
    step: int
    role: str
    decision: str
    by: str
    on_behalf_of: str
    reason: str
    on: date


class MinutesOut(RequestOut):
    """A matter with its chain and all decisions, the oldest first. may_sign: the roles you may sign for."""

    steps: list[StepOut]
    minutes: list[MinuteOut]
    may_sign: list[str]


class DelegationIn(Schema):
    """To whom, until when (the first day it no longer holds), and why.

    role: one code; every role where left out. giver: you, where left out.
    """

    taker: Login
    from_on: Day
    until_on: Day
    reason: Words
    role: Code = ""
    giver: Login = ""


class DelegationOut(Schema):
    """Who decides for whom, and for how long. role: blank for every role."""

    id: int
    giver: str
    taker: str
    role: str
    from_on: date
    until_on: date
    reason: str


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


class ExceptionOut(ApprovedGradeOut):
    """A grade that stands, or stood, otherwise than proposed."""

    customer_no: str
    reviewed_by: str


class CalendarAsked(Schema):
    """Which part of the calendar. skip: so many rows of it are passed over."""

    overdue: bool = False
    stale: bool = False
    called: bool = False
    policy: Annotated[str, Field(max_length=40)] = ""
    person: Login = ""
    grade: Annotated[str, Field(max_length=12, description="A grade; - for none.")] = ""
    text: Annotated[str, Field(max_length=100)] = ""
    skip: Annotated[int, Field(ge=0, le=10_000_000)] = 0
    limit: Limit = USUAL_LIMIT

    def asked(self, on: date) -> Asked:
        """The question, on a day."""
        same = ("policy", "person", "grade", "text", "stale", "called")
        told = {name: getattr(self, name) for name in same}
        return Asked(due_before=on if self.overdue else None, **told)


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
    stale: list[str]
    warning: str
    person: str


class CallIn(Schema):
    """What happened, and what shows it."""

    event: Code
    evidence: Words


class CallOut(Schema):
    """A call for a review. answered_on: a grade was approved since. lifted_on: it was taken back."""

    id: int
    policy_code: str
    event: str
    evidence: str
    called_on: date
    due_on: date
    answered_on: date | None
    lifted_on: date | None
    lifted_why: str
