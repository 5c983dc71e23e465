"""Measuring from posted facts to values, standings and trends."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.indicators.ledger import bill, customer, day, pay
from xinheng.base.kernel.actors import Actor
from xinheng.indicators import queries, services
from xinheng.indicators.models import Measurement, Standing

pytestmark = pytest.mark.django_db(transaction=True)
JUNE = date(2026, 6, 30)


def figures(no: str, as_of: date = JUNE) -> dict[str, object]:
    return {value.card.code: value.figure for value in queries.values_of(no, as_of=as_of)}


def test_one_customer_with_a_paid_and_an_overdue_bill(chief: Actor) -> None:
    who = customer("C-1")
    customer("C-2")
    first = bill(who, "B1", "2026-01-10", "2026-02-10", 1000)
    pay(first, "2026-02-20", 1000)
    bill(who, "B2", "2026-05-01", "2026-05-31", 500)

    measurement = services.measure(actor=chief, on=JUNE, as_of=JUNE)

    assert measurement.customers == 2
    found = figures("C-1")
    assert found["turnover_12m"] == 150_000
    assert found["balance"] == 50_000
    assert found["overdue_amount"] == 50_000
    assert found["longest_overdue"] == 30
    assert found["days_beyond_terms"] == round(Decimal(10 * 1000 + 30 * 500) / 1500, 10)
    assert found["payment_index"] is None  # two items only
    assert found["utilisation"] is None
    assert figures("C-2") == dict.fromkeys(found)
    standing = Standing.objects.get(customer=who)
    assert (standing.balance_minor, standing.longest_overdue_days) == (50_000, 30)
    assert Standing.objects.get(customer__no="C-2").balance_minor is None
    assert Measurement.objects.count() == 1
    assert services.measure(actor=chief, on=day("2026-07-15"), as_of=JUNE) == measurement
