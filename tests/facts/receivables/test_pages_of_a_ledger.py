"""What a customer's page asks of the ledger: in order, within reach, and as many statements for one bill as for many."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from tests.facts.receivables.conftest import Ledger, customer
from xinheng.base.access.models import Person, Unit
from xinheng.base.kernel.actors import Actor, Scope
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.facts.customers.errors import CustomerUnknown
from xinheng.facts.customers.models import Customer, Responsibility
from xinheng.facts.receivables import queries, services

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 30)


def many_bills(who: Customer, actor: Actor, count: int) -> None:
    at = pl.DataFrame({"at": range(count)})
    frame = at.select(
        customer_id=pl.lit(who.pk),
        bill_no=pl.format("B{}", "at"),
        billed_on=pl.lit(date(2026, 1, 1)) + pl.duration(days=pl.col("at") // 3),
        amount_minor=pl.col("at") + 1,
    ).with_columns(due_on="billed_on", receipt_no="bill_no", received_on="billed_on", settled_on="billed_on")
    services.post_bills(frame, batch_no=1, told_on=DAY, actor=actor)
    paid = frame.filter(pl.col("amount_minor") % 2 == 0)
    services.post_receipts(paid, batch_no=2, told_on=DAY, actor=actor)
    services.post_settlements(paid, batch_no=3, told_on=DAY, actor=actor)


def test_pages_follow_each_other_without_gap_or_repeat(chief: Actor) -> None:
    who = customer("C-7")
    many_bills(who, chief, 25)

    seen, after, pages = [], "", 0
    while True:
        page = queries.bills_of(who, as_of=DAY, after=after, limit=10)
        seen += page.rows
        pages += 1
        if not (after := page.after):
            break

    assert pages == 3
    assert [row.billed_on for row in seen] == sorted((row.billed_on for row in seen), reverse=True)
    assert {row.bill_no for row in seen} == {f"B{at}" for at in range(25)}
    assert [row.settled_on == row.billed_on for row in seen] == [row.open.minor == 0 for row in seen]
    assert {row.overdue_days for row in seen if row.open.minor == 0} == {0}
    assert seen[-1].overdue_days == (DAY - date(2026, 1, 1)).days
    nonsense = queries.bills_of(who, as_of=DAY, after="'; drop table", limit=10)
    assert nonsense.rows == tuple(seen[:10])


def test_a_credit_left_open_is_never_overdue(chief: Actor) -> None:
    who = customer("C-7")
    long_ago = {"billed_on": date(2025, 1, 1), "due_on": date(2025, 1, 31)}
    bills = pl.DataFrame(
        [
            {"customer_id": who.pk, "bill_no": "FP-1", "amount_minor": 100, **long_ago},
            {"customer_id": who.pk, "bill_no": "HZ-1", "amount_minor": -40, **long_ago},
        ]
    )
    services.post_bills(bills, batch_no=1, told_on=DAY, actor=chief)

    rows = queries.bills_of(who, as_of=DAY).rows

    assert {row.bill_no: (row.open, row.overdue_days) for row in rows} == {
        "FP-1": (Money.of("1.00"), 515),
        "HZ-1": (Money.of("-0.40"), 0),
    }


@pytest.mark.parametrize("count", [1, 60])
def test_a_page_costs_the_same_few_statements_however_long_the_ledger(
    chief: Actor, count: int, django_assert_max_num_queries: Any
) -> None:
    who = customer("C-7")
    many_bills(who, chief, count)

    for ask, most in (
        (lambda: queries.bills_of(who, as_of=DAY), 6),
        (lambda: queries.receipts_of(who, as_of=DAY), 3),
        (lambda: queries.ageing_of(who, as_of=DAY), 1),
        (lambda: queries.open_balance(who, as_of=DAY), 1),
        (lambda: queries.prepaid(who, as_of=DAY), 1),
        (lambda: queries.payment_curve(who, as_of=DAY), 5),
        (lambda: queries.totals(None, as_of=DAY), 2),
    ):
        with django_assert_max_num_queries(most):
            ask()


def test_the_payment_curve_tells_what_came_and_how_long_it_took(ledger: Ledger) -> None:
    ledger.bill("B1", "2026-01-10", "2026-02-10", "100.00")
    ledger.bill("B2", "2026-02-10", "2026-03-10", "300.00")
    ledger.bill("V1", "2026-02-10", "2026-03-10", "999.00")
    ledger.void("V1", "2026-02-11")
    ledger.bill("K1", "2026-02-11", "2026-02-11", "-50.00")
    ledger.bill("U1", "2026-02-11", "2026-02-11", "9.00", currency="USD")
    ledger.receipt("R1", "2026-03-01", "250.00")
    ledger.receipt("R2", "2026-03-02", "70.00")
    ledger.void_receipt("R2")
    ledger.settle("B1", "2026-03-01", "100.00", by="R1")  # 50 days
    ledger.settle("B2", "2026-03-01", "150.00", by="R1")  # 19 days
    ledger.settle("B2", "2026-03-05", "50.00", credit="K1")  # no payment

    curve = queries.payment_curve(Customer.objects.get(), as_of=date(2026, 3, 31), months=3)

    assert [(m.month, m.billed, m.received) for m in curve] == [
        (date(2026, 1, 1), Money.of("100.00"), Money(0)),
        (date(2026, 2, 1), Money.of("250.00"), Money(0)),
        (date(2026, 3, 1), Money(0), Money.of("250.00")),
    ]
    assert [m.days_to_pay for m in curve] == [None, None, (100 * 50 + 150 * 19) / 250]
    dollars = queries.payment_curve(Customer.objects.get(), as_of=date(2026, 3, 31), months=2, currency="USD")
    assert [m.billed for m in dollars] == [Money.of("9.00", "USD"), Money(0, "USD")]


def test_a_customer_without_a_ledger_shows_nothing(ledger: Ledger) -> None:
    who = Customer.objects.get()

    assert queries.payment_curve(who, as_of=DAY) == []
    assert queries.bills_of(who, as_of=DAY).rows == ()
    assert queries.open_balance(who, as_of=DAY) == []
    assert queries.ageing_of(who, as_of=DAY) == []


def test_a_salesperson_sums_up_own_customers_only(ledger: Ledger) -> None:
    ledger.bill("B1", "2026-01-10", "2026-02-10", "100.00")
    customer("C-8")
    ledger.no = "C-8"
    ledger.bill("B1", "2026-01-10", "2026-02-10", "7.00")
    unit = Unit.objects.create(code="U", name="U", kind="group", path="/1/")
    person = Person.objects.create(login="wang", name="王")
    own = Customer.objects.get(no="C-8")
    Responsibility.objects.create(customer=own, unit=unit, person=person, from_on=date(2026, 1, 1))
    permits = frozenset({"customers.read", "receivables.*"})
    wang = Actor("wang", "王", person.pk, permits, Scope("own", person_id=person.pk))

    (total,) = queries.totals(customers.visible(wang, on=DAY), as_of=DAY)
    rows = queries.ageing(customers.visible(wang, on=DAY), as_of=DAY)

    assert total.open == Money.of("7.00")
    assert sum(row.amount.minor for row in rows) == 700
    ledger.actor, ledger.no = wang, "C-7"
    with pytest.raises(CustomerUnknown):
        ledger.bill("B2", "2026-01-10", "2026-02-10", "1.00")
    assert queries.totals(customers.visible(wang, on=DAY - timedelta(days=365)), as_of=DAY) == []
