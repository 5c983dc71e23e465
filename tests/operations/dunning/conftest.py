"""Two customers with people to write to, and a desk that reminds them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.test import TestCase

from tests.facts.receivables.conftest import Ledger, customer, day
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers.models import Contact
from xinheng.facts.receivables import services as ledger
from xinheng.facts.receivables.values import NewBill
from xinheng.operations.dunning import services
from xinheng.operations.dunning.models import Item, Letter, Run

BILLED = "2026-05-01"
DUE = "2026-06-01"  # a Monday; all days of the tests are worked


@dataclass
class Reminding(Ledger):
    """Tells the ledger of one customer, and runs the reminders of a day."""

    def owe(self, no: str, due: str, amount: str, **told: Any) -> Any:
        new = NewBill(no, day(BILLED), day(due), Money.of(amount), **told)
        return ledger.post_bill(actor=self.actor, on=day(BILLED), customer_no=self.no, bill=new)

    def pay(self, bill: str, on: str, amount: str) -> None:
        with TestCase.captureOnCommitCallbacks(execute=True):
            self.receipt(f"R-{bill}-{on}", on, amount, on=on)
            self.settle(bill, on, amount, by=f"R-{bill}-{on}", on=on)

    def run(self, on: str) -> Run:
        return self.send(self.plan(on))

    def plan(self, on: str) -> Run:
        return services.plan_run(actor=self.actor, on=day(on))

    def send(self, run: Run, on: date | None = None) -> Run:
        return services.send_run(actor=self.actor, on=on or run.on, run_id=run.pk)

    def decided(self, run: Run) -> dict[str, tuple[str, int]]:
        rows = Item.objects.filter(run=run).values_list("bill__bill_no", "decision", "level")
        return {no: (decision, level) for no, decision, level in rows}

    def letters(self, run: Run) -> list[Letter]:
        return list(Letter.objects.filter(run=run).select_related("customer").order_by("place"))


@pytest.fixture
def desk(db: None, chief: Actor) -> Reminding:
    """C-7 with an e-mail address and a phone; C-8 with neither."""
    first = customer("C-7")
    customer("C-8")
    Contact.objects.create(
        customer=first, name="王会计", phone="13800005678", email="wang@example.com", told_on=date(2024, 1, 1)
    )
    return Reminding(chief, date(2026, 6, 30))
