"""What the interface tells and takes of consumer risk."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from xinheng.base.kernel.money import Money
from xinheng.judgements.consumers.values import NewDemerit, Wanted
from xinheng.web.api.fields import Amount, Day, exact
from xinheng.web.api.schemas import Asked

RiskListName = Literal["risks", "warnings", "plan", "over", "fees", "points", "accuracy", "runs"]
RiskVoltage = Literal["low", "high"]
RiskLevel = Literal["high", "risk", "none", "not_assessable", "at_risk"]
Figure = Annotated[Decimal, Field(ge=-(10**15), le=10**15)]


class RiskListAsked(Asked):
    """Filters of a list, and which part of it."""

    text: Annotated[str, Field(max_length=100)] = ""
    level: RiskLevel | None = None
    voltage: RiskVoltage | None = None
    run: Annotated[int, Field(ge=1, le=2**62)] | None = None
    offset: Annotated[int, Field(ge=0, le=10**9)] = 0
    limit: Annotated[int, Field(ge=1, le=500)] = 100

    def wanted(self) -> Wanted:
        """As the room takes it."""
        return Wanted(self.text, self.level or "", self.voltage or "", self.run)


class RiskListOut(Schema):
    """A list in words: headings, rows, and how many there are."""

    title: str
    columns: list[str]
    rows: list[list[str]]
    total: int


class RiskRunIn(Asked):
    """Any day of the month whose bills are judged."""

    month: Day


class RiskRunOut(Schema):
    """A run as it is kept. method: model or past. totals: a row a voltage class, amounts in fen."""

    id: int
    month: date
    as_of: date
    method: str
    rules: str
    results_sha256: str
    totals: list[dict[str, Any]]
    notes: dict[str, int]


class RiskOutcomeIn(Asked):
    """What came of a run in one class, as people counted it."""

    voltage: RiskVoltage
    late: Annotated[int, Field(ge=0, le=2**31 - 1)]
    amount: Amount

    def told(self) -> dict[str, Any]:
        """As the room takes it."""
        exact(self.amount, "CNY", "amount")
        minor = Money.of(str(self.amount)).minor
        return {"voltage": self.voltage, "late": self.late, "late_minor": minor}


class RiskAccuracyOut(Schema):
    """Foretold against what came of one class; amounts in yuan, accuracies the smaller over the larger."""

    run: int
    month: date
    voltage: RiskVoltage
    at_risk: int
    high_risk: int
    late: int
    foretold: str
    foretold_high: str
    late_amount: str
    by_amount: str
    by_amount_high: str
    by_number: str
    by_number_high: str
    precision: float | None
    recall: float | None
    money_recall: float | None


class DemeritIn(Asked):
    """Points taken by hand. points: instead of those of the rules."""

    code: Annotated[str, Field(max_length=30)]
    from_on: Day
    reason: Annotated[str, Field(min_length=1, max_length=300)]
    points: Annotated[int, Field(ge=1, le=10_000)] | None = None

    def new(self, consumer_no: str) -> NewDemerit:
        """As the room takes it."""
        return NewDemerit(consumer_no, self.code, self.from_on, self.reason, points=self.points)


class DemeritBackIn(Asked):
    """Why a demerit is taken back."""

    why: Annotated[str, Field(min_length=1, max_length=300)]


class DemeritOut(Schema):
    """A demerit in force. points, cash: what it still takes on the day; whole: what it took at first."""

    entry_id: int
    code: str
    name: str
    points: int
    cash: int
    whole: int
    from_on: date
    until_on: date
    subject: str
    reason: str
    told_by: str


class DemeritKeptOut(Schema):
    """The number of a demerit."""

    entry_id: int


class ConsumerPointsOut(Schema):
    """The points of a consumer on a day."""

    consumer_no: str
    on: date
    start: int
    points: int
    band: str
    band_name: str
    cash: int
    is_cash_only: bool
    demerits: list[DemeritOut]


class PaymentUnderWayIn(Asked):
    """A payment that has not arrived."""

    amount: Amount
    paid_on: Day
    reference: Annotated[str, Field(min_length=1, max_length=80)]

    def told(self) -> dict[str, Any]:
        """As the room takes it."""
        exact(self.amount, "CNY", "amount")
        money = Money.of(str(self.amount))
        return {"amount": money, "paid_on": self.paid_on, "reference": self.reference}


class PaymentUnderWayOut(Schema):
    """Its number."""

    payment_id: int


class PaymentEndIn(Asked):
    """What became of a payment under way."""

    outcome: Literal["arrived", "failed"]


class CaseFiguresIn(Asked):
    """The figures of a case, an item each, as the file of a case names them."""

    title: Annotated[str, Field(min_length=1, max_length=200)]
    figures: dict[Annotated[str, Field(max_length=40)], Figure]


class FigureRowOut(Schema):
    """A line of a table."""

    name: str
    values: list[str]
    how: str


class FigureTableOut(Schema):
    """A table of what the figures come to."""

    code: str
    title: str
    columns: list[str]
    rows: list[FigureRowOut]


class CaseFiguresOut(Schema):
    """The newest figures with their tables."""

    title: str
    version: int
    sha256: str
    figures: dict[str, str]
    tables: list[FigureTableOut]
