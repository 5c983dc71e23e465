"""The shapes of what is due: dues, tasks, reports, breaches and fines."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from ninja import Schema
from pydantic import Field, model_validator

from xinheng.base.kernel.money import Money
from xinheng.operations.duties.values import (
    Decision,
    FinesWanted,
    NewIncident,
    NewLine,
    NewSubmission,
    NewTask,
)
from xinheng.web.api.fields import LARGEST_ID, Amount, Currency, Day, exact
from xinheng.web.api.schemas import Asked, MoneyOut

Code = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,47}$")]
Text = Annotated[str, Field(min_length=1, max_length=200)]
UnitCode = Annotated[str, Field(min_length=1, max_length=40)]
Login = Annotated[str, Field(max_length=150)]
Why = Annotated[str, Field(min_length=1, max_length=300)]


class DuesAsked(Asked):
    """What is due from one day to another; at most a year."""

    since: Day | None = None
    until: Day | None = None
    text: Annotated[str, Field(max_length=100)] = ""
    kind: Annotated[str, Field(max_length=40)] = ""
    owner: Login = ""
    state: Literal["", "open", "late", "done"] = ""


class DutyDueOut(Schema):
    """Something due. kind: the room that waits, and for what. subject: as the trail names it."""

    kind: str
    kind_words: str
    subject: str
    words: str
    due_on: date
    owner: str
    done_on: date | None
    is_late: bool
    is_assumed: bool


class DutyTaskIn(Asked):
    """Something to be done. standing duty: pack and duty, as "med" and "market.files"."""

    title: Text
    unit_code: UnitCode
    due_on: Day
    owner: Login = ""
    every: Literal["", "month", "quarter", "half", "year"] = ""
    kind: Literal["order", "request"] = "order"
    pack: Annotated[str, Field(max_length=40)] = ""
    duty: Annotated[str, Field(max_length=81)] = ""

    def new(self) -> NewTask:
        """As the room takes it."""
        return NewTask(**self.model_dump())


class DutyTaskDoneIn(Asked):
    """What a task came to."""

    result: Annotated[str, Field(min_length=1, max_length=1000)]


class DutyWhyIn(Asked):
    """A reason."""

    why: Why


class DutyTaskOut(Schema):
    """A task."""

    id: int
    kind: str
    title: str
    unit_code: str
    owner: str
    due_on: date
    every: str
    state: str
    result: str
    done_on: date | None
    done_by: str


class ReportsOwedAsked(Asked):
    """Reports due from one day to another; the last half year and the next quarter unless told."""

    since: Day | None = None
    until: Day | None = None
    pack: Annotated[str, Field(max_length=40)] = ""


class ReportOwedOut(Schema):
    """A report that a unit owes. state: waiting, missing, marked, handed_in or verified."""

    pack: str
    report: str
    words: str
    unit_code: str
    unit_name: str
    first_on: date
    last_on: date
    due_on: date
    is_rest_day: bool
    is_assumed: bool
    state: str
    is_late: bool
    submission_id: int | None
    handed_in_on: date | None


class OwedReportIn(Asked):
    """A report handed in. first_on: the first day of its period. Files go to its page."""

    pack: Code
    report: Code
    unit_code: UnitCode
    first_on: Day
    texts: dict[str, Annotated[str, Field(max_length=20_000)]] = Field(default_factory=dict)
    is_nil: bool = False

    def new(self) -> NewSubmission:
        """As the room takes it."""
        return NewSubmission(**self.model_dump())


class BreachLineIn(Asked):
    """One thing that was wrong."""

    kind: Code
    item: Annotated[str, Field(max_length=120)] = ""
    defects: list[Code] = Field(default_factory=list, max_length=20)
    count: Annotated[int, Field(ge=1, le=10_000)] = 1


class BreachIn(Asked):
    """A breach. cause: one and the same for all that belongs to one incident."""

    pack: Code
    cause: Annotated[str, Field(min_length=1, max_length=120)]
    what: Text
    happened_on: Day
    person: Login
    unit_code: UnitCode
    lines: Annotated[list[BreachLineIn], Field(min_length=1, max_length=200)]

    def new(self) -> NewIncident:
        """As the room takes it."""
        lines = tuple(NewLine(one.kind, one.item, tuple(one.defects), one.count) for one in self.lines)
        told = self.model_dump(exclude={"lines"})
        return NewIncident(**told, lines=lines)


class FinesAsked(Asked):
    """Which breaches. month: a day of it."""

    text: Annotated[str, Field(max_length=100)] = ""
    pack: Annotated[str, Field(max_length=40)] = ""
    state: Literal["", "proposed", "confirmed", "criticised", "waived", "appealed", "settled"] = ""
    person: Login = ""
    month: Day | None = None
    after: Annotated[int, Field(ge=0, le=LARGEST_ID)] = 0
    limit: Annotated[int, Field(ge=1, le=200)] = 50

    def wanted(self) -> FinesWanted:
        """As the room takes it."""
        return FinesWanted(**self.model_dump(exclude={"after", "limit"}))


class FineDecisionIn(Asked):
    """How a fine is confirmed. share: of the pay that is cut, 0 to 1."""

    amount: Amount | None = None
    severity: Annotated[str, Field(max_length=40)] = ""
    share: Annotated[str, Field(pattern=r"^0\.\d{1,4}$")] | None = None
    pay: Amount | None = None
    currency: Currency = "CNY"
    criticism: bool = False

    @model_validator(mode="after")
    def _are_exact(self) -> Self:
        exact(self.amount, self.currency, "amount")
        exact(self.pay, self.currency, "pay")
        return self

    def decision(self) -> Decision:
        """As the room takes it."""
        amount, pay = (
            None if one is None else Money.of(one, self.currency) for one in (self.amount, self.pay)
        )
        share = None if self.share is None else Decimal(self.share)
        return Decision(
            amount, self.severity, share, pay, criticism=self.criticism,
        )  # fmt: skip


class AppealIn(Asked):
    """What is put forward against a fine."""

    text: Annotated[str, Field(min_length=1, max_length=1000)]


class AppealDecisionIn(Asked):
    """How an appeal ends; amount where the fine is reduced."""

    result: Literal["upheld", "reduced", "lifted"]
    why: Why
    amount: Amount | None = None
    currency: Currency = "CNY"


class FineOut(Schema):
    """A breach and what it costs."""

    id: int
    pack: str
    version: str
    scope: str
    cause: str
    what: str
    happened_on: date
    person: str
    unit_code: str
    nth: int
    factor: int
    fine: MoneyOut
    cut: MoneyOut
    state: str
    why: str
    decided_by: str
    decided_on: date | None
    appeal_result: str
    ordered_on: date | None
    corrected_on: date | None


class RateOut(Schema):
    """Punctuality and completeness of hand-overs; null: nothing was due."""

    name: str
    due: int
    on_time: int
    complete: int
    on_time_rate: str | None
    complete_rate: str | None
