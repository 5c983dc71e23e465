"""Promises and plans: told by people, judged by the ledger to the cent and to the day."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.indicators.ledger import pay
from tests.operations.collection.conftest import TODAY, Desk, actor
from xinheng.base.kernel.money import Money
from xinheng.base.packs.adopting import put_in_force
from xinheng.facts.customers.models import Customer
from xinheng.facts.receivables.models import Bill, Receipt, ReceiptVoiding
from xinheng.judgements.limits import queries as credit
from xinheng.operations.collection import queries, rules, services
from xinheng.operations.collection.errors import (
    CaseUnknown,
    CollectionInvalid,
    PlanDiffers,
    PlanStands,
    PromiseStands,
)
from xinheng.operations.collection.models import PaymentPlan, Promise
from xinheng.operations.collection.values import NewPlan, WantedCases
from xinheng.operations.dunning import queries as reminders

PACK = Path(__file__).resolve().parents[3] / "packs" / "general" / "collection.yaml"


def promised(desk: Desk, no: str, yuan: str, due: date, by: str = "fair") -> Promise:
    told: Any = {"amount": Money.of(yuan), "due_on": due, "promised_by": "王经理"}
    return services.promise(**desk.who(by), case_id=desk.case(no).pk, **told)


def judged(desk: Desk, on: date) -> tuple[int, int, int]:
    found = services.judge(**desk.who("system", on))
    return found.kept, found.part, found.broken


def test_a_promise_is_broken_on_the_day_after_its_grace_and_not_before(desk: Desk) -> None:
    kept = promised(desk, "C-1", "40000", date(2024, 8, 10))
    assert judged(desk, date(2024, 8, 13)) == (0, 0, 0)  # the third day of grace

    assert judged(desk, date(2024, 8, 14)) == (0, 0, 1)

    kept.refresh_from_db()
    assert (kept.state, kept.paid_minor, kept.judged_on) == ("broken", 0, date(2024, 8, 14))
    assert judged(desk, date(2024, 8, 15)) == (0, 0, 0)  # judged once
    found = queries.cases(actor("chief"), WantedCases(broken=True), on=date(2024, 8, 15))
    assert [one.customer.no for one in found] == ["C-1"]


def test_money_within_the_grace_keeps_it_part_of_it_is_told_and_a_void_receipt_is_none(desk: Desk) -> None:
    whole = promised(desk, "C-1", "40000", date(2024, 8, 10))
    part = promised(desk, "C-2", "5000", date(2024, 8, 10))
    none = promised(desk, "C-3", "5000", date(2024, 8, 10), "chief")
    pay(Bill.objects.get(bill_no="B-1"), "2024-08-05", 15_000)
    pay(Bill.objects.get(bill_no="B-1"), "2024-08-13", 25_000)
    pay(Bill.objects.get(bill_no="B-2"), "2024-08-13", 4_999)
    pay(Bill.objects.get(bill_no="B-2"), "2024-08-14", 1)  # a day too late
    pay(Bill.objects.get(bill_no="B-3"), "2024-08-05", 5_000)
    void = Receipt.objects.get(customer__no="C-3")
    ReceiptVoiding.objects.create(receipt=void, told_on=date(2024, 8, 6), reason="记错")

    assert judged(desk, date(2024, 8, 14)) == (1, 1, 1)

    for row in (whole, part, none):
        row.refresh_from_db()
    assert [(row.state, row.paid_minor) for row in (whole, part, none)] == [
        ("kept", 4_000_000), ("part", 499_900), ("broken", 0),
    ]  # fmt: skip


def test_it_is_kept_as_soon_as_all_is_there_and_money_from_before_does_not_count(desk: Desk) -> None:
    pay(Bill.objects.get(bill_no="B-1"), "2024-07-31", 40_000)
    kept = promised(desk, "C-1", "40000", date(2024, 8, 20))
    assert judged(desk, date(2024, 8, 2)) == (0, 0, 0)

    pay(Bill.objects.get(bill_no="B-1"), "2024-08-02", 40_000)

    assert judged(desk, date(2024, 8, 2)) == (1, 0, 0)
    kept.refresh_from_db()
    assert kept.state == "kept"


def test_one_promise_at_a_time_and_none_beside_a_plan(desk: Desk) -> None:
    first = promised(desk, "C-1", "40000", date(2024, 8, 10))
    with pytest.raises(PromiseStands):
        promised(desk, "C-1", "10", date(2024, 8, 20))
    services.withdraw_promise(**desk.who("fair"), promise_id=first.pk, why="说错了")
    plan(desk, "C-1", "100000", ("2024-09-01", "50000"), ("2024-10-01", "50000"))
    with pytest.raises(PlanStands):
        promised(desk, "C-1", "10", date(2024, 8, 20))

    with pytest.raises(CollectionInvalid):
        promised(desk, "C-2", "10", TODAY - timedelta(days=1))
    with pytest.raises(CollectionInvalid):
        promised(desk, "C-2", "0", TODAY)
    told: Any = {"amount": Money.of("1"), "due_on": TODAY, "promised_by": "x"}
    with pytest.raises(CaseUnknown):  # C-3 is nobody's customer, so out of the collector's reach
        services.promise(**desk.who("fair"), case_id=desk.case("C-3").pk, **told)
    assert Promise.objects.count() == 1


def plan(desk: Desk, no: str, total: str, *parts: tuple[str, str]) -> PaymentPlan:
    told = tuple((date.fromisoformat(day), Money.of(amount)) for day, amount in parts)
    new = NewPlan(Money.of(total), told, "王经理")
    return services.agree_plan(**desk.who("fair"), case_id=desk.case(no).pk, plan=new)


def test_the_parts_of_a_plan_come_to_its_total_to_the_cent(desk: Desk) -> None:
    with pytest.raises(PlanDiffers) as refused:
        plan(desk, "C-1", "100000", ("2024-09-01", "50000"), ("2024-10-01", "49999.99"))
    assert refused.value.params["difference"] == Money(-1)

    days = [date(2024, month, 1) for month in (9, 10, 11)]
    parts = queries.equal_parts(Money.of("100"), 3, days)
    assert [amount.minor for _, amount in parts] == [3_333, 3_333, 3_334]


def test_a_plan_that_misses_a_part_is_broken_after_its_grace_and_early_money_counts(desk: Desk) -> None:
    kept = plan(desk, "C-1", "100000", ("2024-09-01", "50000"), ("2024-10-01", "50000"))
    pay(Bill.objects.get(bill_no="B-1"), "2024-08-20", 60_000)
    assert services.judge(**desk.who("system", date(2024, 9, 5))).plans_broken == 0
    pay(Bill.objects.get(bill_no="B-1"), "2024-10-02", 39_999)
    assert services.judge(**desk.who("system", date(2024, 10, 4))).plans_broken == 0

    assert services.judge(**desk.who("system", date(2024, 10, 5))).plans_broken == 1

    kept.refresh_from_db()
    assert (kept.state, kept.paid_minor) == ("broken", 9_999_900)


@pytest.mark.any_database
def test_a_plan_is_kept_once_all_of_it_is_paid() -> None:
    parts = [(date(2024, 9, 1), 100), (date(2024, 10, 1), 100)]

    def outcome(on: date, *paid: tuple[date, int]) -> Any:
        return rules.plan_outcome(parts, paid, grace_days=3, on=on)

    assert outcome(date(2024, 9, 4)) == ("running", None)
    assert outcome(date(2024, 9, 5)) == ("broken", date(2024, 9, 1))
    late = (date(2024, 9, 5), 100)
    assert outcome(date(2024, 9, 6), late) == ("broken", date(2024, 9, 1))  # it came a day too late
    assert outcome(date(2024, 9, 6), (date(2024, 9, 4), 200)) == ("kept", None)


def test_reminders_rest_while_a_promise_is_open_and_a_broken_one_has_consequences(desk: Desk) -> None:
    one = promised(desk, "C-1", "40000", date(2024, 8, 10))
    rests = reminders.pauses(actor("chief"), on=TODAY)
    assert [(row.customer.no, row.cause, row.until_on) for row in rests] == [
        ("C-1", "promise", date(2024, 8, 13))
    ]
    text = PACK.read_text("utf-8").replace("[raise_level, warn]", "[raise_level, block_orders]")
    put_in_force(**desk.who("system"), kind="collection", text=text, effective_from=TODAY)

    judged(desk, date(2024, 8, 14))

    one.refresh_from_db()
    assert one.consequences == ["raise_level", "block_orders"]
    assert not reminders.pauses(actor("chief"), on=date(2024, 8, 14)).exists()
    jump = reminders.waiting_jumps(Customer.objects.get(no="C-1")).get()
    assert (jump.bill.bill_no, jump.level) == ("B-1", 1)
    assert credit.status_of(Customer.objects.get(no="C-1")) == "hold"

    pay(Bill.objects.get(bill_no="B-1"), "2024-08-20", 100_000)
    services.end_day(**desk.who("system", date(2024, 8, 21)))
    assert credit.status_of(Customer.objects.get(no="C-1")) == "open"


def test_reminders_rest_while_a_plan_is_kept_and_go_on_once_it_is_broken(desk: Desk) -> None:
    plan(desk, "C-1", "100000", ("2024-09-01", "50000"), ("2024-10-01", "50000"))
    rests = reminders.pauses(actor("chief"), on=TODAY).get()
    assert (rests.cause, rests.until_on) == ("plan", date(2024, 10, 4))

    services.judge(**desk.who("system", date(2024, 9, 5)))

    assert not reminders.pauses(actor("chief"), on=date(2024, 9, 5)).exists()
