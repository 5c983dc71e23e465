"""The shapes of applications for credit, proposals and changes of many limits."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from xinheng.base.kernel.money import Money
from xinheng.judgements.applications.values import NewApplication, NewFinding, Wanted
from xinheng.web.api.fields import LARGEST_ID, USUAL_LIMIT, Day
from xinheng.web.api.ledger_schemas import Priced, Reason
from xinheng.web.api.schemas import Asked, MoneyOut

RulesCode = Annotated[str, Field(max_length=40, description="The code of the rules, as general.")]
Segment = Annotated[str, Field(max_length=20)]
CreditDays = Annotated[int, Field(ge=0, le=3650)]


class ApplicationIn(Priced):
    """What is asked for. amount: 0 ends the credit. answers: of the form, by the codes of its fields."""

    rules: RulesCode
    days: CreditDays
    reason: Reason
    payment: Literal["credit", "prepaid", "delivery"] = "credit"
    kind: Literal["fixed", "temporary"] = "fixed"
    reach: Literal["own", "group"] = "own"
    segment: Segment = ""
    until_on: Day | None = None
    answers: Annotated[dict[str, Any], Field(max_length=60)] = {}
    method: Annotated[str, Field(max_length=48)] = ""
    why_method: Annotated[str, Field(max_length=300)] = ""

    def asked(self) -> NewApplication:
        """The application as the room takes it."""
        plain = self.dict(exclude={"amount", "currency", "rules"})
        return NewApplication(amount=Money.of(self.amount, self.currency), **plain)


class AlterIn(Priced):
    """Another amount and other days, and why."""

    days: CreditDays
    reason: Reason


class AgreementIn(Priced):
    """What the signed cooperation agreement states."""

    agreement_no: Annotated[str, Field(min_length=1, max_length=60)]
    days: CreditDays


class ApplicationReasonIn(Asked):
    """Why."""

    reason: Reason


class FindingIn(Asked):
    """A condition that is met. complaint_no: the complaint case that shows we caused it."""

    rules: RulesCode
    condition: Annotated[str, Field(max_length=48)]
    happened_on: Day
    evidence: Reason
    complaint_no: Annotated[str, Field(max_length=60)] = ""

    def told(self) -> NewFinding:
        """The finding as the room takes it."""
        return NewFinding(**self.dict())


class LimitRowIn(Priced):
    """One limit to be changed."""

    customer_no: Annotated[str, Field(min_length=1, max_length=40)]


class LimitBatchIn(Asked):
    """Limits to be changed by one request: all of them or none. preview: only tell the effect."""

    rules: RulesCode
    reason: Reason
    rows: Annotated[list[LimitRowIn], Field(min_length=1, max_length=20_000)]
    preview: bool = False


class ApplicationsAsked(Schema):
    """Which applications."""

    q: Annotated[str, Field(max_length=100)] = ""
    state: Literal["", "draft", "open", "returned", "approved", "rejected", "withdrawn"] = ""
    rules: Annotated[str, Field(max_length=40)] = ""
    grade: Annotated[str, Field(max_length=12)] = ""
    mine: bool = False
    waiting: bool = False
    late: bool = False
    after: Annotated[int, Field(ge=0, le=LARGEST_ID)] = 0
    limit: Annotated[int, Field(ge=1, le=500)] = USUAL_LIMIT

    def wanted(self) -> Wanted:
        """The filters as the room takes them, the oldest first."""
        plain = self.dict(exclude={"q", "after", "limit"})
        return Wanted(text=self.q, sort="no", **plain)


class CreditApplicationOut(Schema):
    """An application. row: of the authority matrix; active_on: day from which the limit holds."""

    id: int
    customer_no: str
    customer_name: str
    rules: str
    version: str
    amount: MoneyOut
    days: int
    payment: str
    kind: str
    reach: str
    segment: str
    until_on: date | None
    reason: str
    grade: str
    row: str
    state: str
    request: int | None
    due_on: date | None
    applied_by: str
    applied_on: date
    ended_by: str
    ended_on: date | None
    agreement: str
    active_on: date | None


class LimitProposalOut(Schema):
    """What one method proposes; amount null: not computable, for want of `missing`."""

    code: str
    method: str
    counts: bool
    amount: MoneyOut | None
    inputs: dict[str, str]
    missing: list[str]


class BoundOut(Schema):
    """What cut a proposal: ceiling of the grade, what is left of a group limit, the step below."""

    code: str
    amount: MoneyOut


class LimitProposalsOut(Schema):
    """Proposals side by side, the one chosen and what comes of it."""

    proposals: list[LimitProposalOut]
    chosen: str
    amount: MoneyOut | None
    bounds: list[BoundOut]


class ConditionMetOut(Schema):
    """A condition that refuses credit and is met."""

    code: str
    what: str
    since: date


class FrozenOut(Schema):
    """Every figure as it stood at a decision. intact: the hash of the content still holds."""

    act: str
    step: int | None
    by: str
    on: date
    sha256: str
    intact: bool
    content: dict[str, Any]


class LimitEffectOut(Schema):
    """What a change of one limit would do."""

    customer_no: str
    old: MoneyOut | None
    new: MoneyOut
    exposure: MoneyOut
    below: bool
    held: int
    passing: int


class LimitFaultOut(Schema):
    """What is wrong with a row."""

    row: int
    field: str
    cause: str


class LimitBatchOut(Schema):
    """A change of many limits: asked for (id), or only previewed (null)."""

    id: int | None
    effects: list[LimitEffectOut]
    faults: list[LimitFaultOut]


class PaperHoldOut(Schema):
    """Credit held back because a key paper is out of date."""

    customer_no: str
    item: str
    paper_on: date
    effect: str
    since: date
