"""What a simulation gives: how grades would move if another policy held, and by which rule."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from xinheng.judgements.ratings.values import Reason

Turn = Literal["worse", "better", "other"]
SimulationState = Literal["waiting", "running", "done", "cancelled", "failed"]
SideName = Literal["old", "new"]


@dataclass(frozen=True)
class PolicyText:
    """One policy of a simulation. label: where it comes from, as adv@1, draft:3, shipped:adv or a file."""

    label: str
    text: str


@dataclass(frozen=True)
class Plan:
    """What to simulate: the grades of `new` beside those of `old`, on each of the days."""

    new: PolicyText
    old: PolicyText
    days: tuple[date, ...]


@dataclass(frozen=True)
class MoveCount:
    """Customers with one grade by the old policy and one by the new; "" where not graded."""

    old: str
    new: str
    customers: int


@dataclass(frozen=True)
class GroupCount:
    """Customers of one industry section that hold one grade by the old policy or by the new."""

    section: str
    side: SideName
    grade: str
    customers: int


@dataclass(frozen=True)
class Cause:
    """The rule that decided for so many of those who moved; every mover has exactly one.

    kind: exclusion, applies, veto, cap, missing, condition, quota, thresholds, points, scale. side: whose
    rule it is.
    """

    kind: str
    code: str
    side: SideName
    zh: str
    en: str
    worse: int
    better: int
    other: int

    @property
    def customers(self) -> int:
        """All of them."""
        return self.worse + self.better + self.other


@dataclass(frozen=True)
class SimulatedDay:
    """One day of a simulation.

    measured_on: the day of the stored figures it was computed from. unstable_*: PSI of the grades against
    the day before in the series, none for the first. shifted: PSI of the new grades against the old.
    """

    as_of: date
    measured_on: date
    customers: int
    moves: tuple[MoveCount, ...]
    groups: tuple[GroupCount, ...]
    causes: tuple[Cause, ...]
    incomplete_old: int
    incomplete_new: int
    not_applicable_old: int
    not_applicable_new: int
    shifted: float
    unstable_old: float | None = None
    unstable_new: float | None = None

    @property
    def moved(self) -> int:
        """How many would have another grade."""
        return sum(move.customers for move in self.moves if move.old != move.new)

    def counts(self, side: SideName) -> dict[str, int]:
        """Customers by grade on one side."""
        found: dict[str, int] = {}
        for move in self.moves:
            grade = move.old if side == "old" else move.new
            found[grade] = found.get(grade, 0) + move.customers
        return found


@dataclass(frozen=True)
class Simulation:
    """A simulation as it stands: what was asked for, how far it is, and the days that are done.

    whole: whether it counts every customer, or only those within the reach of who asked for it.
    """

    number: int
    state: SimulationState
    by: str
    on: date
    started_at: str
    finished_at: str
    new: str
    old: str
    old_scale: tuple[str, ...]
    new_scale: tuple[str, ...]
    asked: tuple[date, ...]
    whole: bool
    cause: str = ""
    not_measured: tuple[date, ...] = ()
    days: tuple[SimulatedDay, ...] = field(default=())


@dataclass(frozen=True)
class SimulatedMover:
    """A customer who would have another grade, and the rule that decides it."""

    customer_no: str
    customer_name: str
    section: str
    old: str
    new: str
    turn: Turn
    old_score: Decimal | None
    new_score: Decimal | None
    kind: str
    code: str
    zh: str
    en: str


@dataclass(frozen=True)
class SimulatedSide:
    """Why one policy gives one customer its grade."""

    label: str
    grade: str
    state: str
    score: Decimal | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class SimulatedCase:
    """One customer on one day by both policies."""

    customer_no: str
    customer_name: str
    as_of: date
    old: SimulatedSide
    new: SimulatedSide
