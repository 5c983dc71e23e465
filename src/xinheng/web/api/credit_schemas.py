"""The shapes of orders, limits and credit checks."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from ninja import Schema
from pydantic import Field, model_validator

from xinheng.web.api.fields import Amount, Currency, Day, exact
from xinheng.web.api.ledger_schemas import Number, Priced, Reason
from xinheng.web.api.schemas import Asked, MoneyOut

Segment = Annotated[str, Field(max_length=20)]


class OrderIn(Priced):
    """An order as the customer placed it. amount: with tax. terms_days: asked for; null: as agreed."""

    order_no: Number
    ordered_on: Day
    ship_on: Day
    segment: Segment = ""
    kind: Literal["standard", "rush"] = "standard"
    payment: Literal["credit", "prepaid", "delivery"] = "credit"
    terms_days: Annotated[int, Field(ge=0, le=3650)] | None = None


class ManyOrderIn(OrderIn):
    """An order of one of many customers."""

    customer_no: Annotated[str, Field(min_length=1, max_length=40)]


class ManyOrdersIn(Asked):
    """Orders, in the order they are to be decided in."""

    orders: Annotated[list[ManyOrderIn], Field(min_length=1, max_length=10_000)]


class DecidedOut(Schema):
    """What was decided on one of many orders."""

    order_no: str
    verdict: Literal["passed", "held", "rejected"]
    decision_id: int


class ManyCheckedOut(Schema):
    """What was decided on each, in the order they were asked."""

    orders: list[DecidedOut]


class RecheckedOut(Schema):
    """How many of the orders that were held now stand how."""

    passed: int
    held: int
    rejected: int


class CreditProfileIn(Asked):
    """What is said anew of an account; what is left out stays."""

    reason: Reason
    status: Literal["open", "watch", "hold", "stop"] | None = None
    risk_class: Annotated[str, Field(max_length=10)] | None = None
    review_on: Day | None = None
    payment: Literal["", "credit", "prepaid", "delivery"] | None = None
    terms_days: Annotated[int, Field(ge=0, le=3650)] | None = None
    dunning_level: Annotated[int, Field(ge=0, le=99)] | None = None
    segment: Segment = ""


class ChangedOrderIn(OrderIn):
    """A further version of an order, and why it changed."""

    reason: Reason


class DeliveryIn(Priced):
    """Goods that left, with tax; below zero they came back."""

    delivery_no: Number
    delivered_on: Day


class OrderEndIn(Asked):
    """cancelled: nothing was delivered. closed: the rest is not wanted any more."""

    how: Literal["cancelled", "closed"]
    reason: Reason


class CheckReasonOut(Schema):
    """A rule that did not pass. figure, bound, over: minor units, days or percent, as `check` says."""

    rule: str
    check: str
    strength: Literal["warn", "hold", "stop"]
    cause: str
    figure: int | None
    bound: int | None
    over: int | None
    group_no: str
    text: str


class OrderCheckedOut(Schema):
    """What a check came to, with every reason."""

    order_no: str
    verdict: Literal["passed", "held", "rejected", "released"]
    reasons: list[CheckReasonOut]
    decision: int


class OrderOut(Schema):
    """An order as it stands. credit: passed, held, released, rejected or ended; null: never checked."""

    order_no: str
    version: int
    segment: str
    ordered_on: date
    ship_on: date
    amount: MoneyOut
    kind: str
    payment: str
    terms_days: int | None
    delivered: MoneyOut
    billed: MoneyOut
    undelivered: MoneyOut
    unbilled: MoneyOut
    ended: str
    credit: str | None


class HeldOrderOut(Schema):
    """A held order: since when, worth what, and why."""

    order_no: str
    customer_no: str
    customer_name: str
    amount: MoneyOut
    since: date
    reasons: list[CheckReasonOut]


class ReleaseIn(Asked):
    """Up to which value and until which day goods may leave; both left out: the whole order, without end."""

    reason: Reason
    up_to: Amount | None = None
    currency: Currency = "CNY"
    until: Day | None = None

    @model_validator(mode="after")
    def _is_exact(self) -> Self:
        if self.up_to is not None:
            exact(self.up_to, self.currency, "up_to")
        return self


class RejectOrderIn(Asked):
    """Why."""

    reason: Reason


class LimitIn(Asked):
    """A word on a limit. amount: only where it is limited. until_on: its last day."""

    reason: Reason
    amount: Amount | None = None
    currency: Currency = "CNY"
    state: Literal["limited", "no_credit", "unlimited", "withdrawn"] = "limited"
    kind: Literal["fixed", "temporary", "insured", "guaranteed"] = "fixed"
    reach: Literal["own", "group"] = "own"
    component: Literal["", "receivable", "delivered", "ordered"] = ""
    segment: Segment = ""
    from_on: Day | None = None
    until_on: Day | None = None

    @model_validator(mode="after")
    def _is_exact(self) -> Self:
        if self.amount is not None:
            exact(self.amount, self.currency, "amount")
        return self


class EffectiveOut(Schema):
    """The limit of a day. amount: only where it is limited, covers added."""

    state: Literal["not_assessed", "no_credit", "unlimited", "limited", "expired"]
    kind: Literal["fixed", "temporary"]
    amount: MoneyOut | None
    insured: MoneyOut
    guaranteed: MoneyOut
    until: date | None


class GroupOut(Schema):
    """A limit the customer stands under with others."""

    no: str
    exposure: MoneyOut
    limit: EffectiveOut


class CreditOut(Schema):
    """What a customer owes by component, its limit and what is left; left null: nothing limits it."""

    segment: str
    limit: EffectiveOut
    receivable: MoneyOut
    prepaid: MoneyOut
    delivered: MoneyOut
    ordered: MoneyOut
    held: MoneyOut
    foreign: MoneyOut
    exposure: MoneyOut
    left: MoneyOut | None
    groups: list[GroupOut]


class RateIn(Asked):
    """What one unit of a currency is worth in yuan from a day on."""

    currency: Currency
    rate: Annotated[Decimal, Field(gt=0, max_digits=18, decimal_places=8)]
    from_on: Day
