"""The shapes of indicators, policies, rating runs and grades."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from ninja import Schema
from pydantic import Field, model_validator

from xinheng.web.api.fields import LARGEST_ID, USUAL_LIMIT, Day, in_order
from xinheng.web.api.schemas import Asked

Figure = Decimal | int | bool | date | None


class IndicatorOut(Schema):
    """One indicator of the catalogue."""

    code: str
    name: str
    name_en: str
    unit: str
    subject: str
    source: str
    missing: str
    missing_en: str
    better: str


class ValueOut(Schema):
    """One measured figure; null: not measured. The unit CNY: an amount of `currency`, as text."""

    code: str
    unit: str
    as_of: date
    figure: Any
    currency: str


class TrendOut(Schema):
    """One indicator over the measured days, oldest first."""

    code: str
    unit: str
    days: list[date]
    figures: list[Any]


class MeasurementOut(Schema):
    """One measurement of all customers."""

    id: int
    as_of: date
    customers: int
    snapshot_sha256: str
    values_sha256: str
    catalogue_sha256: str
    measured_at: datetime
    measured_by: str


class PolicyOut(Schema):
    """A version of a policy. effective_until: the first day it no longer holds."""

    code: str
    version: str
    name: str
    name_en: str
    sha256: str
    effective_from: date
    effective_until: date | None
    adopted_by: str
    adopted_on: date


class PolicyWhole(PolicyOut):
    """A version of a policy with its text."""

    text: str


class PolicyIn(Asked):
    """A policy document to adopt, as YAML, from a day on.

    past_chain_why: only to adopt a further version past the chain of approval.
    """

    text: str = Field(max_length=1_000_000)
    effective_from: Day
    past_chain_why: str = Field(default="", max_length=300)


class PolicyTextIn(Asked):
    """A policy document, as YAML."""

    text: str = Field(max_length=1_000_000)


class CheckedOut(Schema):
    """Whether a policy document may be adopted. problems: "line N: cause"."""

    ok: bool
    code: str = ""
    version: str = ""
    problems: list[str] = []


class QuestionOut(Schema):
    """A question of the policies in force that people answer."""

    code: str
    name: str
    name_en: str
    type: str
    unit: str
    choices: list[str]
    evidence: str


class RunOut(Schema):
    """A rating run. customers, graded and counts are of all customers: null unless you reach them all."""

    id: int
    policy_code: str
    policy_version: str
    policy_sha256: str
    as_of: date
    state: str
    customers: int | None
    graded: int | None
    counts: dict[str, int] | None
    inputs_sha256: str
    results_sha256: str
    started_at: datetime
    finished_at: datetime | None
    run_by: str


class RunsAsked(Schema):
    """Which runs, by policy and by the days they rated. after: the `next` of the page before."""

    policy_code: str = Field("", max_length=40)
    from_on: Day | None = None
    until_on: Day | None = None
    after: int | None = Field(None, ge=1, le=LARGEST_ID)
    limit: int = Field(USUAL_LIMIT, ge=1, le=200)

    @model_validator(mode="after")
    def _days_are_in_order(self) -> Self:
        in_order(self.from_on, self.until_on, "until_on")
        return self


class GradesAsked(Schema):
    """Which grades of a run; - stands for none. after: the `next` of the page before."""

    grade: str = Field("", max_length=12)
    previous_grade: str = Field("", max_length=12)
    state: Literal["", "graded", "incomplete", "not_applicable"] = ""
    industry_section: str = Field("", max_length=1)
    region: str = Field("", max_length=20)
    after: str = Field("", max_length=40)
    limit: int = Field(USUAL_LIMIT, ge=1, le=200)


class MoveOut(Schema):
    """How many customers went from one grade to another; a blank grade: not graded."""

    previous_grade: str
    grade: str
    customers: int


class RunIn(Asked):
    """Ask for a rating run: all customers, by one policy, as of a day."""

    policy_code: str = Field(max_length=40)
    as_of: Day


class DayIn(Asked):
    """The day to measure."""

    as_of: Day


class GradeOut(Schema):
    """A customer's grade in a run. role: of a policy that grades by role, the worse one is shown."""

    customer_no: str
    customer_name: str
    role: str
    state: str
    grade: str
    rank: int | None
    score: Decimal | None
    previous_grade: str


class HeldOut(GradeOut):
    """A customer's grade by one policy."""

    run_id: int
    policy_code: str
    as_of: date


class ShareOut(Schema):
    """How many customers of a group hold a grade; blank: not graded."""

    group: str
    grade: str
    customers: int


class MoverOut(Schema):
    """A customer whose grade changed since the run before. steps: above zero, it became worse."""

    customer_no: str
    customer_name: str
    previous_grade: str
    grade: str
    steps: int


class CurvePointOut(Schema):
    """A customer's grade in one run."""

    run_id: int
    as_of: date
    grade: str
    rank: int | None
    score: Decimal | None


class InputOut(Schema):
    """A figure a rule looked at; null: not measured or unknown."""

    code: str
    name: str
    value: Any
    unit: str
    origin: str


class ReasonOut(Schema):
    """One line of why. outcome: fired, not_fired, or unknown where an input is missing."""

    kind: str
    code: str
    text: str
    outcome: str
    grade: str
    points: Decimal | None
    maximum: Decimal | None
    source_mark: str
    source_clause: str
    inputs: list[InputOut]


class ExplanationOut(Schema):
    """Why a run gave a customer its grade; decisive reasons first."""

    run_id: int
    customer_no: str
    customer_name: str
    as_of: date
    policy_code: str
    policy_name: str
    policy_version: str
    policy_sha256: str
    state: str
    grade: str
    grade_before_caps: str
    score: Decimal | None
    summary: str
    reasons: list[ReasonOut]
    previous_grade: str
    role: str


class DifferenceOut(Schema):
    """One result that computing again gave otherwise than it was kept, in the file or the table."""

    customer_no: str
    what: str
    kept: str
    again: str
    kept_in: str


class ReplayOut(Schema):
    """What computing a stored run again gave. differences: customers within your reach, at most 20."""

    run_id: int
    same: bool
    customers: int
    differences: list[str]
    cause: str
    details: list[DifferenceOut]


class AssessmentOut(Schema):
    """A person's answer to one question about a customer."""

    id: int
    question: str
    value: str
    assessed_on: date
    told_on: date
    assessed_by: str
    evidence: str


class AssessmentIn(Asked):
    """An answer to one question of a policy: yes, no, unknown, a number, or a choice."""

    question: Annotated[str, Field(max_length=60)]
    value: Annotated[str, Field(max_length=60)]
    assessed_on: Day
    evidence: Annotated[str, Field(max_length=300)] = ""
