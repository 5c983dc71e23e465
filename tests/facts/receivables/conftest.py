"""A ledger told as a clerk would tell it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers.models import Customer
from xinheng.facts.receivables import services
from xinheng.facts.receivables.values import NewBill, NewReceipt, NewSettlement


def customer(no: str = "C-7") -> Customer:
    return Customer.objects.create(no=no, kind="company", name=no, name_key=no, told_on=date(2024, 1, 1))


def day(text: str | date) -> date:
    return text if isinstance(text, date) else date.fromisoformat(text)


@dataclass
class Ledger:
    """Tells single acts on one customer; `on` is the business day unless given."""

    actor: Actor
    on: date
    no: str = "C-7"

    def _who(self, on: str | date | None) -> dict[str, Any]:
        return {"actor": self.actor, "on": day(on) if on else self.on, "customer_no": self.no}

    def bill(
        self, no: str, billed: str, due: str, amount: str, *, on: Any = None, currency: str = "CNY"
    ) -> Any:
        new = NewBill(no, day(billed), day(due), Money.of(amount, currency))
        return services.post_bill(**self._who(on), bill=new)

    def correct(self, no: str, billed: str, due: str, amount: str, *, on: Any = None) -> Any:
        new = NewBill(no, day(billed), day(due), Money.of(amount))
        return services.correct_bill(**self._who(on), corrected=new, reason="录入错误")

    def receipt(self, no: str, received: str, amount: str, *, on: Any = None, currency: str = "CNY") -> Any:
        new = NewReceipt(no, day(received), Money.of(amount, currency))
        return services.post_receipt(**self._who(on), receipt=new)

    def settle(
        self, bill: str, settled: str, amount: str, *, by: str = "", credit: str = "", on: Any = None
    ) -> Any:
        new = NewSettlement(bill, day(settled), Money.of(amount), receipt_no=by, credit_bill_no=credit)
        return services.settle(**self._who(on), settlement=new)

    def void(self, no: str, voided: str | None = None, *, on: Any = None) -> Any:
        when = day(voided) if voided else None
        return services.void_bill(**self._who(on), bill_no=no, reason="开错", voided_on=when)

    def void_receipt(self, no: str, *, on: Any = None) -> Any:
        return services.void_receipt(**self._who(on), receipt_no=no, reason="退票")

    def reverse(self, settlement: Any, *, on: Any = None) -> Any:
        return services.reverse_settlement(**self._who(on), settlement_id=settlement.pk, reason="核销错")


@pytest.fixture
def new_customer() -> Callable[..., Customer]:
    return customer


@pytest.fixture
def ledger(db: None, chief: Actor, day: date) -> Ledger:
    """The ledger of customer C-7."""
    customer("C-7")
    return Ledger(chief, day)
