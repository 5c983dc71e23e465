"""The shapes of expected losses, targets, figures, allowances and registers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Literal, Self

from ninja import Schema
from pydantic import Field, model_validator

from xinheng.base.kernel.money import Money
from xinheng.base.kernel.periods import month_start
from xinheng.judgements.losses.values import FigureIn, NewAllowance, NewEntry
from xinheng.web.api.fields import Amount, Currency, Day, exact
from xinheng.web.api.schemas import Asked, MoneyOut

MethodName = Literal["given", "flow", "migration"]
RegisterName = Literal["control", "improvement", "promise", "event", "complaint"]
ListName = Literal["figures", "months", "rolls", "benefit", "partners", "risks"]
TargetName = Literal["credit_sales", "performance", "bad_debts", "overdue"]
StateName = Literal["submitted", "approved", "returned", "rejected", "withdrawn"]


class FigureColumnOut(Schema):
    """A column of a list: its name in the rows, its heading, its kind, and how it is reckoned."""

    key: str
    title: str
    kind: str
    meaning: str


class FigureRowsOut(Schema):
    """A list of figures as of a day. rows: by the names of the columns; money as text, null: not measured."""

    as_of: date
    by: str
    columns: list[FigureColumnOut]
    count: int
    rows: list[dict[str, Any]]


class CreditTargetOut(Schema):
    """How a target stands. share: 0 to 1, null: not measured. at_least, at_most: percent."""

    code: TargetName
    zh: str
    en: str
    state: Literal["met", "missed", "unknown"]
    share: float | None
    top: str
    bottom: str
    at_least: str | None
    at_most: str | None


class TargetMonthOut(Schema):
    """The targets on one day."""

    day: date
    targets: list[CreditTargetOut]


class LossBucketOut(Schema):
    """One bucket. rate: 0 to 1 as text, null: not measured; applied: with the look ahead."""

    code: str
    zh: str
    en: str
    balance: MoneyOut
    rate: str | None
    applied: str
    required: MoneyOut


class LossPortfolioOut(Schema):
    """What is expected of a group; "": everybody else."""

    group: str
    currency: str
    buckets: list[LossBucketOut]
    balance: MoneyOut
    required: MoneyOut


class SingleLossOut(Schema):
    """A debtor judged by itself."""

    customer_no: str
    name: str
    balance: MoneyOut
    percent: str
    required: MoneyOut
    reason: str


class ExpectedLossOut(Schema):
    """Expected losses as of a day. sha256: of the document; blank: shipped, not adopted."""

    as_of: date
    method: MethodName
    policy: str
    sha256: str
    factor: str
    portfolios: list[LossPortfolioOut]
    singles: list[SingleLossOut]
    required: list[MoneyOut]


class AllowanceIn(Asked):
    """A proposal. method: that of the policy unless given; opening: of the last approved one unless given."""

    as_of: Day
    currency: Currency = "CNY"
    method: MethodName | None = None
    opening: Amount | None = None
    acquired: Amount | None = None
    note: str = Field("", max_length=300)

    @model_validator(mode="after")
    def _is_exact(self) -> Self:
        exact(self.opening, self.currency, "opening")
        exact(self.acquired, self.currency, "acquired")
        return self

    def new(self) -> NewAllowance:
        """As the room takes it."""
        opening, acquired = (
            None if amount is None else Money.of(amount, self.currency)
            for amount in (self.opening, self.acquired)
        )
        return NewAllowance(self.as_of, self.currency, self.method or "", opening, acquired, self.note)


class AllowanceOut(Schema):
    """A proposal with its movement and its entry. figures: everything it rests on, whose hash is sha256."""

    id: int
    as_of: date
    currency: str
    state: StateName
    method: MethodName
    policy: str
    opening: MoneyOut
    written_off: MoneyOut
    recovered: MoneyOut
    acquired: MoneyOut
    required: MoneyOut
    change: MoneyOut
    entries: list[dict[str, str]]
    figures: dict[str, Any]
    sha256: str
    request_id: int | None
    asked_by: str
    asked_on: date


class SingleAssessmentIn(Asked):
    """Judge a debtor by itself. percent: of what it owes, 0 to 100."""

    percent: Amount
    reason: str = Field(min_length=1, max_length=300)
    from_on: Day | None = None


class SingleAssessmentOut(Schema):
    """A debtor that is judged by itself."""

    id: int
    customer_no: str
    percent: str
    reason: str
    from_on: date
    ended_on: date | None


class AssessmentEndIn(Asked):
    """Why a debtor goes back into the portfolio."""

    reason: str = Field(min_length=1, max_length=300)


class RegisterEntryIn(Asked):
    """A new line of a register; an improvement has an owner, a promise a day by which it is kept."""

    register_name: RegisterName
    kind: str = Field("", max_length=20)
    what: str = Field(min_length=1, max_length=300)
    owner: str = Field("", max_length=100)
    due_on: Day | None = None
    done_on: Day | None = None
    participants: int | None = Field(None, ge=0, le=1_000_000)
    satisfaction: Decimal | None = Field(None, ge=0, le=100, decimal_places=2)

    def new(self) -> NewEntry:
        """As the room takes it."""
        return NewEntry(self.register_name, **self.dict(exclude={"register_name"}))


class RegisterEntryOut(Schema):
    """A line of a register."""

    id: int
    register_name: RegisterName = Field(validation_alias="register")
    kind: str
    what: str
    owner: str
    due_on: date | None
    done_on: date | None
    outcome: str
    is_kept: bool | None
    participants: int | None
    satisfaction: Decimal | None
    told_by: str
    told_on: date


class RegisterCloseIn(Asked):
    """What came of a line. is_kept: of a promise, and only of one."""

    outcome: str = Field(min_length=1, max_length=300)
    is_kept: bool | None = None


class ToldFigureIn(Asked):
    """A figure of a month that the ledger does not know. month: any day of it."""

    what: Literal[
        "total_sales", "contracts_due", "contracts_performed", "contracts_due_amount",
        "contracts_done_amount", "inventory_days", "payable_days",
    ]  # fmt: skip
    month: Day
    value: Amount

    def figure(self) -> FigureIn:
        """As the room takes it."""
        return FigureIn(self.what, month_start(self.month), self.value)


class ToldFiguresIn(Asked):
    """Figures of months; all are told, or none."""

    figures: list[ToldFigureIn] = Field(min_length=1, max_length=1000)


class ToldFigureOut(Schema):
    """A figure that was told."""

    what: str
    month: date
    value: Decimal
    told_by: str
    told_on: date


class ToldCountOut(Schema):
    """How many figures were told."""

    told: int


class ControlStandingOut(Schema):
    """A control of one of the three stages; open without a proof in time."""

    code: str
    stage: Literal["before", "middle", "after"]
    zh: str
    en: str
    proven_on: date | None
    holds_until: date | None
    is_open: bool


class GoalFigureOut(Schema):
    """A figure of the report on the three goals; null: too little history."""

    goal: str
    code: str
    value: float | None
    is_share: bool


class TaxHintOut(Schema):
    """A bill whose loss may be deducted from taxable income, and why."""

    customer_no: str
    name: str
    bill_no: str
    due_on: date
    open: MoneyOut
    why: Literal["report", "small"]
