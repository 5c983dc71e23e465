"""What goes through the door: the policy on collection as written, what is asked, and what is found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from xinheng.base.kernel.language import reads_chinese
from xinheng.base.kernel.money import Money
from xinheng.facts.archive.values import Upload
from xinheng.judgements.policies.values import Code, Marked, Parameter, Part, Worded

NEEDED = (
    "case_from_amount", "case_from_days", "first_step_days", "inactive_days", "promise_grace_days",
    "plan_grace_days", "appraisal_coefficient",
)  # fmt: skip
WAYS = ("phone", "visit", "letter", "email", "sms", "chat")
SORTS = ("weight", "overdue", "days", "customer", "next", "active", "collector")
Way = Literal["phone", "visit", "letter", "email", "sms", "chat"]
Consequence = Literal["raise_level", "warn", "block_orders", "charge_interest"]


class Tier(Part):
    """How strong whoever collects is at least, from an expected loss on (major units of the currency)."""

    from_amount: Annotated[Decimal, Field(ge=0)]
    skill: Annotated[int, Field(ge=1, le=5)]


class ContactResult(Worded):
    """What a contact came to. reached: somebody was spoken to. counts: it is activity on the case."""

    code: Code
    reached: bool = True


class Interruption(Marked):
    """What makes the time run anew. weak: no proof by itself. waives: holds after expiry, too."""

    code: Code
    weak: bool = False
    waives: bool = False


class KindTerm(Marked):
    """Another time of limitation for bills of a kind."""

    kind: Code
    months: Annotated[int, Field(ge=1, le=240)]


class OtherClock(Marked):
    """Another time within which something must be done, from the day that `starts` words."""

    code: Code
    months: Annotated[int, Field(ge=0, le=240)] = 0
    days: Annotated[int, Field(ge=0, le=400)] = 0
    starts: Worded


class LimitationRules(Part):
    """How long a claim can be enforced, and what moves that."""

    months: Annotated[int, Field(ge=1, le=240)]
    cap_years: Annotated[int, Field(ge=1, le=50)]
    obstacle_months: Annotated[int, Field(ge=1, le=24)]
    alert_days: Annotated[tuple[Annotated[int, Field(ge=0, le=1000)], ...], Field(min_length=1)]
    kinds: tuple[KindTerm, ...] = ()
    interruptions: Annotated[tuple[Interruption, ...], Field(min_length=1)]
    others: tuple[OtherClock, ...] = ()


class StepRule(Marked):
    """A step of the law. after: one of these must have been taken. interrupts: the event it is."""

    code: Code
    after: tuple[Code, ...] = ()
    interrupts: Code | None = None
    starts: Code | None = None  # the other clock that begins with it
    needs_court: bool = False


class FollowUp(Marked):
    """Customers of a grade are spoken to every quarter by one of these ways."""

    grading: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
    grades: Annotated[tuple[str, ...], Field(min_length=1)]
    ways: Annotated[tuple[Way, ...], Field(min_length=1)]


class Collecting(Part):
    """The policy on collection, checked."""

    kind: Literal["collection"]
    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
    version: Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,19}$")]
    name: Worded
    about: Worded
    source: Worded
    parameters: Annotated[tuple[Parameter, ...], Field(min_length=1)]
    rank_by: Literal["expected_loss", "expected_late", "overdue"]
    tiers: Annotated[tuple[Tier, ...], Field(min_length=1)]
    results: Annotated[tuple[ContactResult, ...], Field(min_length=1)]
    broken_promise: tuple[Consequence, ...]
    limitation: LimitationRules
    steps: Annotated[tuple[StepRule, ...], Field(min_length=1)]
    follow_ups: tuple[FollowUp, ...] = ()

    def value(self, code: str) -> Decimal:
        """A parameter; the document was checked to hold it."""
        found = next(one.value for one in self.parameters if one.code == code)
        assert found is not None, code
        return found

    def number(self, code: str) -> int:
        """A parameter as a whole number."""
        return int(self.value(code))

    def interruption(self, code: str) -> Interruption | None:
        """A kind of interruption by its code."""
        return next((one for one in self.limitation.interruptions if one.code == code), None)

    def step(self, code: str) -> StepRule | None:
        """A step of the law by its code."""
        return next((one for one in self.steps if one.code == code), None)

    def other(self, code: str) -> OtherClock | None:
        """Another clock by its code."""
        return next((one for one in self.limitation.others if one.code == code), None)

    def result(self, code: str) -> ContactResult | None:
        """A result of a contact by its code."""
        return next((one for one in self.results if one.code == code), None)


def text_of(words: Worded) -> str:
    """The words in the reader's language."""
    return words.zh if reads_chinese() else words.en


