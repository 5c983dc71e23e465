"""What reviews take in and hand out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, NotRequired, TypedDict

Stage = Literal["open", "reviewed", "submitted", "approved", "rejected", "superseded"]
Turn = Literal["", "better", "worse", "same", "new"]
SortKey = Literal["no", "grade", "moved", "name"]
STAGES = ("open", "reviewed", "submitted", "approved", "rejected", "superseded")


@dataclass(frozen=True)
class Wanted:
    """Which proposals of a run: every field left blank lets all pass.

    proposed: a grade, or "-" for those without one. turn: against the grade that stands. held: veto, cap,
    soft, or "-" for nothing. section: of the industry, "-" for none. person: login of who is responsible.
    unit: code of the unit that is responsible, "-" for none. ids: exactly these.
    """

    text: str = ""
    proposed: str = ""
    turn: str = ""
    held: str = ""
    stage: str = ""
    kind: str = ""
    section: str = ""
    person: str = ""
    unit: str = ""
    ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class Order:
    """In which order, from which place on: after, the id of the last proposal seen."""

    key: SortKey = "no"
    falling: bool = False
    after: int | None = None


class Given(TypedDict):
    """A grade somebody gives by hand: why, and until when (first day it no longer holds)."""

    grade: str
    reason: str
    expires_on: NotRequired[date | None]


@dataclass(frozen=True)
class Tally:
    """How far the review of a run is: proposals by stage, and those that need a second look."""

    stages: dict[str, int]
    proposed: dict[str, int]
    incomplete: int
    exceptions: int
    overrides: int

    @property
    def total(self) -> int:
        """All proposals."""
        return sum(self.stages.values())


@dataclass(frozen=True)
class Due:
    """One customer on the review calendar, by one policy.

    due_on: the nearest of the interval's day and of calls. stale: which data are: answers, statements, file,
    figures. warning: a day was counted in working days of a year without holiday data (RR-03).
    """

    customer_id: int
    customer_no: str
    customer_name: str
    policy_code: str
    role: str
    grade: str
    kind: str
    since: date
    due_on: date | None
    calls: tuple[Call, ...]
    stale: tuple[str, ...]
    warning: str
    person: str

    @property
    def is_stale(self) -> bool:
        """Whether any data behind the grade are stale."""
        return bool(self.stale)


@dataclass(frozen=True)
class Call:
    """One event that called a review."""

    id: int
    event: str
    evidence: str
    called_on: date
    due_on: date
    called_by: str
