"""A credit desk: a check policy in force, and a customer told of as an ERP would tell."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from tests.facts.receivables.conftest import Ledger, customer
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.base.packs.adopting import put_in_force
from xinheng.facts.orders import services as orders
from xinheng.facts.orders.values import NewDelivery, NewOrder
from xinheng.facts.receivables.values import NewBill
from xinheng.judgements.limits import services
from xinheng.judgements.limits.values import Checked, NewLimit

JUNE = date(2026, 6, 30)
HEAD = """
kind: checks
code: checks
version: "1"
name: {zh: 检查, en: Checks}
about: {zh: 检查, en: Checks}
source: {zh: 测试, en: Test}
rules:
"""
LIMIT = "  - {code: limit, check: limit, zh: 限额, en: limit, mark: given}\n"
SHIPPED = (Path(__file__).resolve().parents[3] / "packs" / "general" / "checks.yaml").read_text("utf-8")


@dataclass
class Desk:
    """Tells orders, deliveries and limits of one customer; `on` is the business day unless given."""

    actor: Actor
    no: str = "C-7"
    on: date = JUNE
    told: dict[str, Any] = field(default_factory=dict)

    def _who(self, on: date | None, actor: Actor | None = None) -> dict[str, Any]:
        return {"actor": actor or self.actor, "on": on or self.on, "customer_no": self.no}

    def limit(self, amount: str | None, *, on: date | None = None, **told: Any) -> Any:
        money = None if amount is None else Money.of(amount)
        return services.set_limit(**self._who(on), limit=NewLimit("年度授信", money, **told))

    def order(
        self, no: str, amount: str, *, ship: date | None = None, on: date | None = None, **told: Any
    ) -> Checked:
        actor, currency = told.pop("actor", None), told.pop("currency", "CNY")
        day = on or self.on
        new = NewOrder(no, day, ship or day, Money.of(amount, currency), **told)
        return services.check_order(**self._who(on, actor), order=new)

    def try_order(self, no: str, amount: str) -> Checked:
        return services.try_order(**self._who(None), order=NewOrder(no, self.on, self.on, Money.of(amount)))

    def change(self, no: str, amount: str, *, ship: date | None = None) -> Any:
        new = NewOrder(no, self.on, ship or self.on, Money.of(amount))
        return orders.change_order(**self._who(None), changed=new, reason="客户加量")

    def deliver(self, order: str, no: str, amount: str, *, on: date | None = None) -> Any:
        new = NewDelivery(no, on or self.on, Money.of(amount))
        return orders.deliver(**self._who(on), order_no=order, delivery=new)

    def bill(self, order: str, no: str, amount: str, *, due: date | None = None) -> Any:
        new = NewBill(no, self.on, due or self.on, Money.of(amount))
        return orders.bill_order(**self._who(None), order_no=order, bill=new)

    def end(self, no: str, how: Any = "cancelled") -> Any:
        return orders.end_order(**self._who(None), order_no=no, how=how, reason="客户取消")

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.actor, self.on, self.no)


def adopt(chief: Actor, text: str, *, from_on: date = date(2024, 1, 1)) -> None:
    with transaction.atomic():
        put_in_force(actor=chief, on=from_on, kind="checks", text=text, effective_from=from_on)


@pytest.fixture
def desk(db: None, chief: Actor) -> Desk:
    """The customer C-7, checked by its limit alone."""
    customer()
    adopt(chief, HEAD + LIMIT)
    return Desk(chief)


@pytest.fixture
def shipped_desk(db: None, chief: Actor) -> Desk:
    """The customer C-7, checked by the policy that comes with the system."""
    customer()
    adopt(chief, SHIPPED)
    return Desk(chief)
