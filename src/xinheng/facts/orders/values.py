"""What orders hand to those who ask, and what they tell to those who keep count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.dispatch import Signal

from xinheng.base.kernel.money import Money

Kind = Literal["standard", "rush"]
Payment = Literal["credit", "prepaid", "delivery"]  # on account; before shipment; cash on delivery
How = Literal["cancelled", "closed"]

# Sent inside the transaction of every act that moves goods or ends an order, before anything is written:
# about_to(order: OrderNow as it stands, act: "deliver" | "change" | "end", minor: int, on: date, and where it
# is changed changed: NewOrder). A receiver refuses by raising a Refusal, and then nothing is written: so no
# way of posting goes round the check.
about_to = Signal()
# Sent inside the transaction of a file of deliveries, before anything is written: leaving(goods, on), a row
# an order from which goods leave, with the columns of GOODS: ordered_minor is what it is worth, left_minor
# that less what was delivered, minor what leaves. A receiver refuses by raising a Refusal: nothing is posted.
leaving = Signal()
# Sent after it was written: moved(moves: pl.DataFrame), a row a change of a running sum, with the columns
# customer_id, segment, currency, component ("ordered" or "delivered"), minor (above or below zero).
moved = Signal()
GOODS = (
    "order_no", "customer_id", "segment", "currency", "kind", "payment", "ordered_minor", "left_minor",
    "minor",
)  # fmt: skip


@dataclass(frozen=True)
class NewOrder:
    """An order to be posted. amount: with tax. terms_days: asked for; None as agreed with the customer."""

    order_no: str
    ordered_on: date
    ship_on: date
    amount: Money
    segment: str = ""
    kind: Kind = "standard"
    payment: Payment = "credit"
    terms_days: int | None = None


@dataclass(frozen=True)
class NewDelivery:
    """Goods that left on an order, with tax; below zero they came back."""

    delivery_no: str
    delivered_on: date
    amount: Money


@dataclass(frozen=True)
class OrderNow:
    """An order as it stands: the last version, and what became of it.

    undelivered: the amount less what was delivered, never below zero; nothing once it has ended.
    unbilled: delivered and not billed yet; below zero where more was billed than delivered.
    """

    customer_id: int
    order_no: str
    version: int
    segment: str
    ordered_on: date
    ship_on: date
    amount: Money
    kind: Kind
    payment: Payment
    terms_days: int | None
    delivered: Money
    billed: Money
    ended: How | Literal[""]

    @property
    def undelivered(self) -> Money:
        left = self.amount.minor - self.delivered.minor
        return Money(0 if self.ended else max(left, 0), self.amount.currency)

    @property
    def unbilled(self) -> Money:
        return self.delivered - self.billed
