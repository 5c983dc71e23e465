"""The shapes of plans, returned payments, write-offs and the lists of the ledger."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Self

from ninja import Schema
from pydantic import Field, model_validator

from xinheng.web.api.fields import Amount, Currency, Day, exact
from xinheng.web.api.ledger_schemas import Number, Priced, Reason
from xinheng.web.api.schemas import Asked, MoneyOut


class ClaimsAsked(Schema):
    """Which rows of a list. sort: a column, "-" before it: falling."""

    text: Annotated[str, Field(max_length=100)] = ""
    as_of: Day | None = None
    sort: Annotated[str, Field(max_length=40)] = ""
    skip: Annotated[int, Field(ge=0, le=10_000_000)] = 0
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class ClaimColumnOut(Schema):
    """A column of a list. kind: text, money (an amount with its currency), count or date."""

    key: str
    title: str
    kind: str


class ClaimListOut(Schema):
    """A list of the ledger. sums: column -> currency -> sum over all rows; next: what to skip."""

    name: str
    title: str
    as_of: date
    columns: list[ClaimColumnOut]
    total: int
    sums: dict[str, dict[str, MoneyOut]]
    items: list[dict[str, Any]]
    next: int | None


class RevaluationOut(Schema):
    """Open foreign items less free receipts. gain below zero: a loss, not realised."""

    open: MoneyOut
    rate: Decimal
    booked: MoneyOut
    worth: MoneyOut
    gain: MoneyOut


class InstalmentIn(Asked):
    """So much by that day, in the bill's currency."""

    due_on: Day
    amount: Amount


class PlanIn(Asked):
    """The instalments of a bill, the earliest first; together they are the bill, to the cent."""

    bill_no: Number
    instalments: list[InstalmentIn] = Field(min_length=1, max_length=360)
    currency: Currency = "CNY"
    reason: Reason
    agreed_on: Day | None = None

    @model_validator(mode="after")
    def _are_exact(self) -> Self:
        for place, one in enumerate(self.instalments):
            exact(one.amount, self.currency, f"instalments.{place}.amount")
        return self


class EndPlanIn(Asked):
    """Which bill is due as a whole again, from when, and why."""

    bill_no: Number
    reason: Reason
    ended_on: Day | None = None


class FeeIn(Priced):
    """What a returned payment costs the customer, as a bill of its own."""

    bill_no: Number
    arises_from: str = Field("", max_length=60)


class ReturnedPaymentIn(Asked):
    """The payment that went back, from which day, and why."""

    receipt_no: Number
    reason: Reason
    returned_on: Day | None = None
    fee: FeeIn | None = None


class PerhapsPriced(Asked):
    """An amount with the decimals of its currency, or none."""

    amount: Amount | None = None
    currency: Currency = "CNY"

    @model_validator(mode="after")
    def _is_exact(self) -> Self:
        if self.amount is not None:
            exact(self.amount, self.currency, "amount")
        return self


class WriteOffIn(PerhapsPriced):
    """What of a bill is given up in the books; without an amount all that is open."""

    bill_no: Number
    reason: Reason


class TakeBackWriteOffIn(PerhapsPriced):
    """What of a write-off comes back; without an amount all of it."""

    reason: Reason


class RecoveryIn(Priced):
    """Money of a receipt that pays what was written off."""

    receipt_no: Number
    recovered_on: Day | None = None
