"""The shapes of warnings."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from ninja import Schema
from pydantic import Field, model_validator

from xinheng.base.kernel.money import Money
from xinheng.judgements.warnings.values import NewWarning
from xinheng.web.api.fields import LARGEST_ID, Amount, Currency, exact
from xinheng.web.api.schemas import Asked, MoneyOut

SignalCode = Annotated[str, Field(max_length=48)]


class WarningsAsked(Asked):
    """Which warnings. late: open and past their deadline. unowned: nobody's."""

    text: Annotated[str, Field(max_length=100)] = ""
    state: Literal["", "open", "closed"] = ""
    signal: SignalCode = ""
    level: Literal["", "notice", "serious"] = ""
    owner: Annotated[str, Field(max_length=150)] = ""
    late: bool = False
    unowned: bool = False
    after: Annotated[int, Field(ge=0, le=LARGEST_ID)] = 0
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class WarningFigureOut(Schema):
    """One figure of the evidence."""

    what: str
    figure: str


class WarningOut(Schema):
    """A warning. customer_no null: of no one customer. measure, bound: in the signal's unit."""

    id: int
    customer_no: str | None
    signal: str
    cause: str
    level: str
    measure: Decimal
    bound: Decimal
    amount: MoneyOut | None
    evidence: list[WarningFigureOut]
    raised_on: date
    due_on: date
    owner: str
    times: int
    worse_on: date | None
    seen_on: date
    state: str
    outcome: str
    is_true: bool | None
    note: str
    closed_on: date | None
    closed_by: str


class WarningFigureIn(Asked):
    """One figure of the evidence."""

    what: Annotated[str, Field(max_length=60)]
    figure: Annotated[str, Field(max_length=200)]


class WarningTellIn(Asked):
    """What was found. cause: what tells it from others of the signal."""

    signal: SignalCode
    cause: Annotated[str, Field(min_length=1, max_length=120)]
    measure: Annotated[Decimal, Field(ge=0, le=10**12)] = Decimal(0)
    amount: Amount | None = None
    currency: Currency = "CNY"
    evidence: Annotated[list[WarningFigureIn], Field(max_length=20)] = []

    @model_validator(mode="after")
    def _is_exact(self) -> Self:
        exact(self.amount, self.currency, "amount")
        return self

    def new(self) -> NewWarning:
        """As the room takes it."""
        amount = None if self.amount is None else Money.of(self.amount, self.currency)
        pairs = tuple((one.what, one.figure) for one in self.evidence)
        return NewWarning(self.signal, self.cause, self.measure, amount, pairs)


class WarningToldOut(Schema):
    """Whether it was raised anew, told again as worse, or known."""

    raised: int
    worse: int
    known: int


class WarningWatchOut(WarningToldOut):
    """What looking at all signals came to."""


class WarningsAssignIn(Asked):
    """Who sees to which warnings."""

    warnings: Annotated[
        list[Annotated[int, Field(ge=1, le=LARGEST_ID)]], Field(min_length=1, max_length=1000)
    ]
    owner: Annotated[str, Field(max_length=150)]


class WarningsAssignedOut(Schema):
    """How many changed hands."""

    changed: int


class WarningClosingIn(Asked):
    """What it came to."""

    outcome: SignalCode
    note: Annotated[str, Field(min_length=1, max_length=500)]


class WarningRecordOut(Schema):
    """How a signal did."""

    signal: str
    raised: int
    open: int
    late: int
    closed: int
    in_time: int
    true_alarms: int
    since: date
