"""What ratings hand to pages, API and command line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from xinheng.judgements.ratings.simulated import (
    Cause,
    GroupCount,
    MoveCount,
    Plan,
    PolicyText,
    SimulatedCase,
    SimulatedDay,
    SimulatedMover,
    SimulatedSide,
    Simulation,
)

__all__ = [
    "Cause",
    "GroupCount",
    "MoveCount",
    "Plan",
    "PolicyText",
    "SimulatedCase",
    "SimulatedDay",
    "SimulatedMover",
    "SimulatedSide",
    "Simulation",
]  # and what follows
State = Literal["graded", "incomplete", "not_applicable"]
RatingKind = Literal["internal", "commissioned"]  # LOA-03: an internal result is told to nobody outside


@dataclass(frozen=True)
class InputValue:
    """One figure a rule looked at. value: None means not measured or unknown."""

    code: str
    name: str  # in the reader's language
    value: Decimal | str | bool | None
    unit: str  # "CNY", "days", "share", "count", "yes_no" …
    origin: Literal["indicator", "assessment"]


@dataclass(frozen=True)
class Reason:
    """One line of why: a condition, an item's points, a cap, a veto, a missing datum.

    outcome: fired, not_fired, or unknown where an input is missing. points and maximum are set for
    scored items only. grade: the grade a condition gives, or the best one a cap or veto allows.
    """

    kind: Literal["condition", "points", "cap", "veto", "missing"]
    code: str
    text: str  # in words, in the reader's language
    outcome: Literal["fired", "not_fired", "unknown"]
    grade: str = ""
    points: Decimal | None = None
    maximum: Decimal | None = None
    source_mark: Literal["given", "assumed", "lost"] = "given"
    source_clause: str = ""  # "Art. 11 (1)"
    inputs: tuple[InputValue, ...] = ()


@dataclass(frozen=True)
class Explanation:
    """Why one run gave one customer its grade. Decisive reasons come first."""

    run_id: int
    customer_no: str
    customer_name: str
    as_of: date
    policy_code: str
    policy_name: str
    policy_version: str
    policy_sha256: str
    state: State
    grade: str
    grade_before_caps: str
    score: Decimal | None
    summary: str  # one or two sentences in the reader's language
    reasons: tuple[Reason, ...]
    previous_grade: str = ""
    role: str = ""
    kind: RatingKind = "internal"
    agency: str = ""  # that rates, where the customer commissioned it


@dataclass(frozen=True)
class Change:
    """One figure that would have to be another. raw: the value as runs keep it (minor units, codes)."""

    now: InputValue
    then: InputValue
    raw: float | str | bool


@dataclass(frozen=True)
class Improvement:
    """Changes that together give a better grade; none of them is needless, and all were rated."""

    grade: str
    score: Decimal | None
    changes: tuple[Change, ...]
    text: str = ""  # in words, in the reader's language


@dataclass(frozen=True)
class Outlook:
    """What would raise the grade one run gave one customer.

    state: "best" already; "open" where there are ways; "closed" where nothing a person can change is
    enough; "compared" where the grade depends on other customers; "incomplete" where figures must be told
    before there is a grade; "not_applicable". obstacles: caps and vetoes that hold the grade and that no
    change lifts. wanting: figures to be told first.
    """

    run_id: int
    customer_no: str
    grade: str
    state: Literal["best", "open", "closed", "compared", "incomplete", "not_applicable"]
    summary: str
    improvements: tuple[Improvement, ...] = ()
    obstacles: tuple[str, ...] = ()
    wanting: tuple[InputValue, ...] = ()


@dataclass(frozen=True)
class Share:
    """How many customers of one group (an industry, or all) hold one grade."""

    group: str
    grade: str  # "" where not graded
    customers: int


@dataclass(frozen=True)
class Mover:
    """A customer whose grade changed since the run before."""

    customer_no: str
    customer_name: str
    previous_grade: str
    grade: str
    steps: int  # above zero: became worse by so many grades


@dataclass(frozen=True)
class CurvePoint:
    """One customer's grade in one run."""

    run_id: int
    as_of: date
    grade: str
    rank: int | None
    score: Decimal | None


@dataclass(frozen=True)
class Difference:
    """One result that computing again gave otherwise than it was kept.

    what: a column of the results, such as grade or points_size. kept_in: the file of results, or the
    table of grades that lists read.
    """

    customer_no: str
    what: str
    kept: str
    again: str
    kept_in: Literal["file", "table"]


@dataclass(frozen=True)
class Replay:
    """What computing a stored run again gave."""

    run_id: int
    same: bool
    customers: int
    differences: tuple[str, ...]  # customer numbers whose result differs, at most 20
    cause: str = ""  # an altered input file, policy text or result file is named here
    details: tuple[Difference, ...] = ()  # of those customers, each result that differs


@dataclass(frozen=True)
class ReplayedDecision:
    """What computing one customer of a stored run again gave."""

    run_id: int
    customer_no: str
    as_of: date
    policy: str  # code@version
    same: bool
    compared: int  # results that were compared
    cause: str = ""
    differences: tuple[Difference, ...] = ()
