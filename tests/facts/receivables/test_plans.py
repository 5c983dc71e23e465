"""Instalments: due on their own days from the day they were agreed on, cleared oldest first."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.facts.receivables.conftest import Ledger, day
from tests.facts.receivables.test_ageing import shown
from xinheng.base.kernel.money import Money
from xinheng.facts.customers.models import Customer
from xinheng.facts.receivables import errors, queries, services
from xinheng.facts.receivables.values import NewBill, NewInstalment, NewPlan
from xinheng.judgements.limits.reconciling import differences

pytestmark = pytest.mark.django_db
JUNE = date(2026, 6, 30)


def agree(ledger: Ledger, no: str, *parts: tuple[str, str], agreed: str | None = None, on: Any = None) -> Any:
    plan = NewPlan(
        no,
        tuple(NewInstalment(day(due), Money.of(amount)) for due, amount in parts),
        "双方约定",
        day(agreed) if agreed else None,
    )
    told = day(on) if on else ledger.on
    return services.agree_plan(actor=ledger.actor, on=told, customer_no=ledger.no, plan=plan)


def lines(as_of: date, known_on: date | None = None) -> list[Any]:
    found = queries.open_lines(None, as_of=as_of, known_on=known_on)
    return found.select("bill_no", "instalment", "due_on", "open_minor").rows()


def test_a_plan_agreed_on_late_moves_what_is_due_from_its_day_on_and_no_earlier(ledger: Ledger) -> None:
    ledger.bill("B1", "2026-01-01", "2026-01-31", "300.00", on="2026-01-01")
    agree(ledger, "B1", ("2026-05-31", "100.00"), ("2026-06-30", "100.00"), ("2026-07-31", "100.00"),
          agreed="2026-05-01")  # fmt: skip

    assert lines(date(2026, 4, 30)) == [("B1", 0, date(2026, 1, 31), 30000)]
    assert lines(JUNE) == [
        ("B1", 1, date(2026, 5, 31), 10000),
        ("B1", 2, date(2026, 6, 30), 10000),
        ("B1", 3, date(2026, 7, 31), 10000),
    ]
    assert lines(JUNE, known_on=date(2026, 6, 29)) == [
        ("B1", 0, date(2026, 1, 31), 30000)
    ]  # told on the 30th
    assert shown(queries.ageing(None, as_of=date(2026, 4, 30))) == {"CNY 61-90": (1, "300.00")}
    assert shown(queries.ageing(None, as_of=JUNE)) == {
        "CNY not_due": (1, "200.00"),
        "CNY 1-30": (1, "100.00"),
    }
    (total,) = queries.totals(None, as_of=JUNE)
    assert (total.open, total.overdue, total.bills, total.overdue_bills) == (
        Money.of("300.00"), Money.of("100.00"), 1, 1,
    )  # fmt: skip
    (event,) = queries.risk_events(None, as_of=JUNE, since=date(2026, 1, 1)).rows(named=True)
    assert (event["event"], event["due_on"], event["amount_minor"], event["days_late"]) == (
        "not_paid", date(2026, 5, 31), 10000, 30,
    )  # fmt: skip


def test_money_clears_the_earliest_instalment_first(ledger: Ledger) -> None:
    ledger.bill("B1", "2026-01-01", "2026-01-31", "300.00")
    ledger.receipt("R1", "2026-02-01", "150.00")
    ledger.settle("B1", "2026-02-01", "150.00", by="R1")
    agree(ledger, "B1", ("2026-05-31", "100.00"), ("2026-06-30", "100.00"), ("2026-07-31", "100.00"))

    assert lines(JUNE) == [("B1", 2, date(2026, 6, 30), 5000), ("B1", 3, date(2026, 7, 31), 10000)]
    (plan,) = queries.plans(None, as_of=JUNE).rows(named=True)
    assert (plan["instalments"], plan["paid"], plan["next_due_on"]) == (3, 1, date(2026, 6, 30))
    assert (plan["open_minor"], plan["overdue_minor"]) == (15000, 0)
    assert queries.instalments(None, as_of=JUNE)["open_minor"].to_list() == [0, 5000, 10000]


def test_what_is_due_and_the_running_sums_go_by_the_instalments(ledger: Ledger) -> None:
    ledger.bill("B1", "2026-01-01", "2026-01-31", "300.00")
    ledger.bill("B2", "2026-01-01", "2026-06-01", "50.00")
    agree(ledger, "B1", ("2026-06-10", "100.00"), ("2026-08-31", "200.00"))
    ledger.receipt("R1", "2026-06-01", "120.00")
    of = (Customer.objects.get().pk, "CNY", "")
    first = date(1950, 1, 1)

    def dues() -> tuple[int, int, date | None]:
        return (
            queries.due_between(*of, from_on=first, before_on=JUNE),
            queries.due_between(*of, from_on=JUNE, before_on=date(2027, 1, 1)),
            queries.first_due(*of, from_on=first),
        )

    assert dues() == (15000, 20000, date(2026, 6, 1))
    ledger.settle("B2", "2026-06-02", "50.00", by="R1")
    assert dues() == (10000, 20000, date(2026, 6, 10))
    settled = ledger.settle("B1", "2026-06-02", "70.00", by="R1")
    assert dues() == (3000, 20000, date(2026, 6, 10))
    ledger.reverse(settled)
    assert dues() == (10000, 20000, date(2026, 6, 10))
    services.end_plan(actor=ledger.actor, on=JUNE, customer_no="C-7", bill_no="B1", reason="违约")
    assert dues() == (30000, 0, date(2026, 1, 31))
    assert differences().is_empty()


def test_who_pays_each_instalment_in_time_is_never_late(ledger: Ledger) -> None:
    ledger.bill("B1", "2026-01-01", "2026-01-31", "300.00")
    ledger.bill("B2", "2026-01-01", "2026-01-31", "100.00")
    agree(ledger, "B1", ("2026-03-31", "100.00"), ("2026-04-30", "200.00"), agreed="2026-02-15")
    ledger.receipt("R1", "2026-02-01", "300.00")
    ledger.settle("B1", "2026-02-10", "60.00", by="R1")  # before the plan: late by the bill's own day
    ledger.settle("B1", "2026-03-31", "40.00", by="R1")  # the rest of the first, in time
    ledger.settle("B1", "2026-05-04", "150.00", by="R1")  # of the second, four days late
    since = date(2026, 1, 1)

    events = queries.risk_events(None, as_of=JUNE, since=since).filter(bill_no="B1")
    told = events.select("event", "due_on", "happened_on", "amount_minor", "days_late").sort(
        "happened_on", "event"
    )
    assert told.rows() == [
        ("late", date(2026, 1, 31), date(2026, 2, 10), 6000, 10),
        ("not_paid", date(2026, 4, 30), date(2026, 4, 30), 5000, 61),
        ("late", date(2026, 4, 30), date(2026, 5, 4), 15000, 4),
    ]
    # (60 × 10 + 40 × 0 + 150 × 4) / 250 = 4.8 days, half-up
    assert queries.late_days(on=JUNE)["late_days"].to_list() == [5]


def test_a_plan_is_the_bill_to_the_cent_and_its_days_rise(ledger: Ledger) -> None:
    ledger.bill("B1", "2026-01-10", "2026-01-31", "100.00")
    ledger.bill("K1", "2026-01-10", "2026-01-31", "-100.00")

    for row, parts in (
        (2, (("2026-02-01", "50.00"), ("2026-03-01", "49.99"))),
        (2, (("2026-02-01", "50.00"), ("2026-02-01", "50.00"))),
        (1, (("2026-01-09", "100.00"),)),
        (1, (("2026-02-01", "-1.00"), ("2026-03-01", "101.00"))),
        (0, ()),
    ):
        with pytest.raises(errors.PlanUnfit) as refused:
            agree(ledger, "B1", *parts)
        assert refused.value.params["row"] == row
    with pytest.raises(errors.PlanUnfit):
        agree(ledger, "K1", ("2026-02-01", "-100.00"))
    with pytest.raises(errors.DayRefused):
        agree(ledger, "B1", ("2026-02-01", "100.00"), agreed="2026-07-01")
    with pytest.raises(errors.PlanMissing):
        services.end_plan(actor=ledger.actor, on=JUNE, customer_no="C-7", bill_no="B1", reason="无")
    assert queries.plans(None, as_of=JUNE).is_empty()


def test_a_corrected_bill_keeps_a_plan_that_still_fits(ledger: Ledger) -> None:
    ledger.bill("B1", "2026-01-10", "2026-01-31", "100.00")
    agree(ledger, "B1", ("2026-02-01", "40.00"), ("2026-08-01", "60.00"))

    ledger.correct("B1", "2026-01-11", "2026-02-11", "100.00")

    assert lines(JUNE) == [("B1", 1, date(2026, 2, 1), 4000), ("B1", 2, date(2026, 8, 1), 6000)]
    assert differences().is_empty()
    with pytest.raises(errors.PlanStands):
        ledger.correct("B1", "2026-01-11", "2026-02-11", "90.00")


@pytest.mark.req("ARM-01")
def test_a_credit_note_takes_off_no_more_than_its_bill_unless_it_is_free(ledger: Ledger) -> None:
    def credit(no: str, amount: str, of: str = "") -> Any:
        bill = NewBill(no, date(2026, 2, 1), date(2026, 2, 1), Money.of(amount), arises_from=of)
        return services.post_bill(actor=ledger.actor, on=ledger.on, customer_no=ledger.no, bill=bill)

    ledger.bill("B1", "2026-01-01", "2026-01-31", "100.00")
    credit("K1", "-60.00", "B1")
    with pytest.raises(errors.CreditTooLarge) as refused:
        credit("K2", "-40.01", "B1")
    assert refused.value.params["left"] == Money.of("40.00")
    credit("K2", "-40.00", "B1")
    credit("K3", "-500.00")
    with pytest.raises(errors.NotCredit):
        credit("K4", "-1.00", "K3")
    with pytest.raises(errors.CreditTooLarge):
        ledger.correct("B1", "2026-01-01", "2026-01-31", "99.99")
    ledger.void("K2")
    assert credit("K5", "-40.00", "B1").arises_from_id is not None
