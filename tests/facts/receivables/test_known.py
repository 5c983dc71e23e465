"""What a file is checked against: everything posted and committed, once."""

from __future__ import annotations

from datetime import date

import pytest

from tests.facts.receivables.conftest import Ledger
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers.models import Customer
from xinheng.facts.receivables import queries

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_last_version_of_a_bill_and_what_settled_it(chief: Actor, new_customer: object) -> None:
    assert queries.known_bills().is_empty()
    assert queries.known_bills([]).is_empty()
    assert queries.known_settlements().is_empty()
    who = new_customer("C-7").pk  # type: ignore[operator]
    ledger = Ledger(chief, date(2026, 6, 30))
    ledger.bill("B1", "2026-01-10", "2026-02-10", "100.00")
    ledger.bill("B2", "2026-01-10", "2026-02-10", "100.00")
    ledger.void("B2")
    ledger.receipt("R1", "2026-02-01", "90.00")
    ledger.receipt("R2", "2026-02-01", "90.00")
    ledger.void_receipt("R2")
    ledger.settle("B1", "2026-02-01", "30.00", by="R1")
    ledger.reverse(ledger.settle("B1", "2026-02-01", "20.00", by="R1"))
    ledger.correct("B1", "2026-01-11", "2026-02-11", "80.00")

    assert sorted(queries.known_bills([who]).rows()) == [
        (who, "B1", date(2026, 1, 11), date(2026, 2, 11), 8000, "CNY", False),
        (who, "B2", date(2026, 1, 10), date(2026, 2, 10), 10000, "CNY", True),
    ]
    assert queries.known_bills().height == 2
    assert queries.known_bills([who + 1]).is_empty()
    assert sorted(queries.known_receipts([who])["is_void"].to_list()) == [False, True]
    assert queries.known_settlements([who]).rows() == [(who, "R1", "B1", 3000)]
    assert Customer.objects.count() == 1
