"""The shapes of confirmations and their rounds."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from ninja import Schema
from pydantic import Field, model_validator

from xinheng.base.kernel.money import Money
from xinheng.operations.confirmations.values import (
    NewAnswer,
    NewCampaign,
    NewConfirmation,
    NewDifference,
    NewSending,
    Selection,
    Wanted,
)
from xinheng.web.api.fields import LARGEST_ID, USUAL_LIMIT, Amount, Currency, Day, exact
from xinheng.web.api.schemas import Asked, MoneyOut

Company = Annotated[str, Field(min_length=1, max_length=200)]
Said = Annotated[str, Field(max_length=300)]
Sent = Literal["post", "courier", "email", "fax", "chat", "by_hand"]
Written = Literal["zh-hans", "en"]


class ConfirmationsAsked(Asked):
    """Which confirmations. late: no answer in time. after: the `next` of the page before."""

    state: Literal["", "drawn", "sent", "agreed", "differs", "settled"] = ""
    campaign: Annotated[int, Field(ge=1, le=LARGEST_ID)] | None = None
    late: bool = False
    q: Annotated[str, Field(max_length=100)] = ""
    after: Annotated[int, Field(ge=1, le=LARGEST_ID)] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = USUAL_LIMIT

    def wanted(self) -> Wanted:
        """The filters."""
        return Wanted(text=self.q, state=self.state, campaign=self.campaign or 0, late=self.late)


class ConfirmationIn(Asked):
    """A letter of what is open on a day, or a statement of what moved from a day on."""

    form: Literal["letter", "statement"] = "letter"
    company: Company
    as_of: Day
    reply_by: Day
    from_on: Day | None = None
    language: Written = "zh-hans"

    def new(self) -> NewConfirmation:
        """As the room takes it."""
        return NewConfirmation(
            self.form, self.company, self.as_of, self.reply_by, self.from_on, self.language
        )


class SendingIn(Asked):
    """How it went out. deliver: it is yet to go, by e-mail from here, with the sealed PDF."""

    way: Sent
    address: Said
    sent_on: Day
    reference: Annotated[str, Field(max_length=100)] = ""
    deliver: bool = False

    def new(self) -> NewSending:
        """As the room takes it."""
        return NewSending(self.way, self.address, self.sent_on, self.reference, self.deliver)


class TheirsIn(Asked):
    """What they owe us by their books, in one currency; below zero where we owe them."""

    amount: Amount
    currency: Currency = "CNY"

    @model_validator(mode="after")
    def _is_exact(self) -> Self:
        exact(self.amount, self.currency, "amount")
        return self

    def money(self) -> Money:
        """As money."""
        return Money.of(self.amount, self.currency)


class ConfirmationAnswerIn(Asked):
    """What the customer answered. theirs: where their figure is not ours."""

    agrees: bool
    answered_by: Annotated[str, Field(max_length=100)]
    answered_on: Day
    theirs: list[TheirsIn] = []
    is_sealed: bool = False
    note: Said = ""

    def new(self) -> NewAnswer:
        """As the room takes it."""
        theirs = {one.currency: one.money() for one in self.theirs}
        return NewAnswer(self.agrees, self.answered_by, self.answered_on, theirs, self.is_sealed, self.note)


class DifferenceIn(TheirsIn):
    """One line of what explains a difference. amount: what it adds to their figure. owner: a login."""

    cause: Literal["timing", "missing_bill", "missing_receipt", "dispute", "error"]
    no: Annotated[str, Field(max_length=60)] = ""
    owner: Annotated[str, Field(max_length=150)]
    until_on: Day
    note: Said = ""

    def new(self) -> NewDifference:
        """As the room takes it."""
        return NewDifference(self.cause, self.money(), self.owner, self.until_on, self.no, self.note)


class WorkedOffIn(Asked):
    """What became of a difference. is_ours: our books were to be corrected."""

    outcome: Said
    is_ours: bool


class AccountLineOut(Schema):
    """One document of a letter or statement. open: what is left; of a statement the running balance."""

    what: str
    no: str
    on: date
    due_on: date | None
    amount: MoneyOut
    open: MoneyOut


class BalanceDifferenceOut(Schema):
    """One line of what explains a difference."""

    id: int
    cause: str
    no: str
    amount: MoneyOut
    owner: str
    until_on: date
    outcome: str
    closed_on: date | None


class AccountOut(Schema):
    """One currency of a confirmation: ours, theirs, and what explains the difference to nothing."""

    currency: str
    opening: MoneyOut
    balance: MoneyOut
    lines: list[AccountLineOut]
    theirs: MoneyOut | None
    difference: MoneyOut
    left: MoneyOut
    explained: list[BalanceDifferenceOut]


class SendingOut(Schema):
    """How it went out."""

    way: str
    address: str
    reference: str
    is_reminder: bool
    sent_on: date
    sent_by: str


class ConfirmationOut(Schema):
    """A confirmation. sha256: of the sealed PDF, "" before it is sealed."""

    id: int
    customer_no: str
    form: str
    campaign: int | None
    as_of: date
    from_on: date | None
    reply_by: date
    state: str
    sha256: str
    sent_on: date | None
    reminders: int
    answered_on: date | None
    settled_on: date | None


class ConfirmationToldOut(ConfirmationOut):
    """A confirmation with its accounts and what went out."""

    accounts: list[AccountOut]
    sendings: list[SendingOut]


class CampaignIn(Asked):
    """A round. least: a balance of at least so much, owed either way."""

    name: Annotated[str, Field(max_length=100)]
    kind: Literal["quarterly", "yearly", "other"]
    company: Company
    as_of: Day
    reply_by: Day
    language: Written = "zh-hans"
    least: Annotated[Decimal, Field(ge=0, max_digits=15, decimal_places=2)] = Decimal(0)
    owing_only: bool = False
    unit: Annotated[str, Field(max_length=120)] = ""
    region: Annotated[str, Field(max_length=20)] = ""
    salesperson: Annotated[str, Field(max_length=60)] = ""

    def new(self) -> NewCampaign:
        """As the room takes it."""
        selection = Selection(self.least, self.unit, self.region, self.salesperson, self.owing_only)
        return NewCampaign(
            self.name, self.kind, self.as_of, self.reply_by, self.company, selection, self.language
        )


class CoverageOut(Schema):
    """How far a round is in one currency; shares 0 to 1, null where there is nothing."""

    currency: str
    chosen: int
    chosen_money: MoneyOut
    sent: int
    answered: int
    answered_share: float | None
    confirmed: int
    confirmed_money: MoneyOut
    confirmed_share: float | None
    silent: int


class CampaignOut(Schema):
    """A round of confirmations with how far it is within your reach."""

    id: int
    name: str
    kind: str
    as_of: date
    reply_by: date
    passed_over: int
    opened_by: str
    opened_on: date
    closed_on: date | None
    coverage: list[CoverageOut]


class RoundSentIn(Asked):
    """How the letters went out."""

    way: Sent


class RoundSentOut(Schema):
    """How many stand in the sent list, and how many customers have no address."""

    sent: int
    without_address: int


class RoundSealedOut(Schema):
    """How many letters of the round are still to be sealed."""

    left: int
