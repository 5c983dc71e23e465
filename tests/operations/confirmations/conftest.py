"""Two customers with an account each, and a clerk who confirms balances."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests import worlds
from tests.facts.receivables.conftest import Ledger, customer
from xinheng.base.access.models import Person
from xinheng.base.kernel.actors import Actor, Scope
from xinheng.facts.customers.models import Customer

DAY, MAY_END = date(2026, 6, 30), date(2026, 5, 31)
CHIEF = Actor(login="chief", name="主管", permits=frozenset({"*"}), scope=Scope("everything"))


@pytest.fixture
def accounts(db: None, settings: Any, tmp_path: Any) -> Ledger:
    """C-7 owes 900.00 at the end of May: bills 1,000.00 and 200.00, a payment of 300.00; C-8 is owed 40.00."""
    settings.ARCHIVE_FOLDER = tmp_path / "archive"
    worlds.given(told)
    return Ledger(CHIEF, DAY)


def told() -> None:
    Person.objects.create(login="wang", name="王芳")
    for no, address in (("C-7", "上海市南京路 1 号"), ("C-8", "")):
        pk = customer(no).pk
        Customer.objects.filter(pk=pk).update(address=address, name=f"客户{no}", region="华东")
    ledger = Ledger(CHIEF, DAY)
    ledger.bill("B1", "2026-04-01", "2026-05-01", "1000.00")
    ledger.bill("B2", "2026-05-28", "2026-06-27", "200.00")
    ledger.receipt("R1", "2026-05-10", "300.00")
    ledger.settle("B1", "2026-05-10", "250.00", by="R1")
    ledger.receipt("R2", "2026-06-02", "150.00")  # after the day
    ledger.no = "C-8"
    ledger.receipt("R1", "2026-05-02", "40.00")
