"""The shapes of inspections: cases, visits, evidence, findings with their money, appeals, usefulness."""

from __future__ import annotations

import base64
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import AwareDatetime, Field

from xinheng.operations.inspections.values import (
    Assignment,
    BreachFacts,
    Drawn,
    NewCase,
    NewExhibit,
    NewFinding,
    TheftFacts,
    VisitTold,
)
from xinheng.web.api.fields import Amount, Day
from xinheng.web.api.schemas import Asked, MoneyOut

Login = Annotated[str, Field(min_length=1, max_length=150)]
Logins = Annotated[list[Login], Field(max_length=20)]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,29}$")]
MaybeCode = Annotated[str, Field(pattern=r"^([a-z][a-z0-9_]{0,29})?$")]
Why = Annotated[str, Field(min_length=1, max_length=300)]
ConsumerNo = Annotated[str, Field(min_length=1, max_length=40)]
CaseState = Literal[
    "",
    "work",
    "open",
    "assigned",
    "visited",
    "found",
    "confirmed",
    "appealed",
    "overturned",
    "none",
    "dropped",
]
LARGEST_DRAWING = 400_000  # characters


class InspectionsAsked(Asked):
    """Filters of the work list. state "work": what is not decided yet."""

    text: Annotated[str, Field(max_length=100)] = ""
    state: CaseState = ""
    level: Literal["", "high", "medium", "low", "none", "not_assessable"] = ""
    area: Annotated[str, Field(max_length=40)] = ""
    inspector: Annotated[str, Field(max_length=150)] = ""
    kind: Literal["", "theft", "breach", "none"] = ""
    planned_on: Day | None = None
    offset: Annotated[int, Field(ge=0, le=10**9)] = 0
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class InspectionOut(Schema):
    """One case. expected: what the rule of unknown time would bring."""

    no: str
    consumer_no: str
    consumer: str
    area: str
    state: str
    source: str
    run_id: int | None
    score: str | None
    level: str
    detectors: list[str]
    reason: str
    expected: MoneyOut
    inspectors: list[str]
    planned_on: Any
    opened_on: Any


class InspectionsOut(Schema):
    """A page of the work list, the weightiest first, and how many there are."""

    items: list[InspectionOut]
    total: int


class InspectionVisitOut(Schema):
    """What a visit saw."""

    visited_at: datetime
    inspectors: list[dict[str, str]]
    meter_no: str
    seals: str
    load_kw: str | None
    clamp_amperes: str | None
    met: str
    note: str


class InspectionExhibitOut(Schema):
    """A piece of evidence with the hash of its bytes."""

    id: int
    kind: str
    file_name: str
    sha256: str
    taken_at: datetime
    taken_by: str
    place: str
    note: str


class InspectionFindingOut(Schema):
    """What was found, how its money was reckoned, and the claims it became."""

    case_no: str
    consumer_no: str
    kind: str
    found_on: Any
    inspectors: list[dict[str, str]]
    method: str
    breach: str
    rules: str
    kwh: str
    fee: MoneyOut
    penalty: MoneyOut
    total: MoneyOut
    steps: list[dict[str, str]]
    confirmed_on: Any
    appeal_until: Any
    bills: list[str]


class InspectionAppealOut(Schema):
    """What the consumer contests; result blank: not decided."""

    told_on: Any
    words: str
    due_on: Any
    result: str
    why: str
    decided_by: str
    decided_on: Any


class InspectionFullOut(Schema):
    """One case with all that stands in it."""

    case: InspectionOut
    visits: list[InspectionVisitOut]
    exhibits: list[InspectionExhibitOut]
    finding: InspectionFindingOut | None
    appeal: InspectionAppealOut | None


class InspectionKeptOut(Schema):
    """The case and its state now."""

    no: str
    state: str


class HitsOut(Schema):
    """Inspections and what they found; rates null: nothing inspected."""

    name: str
    inspected: int
    theft: int
    breach: int
    rate: str | None


class InspectionUsefulnessOut(Schema):
    """What inspections were good for; shares null: nothing inspected yet."""

    population: int
    whole: HitsOut
    inspected_share: str | None
    fee: MoneyOut
    penalty: MoneyOut
    total: MoneyOut
    per_found: MoneyOut | None
    by_level: list[HitsOut]
    by_detector: list[HitsOut]
    open_cases: int
    overturned: int


class InspectionLabelOut(Schema):
    """What an inspection found, for the next ranking."""

    consumer: str
    found: int
    day: Any


class InspectionIn(Asked):
    """A case from a tip or of one's own."""

    consumer_no: ConsumerNo
    source: Literal["tip", "own"] = "own"
    reason: Annotated[str, Field(min_length=1, max_length=500)]

    def new(self) -> NewCase:
        """As the room takes it."""
        return NewCase(**self.model_dump())


class InspectSuspectsIn(Asked):
    """Suspects of a ranking (null: the last) to become cases: those named, else the first so many."""

    run: Annotated[int, Field(ge=1, le=2**63 - 1)] | None = None
    consumer_nos: Annotated[list[ConsumerNo], Field(max_length=500)] = []
    most: Annotated[int, Field(ge=1, le=500)] = 20
    level: Literal["", "high", "medium", "low"] = ""


