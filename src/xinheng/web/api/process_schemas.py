"""The shapes of processes and their cases."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field

from xinheng.judgements.processes.values import Wanted
from xinheng.web.api.fields import LARGEST_ID, USUAL_LIMIT
from xinheng.web.api.schemas import Asked

Code = Annotated[str, Field(max_length=48)]
State = Literal["", "open", "done", "cancelled"]


class LaneOut(Schema):
    """Who does some of the steps: the roles that hold the lane."""

    code: str
    zh: str
    en: str
    mark: str
    roles: list[str]


class StepFormOut(Schema):
    """A form of a step; proof: which record of the system shows it."""

    code: str
    zh: str
    en: str
    proof: str
    needed: str
    mark: str


class ProcessStepOut(Schema):
    """One numbered step. within_days: the target in working days."""

    no: int
    zh: str
    en: str
    lane: str
    within_days: int | None
    mark: str
    forms: list[StepFormOut]


class ProcessOut(Schema):
    """A process in force."""

    code: str
    version: str
    name: str
    name_en: str
    sha256: str
    effective_from: date
    lanes: list[LaneOut]
    steps: list[ProcessStepOut]


class HeapOut(Schema):
    """How many open cases stand at a step, and how many of them are overdue."""

    step: int
    lane: str
    cases: int
    overdue: int


class CasesAsked(Asked):
    """Which cases. after: the `next` of the page before."""

    process: Annotated[str, Field(max_length=40)] = ""
    step: Annotated[int, Field(ge=1, le=99)] | None = None
    lane: Code = ""
    state: State = "open"
    overdue: bool = False
    mine: bool = False
    q: Annotated[str, Field(max_length=100)] = ""
    after: Annotated[int, Field(ge=1, le=LARGEST_ID)] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = USUAL_LIMIT

    def wanted(self) -> Wanted:
        """The filters."""
        same = ("process", "step", "lane", "state", "overdue", "mine")
        return Wanted(text=self.q, **{name: getattr(self, name) for name in same})


class ProcessCaseOut(Schema):
    """A case and where it stands. days: working days at the step; target: of the step, where it has one."""

    id: int
    customer_no: str
    process: str
    version: str
    step: int
    steps: int
    lane: str
    state: str
    since: date
    days: int
    target: int | None
    due_on: date | None
    overdue: bool
    started_by: str
    started_on: date
    ended_on: date | None
    ended_why: str


class EvidenceOut(Schema):
    """The record that shows a form to exist."""

    subject: str
    on: date
    text: str


class FormStateOut(Schema):
    """A form of the present step; missing: mandatory and not there."""

    form: str
    needed: str
    proof: str
    missing: bool
    evidence: EvidenceOut | None


class CaseActOut(Schema):
    """One line of a case's minutes."""

    act: str
    step: int
    to_step: int | None
    days: int
    forms: list[dict[str, str]]
    note: str
    by: str
    on: date


class CaseToldOut(ProcessCaseOut):
    """A case with the forms of its step, its minutes, and whether the step is yours."""

    may_move: bool
    forms: list[FormStateOut]
    minutes: list[CaseActOut]


class StartIn(Asked):
    """Which process begins for the customer."""

    process: Annotated[str, Field(max_length=40)]


class StartManyIn(StartIn):
    """Which process begins for which customers."""

    customer_nos: Annotated[
        list[Annotated[str, Field(max_length=40)]], Field(min_length=1, max_length=50_000)
    ]


class StartedOut(Schema):
    """Cases begun, and customers left out because one runs or the file is closed."""

    begun: int
    running: int
    closed: int


class CloseIn(Asked):
    """The step the case stands at, and what was done."""

    step: Annotated[int, Field(ge=1, le=99)]
    note: Annotated[str, Field(max_length=1000)] = ""


class ReturnCaseIn(Asked):
    """To which earlier step, and why."""

    to_step: Annotated[int, Field(ge=1, le=99)]
    reason: Annotated[str, Field(max_length=1000)]


class CancelIn(Asked):
    """Why the case ends."""

    reason: Annotated[str, Field(max_length=300)]


class PaperIn(Asked):
    """For which form of the step, and what is said of the paper."""

    form: Code
    note: Annotated[str, Field(max_length=200)] = ""


class PaperOut(Schema):
    """A paper kept unchanged."""

    id: int
    file_name: str
    sha256: str
    size: int
