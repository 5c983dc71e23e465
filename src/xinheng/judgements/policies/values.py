"""The rating policy as a document says it: what the YAML may hold, and nothing else.

These models are the published JSON schema. Points are decimals here and exact thousandths in results.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from xinheng.judgements.policies.parts import (
    Code,
    Formula,
    Mark,
    Marked,
    Note,
    Part,
    RoleCode,
    Unit,
    Worded,
    marked_in,
)
from xinheng.judgements.policies.scores import (
    Band,
    BandsItem,
    CategoriesItem,
    CorrectedItem,
    Correction,
    EfficacyItem,
    Group,
    ManualItem,
    Measure,
    MissingRule,
    Order,
    ProportionalItem,
    Quota,
    ScoredItem,
    Scoring,
    Standard,
    Threshold,
)

__all__ = [
    "Band",
    "BandsItem",
    "CategoriesItem",
    "Code",
    "CorrectedItem",
    "Correction",
    "EfficacyItem",
    "Formula",
    "Group",
    "ManualItem",
    "Mark",
    "Marked",
    "Measure",
    "MissingRule",
    "Note",
    "Order",
    "Part",
    "ProportionalItem",
    "Quota",
    "RoleCode",
    "ScoredItem",
    "Scoring",
    "Standard",
    "Threshold",
    "Unit",
    "Worded",
]  # made in two other modules, and part of the same door


class GradeStep(Worded):
    """One grade of the scale; the first is the best and has rank 1."""

    code: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9+_-]{0,11}$")]


class Parameter(Marked):
    """A named number conditions refer to. A lost one without a value is not set (RR-16)."""

    code: Code
    unit: Unit
    value: Decimal | None = None


class Choice(Worded):
    """One possible answer."""

    code: Code


class Assessors(Part):
    """That several people answer a question, each for themselves, and what their answers make together.

    mean, median: of the newest answer of each, half up to the question's decimals. newest: the last
    answer. agreed: what all say; unknown while they differ. Fewer people than `at_least`: unknown.
    """

    at_least: Annotated[int, Field(ge=2, le=20)] = 2
    combine: Literal["mean", "median", "newest", "agreed"] = "mean"
    spread_at_most: Decimal | None = None  # highest less lowest; beyond it they talk it over


class Question(Marked):
    """What a person assesses: yes, no or unknown; a number; or one of several choices."""

    code: Code
    type: Literal["yes_no", "number", "choice"]
    unit: Unit = "count"
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    decimals: Annotated[int, Field(ge=0, le=3)] = 0
    choices: tuple[Choice, ...] = ()
    evidence: Literal["required", "optional"] = "optional"
    valid_months: Annotated[int, Field(ge=1, le=120)] | None = None  # older answers count as unknown
    assessors: Assessors | None = None  # none: the newest answer, whoever gave it


class Term(Worded):
    """A named formula that conditions, items and later terms refer to."""

    code: Code
    of: Formula
    unit: Unit


class Condition(Marked):
    """A statement that is true, false or unknown of a customer."""

    code: Code
    when: Formula | None = None  # none only where the source lost it
    roles: tuple[Literal["customer", "supplier"], ...] = ()  # none: every role


class Criterion(Part):
    """What gives one grade: any of its conditions, all of them, or that nothing else fired."""

    grade: str
    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    otherwise: bool = False
    known_at_least: Annotated[int, Field(ge=0)] = 1  # of all conditions, for `otherwise`


class Criteria(Part):
    """Grades by conditions.

    precedence: which grade holds when several fire. unknown: whether a condition that cannot be
    judged simply does not fire, or leaves the result incomplete where it could make the grade worse.
    """

    precedence: Literal["worst", "best", "first"] = "worst"
    unknown: Literal["does_not_fire", "incomplete"] = "does_not_fire"
    mark: Mark
    clause: str = ""
    note: Note = None
    grades: tuple[Criterion, ...]


class Cap(Marked):
    """While it holds, the grade is at best `grade`. soft: "in principle" (RR-05)."""

    code: Code
    when: Formula
    grade: str
    soft: bool
    unknown: Literal["applies", "ignored"] = "applies"


class Veto(Marked):
    """When it fires the customer has `grade` or worse, even where other data are missing."""

    code: Code
    when: Formula
    grade: str


class Applies(Worded):
    """Whom the policy is for; the others are not applicable."""

    when: Formula


class Exclusion(Marked):
    """Whom the policy does not rate, and why; whoever it is not known of is rated."""

    code: Code
    when: Formula


class Flag(Marked):
    """Something told of a customer beside its grade, which it never changes: a class, a priority.

    handled_first: who has it comes first in lists of work; it skips no check (LIM-04).
    """

    code: Code
    when: Formula
    handled_first: bool = False


class Source(Worded):
    """Where the policy comes from."""

    reference: str = ""


class ApprovalStep(Marked):
    """One step of a chain: who signs, and until when.

    roles: of the site, by code (RR-12). any: one of them signs; all: each of them, in any order.
    repeat: somebody who signed an earlier step may sign this one too.
    """

    code: Code
    roles: Annotated[tuple[RoleCode, ...], Field(min_length=1)]
    sign: Literal["any", "all"] = "any"
    within_days: Annotated[int, Field(ge=1, le=365)] | None = None  # working days
    repeat: bool = False


class Approval(Part):
    """How a proposed grade becomes the grade that stands: who prepares it, and who approves it in order.

    notches_up: by how many grades a reviewer may raise what a run proposes; the last approver, further.
    checklist: a grade is accepted only once the points to be looked at are ticked (NET-05).
    """

    prepared_by: tuple[RoleCode, ...] = ()  # none: whoever may submit
    steps: Annotated[tuple[ApprovalStep, ...], Field(min_length=1)]
    notches_up: Annotated[int, Field(ge=0, le=20)] = 1
    override_months: Annotated[int, Field(ge=1, le=60)] = 12  # the longest life of an override
    checklist: bool = False
    mark: Mark
    clause: str = ""
    note: Note = None


class ReviewInterval(Part):
    """After how many months a customer of a grade is reviewed again."""

    grade: str
    months: Annotated[int, Field(ge=1, le=120)]
    mark: Mark
    clause: str = ""
    note: Note = None


class Downgrade(Part):
    """What an event does to the grade that stands: so many grades down, or one grade at best.

    at_once: it stands the day it is told; else the chain approves it first. It is over when the event is
    taken back, or when a review has approved a grade.
    """

    by: Annotated[int, Field(ge=1, le=20)] | None = None  # grades; the worst stays the worst
    to: str = ""  # a grade; who stands at it or below stays there
    at_once: bool = True
    mark: Mark
    clause: str = ""
    note: Note = None


class ReviewEvent(Marked):
    """What calls a review before its day; without `when` people and other parts of the system tell it.

    downgrade: only of what is told; figures lower a grade by the vetoes and caps of a run.
    """

    code: Code
    when: Formula | None = None
    within_days: Annotated[int, Field(ge=1, le=365)]  # working days, until the review is due
    downgrade: Downgrade | None = None  # none: the grade stands until the review


class Review(Part):
    """When grades are looked at again.

    refresh: how often the answers behind a grade are told anew; one left untold is stale.
    valid_months: after so many months a grade that nobody reviewed has expired and gives no terms.
    statement_months: figures of a statement that closed longer ago are stale.
    """

    intervals: tuple[ReviewInterval, ...] = ()
    events: tuple[ReviewEvent, ...] = ()
    refresh: Literal["quarter", "half_year", "year"] | None = None
    valid_months: Annotated[int, Field(ge=1, le=120)] | None = None  # none: until another stands
    statement_months: Annotated[int, Field(ge=1, le=60)] | None = None
    mark: Mark
    clause: str = ""
    note: Note = None


class Policy(Part):
    """A rating policy, checked."""

    kind: Literal["rating"]
    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
    version: Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,19}$")]
    name: Worded
    about: Worded
    source: Source
    scale: Annotated[tuple[GradeStep, ...], Field(min_length=2)]
    roles: tuple[Literal["customer", "supplier"], ...] = ()
    applies: Applies | None = None
    exclusions: tuple[Exclusion, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    questions: tuple[Question, ...] = ()
    terms: tuple[Term, ...] = ()
    conditions: tuple[Condition, ...] = ()
    criteria: Criteria | None = None
    scoring: Scoring | None = None
    vetoes: tuple[Veto, ...] = ()
    caps: tuple[Cap, ...] = ()
    flags: tuple[Flag, ...] = ()
    approval: Approval | None = None
    review: Review | None = None

    def marked(self) -> tuple[Any, ...]:
        """Every part that says where it comes from: given, assumed or lost."""
        return tuple(marked_in(self))

    def rank_of(self, grade: str) -> int:
        """The rank of a grade: 1 is the best."""
        return next(rank for rank, step in enumerate(self.scale, 1) if step.code == grade)
