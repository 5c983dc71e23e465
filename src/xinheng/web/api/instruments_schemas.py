"""The shapes of bills of exchange and deposits."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from ninja import Schema
from pydantic import Field, model_validator

from xinheng.base.kernel.money import Money
from xinheng.facts.instruments.values import Holder, NewDeposit, NewInstrument
from xinheng.web.api.fields import Amount, Day, exact
from xinheng.web.api.schemas import Asked, MoneyOut

Name = Annotated[str, Field(min_length=1, max_length=200)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
KindOf = Literal["bank_acceptance", "commercial_acceptance", "promissory_note", "cheque"]


class InstrumentEndorsementIn(Asked):
    """One endorsement before it came to us."""

    from_name: Name
    to_name: Name
    endorsed_on: Day | None = None


class InstrumentIn(Asked):
    """A bill of exchange a customer gave us."""

    no: Annotated[str, Field(min_length=1, max_length=60)]
    kind: KindOf
    form: Literal["electronic", "paper"] = "electronic"
    amount: Amount
    currency: Currency = "CNY"
    drawer: Name
    acceptor: Name
    issued_on: Day
    matures_on: Day
    received_on: Day
    endorsed: Annotated[list[InstrumentEndorsementIn], Field(max_length=50)] = []
    reference: Annotated[str, Field(max_length=200)] = ""

    @model_validator(mode="after")
    def _is_exact(self) -> Self:
        exact(self.amount, self.currency, "amount")
        return self

    def new(self) -> NewInstrument:
        """As the room takes it."""
        same = (
            "no",
            "kind",
            "form",
            "drawer",
            "acceptor",
            "issued_on",
            "matures_on",
            "received_on",
            "reference",
        )
        chain = tuple(Holder(one.from_name, one.to_name, one.endorsed_on) for one in self.endorsed)
        told = {name: getattr(self, name) for name in same}
        return NewInstrument(**told, amount=Money.of(self.amount, self.currency), endorsed=chain)


class InstrumentDayIn(Asked):
    """The day."""

    done_on: Day


class EndorseIn(InstrumentDayIn):
    """To whom it is passed on."""

    to_name: Name


class DiscountIn(InstrumentDayIn):
    """The bank that buys it. rate: percent a year."""

    bank: Name
    rate: Annotated[Decimal, Field(ge=0, le=100, max_digits=7, decimal_places=4)]


class DishonourIn(InstrumentDayIn):
    """Why it was not paid. costs: in the currency of the bill."""

    reason: Annotated[str, Field(min_length=1, max_length=180)]
    costs: Amount | None = None


class InstrumentRightOut(Schema):
    """Until when a right can be claimed."""

    right: str
    until: date
    is_over: bool


class EndorsementOut(Schema):
    """One link of the chain; from_name "": we."""

    from_name: str
    to_name: str
    endorsed_on: date | None


class InstrumentActOut(Schema):
    """What happened to it."""

    act: str
    done_on: date
    counterparty: str
    proceeds: MoneyOut
    interest: MoneyOut
    costs: MoneyOut
    note: str


class InstrumentOut(Schema):
    """A bill of exchange. counted: what of it is exposure now."""

    id: int
    no: str
    kind: str
    form: str
    customer_no: str
    drawer: str
    acceptor: str
    amount: MoneyOut
    counted: MoneyOut
    issued_on: date
    matures_on: date
    received_on: date
    receipt_no: str
    state: str


class InstrumentToldOut(InstrumentOut):
    """The same with its chain, its acts and its rights."""

    chain: list[EndorsementOut]
    acts: list[InstrumentActOut]
    rights: list[InstrumentRightOut]


class InstrumentAlertOut(Schema):
    """What is to be done, and by when."""

    code: str
    id: int
    no: str
    customer_no: str
    amount: MoneyOut
    on: date


class DepositIn(Asked):
    """A deposit the customer has to leave."""

    no: Annotated[str, Field(min_length=1, max_length=40)]
    purpose: Annotated[str, Field(min_length=1, max_length=120)]
    amount: Amount
    currency: Currency = "CNY"
    due_on: Day

    @model_validator(mode="after")
    def _is_exact(self) -> Self:
        exact(self.amount, self.currency, "amount")
        return self

    def new(self) -> NewDeposit:
        """As the room takes it."""
        return NewDeposit(self.no, self.purpose, Money.of(self.amount, self.currency), self.due_on)


class DepositMoveIn(Asked):
    """Money of a deposit, in its currency."""

    amount: Amount
    done_on: Day
    note: Annotated[str, Field(max_length=200)] = ""


class DepositOut(Schema):
    """A deposit as it stands."""

    id: int
    no: str
    customer_no: str
    purpose: str
    due_on: date
    due: MoneyOut
    received: MoneyOut
    applied: MoneyOut
    refunded: MoneyOut
    held: MoneyOut
    missing: MoneyOut


class CustomerAccountOut(Schema):
    """The account of a customer in one currency: charged, paid, overdue, overpaid, deposits."""

    currency: str
    charged: MoneyOut
    paid: MoneyOut
    arrears: MoneyOut
    credit: MoneyOut
    deposits_due: MoneyOut
    deposits_held: MoneyOut
    refunded: MoneyOut