class AssignInspectionIn(Asked):
    """Who inspects, and when."""

    inspectors: Logins
    planned_on: Day
    skill: MaybeCode = ""

    def new(self) -> Assignment:
        """As the room takes it."""
        return Assignment(tuple(self.inspectors), self.planned_on, self.skill)


class PlanInspectionsIn(Asked):
    """The day to be planned."""

    planned_on: Day


class PlannedOut(Schema):
    """Cases given to teams, and those left on the list."""

    given: int
    left: int


class InspectionVisitIn(Asked):
    """What a visit saw, at a time with its zone."""

    visited_at: AwareDatetime
    inspectors: Logins
    meter_no: Annotated[str, Field(max_length=40)] = ""
    seals: Annotated[str, Field(max_length=300)] = ""
    load_kw: Amount | None = None
    clamp_amperes: Amount | None = None
    met: Annotated[str, Field(max_length=200)] = ""
    note: Annotated[str, Field(max_length=2000)] = ""

    def told(self) -> VisitTold:
        """As the room takes it."""
        return VisitTold(**{**self.model_dump(), "inspectors": tuple(self.inspectors)})


class InspectionExhibitIn(Asked):
    """What a file shows, when and where it was taken."""

    kind: Code
    taken_at: AwareDatetime
    place: Annotated[str, Field(max_length=200)] = ""
    note: Annotated[str, Field(max_length=300)] = ""

    def new(self) -> NewExhibit:
        """As the room takes it."""
        return NewExhibit(**self.model_dump())


class TheftFactsIn(Asked):
    """What the quantity of theft is reckoned from; days null: cannot be found out."""

    basis: Literal["evidence", "private_tap", "via_meter"]
    price: Amount
    use: Literal["power", "lighting"] = "lighting"
    kva: Amount | None = None
    amperes: Amount | None = None
    phases: Literal[1, 3] = 1
    ratio: Amount = Decimal(1)
    days: Annotated[int, Field(ge=1, le=36500)] | None = None
    hours: Amount | None = None
    kwh: Amount | None = None
    billed_kwh: Amount = Decimal(0)
    times: Amount | None = None


class BreachFactsIn(Asked):
    """What the money of a breach is reckoned from; months null: cannot be found out."""

    code: Code
    kwh: Amount = Decimal(0)
    price: Amount = Decimal(0)
    low_price: Amount = Decimal(0)
    kw: Amount = Decimal(0)
    base_price: Amount | None = None
    months: Annotated[int, Field(ge=1, le=1200)] | None = None
    occasions: Annotated[int, Field(ge=1, le=999)] = 1
    is_residential: bool = False
    times: Amount | None = None


class InspectionFindingIn(Asked):
    """What was found. Without inspectors or a day it is refused (PWR-25)."""

    kind: Literal["theft", "breach", "none"]
    found_on: Day | None = None
    inspectors: Logins = []
    method: MaybeCode = ""
    note: Annotated[str, Field(max_length=2000)] = ""
    theft: TheftFactsIn | None = None
    breach: BreachFactsIn | None = None

    def new(self) -> NewFinding:
        """As the room takes it."""
        return NewFinding(
            self.kind, self.found_on, tuple(self.inspectors), self.method, self.note,
            TheftFacts(**self.theft.model_dump()) if self.theft else None,
            BreachFacts(**self.breach.model_dump()) if self.breach else None,
        )  # fmt: skip


class InspectionWhyIn(Asked):
    """Why."""

    why: Why


class InspectionSignIn(Asked):
    """A signature as a PNG in base64, or that the consumer refuses."""

    role: Literal["inspector", "consumer", "witness"]
    name: Annotated[str, Field(min_length=1, max_length=120)]
    png: Annotated[str, Field(max_length=LARGEST_DRAWING)] = ""
    refused: bool = False

    def drawn(self) -> Drawn:
        """As the room takes it; what is no base64 is an empty drawing."""
        try:
            png = base64.b64decode(self.png, validate=True)
        except ValueError:
            png = b""
        return Drawn(self.role, self.name, png, self.refused)


class InspectionAppealIn(Asked):
    """What the consumer contests; told_on null: today."""

    words: Annotated[str, Field(min_length=1, max_length=1000)]
    told_on: Day | None = None


class InspectionDecisionIn(Asked):
    """What becomes of an appeal."""

    result: Literal["upheld", "overturned"]
    why: Annotated[str, Field(min_length=1, max_length=500)]


class InspectorIn(Asked):
    """A work pass, skills, and cases a day."""

    pass_no: Annotated[str, Field(min_length=1, max_length=40)]
    skills: Annotated[list[Code], Field(max_length=20)] = []
    a_day: Annotated[int, Field(ge=0, le=99)] = 4


class InspectorOut(Schema):
    """Somebody who inspects."""

    login: str
    pass_no: str
    skills: list[str]
    a_day: int


class ReckonedOut(Schema):
    """What a finding would cost, line by line; nothing of it is kept."""

    edition: str
    kwh: str
    fee: MoneyOut
    penalty: MoneyOut
    total: MoneyOut
    steps: list[dict[str, str]]
