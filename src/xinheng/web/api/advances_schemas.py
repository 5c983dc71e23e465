"""The shapes of advances."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from ninja import Schema
from pydantic import Field, model_validator

from xinheng.base.kernel.money import Money
from xinheng.judgements.advances.values import NewAdvance, NewCollection, Terms, Wanted
from xinheng.web.api.fields import LARGEST_ID, USUAL_LIMIT, Amount, Day, exact
from xinheng.web.api.schemas import Asked, MoneyOut

Months = Annotated[int, Field(ge=0, le=120)]
Days = Annotated[int, Field(ge=0, le=365)]
Said = Annotated[str, Field(max_length=300)]


class AdvanceTermsIn(Asked):
    """An amount in yuan for so many months, and days on top of them."""

    limit: Amount
    months: Months
    days: Days = 0

    @model_validator(mode="after")
    def _is_exact(self) -> Self:
        exact(self.limit, "CNY", "limit")
        return self

    def terms(self) -> Terms:
        """As the room takes it."""
        return Terms(Money.of(self.limit), self.months, self.days)


class AdvanceIn(AdvanceTermsIn):
    """A request. agreed: limit and period as the agreement, or a new customer's contract, states them."""

    purpose: Said
    contract_no: Annotated[str, Field(max_length=60)]
    contract_end_on: Day | None = None
    agreed: AdvanceTermsIn | None = None

    def new(self) -> NewAdvance:
        """As the room takes it."""
        agreed = self.agreed.terms() if self.agreed else None
        return NewAdvance(self.terms(), self.purpose, self.contract_no, self.contract_end_on, agreed)


class AdvancesAsked(Asked):
    """Which advances. after: the `next` of the page before."""

    state: Literal["", "draft", "submitted", "returned", "approved", "rejected", "withdrawn", "closed"] = ""
    grade: Annotated[str, Field(max_length=12)] = ""
    overdue: bool = False
    excepted: bool = False
    is_open: bool = False
    q: Annotated[str, Field(max_length=100)] = ""
    after: Annotated[int, Field(ge=1, le=LARGEST_ID)] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = USUAL_LIMIT

    def wanted(self) -> Wanted:
        """The filters."""
        same = ("state", "grade", "overdue", "excepted", "is_open")
        return Wanted(text=self.q, **{name: getattr(self, name) for name in same})


class AdvanceFindingOut(Schema):
    """A rule "in principle" that is passed; figure and bound in minor units or months as the code says."""

    code: str
    figure: int | None
    bound: int | None
    text: str


class AdvanceOut(Schema):
    """An advance. last_day: of the oldest money that is out; left: what may still be paid out."""

    id: int
    customer_no: str
    state: str
    grade: str
    limit: MoneyOut
    months: int
    days: int
    purpose: str
    contract_no: str
    contract_end_on: date | None
    findings: list[AdvanceFindingOut]
    why: str
    paid: MoneyOut
    repaid: MoneyOut
    open: MoneyOut
    left: MoneyOut
    last_day: date | None
    asked_by: str
    asked_on: date
    approval: int | None


class PayoutOut(Schema):
    """Money paid out, and by when it is to be back."""

    id: int
    paid_on: date
    what: str
    amount: MoneyOut
    open: MoneyOut
    last_day: date


class AdvancePaperOut(Schema):
    """A paper kept unchanged."""

    id: int
    kind: str
    file_name: str
    sha256: str
    is_sealed: bool


class AdvanceToldOut(AdvanceOut):
    """An advance with its papers and payouts."""

    papers: list[AdvancePaperOut]
    payouts: list[PayoutOut]


class AdvancePaperIn(Asked):
    """Which paper it is, and whether the official seal was seen on it."""

    paper: Literal["letter", "supplement", "contract", "explanation"]
    is_sealed: bool = False


class SubmitAdvanceIn(Asked):
    """Why; needed where the request is an exception."""

    why: Said = ""


class InYuan(Asked):
    """An amount in yuan with its cents, no more."""

    amount: Amount

    @model_validator(mode="after")
    def _is_exact(self) -> Self:
        exact(self.amount, "CNY", "amount")
        return self


class PayoutIn(InYuan):
    """Money paid out for the customer."""

    paid_on: Day
    what: Literal["wages", "insurance", "other"] = "wages"
    note: Said = ""


class RepaymentIn(InYuan):
    """Money the customer paid back."""

    repaid_on: Day
    note: Said = ""


class AdvanceChangeIn(AdvanceTermsIn):
    """Another limit or period, and why."""

    why: Said


class NextTermIn(Asked):
    """The form of cooperation agreed for after the contract."""

    form: Said


class CollectionIn(Asked):
    """Who collects (a login), and the next step."""

    collector: Annotated[str, Field(max_length=150)]
    next_step: Said
    next_step_on: Day

    def then(self) -> NewCollection:
        """As the room takes it."""
        return NewCollection(self.collector, self.next_step_on, self.next_step)


class OldDebtIn(InYuan):
    """What a customer owes from before."""

    note: Said
    collection: CollectionIn


class BalanceIn(InYuan):
    """What is left of it."""

    note: Said = ""


class CollectedIn(Asked):
    """What was done to collect, and what comes next."""

    done: Annotated[str, Field(max_length=1000)]
    then: CollectionIn


class OldDebtOut(Schema):
    """A debt from before and who collects it."""

    id: int
    customer_no: str
    since: date
    opening: MoneyOut
    balance: MoneyOut
    settled_on: date | None
    note: str
    collection: int | None
    collector: str
    next_step: str
    next_step_on: date | None


class ReconciledIn(InYuan):
    """The customer's figure, and who signed for either side."""

    signed_by_us: Annotated[str, Field(max_length=60)]
    signed_by_them: Annotated[str, Field(max_length=60)]
    note: Said = ""


class QuarterCheckIn(Asked):
    """What the check of a quarter found; quarter: any day of it."""

    quarter: Day
    findings: Annotated[str, Field(max_length=1000)]
    advice: Literal["keep", "lower", "stop"]


class AdvanceDutyOut(Schema):
    """Something that is to be done about advances."""

    code: str
    text: str
    customer_no: str
    advance: int | None
    since: date
    due_on: date | None
    is_late: bool
    amount: MoneyOut | None
    person: str


class ServedOut(Schema):
    """What of a service is covered; only what is may be served."""

    may_serve: bool
    paid: MoneyOut
    advanced: MoneyOut
    uncovered: MoneyOut


class RecoveredOut(Schema):
    """What a person recovered in a year of what was due back; rate null: nothing was."""

    person: str
    due: MoneyOut
    recovered: MoneyOut
    rate: Decimal | None
    coefficient: Decimal
    figure: Decimal | None
