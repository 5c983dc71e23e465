"""The shapes of interest and fees."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from xinheng.operations.charges.values import NewAgreement, NewRate
from xinheng.web.api.fields import LARGEST_ID, Amount, Day
from xinheng.web.api.schemas import Asked, MoneyOut

Percent = Annotated[Decimal, Field(gt=0, le=100, max_digits=9, decimal_places=6)]
SchemeCode = Annotated[str, Field(max_length=48)]


class ChargesAsked(Asked):
    """Which charges. text: part of a customer, a bill or a claim."""

    text: Annotated[str, Field(max_length=100)] = ""
    scheme: Annotated[str, Field(max_length=60)] = ""
    state: Literal["", "open", "waived", "correction"] = ""
    after: Annotated[int, Field(ge=0, le=LARGEST_ID)] = 0
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class ChargeOut(Schema):
    """Interest or a fee for some days. steps: stretches of days; rate in millionths of a percent."""

    id: int
    customer_no: str
    bill_no: str
    instalment: int
    scheme: str
    number: int
    from_on: date
    until_on: date
    days: int
    amount: MoneyOut
    claim: str
    claim_no: str
    told_on: date
    waived: MoneyOut
    waived_on: date | None
    waived_by: str
    waived_why: str
    steps: list[dict[str, Any]]


class ChargeAccruedOut(Schema):
    """What came up on a claim and was not charged."""

    customer_no: str
    bill_no: str
    instalment: int
    due_on: date
    scheme: str
    claim: str
    from_on: date
    until_on: date
    days: int
    amount: MoneyOut


class ChargeRunIn(Asked):
    """Until which day, itself not charged; customer_nos: only these, empty: all within reach."""

    until_on: Day
    customer_nos: Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=1000)] = []


class ChargeRunOut(Schema):
    """run null: nothing was charged. waiting: charges too little to be posted yet."""

    run: int | None
    charges: int
    waiting: int
    totals: list[MoneyOut]


class ChargeCorrectedOut(Schema):
    """run null: nothing differed."""

    run: int | None
    raised: int
    lowered: int
    totals: list[MoneyOut]


class ChargeWaiverIn(Asked):
    """amount null: all that is left."""

    reason: Annotated[str, Field(min_length=1, max_length=300)]
    amount: Amount | None = None


class ChargeAgreementIn(Asked):
    """What was agreed. schemes empty: nothing is charged. percent: in place of the schemes' own."""

    reach: Literal["bill", "customer", "group"]
    schemes: Annotated[list[SchemeCode], Field(max_length=20)]
    from_on: Day
    bill_no: Annotated[str, Field(max_length=60)] = ""
    percent: Percent | None = None
    signed_on: Day | None = None
    paper: Annotated[str, Field(max_length=120)] = ""

    def new(self) -> NewAgreement:
        """As the room takes it."""
        return NewAgreement(**{**self.model_dump(), "schemes": tuple(self.schemes)})


class ChargeAgreementEndIn(Asked):
    """The first day it no longer holds."""

    until_on: Day


class ChargeAgreementOut(Schema):
    """What was agreed on charges."""

    id: int
    customer_no: str
    reach: str
    bill_no: str
    schemes: list[str]
    percent: Decimal | None
    signed_on: date | None
    from_on: date
    until_on: date | None
    paper: str


class LprOut(Schema):
    """A loan prime rate in percent a year, from its day on."""

    from_on: date
    one_year: Decimal
    five_year: Decimal
    source: str


class LprRowIn(Asked):
    """One rate as published."""

    from_on: Day
    one_year: Percent
    five_year: Percent
    source: Annotated[str, Field(max_length=200)] = ""


class LprIn(Asked):
    """Rates as published."""

    rates: Annotated[list[LprRowIn], Field(min_length=1, max_length=500)]

    def new(self) -> list[NewRate]:
        """As the room takes them."""
        return [NewRate(**one.model_dump()) for one in self.rates]


class TermFindingsOut(Schema):
    """findings: codes, none where the term is within the rule. statutory_due_on: where nothing was agreed."""

    findings: list[str]
    statutory_due_on: date | None
