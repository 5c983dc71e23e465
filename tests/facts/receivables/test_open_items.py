"""What is open of one customer, a bill as it stands, and the ledger's figures for the credit file."""

from __future__ import annotations

from datetime import date

import pytest

from tests.facts.receivables.conftest import Ledger
from xinheng.base.kernel.money import Money
from xinheng.facts.customers.models import Customer
from xinheng.facts.receivables import queries

MARCH = date(2026, 3, 31)


def test_open_bills_and_what_could_settle_them_the_oldest_first(ledger: Ledger) -> None:
    ledger.bill("B2", "2026-01-20", "2026-03-01", "300.00")
    ledger.bill("B1", "2026-01-10", "2026-02-10", "700.00")
    ledger.bill("B3", "2026-01-10", "2026-02-10", "50.00", currency="USD")
    ledger.bill("K1", "2026-01-15", "2026-01-15", "-200.00")
    ledger.bill("V1", "2026-01-15", "2026-01-15", "9.00")
    ledger.void("V1")
    ledger.receipt("R1", "2026-02-05", "800.00")
    ledger.receipt("R2", "2026-02-06", "300.00")
    ledger.settle("B1", "2026-02-05", "600.00", by="R1")
    ledger.settle("B2", "2026-02-06", "300.00", by="R2")
    ledger.settle("B1", "2026-02-06", "40.00", credit="K1")

    found = queries.open_items(Customer.objects.get(), as_of=date(2026, 6, 30))

    assert [(one.no, one.left) for one in found.bills] == [
        ("B1", Money.of("60.00")),
        ("B3", Money.of("50.00", "USD")),
    ]
    assert [(one.no, one.on, one.left) for one in found.receipts] == [
        ("R1", date(2026, 2, 5), Money.of("200.00"))
    ]
    assert [(one.no, one.left) for one in found.credit_bills] == [("K1", Money.of("160.00"))]
    bill = queries.bill_now(Customer.objects.get(), "B1")
    assert bill is not None
    assert (bill.amount, bill.open, bill.is_void) == (Money.of("700.00"), Money.of("60.00"), False)
    assert queries.bill_now(Customer.objects.get(), "V1").is_void  # type: ignore[union-attr]
    assert queries.bill_now(Customer.objects.get(), "B9") is None


@pytest.mark.req("SIX-03")
def test_the_receipts_of_a_year_count_what_came_in_yuan_and_was_not_voided(ledger: Ledger) -> None:
    who = Customer.objects.get()
    assert queries.file_figures(who, as_of=MARCH) == {}
    ledger.receipt("R0", "2025-03-31", "1.00")  # a year ago to the day: not within it
    ledger.receipt("R1", "2025-04-01", "10.00")
    ledger.receipt("R2", "2026-03-31", "100.50")
    ledger.receipt("R3", "2026-03-31", "7.00", currency="USD")
    ledger.receipt("R4", "2026-03-31", "1000.00")
    ledger.void_receipt("R4")
    ledger.receipt("R5", "2026-04-01", "5000.00")

    assert queries.file_figures(who, as_of=MARCH) == {"receipts_year": "110.50"}
