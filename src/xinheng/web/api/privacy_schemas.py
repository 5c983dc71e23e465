"""The shapes of personal data: persons, consents, requests, erasures, sharing, extracts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal, Self

from ninja import Schema
from pydantic import Field, model_validator

from xinheng.base.kernel.money import Money
from xinheng.facts.privacy.values import (
    Answer,
    NewAgreement,
    NewCheck,
    NewDealing,
    NewPerson,
    NewRequest,
    Shared,
)
from xinheng.web.api.fields import LARGEST_ID, Amount, Day, exact
from xinheng.web.api.schemas import Asked, MoneyOut

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,29}$")]
Short = Annotated[str, Field(max_length=60)]
Long = Annotated[str, Field(max_length=300)]
Basis = Literal["consent", "contract", "law"]


class PersonsAsked(Asked):
    """Which persons. text: the beginning of a name, person number or customer number."""

    text: Short = ""
    scheme: Annotated[str, Field(max_length=30)] = ""
    role: Literal["", "customer", "contact", "guarantor", "household", "guest", "insured"] = ""
    state: Literal["", "kept", "frozen", "erased"] = ""
    after: Annotated[int, Field(ge=0, le=LARGEST_ID)] = 0
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class LedgerAsked(Asked):
    """Which rows of a ledger. state: as its rows say it; blank: all."""

    state: Annotated[str, Field(max_length=10)] = ""
    after: Annotated[int, Field(ge=0, le=LARGEST_ID)] = 0
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class PersonAgreementIn(Asked):
    """What a person agreed to. separate: purposes and sensitive items agreed to by themselves."""

    purposes: Annotated[list[Code], Field(min_length=1, max_length=20)]
    way: Code
    notice: Short
    separate: Annotated[list[Code], Field(max_length=40)] = []
    basis: Basis = "consent"
    guardian: Short = ""
    until_on: Day | None = None

    def agreement(self) -> NewAgreement:
        """As the room takes it."""
        return NewAgreement(
            tuple(self.purposes), self.way, self.notice, tuple(self.separate), self.basis, self.guardian,
            self.until_on,
        )  # fmt: skip


class PersonSubjectIn(Asked):
    """A person under a document; items beyond its list are refused, and so is a person without agreement."""

    scheme: Code
    role: Literal["customer", "contact", "guarantor", "household", "guest", "insured"]
    name: Annotated[str, Field(min_length=1, max_length=60)]
    agreement: PersonAgreementIn
    items: dict[str, Annotated[str, Field(max_length=200)]] = {}
    customer_no: Annotated[str, Field(max_length=40)] = ""
    born_on: Day | None = None
    visited_on: Day | None = None

    def person(self) -> NewPerson:
        """As the room takes it."""
        return NewPerson(
            self.scheme, self.role, self.name, self.agreement.agreement(), self.items, self.customer_no,
            self.born_on, self.visited_on,
        )  # fmt: skip


class PersonChangeIn(Asked):
    """Items with their new values; a blank one takes the item away."""

    items: dict[str, Annotated[str, Field(max_length=200)]] = {}
    name: Short = ""


class PersonWithdrawalIn(Asked):
    """The purpose a person withdraws from."""

    purpose: Code
    why: Long = ""


class PersonDealingIn(Asked):
    """What happened. Without a person only consumption, and nothing in words."""

    kind: Literal["consumption", "complaint", "claim", "contract", "negative"]
    on: Day
    amount: Amount | None = None
    text: Annotated[str, Field(max_length=500)] = ""
    is_open: bool = False
    scheme: Code = "general"

    @model_validator(mode="after")
    def _is_exact(self) -> Self:
        exact(self.amount, "CNY", "amount")
        return self

    def dealing(self) -> NewDealing:
        """As the room takes it."""
        amount = None if self.amount is None else Money.of(self.amount)
        return NewDealing(self.kind, self.on, amount, self.text, self.is_open, self.scheme)


class DealingEndIn(Asked):
    """The day it was paid, settled or over."""

    ended_on: Day


class PersonRequestIn(Asked):
    """What a person asks. proof blank: the identity was not checked yet."""

    kind: Literal["know", "copy", "correct", "delete", "portability", "explain", "by_hand"]
    asked_on: Day
    way: Annotated[str, Field(min_length=1, max_length=60)]
    what: Annotated[str, Field(max_length=500)] = ""
    proof: Annotated[str, Field(max_length=100)] = ""

    def request(self) -> NewRequest:
        """As the room takes it."""
        return NewRequest(self.kind, self.asked_on, self.way, self.what, self.proof)


class IdentityProofIn(Asked):
    """How we know who asks."""

    proof: Annotated[str, Field(min_length=1, max_length=100)]


class PersonAnswerIn(Asked):
    """What we answer; corrections are carried out with an answer to "correct"."""

    text: Annotated[str, Field(min_length=1, max_length=1000)]
    is_refused: bool = False
    corrections: dict[str, Annotated[str, Field(max_length=200)]] = {}

    def answer(self) -> Answer:
        """As the room takes it."""
        return Answer(self.text, self.is_refused, self.corrections)


class ErasureIn(Asked):
    """Why a person's data is to be erased."""

    cause: Literal["retention", "request", "purpose"]
    why: Annotated[str, Field(min_length=1, max_length=300)]


