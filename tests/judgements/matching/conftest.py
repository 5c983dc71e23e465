"""A company that takes money: C-7 and C-8 with open bills, the shipped rules in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests import worlds
from tests.facts.receivables.conftest import Ledger, customer
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.base.kernel.money import Money
from xinheng.base.packs.adopting import put_in_force
from xinheng.facts.customers.models import Customer
from xinheng.facts.receivables import queries as receivables
from xinheng.facts.receivables import services as ledger_acts
from xinheng.facts.receivables.values import NewReceipt
from xinheng.judgements.matching import services
from xinheng.judgements.matching.models import Proposal

TODAY = date(2026, 6, 30)
PACK = Path(__file__).resolve().parents[3] / "packs" / "general"
SHIPPED = (PACK / "matching_rules.yaml").read_text("utf-8")


def founded(*more: str) -> None:
    """C-7 owes 1,000 + 250.50 + 600 and has a credit note of 49.37; C-8 owes twice 300."""
    put_in_force(
        actor=system_actor(),
        on=TODAY,
        kind="matching_rules",
        text=with_rules(*more),
        effective_from=date(2026, 1, 1),
    )
    root = system_actor()
    for no in ("C-7", "C-8"):
        customer(no)
    seven, eight = Ledger(root, TODAY, "C-7"), Ledger(root, TODAY, "C-8")
    seven.bill("INV-2026-00101", "2026-01-10", "2026-02-10", "1000.00")
    seven.bill("INV-2026-00102", "2026-02-10", "2026-03-10", "250.50")
    seven.bill("INV-2026-00103", "2026-03-10", "2026-04-10", "600.00")
    seven.bill("CN-2026-00007", "2026-03-20", "2026-03-20", "-49.37")
    eight.bill("INV-2026-00201", "2026-01-10", "2026-02-10", "300.00")
    eight.bill("INV-2026-00202", "2026-02-10", "2026-03-10", "300.00")


def with_rules(*rules: str) -> str:
    """The shipped rules, and such of customers."""
    written = "rules:\n" + "".join(f"  - {rule}\n" for rule in rules)
    return SHIPPED.replace("rules: []\n", written) if rules else SHIPPED


@dataclass
class Desk:
    """Who takes the money in; `on` is the business day."""

    actor: Actor
    on: date = TODAY

    def pay(
        self, no: str, receipt: str, amount: str, text: str = "", *, on: str = "2026-05-20", **more: Any
    ) -> None:
        new = NewReceipt(
            receipt,
            date.fromisoformat(on),
            Money.of(amount, more.pop("currency", "CNY")),
            reference=text,
            **more,
        )
        ledger_acts.post_receipt(actor=self.actor, on=self.on, customer_no=no, receipt=new)

    def run(self) -> Any:
        return services.run(actor=self.actor, on=self.on)

    def open(self, no: str) -> dict[str, str]:
        """What is open by bill number, in major units."""
        found = receivables.open_lines(Customer.objects.filter(no=no), as_of=self.on)
        return {row["bill_no"]: str(Money(row["open_minor"]).decimal) for row in found.iter_rows(named=True)}

    def free(self, no: str) -> dict[str, str]:
        found = receivables.unapplied(Customer.objects.filter(no=no), as_of=self.on)
        return {
            row["receipt_no"]: str(Money(row["free_minor"]).decimal) for row in found.iter_rows(named=True)
        }

    def proposal(self, receipt: str) -> Proposal:
        return Proposal.objects.exclude(state__in=["superseded"]).get(receipt__receipt_no=receipt)


@pytest.fixture
def desk(db: None, chief: Actor) -> Desk:
    worlds.given(founded)
    return Desk(chief)
