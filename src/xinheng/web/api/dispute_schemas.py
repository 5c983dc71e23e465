"""The shapes of disputes and clocks."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from ninja import Schema
from pydantic import Field, model_validator

from xinheng.base.kernel.money import Money
from xinheng.facts.disputes.values import Closing, NewDispute, NewPause, NextStep
from xinheng.web.api.fields import LARGEST_ID, Amount, Currency, Day, exact
from xinheng.web.api.schemas import Asked, MoneyOut

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,29}$")]
Short = Annotated[str, Field(max_length=60)]


class DisputesAsked(Asked):
    """Which disputes. text: part of a customer, a bill or a complaint. late: next step past its day."""

    text: Annotated[str, Field(max_length=100)] = ""
    state: Literal["", "open", "closed"] = ""
    reason: Annotated[str, Field(max_length=30)] = ""
    outcome: Annotated[str, Field(max_length=30)] = ""
    owner: Annotated[str, Field(max_length=150)] = ""
    late: bool = False
    after: Annotated[int, Field(ge=0, le=LARGEST_ID)] = 0
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class DisputeIn(Asked):
    """What is contested. amount null: all that is open on the bill. next_on null: by the rules."""

    bill_no: Short
    reason: Code
    what: Annotated[str, Field(max_length=500)]
    opened_on: Day
    amount: Amount | None = None
    currency: Currency = "CNY"
    owner: Annotated[str, Field(max_length=150)] = ""
    next_step: Annotated[str, Field(max_length=200)] = ""
    next_on: Day | None = None
    case_no: Short = ""

    @model_validator(mode="after")
    def _is_exact(self) -> Self:
        exact(self.amount, self.currency, "amount")
        return self

    def new(self) -> NewDispute:
        """As the room takes it."""
        amount = None if self.amount is None else Money.of(self.amount, self.currency)
        return NewDispute(
            self.reason,
            self.what,
            self.opened_on,
            amount,
            self.owner,
            self.next_step,
            self.next_on,
            self.case_no,
        )


class DisputeStepIn(Asked):
    """Who does what next by when."""

    owner: Annotated[str, Field(max_length=150)]
    next_step: Annotated[str, Field(max_length=200)] = ""
    next_on: Day | None = None
    case_no: Short = ""

    def step(self) -> NextStep:
        """As the room takes it."""
        return NextStep(self.owner, self.next_step, self.next_on, self.case_no)


class DisputeClosingIn(Asked):
    """How it ended. agreed, our_fault null: as the outcome says. credit_bill_no: a new number is posted."""

    outcome: Code
    finding: Annotated[str, Field(max_length=500)]
    closed_on: Day
    agreed: Amount | None = None
    credit_bill_no: Short = ""
    our_fault: bool | None = None
    case_no: Short = ""

    def closing(self, currency: str) -> Closing:
        """As the room takes it."""
        agreed = None if self.agreed is None else Money.of(self.agreed, currency)
        return Closing(
            self.outcome,
            self.finding,
            self.closed_on,
            agreed,
            self.credit_bill_no,
            self.our_fault,
            self.case_no,
        )


class ClockPauseIn(Asked):
    """The clock of a bill stands still; until_on: the day it runs again, null where that is not known."""

    bill_no: Short
    kind: Code
    from_on: Day
    until_on: Day | None = None
    reason: Annotated[str, Field(max_length=200)] = ""

    def new(self) -> NewPause:
        """As the room takes it."""
        return NewPause(self.kind, self.from_on, self.until_on, self.reason)


class ClockResumeIn(Asked):
    """until_on null: today. never_was: as if the clock had never stood still."""

    until_on: Day | None = None
    never_was: bool = False


class DisputePaperOut(Schema):
    """A paper of a dispute."""

    id: int
    file_name: str
    sha256: str
    attached_by: str
    attached_on: date


class DisputeOut(Schema):
    """A dispute. stops_clock: enough of the bill is contested. agreed: what we let go of."""

    id: int
    customer_no: str
    bill_no: str
    reason: str
    what: str
    amount: MoneyOut
    opened_on: date
    owner: str
    next_step: str
    next_on: date | None
    case_no: str
    state: str
    outcome: str
    agreed: MoneyOut
    credit_bill_no: str
    our_fault: bool
    stops_clock: bool
    finding: str
    closed_on: date | None
    closed_by: str
    papers: list[DisputePaperOut]


class ClockStretchOut(Schema):
    """One pause and the days it takes off."""

    kind: str
    from_on: date
    until_on: date | None
    days: int


class BillClockOut(Schema):
    """overdue_days are past_days less paused_days; words: the same in words."""

    due_on: date
    as_of: date
    past_days: int
    paused_days: int
    overdue_days: int
    words: str
    stretches: list[ClockStretchOut]