@dataclass(frozen=True)
class NextStep:
    """What is done next on a case, and by which day."""

    what: str
    on: date


@dataclass(frozen=True)
class NewContact:
    """Somebody spoke or wrote to a customer. on: the day of it. next_step None: as it was."""

    on: date
    way: Way
    result: str
    person: str = ""
    note: str = ""
    next_step: NextStep | None = None


@dataclass(frozen=True)
class NewStep:
    """A step of the law. perform_by: by which a judgment is to be fulfilled, or a claim to be filed."""

    code: str
    on: date
    court: str = ""
    case_no: str = ""
    amount: Money | None = None
    cost: Money | None = None
    perform_by: date | None = None
    note: str = ""


@dataclass(frozen=True)
class NewDeadline:
    """Another time of the law. what: the guarantor, the bill of exchange. last_day: where one was told."""

    code: str
    from_on: date
    what: str = ""
    last_day: date | None = None


@dataclass(frozen=True)
class NewPlan:
    """A payment plan. parts: due day and amount, one a day, which come to the total exactly."""

    total: Money
    parts: tuple[tuple[date, Money], ...]
    agreed_with: str
    note: str = ""
    paper: Upload | None = None


@dataclass(frozen=True)
class NewInterruption:
    """What makes the time of limitation run anew, with its proof. bill_nos: none is every bill then due."""

    code: str
    day: date
    evidence: Upload | None
    bill_nos: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class NewObstacle:
    """What kept us from claiming, with its proof. until_on: its last day; None: it lasts."""

    reason: str
    from_on: date
    until_on: date | None
    evidence: Upload | None
    bill_nos: tuple[str, ...] = ()


@dataclass(frozen=True)
class WantedCases:
    """Filters and order of the work list. collector "-": nobody's."""

    text: str = ""
    collector: str = ""
    due: bool = False  # the next step is due
    idle: bool = False
    broken: bool = False  # with a broken promise
    unanswered: bool = False  # nobody answers for the customer
    over_days: int = 0
    closed: bool = False
    sort: str = "-weight"


@dataclass(frozen=True)
class Refreshed:
    """What a look at the ledger came to, in numbers of cases."""

    opened: int
    closed: int
    running: int


@dataclass(frozen=True)
class Assigned:
    """What an assignment by plan came to. left: cases for which nobody of that skill was free."""

    assigned: int
    left: int
    by_collector: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Judged:
    """What became of promises and plans, in numbers."""

    kept: int = 0
    part: int = 0
    broken: int = 0
    plans_kept: int = 0
    plans_broken: int = 0


@dataclass(frozen=True)
class Recovery:
    """What a person recovered in a period. due: that, and what is still overdue at its end."""

    person: str  # login; "": nobody
    name: str
    currency: str
    due: Money
    recovered: Money
    coefficient: Decimal
    cases: int = 0
    rank: int = 0

    @property
    def rate(self) -> float | None:
        """Recovered of due, 0 to 1; None where nothing was due."""
        return self.recovered.minor / self.due.minor if self.due.minor else None

    @property
    def figure(self) -> float | None:
        """The rate by the coefficient of the policy."""
        return None if self.rate is None else round(self.rate * float(self.coefficient), 4)


@dataclass(frozen=True)
class ClockLine:
    """One debt and how long it can still be enforced.

    last_day: as the law counts it, moved from a day off to the next working day; None: an obstacle lasts.
    alert_base: the careful day by which something should have happened. days_left: to that day.
    alert: the smallest of the policy's alert days that was reached; None: none.
    """

    bill_id: int
    bill_no: str
    kind: str
    customer: Any
    currency: str
    open: Money
    due_on: date
    runs_from: date
    last_day: date | None
    alert_base: date | None
    days_left: int | None
    alert: int | None
    is_expired: bool
    is_capped: bool
    is_certain: bool  # the calendar knows the days off of that year
    events: int


@dataclass(frozen=True)
class FollowUpLine:
    """A customer that is spoken to in a quarter; contact None: it was not yet."""

    customer: Any
    grade: str
    contact: Any | None
    is_late: bool


@dataclass(frozen=True)
class DueLine:
    """One open line of a customer's statement of what is due."""

    bill_no: str
    kind: str
    billed_on: date
    due_on: date
    overdue_days: int
    amount: Money
    open: Money
    disputed: Money
