"""The shapes of terms: what holds, what a grade entitles to, offers and what is found about them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from ninja import Schema
from pydantic import Field, model_validator

from xinheng.web.api.fields import Amount, Currency, Day, exact
from xinheng.web.api.ledger_schemas import Reason
from xinheng.web.api.schemas import Asked, MoneyOut

Payment = Literal["credit", "delivery", "prepaid"]
Share = Annotated[Decimal, Field(ge=-1, le=1)]
Days = Annotated[int, Field(ge=1, le=3650)]


class TermsDocumentOut(Schema):
    """One document of terms in force; code: of the rating policy whose grades it speaks of."""

    code: str
    version: str
    name: str
    name_en: str
    sha256: str
    effective_from: date
    grades: list[str]


class TermsHeldOut(Schema):
    """Terms told of a customer. source: "application:12", "grade:pts", "breach:…" or "" by hand."""

    segment: str
    payment: Payment
    days: int | None
    lowered: int
    grade: str
    source: str
    reason: str
    from_on: date
    until_on: date | None
    told_by: str


class EntitledOut(Schema):
    """What the approved grade entitles to. grade null: none is valid, nothing is granted.

    cap null: no amount is set; days: of credit from today on.
    """

    policy: str
    grade: str | None
    rating: str
    valid_until: date | None
    payment: Payment
    days: int | None
    months: int | None
    lowered: int
    cap: MoneyOut | None


class TermsOut(Schema):
    """A customer's terms: what holds, what the grade entitles to; null: none granted, none in force."""

    held: TermsHeldOut | None
    entitled: EntitledOut | None


class TermsIn(Asked):
    """Terms by hand. days: only on account. until_on: their last day."""

    reason: Reason
    payment: Payment
    days: Days | None = None
    segment: Annotated[str, Field(max_length=20)] = ""
    until_on: Day | None = None


class ByGradeIn(Asked):
    """Terms by the approved grade. days: only where the grade gives credit and sets none."""

    reason: Reason
    policy: Annotated[str, Field(max_length=40)] = ""
    days: Days | None = None


class OfferIn(Asked):
    """What is to be offered, as far as it is known. no: of the order or offer, to find its exceptions."""

    no: Annotated[str, Field(max_length=60)] = ""
    payment: Payment = "credit"
    terms_days: Annotated[int, Field(ge=0, le=3650)] | None = None
    product: Annotated[str, Field(max_length=60)] = ""
    price: Amount | None = None
    currency: Currency = "CNY"
    discount_percent: Annotated[Decimal, Field(ge=0, le=100)] | None = None
    is_rush: bool = False
    promised_on: Day | None = None
    ways: Annotated[
        list[Literal["transfer", "cash", "bill_of_exchange", "pledge", "set_off"]], Field(max_length=5)
    ] = []
    margins: Annotated[list[Share], Field(max_length=500)] = []

    @model_validator(mode="after")
    def _is_exact(self) -> Self:
        exact(self.price, self.currency, "price")
        return self


class OfferFindingOut(Schema):
    """One thing about an offer. refuse: never; ask: with an approved exception; tell: to be known."""

    code: str
    strength: Literal["refuse", "ask", "tell"]
    figure: str
    bound: str
    subject: str
    text: str


class OfferOut(Schema):
    """What an offer comes to: passes where nothing is refused and no exception is lacking."""

    passes: bool
    findings: list[OfferFindingOut]


class ExceptionIn(Asked):
    """An exception asked for. subject_no: the order, offer, measure or reward it is for."""

    what: Literal["price", "rush", "cooperation", "days", "settlement", "restore", "reward", "measure"]
    reason: Reason
    subject_no: Annotated[str, Field(max_length=60)] = ""
    figure: Annotated[str, Field(max_length=60)] = ""
    until_on: Day | None = None


class ExceptionAskedOut(Schema):
    """An exception and the request for approval it waits in."""

    id: int
    request: int
    state: str


class SequencedOut(Schema):
    """An undelivered order at its place; slack_days below zero: later than the grade is promised."""

    order_no: str
    customer_no: str
    grade: str
    score: Decimal | None
    is_first: bool
    ordered_on: date
    latest_on: date | None
    slack_days: int | None
    undelivered: MoneyOut
