"""The shapes of drafts, comparisons and simulations of policies."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from xinheng.web.api.fields import Day

Name = Annotated[str, Field(min_length=1, max_length=80)]  # adv@1, shipped:adv, draft:3
Text = Annotated[str, Field(max_length=300_000)]


class DraftOut(Schema):
    """A draft of a policy. revision: what a save must name; effective_from: as submitted."""

    id: int
    code: str
    version: str
    name: str
    name_en: str
    started_from: str
    purpose: str
    state: Literal["open", "proposed", "submitted", "adopted", "rejected", "discarded"]
    revision: int
    drafted_by: str
    drafted_on: date
    changed_by: str
    changed_at: datetime
    effective_from: date | None
    request_id: int | None
    ended_why: str


class DraftWhole(DraftOut):
    """A draft with its newest text and what is wrong with it."""

    text: str
    problems: list[str]


class DraftIn(Schema):
    """A draft to begin: with a text, or with that of a policy."""

    text: Text = ""
    start_from: Annotated[str, Field(max_length=80)] = ""
    purpose: Annotated[str, Field(max_length=600)] = ""


class RevisionOut(Schema):
    """One revision of a draft. is_kept: saved on purpose; else while somebody typed."""

    number: int
    saved_by: str
    saved_at: datetime
    is_kept: bool


class RevisionWhole(RevisionOut):
    """One revision with its text."""

    text: str


class RestoreIn(Schema):
    """Which revision comes back, and the newest one the writer saw."""

    number: Annotated[int, Field(ge=1, le=2**31 - 1)]
    revision: Annotated[int, Field(ge=1, le=2**31 - 1)]


class DraftTextIn(Schema):
    """A text to save into a draft, and the revision the writer saw."""

    text: Text
    revision: Annotated[int, Field(ge=1, le=2**31 - 1)]


class DraftSubmitIn(Schema):
    """From which day the draft should hold; why, where that day has gone by."""

    revision: Annotated[int, Field(ge=1, le=2**31 - 1)]
    effective_from: Day
    backdated_why: Annotated[str, Field(max_length=300)] = ""


class ProposalIn(Schema):
    """What a proposed change is for."""

    purpose: Annotated[str, Field(min_length=1, max_length=600)]


class DraftReasonIn(Schema):
    """Why a draft is turned down or given up."""

    reason: Annotated[str, Field(max_length=1000)] = ""


class PolicyDifferenceOut(Schema):
    """One thing that differs between two policies.

    part_name, field_name, before_text, after_text: in the reader's language; before, after: as the document
    says them.
    """

    kind: Literal["added", "removed", "changed", "moved"]
    part: str
    part_name: str
    code: str
    zh: str
    en: str
    field: str
    field_name: str
    before: Any = None
    after: Any = None
    before_text: str
    after_text: str


class SimulationIn(Schema):
    """Which policy to simulate, against which, on which days. No against: the version in force."""

    new: Name
    against: Annotated[str, Field(max_length=80)] = ""
    on: Day
    series: Annotated[int, Field(ge=1, le=60)] = 1


class MoveCountOut(Schema):
    """Customers with one grade by the old policy and one by the new."""

    old: str
    new: str
    customers: int


class GroupCountOut(Schema):
    """Customers of an industry section with a grade by one of the policies."""

    section: str
    side: Literal["old", "new"]
    grade: str
    customers: int


class MoveCauseOut(Schema):
    """The rule that decides for so many of the movers."""

    kind: str
    code: str
    side: Literal["old", "new"]
    zh: str
    en: str
    worse: int
    better: int
    other: int


class SimulatedDayOut(Schema):
    """One day of a simulation."""

    as_of: date
    measured_on: date
    customers: int
    moves: list[MoveCountOut]
    groups: list[GroupCountOut]
    causes: list[MoveCauseOut]
    incomplete_old: int
    incomplete_new: int
    not_applicable_old: int
    not_applicable_new: int
    shifted: float
    unstable_old: float | None
    unstable_new: float | None


class SimulationOut(Schema):
    """A simulation as it stands. whole: it counts every customer, not only those within a reach."""

    number: int
    state: Literal["waiting", "running", "done", "cancelled", "failed"]
    by: str
    on: date
    new: str
    old: str
    asked: list[date]
    not_measured: list[date]
    whole: bool
    cause: str


class SimulationWhole(SimulationOut):
    """A simulation with the days that are done."""

    days: list[SimulatedDayOut]


class SimulatedMoverOut(Schema):
    """A customer who would have another grade."""

    customer_no: str
    customer_name: str
    section: str
    old: str
    new: str
    turn: Literal["worse", "better", "other"]
    old_score: Decimal | None
    new_score: Decimal | None
    kind: str
    code: str
    zh: str
    en: str
