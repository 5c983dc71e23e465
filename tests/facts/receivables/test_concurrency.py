"""Many clerks at once: no bill is settled twice and no receipt is spent twice."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import polars as pl
import pytest
from django.db import connections
from django.db.models import Sum

from tests.facts.receivables.conftest import Ledger, customer
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.refusal import Refusal
from xinheng.facts.customers.models import Customer
from xinheng.facts.receivables import services
from xinheng.facts.receivables.models import Settlement, Voiding

pytestmark = pytest.mark.django_db(transaction=True)
CLERKS = 6


def at_once(*tries: Any) -> Counter[str]:
    """Run all tries at the same moment, each on a connection of its own; gives what they came to."""
    gate = threading.Barrier(len(tries))

    def run(attempt: Any) -> str:
        try:
            gate.wait(timeout=30)
            attempt()
        except Refusal as refusal:
            return refusal.code
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(len(tries)) as clerks:
        return Counter(clerks.map(run, tries))


@pytest.fixture
def busy(chief: Actor, day: date) -> Ledger:
    customer("C-7")
    ledger = Ledger(chief, day)
    ledger.bill("B1", "2026-01-10", "2026-02-10", "100.00")
    for clerk in range(CLERKS):
        ledger.bill(f"X{clerk}", "2026-01-10", "2026-02-10", "100.00")
        ledger.receipt(f"R{clerk}", "2026-02-01", "40.00")
    ledger.receipt("RX", "2026-02-01", "100.00")
    return ledger


def test_a_bill_is_never_settled_beyond_its_amount(busy: Ledger) -> None:
    tries = [
        lambda no=f"R{clerk}": busy.settle("B1", "2026-02-01", "40.00", by=no) for clerk in range(CLERKS)
    ]

    assert at_once(*tries) == {"done": 2, "more_than_open": CLERKS - 2}
    assert Settlement.objects.aggregate(total=Sum("amount_minor"))["total"] == 8000


def test_a_receipt_is_never_spent_twice(busy: Ledger) -> None:
    tries = [
        lambda no=f"X{clerk}": busy.settle(no, "2026-02-01", "30.00", by="RX") for clerk in range(CLERKS)
    ]

    assert at_once(*tries) == {"done": 3, "more_than_left": CLERKS - 3}
    assert Settlement.objects.aggregate(total=Sum("amount_minor"))["total"] == 9000


def test_a_bill_is_not_voided_while_it_is_settled(busy: Ledger) -> None:
    came_to = at_once(
        lambda: busy.settle("B1", "2026-02-01", "40.00", by="R1"),
        lambda: busy.void("B1"),
        lambda: busy.void("B1"),
    )

    assert came_to["done"] == 1
    assert Settlement.objects.count() + Voiding.objects.count() == 1


def test_a_file_and_a_clerk_do_not_settle_the_same_money(busy: Ledger, chief: Actor, day: date) -> None:
    frame = pl.DataFrame(
        {
            "customer_id": [Customer.objects.get().pk],
            "bill_no": ["B1"],
            "receipt_no": ["RX"],
            "settled_on": [date(2026, 2, 1)],
            "amount_minor": [9000],
        }
    )
    posted = []

    def file() -> None:
        posted.append(services.post_settlements(frame, batch_no=1, told_on=day, actor=chief).posted)

    came_to = at_once(file, lambda: busy.settle("B1", "2026-02-01", "40.00", by="R1"))

    assert (posted, came_to) in [([1], {"done": 1, "more_than_open": 1}), ([0], {"done": 2})]
    assert Settlement.objects.count() == 1
