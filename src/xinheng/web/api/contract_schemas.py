"""The shapes of contracts, their acts, figures and audits."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from ninja import Schema
from pydantic import Field, model_validator

from xinheng.base.kernel.money import Money
from xinheng.facts.contracts.values import (
    ContractChange,
    Draft,
    NewRecord,
    PartyTold,
    Signed,
    exact_money,
)
from xinheng.web.api.fields import LARGEST_ID, Amount, Currency, Day, exact, in_order
from xinheng.web.api.schemas import Asked, MoneyOut

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,29}$")]
Short = Annotated[str, Field(max_length=60)]
Login = Annotated[str, Field(max_length=150)]
Words = Annotated[str, Field(max_length=500)]
UnitCode = Annotated[str, Field(max_length=40)]
State = Literal[
    "draft", "legal", "countersign", "to_sign", "signed", "performing", "changed", "ended", "void"
]


class ContractsAsked(Asked):
    """Which contracts. unit: a code, with all below it. look: what is to be looked at."""

    text: Annotated[str, Field(max_length=100)] = ""
    state: State | Literal[""] = ""
    kind: Annotated[str, Field(max_length=30)] = ""
    unit: UnitCode = ""
    handler: Login = ""
    year: Annotated[int, Field(ge=1990, le=2199)] | None = None
    look: Literal["", "expiring", "past_end", "unarchived", "breached", "unperformed"] = ""
    after: Annotated[int, Field(ge=0, le=LARGEST_ID)] = 0
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class ContractPartyIn(Asked):
    """A further party of a contract."""

    role: Literal["ours", "guarantor", "other"]
    name: Annotated[str, Field(max_length=200)]
    note: Annotated[str, Field(max_length=200)] = ""


class ContractIn(Asked):
    """A contract as it is drafted; the ledger gives its number. unit: the department's code."""

    unit: UnitCode
    kind: Code
    title: Annotated[str, Field(max_length=200)]
    matter: Words
    amount: Amount
    currency: Currency = "CNY"
    terms: Words = ""
    demand: Words = ""
    handler: Login = ""
    outside_no: Short = ""
    effective_on: Day | None = None
    due_on: Day | None = None
    ends_on: Day | None = None
    parties: Annotated[list[ContractPartyIn], Field(max_length=50)] = []

    @model_validator(mode="after")
    def _is_exact(self) -> Self:
        exact(self.amount, self.currency, "amount")
        return self

    def new(self) -> Draft:
        """As the room takes it."""
        told = self.model_dump(exclude={"amount", "currency", "parties"})
        parties = tuple(PartyTold(one.role, one.name, one.note) for one in self.parties)
        return Draft(**told, amount=Money.of(self.amount, self.currency), parties=parties)


class LegalCheckIn(Asked):
    """Whether the clauses hold; with comments where they do not."""

    is_ok: bool
    comments: Annotated[str, Field(max_length=1000)] = ""


class SigningIn(Asked):
    """When it was signed. What is null stays as drafted."""

    signed_on: Day
    effective_on: Day | None = None
    due_on: Day | None = None
    ends_on: Day | None = None

    def signed(self) -> Signed:
        """As the room takes it."""
        return Signed(**self.model_dump())


class ContractChangeIn(Asked):
    """A change of a signed contract; what is null stays."""

    signed_on: Day
    why: Annotated[str, Field(max_length=300)]
    amount: Amount | None = None
    matter: Words | None = None
    terms: Words | None = None
    due_on: Day | None = None
    ends_on: Day | None = None

    @model_validator(mode="after")
    def _is_exact(self) -> Self:
        exact(self.amount, "CNY", "amount")  # no currency has more decimals in the ledger
        return self

    def change(self, currency: str) -> ContractChange:
        """As the room takes it."""
        told = self.model_dump(exclude={"amount"})
        return ContractChange(**told, amount=_money(self.amount, currency))


