"""A broken promise and a clock that ends become warnings, each told once."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.indicators.ledger import bill
from tests.operations.collection.conftest import Desk
from xinheng.base.kernel.money import Money
from xinheng.facts.customers.models import Customer
from xinheng.judgements.warnings.models import RaisedWarning
from xinheng.operations.collection import services, warned


def test_a_broken_promise_warns_with_what_was_promised_and_what_came(desk: Desk) -> None:
    told: Any = {"amount": Money.of("40000"), "due_on": date(2024, 8, 10), "promised_by": "王经理"}
    services.promise(**desk.who("fair"), case_id=desk.case("C-1").pk, **told)

    services.judge(**desk.who("system", date(2024, 8, 14)))

    found = RaisedWarning.objects.get()
    assert (found.signal, found.customer.no, found.amount_minor) == ("promise_broken", "C-1", 4_000_000)
    assert found.owner == "fair"  # who answers for the customer


def test_each_alert_day_of_a_clock_makes_it_worse_by_one(desk: Desk) -> None:
    bill(Customer.objects.get(no="C-2"), "B-OLD", "2021-08-01", "2021-08-31", 700)

    def measure(on: date) -> list[tuple[str, float, int]]:
        found = warned.ending_clocks(None, on)  # type: ignore[arg-type]
        return [(row["cause"], row["measure"], row["amount_minor"]) for row in found.iter_rows(named=True)]

    assert measure(date(2024, 3, 3)) == []  # 181 days before the careful day
    assert measure(date(2024, 3, 4)) == [("limitation:B-OLD", 1.0, 70_000)]
    assert measure(date(2024, 8, 1)) == [("limitation:B-OLD", 4.0, 70_000)]
    assert measure(date(2024, 9, 3)) == [("limitation:B-OLD", 6.0, 70_000)]