class PrivacyDecisionIn(Asked):
    """Yes or no; a no gives its reason."""

    approves: bool
    why: Long = ""


class DataSharingIn(Asked):
    """Whose data goes to a partner, for what, in which items."""

    persons: Annotated[list[Annotated[str, Field(max_length=20)]], Field(min_length=1, max_length=500)]
    purpose: Code
    items: Annotated[list[Code], Field(min_length=1, max_length=40)]
    way: Annotated[str, Field(min_length=1, max_length=100)]

    def shared(self) -> Shared:
        """As the room takes it."""
        return Shared(tuple(self.persons), self.purpose, tuple(self.items), self.way)


class PrivacyTrainingIn(Asked):
    """One of our people was trained."""

    login: Annotated[str, Field(min_length=1, max_length=150)]
    topic: Annotated[str, Field(min_length=1, max_length=200)]
    trained_on: Day


class PrivacyCheckIn(Asked):
    """A check; failed: point -> what is to be put right."""

    scheme: Code
    code: Code
    on: Day
    failed: dict[str, Long] = {}
    owner: Annotated[str, Field(max_length=150)] = ""
    note: Annotated[str, Field(max_length=500)] = ""

    def check(self) -> NewCheck:
        """As the room takes it."""
        return NewCheck(self.scheme, self.code, self.on, self.failed, self.owner, self.note)


class PersonSubjectOut(Schema):
    """A person without what names it."""

    id: int
    no: str
    scheme: str
    role: str
    customer_no: str
    state: str
    state_on: date | None
    last_visit_on: date
    told_on: date


class PersonAgreementOut(Schema):
    """A line of the ledger of consents."""

    id: int
    purpose: str
    basis: str
    items: list[str]
    notice: str
    notice_sha256: str
    way: str
    is_separate: bool
    given_on: date
    until_on: date | None
    withdrawn_on: date | None
    holds: bool


class PersonDealingOut(Schema):
    """What happened with a person."""

    id: int
    kind: str
    on: date
    amount: MoneyOut
    text: str
    ended_on: date | None


class PersonRequestOut(Schema):
    """A request of a person. is_assumed: its term is a default."""

    id: int
    person_no: str
    kind: str
    asked_on: date
    due_on: date
    is_assumed: bool
    state: str
    checked_by: str
    answer: str
    answered_on: date | None


class ErasureOut(Schema):
    """An erasure. holds: what still needs the data; what: the fields that went."""

    id: int
    person_no: str
    cause: str
    why: str
    asked_by: str
    asked_on: date
    state: str
    decided_by: str
    holds: list[str]
    erased_on: date | None
    what: list[str]
    certificate: str


class PersonFileOut(PersonSubjectOut):
    """A person with what is kept; is_masked: sensitive items are hidden from the reader."""

    name: str
    items: dict[str, str]
    agreements: list[PersonAgreementOut]
    dealings: list[PersonDealingOut]
    is_masked: bool


class PersonLookOut(Schema):
    """A look at a person's data."""

    at: datetime
    name: str
    act: str
    via: str


class MayUseOut(Schema):
    """Whether data may be used for a purpose today."""

    purpose: str
    may_use: bool


class PartnerOut(Schema):
    """A receiver of data with its agreement."""

    id: int
    scheme: str
    name: str
    agreement_no: str
    purposes: list[str]
    items: list[str]
    from_on: date
    until_on: date
    ended_on: date | None


class DataExtractOut(Schema):
    """A request from outside."""

    id: int
    scheme: str
    kind: str
    recipient: str
    rests_on: str
    from_on: date
    until_on: date
    fee: MoneyOut
    invoice_line: str
    state: str
    given_sha256: str
    rows: int


class CleanupOut(Schema):
    """A person kept past the term. holds: what still needs the data."""

    person_no: str
    last_visit_on: date
    ended_on: date
    months: int
    is_assumed: bool
    holds: list[str]


class ReadingAlertOut(Schema):
    """Somebody read more persons in a day than is normal."""

    id: int
    login: str
    on: date
    persons: int
    normal: int
    finding: str
    seen_by: str


class AlertFindingIn(Asked):
    """What an alert came to."""

    finding: Annotated[str, Field(min_length=1, max_length=300)]
