"""What goes through the door: the rules, what is told of a dispute, how a clock is explained."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from xinheng.base.kernel.language import reads_chinese
from xinheng.base.kernel.money import Money

STATES = ("open", "closed")
SORTS = ("opened", "customer", "bill", "amount", "next", "closed")
CodeText = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,29}$")]
Words = Annotated[str, Field(min_length=1, max_length=60)]


class RulePart(BaseModel):
    """Anything in the rules: an unknown key is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class RuleName(RulePart):
    """What a document of rules is called."""

    zh: Words
    en: Words


class Coded(RulePart):
    """Something named that rows refer to by its code."""

    code: CodeText
    zh: Words
    en: Words

    @property
    def words(self) -> str:
        """Its name in the reader's language."""
        return self.zh if reads_chinese() else self.en


class Meanwhile(RulePart):
    """What holds as long as a dispute is open.

    from_share: the clock stands still where at least this share of what was open is contested; a smaller part
    is only left out of what is overdue.
    """

    pauses: bool
    from_share: Annotated[Decimal, Field(ge=0, le=1)]
    dunned: bool


class OutcomeRule(Coded):
    """How a dispute may end. credits: how much of the contested amount we let go of."""

    pauses: bool
    our_fault: bool
    credits: Literal["whole", "part", "none"]


class PauseRule(Coded):
    """Why a clock may stand still besides a dispute. longest_days: none: no bound."""

    longest_days: Annotated[int, Field(ge=1, le=3660)] | None = None


class DisputeRules(RulePart):
    """The rules of disputes, checked."""

    kind: Literal["disputes"]
    code: Literal["disputes"]
    version: Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,19}$")]
    name: RuleName
    meanwhile: Meanwhile
    step_days: Annotated[int, Field(ge=0, le=250)]
    reasons: Annotated[tuple[Coded, ...], Field(min_length=1)]
    outcomes: Annotated[tuple[OutcomeRule, ...], Field(min_length=1)]
    pauses: tuple[PauseRule, ...]

    @model_validator(mode="after")
    def codes_stand_once(self) -> Self:
        """No code stands twice among its like, and no pause takes the name of the disputes' own."""
        for rows in (self.reasons, self.outcomes, self.pauses):
            for code, times in Counter(row.code for row in rows).items():
                if times > 1 or (rows is self.pauses and code == "dispute"):
                    raise ValueError(f"the code {code} is used twice")
        return self

    def reason(self, code: str) -> Coded | None:
        """The reason of a code."""
        return next((one for one in self.reasons if one.code == code), None)

    def outcome(self, code: str) -> OutcomeRule | None:
        """The outcome of a code."""
        return next((one for one in self.outcomes if one.code == code), None)

    def pause(self, code: str) -> PauseRule | None:
        """The kind of pause of a code."""
        return next((one for one in self.pauses if one.code == code), None)


@dataclass(frozen=True)
class NewDispute:
    """What a customer contests. amount: None: all that is open on the bill. next_on: None: by the rules."""

    reason: str
    what: str
    opened_on: date
    amount: Money | None = None
    owner: str = ""  # "" : who tells it
    next_step: str = ""
    next_on: date | None = None
    case_no: str = ""


@dataclass(frozen=True)
class NextStep:
    """Who does what next by when, and the complaint it belongs to."""

    owner: str
    next_step: str
    next_on: date | None
    case_no: str


@dataclass(frozen=True)
class Closing:
    """How a dispute ended. our_fault: None: as the outcome says. agreed: None: as the outcome says.

    credit_bill_no: the credit bill that lets go of the agreed amount. One that is not posted yet is posted
    and settles the bill.
    """

    outcome: str
    finding: str
    closed_on: date
    agreed: Money | None = None
    credit_bill_no: str = ""
    our_fault: bool | None = None
    case_no: str = ""


@dataclass(frozen=True)
class NewPause:
    """The clock of a bill stands still from a day on; until_on: the day it runs again, None: not known."""

    kind: str
    from_on: date
    until_on: date | None = None
    reason: str = ""


@dataclass(frozen=True)
class Wanted:
    """Which disputes, in which order. late: whose next step is past its day."""

    text: str = ""
    state: str = ""
    reason: str = ""
    outcome: str = ""
    owner: str = ""
    late: bool = False
    sort: str = "-opened"


@dataclass(frozen=True)
class Due:
    """A bill by its key, and the day it is due."""

    pk: int
    due_on: date


@dataclass(frozen=True)
class Stretch:
    """One pause as it takes days off: days after the due day that no earlier pause took already."""

    kind: str  # dispute, plan …
    from_on: date
    until_on: date | None
    days: int


@dataclass(frozen=True)
class Arithmetic:
    """How the overdue days of a bill come about."""

    due_on: date
    as_of: date
    past_days: int  # by the calendar
    stretches: tuple[Stretch, ...]
    paused_days: int
    overdue_days: int