class ContractRecordIn(Asked):
    """Something of the performance."""

    kind: Literal["delivery", "acceptance", "payment", "breach"]
    happened_on: Day
    note: Words
    amount: Amount | None = None

    def record(self, currency: str) -> NewRecord:
        """As the room takes it."""
        return NewRecord(self.kind, self.happened_on, self.note, _money(self.amount, currency))


class ContractNoticeIn(Asked):
    """The customer is told to pay in advance."""

    told_on: Day
    amount: Amount
    words: Words


class BreachCureIn(Asked):
    """A breach is made good."""

    cured_on: Day
    how: Annotated[str, Field(max_length=200)]


class ContractDayIn(Asked):
    """The day on which it happened."""

    on: Day


class ContractEndIn(Asked):
    """When and why a contract ends."""

    ended_on: Day
    reason: Annotated[str, Field(max_length=300)]


class ContractWhyIn(Asked):
    """Why, or what was agreed."""

    words: Annotated[str, Field(max_length=300)]


class ContractAuditIn(Asked):
    """Which contracts a sample is drawn from. share null: as the rules say."""

    first_on: Day
    last_on: Day
    share: Annotated[Decimal, Field(gt=0, le=1, max_digits=5, decimal_places=4)] | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        in_order(self.first_on, self.last_on, "last_on")
        return self


class ContractVerdictIn(Asked):
    """How one test came out; an issue in words."""

    verdict: Literal["ok", "issue"]
    words: Words = ""


class ContractConclusionIn(Asked):
    """What an audit comes to."""

    conclusion: Annotated[str, Field(max_length=1000)]


class RelationStageIn(Asked):
    """Where we stand with a customer from a day on."""

    stage: Literal["latent", "contact", "contract", "upkeep"]
    from_on: Day
    why: Annotated[str, Field(max_length=300)] = ""


class RelationStageOut(Schema):
    """Where we stood with a customer from a day on."""

    stage: str
    from_on: date
    why: str
    told_by: str


class ContractEventOut(Schema):
    """A finished event, which started a hand-over of its own. reopened_on: its clock was cancelled."""

    id: int
    kind: str
    finished_on: date
    reopened_on: date | None
    reopened_why: str


class ContractRecordOut(Schema):
    """Something of the performance."""

    id: int
    kind: str
    happened_on: date
    amount: MoneyOut
    note: str
    cured_on: date | None
    told_by: str


class ContractOut(Schema):
    """A line of the ledger. version: 1 as signed, one more with each change."""

    id: int
    no: str
    unit: str
    customer_no: str
    kind: str
    title: str
    matter: str
    demand: str
    amount: MoneyOut
    terms: str
    handler: str
    state: str
    version: int
    template: str
    outside_no: str
    drafted_on: date
    signed_on: date | None
    effective_on: date | None
    due_on: date | None
    ends_on: date | None
    performed_on: date | None
    ended_on: date | None
    end_reason: str
    next_term: str
    archived_on: date | None
    noticed_on: date | None
    process_ended_on: date | None


class ContractWholeOut(ContractOut):
    """A contract with its events and its performance."""

    events: list[ContractEventOut]
    records: list[ContractRecordOut]


class ContractFiguresOut(Schema):
    """Figures of one group. performed: of those due in the days, in time and with no breach open."""

    group: str
    currency: str
    contracts: int
    amount: MoneyOut
    due: int
    performed: int
    ended: int
    breached: int


class ContractAuditOut(Schema):
    """A sample audit. seed: draws the same contracts again from the population."""

    id: int
    first_on: date
    last_on: date
    share: Decimal
    seed: int
    population: int
    drawn_on: date
    drawn_by: str
    closed_on: date | None
    conclusion: str


class ContractFindingOut(Schema):
    """One test of one contract."""

    id: int
    contract_no: str
    test: str
    verdict: str
    words: str


class ContractAuditWholeOut(ContractAuditOut):
    """An audit with its tests."""

    findings: list[ContractFindingOut]


def _money(amount: Any, currency: str) -> Money | None:
    return None if amount is None else exact_money(amount, currency)
