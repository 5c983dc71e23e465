"""Steps of the law in their order, their costs, and what they do to the clocks; evidence or nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.indicators.ledger import bill
from tests.operations.collection.conftest import PDF, TODAY, Desk, actor
from xinheng.base.kernel.money import Money
from xinheng.facts.archive.values import Upload
from xinheng.facts.customers.models import Customer
from xinheng.facts.receivables.models import Bill
from xinheng.operations.collection import queries, services
from xinheng.operations.collection.errors import (
    CollectionInvalid,
    DebtUnknown,
    EvidenceMissing,
    EvidenceWeak,
    StepOutOfOrder,
)
from xinheng.operations.collection.models import ClockEvent, Deadline, LegalStep
from xinheng.operations.collection.values import NewDeadline, NewInterruption, NewObstacle, NewStep

PAPER = Upload("律师函.pdf", PDF)
SUIT = NewStep(
    "suit", date(2024, 7, 10), "沈阳市和平区人民法院", "(2024)辽0102民初123号", cost=Money.of("2300")
)


def step(desk: Desk, new: NewStep, *papers: Upload, no: str = "C-2") -> LegalStep:
    return services.take_step(**desk.who("fair"), case_id=desk.case(no).pk, step=new, papers=papers)


def interrupted(desk: Desk, code: str, day: date, evidence: Any = PAPER, *bill_nos: str) -> list[ClockEvent]:
    new = NewInterruption(code, day, evidence, bill_nos)
    return services.interrupt(**desk.who("fair"), customer_no="C-2", interruption=new)


def last_day(desk: Desk, bill_no: str = "B-2", no: str = "C-2") -> date | None:
    line, _told = queries.clock_of(actor("chief"), no, bill_no, on=desk.on)
    return line.last_day


def test_steps_come_in_their_order_and_their_costs_are_a_claim_of_its_own(desk: Desk) -> None:
    with pytest.raises(StepOutOfOrder):
        step(desk, NewStep("judgment", date(2024, 7, 10), "法院", "1号"))
    with pytest.raises(CollectionInvalid):
        step(desk, NewStep("suit", date(2024, 7, 10)))  # without a court

    suit = step(desk, SUIT, PAPER)

    cost = Bill.objects.get(bill_no=suit.cost_bill_no)
    assert (cost.kind, cost.amount_minor, cost.arises_from) == (
        "cost",
        230_000,
        Bill.objects.get(bill_no="B-2"),
    )
    judgment = NewStep(
        "judgment",
        date(2024, 7, 30),
        "沈阳市和平区人民法院",
        "(2024)辽0102民初123号",
        perform_by=date(2024, 8, 10),
    )
    with pytest.raises(StepOutOfOrder):
        step(desk, NewStep("enforcement", date(2024, 7, 30), "法院", "2号"))
    step(desk, judgment)
    clock = Deadline.objects.get()
    assert (clock.code, clock.from_on, clock.last_day) == (
        "enforcement",
        date(2024, 8, 10),
        date(2026, 8, 10),
    )
    services.meet_deadline(**desk.who("fair"), deadline_id=clock.pk, how="已申请执行")
    step(desk, NewStep("enforcement", date(2024, 7, 31), "法院", "2号"))
    assert not queries.deadlines(actor("chief"), on=TODAY).exists()


def test_a_suit_interrupts_every_debt_that_was_due_but_only_with_its_paper(desk: Desk) -> None:
    bill(Customer.objects.get(no="C-2"), "B-2L", "2024-07-01", "2024-07-20", 100)  # due after the suit
    step(desk, NewStep("suit", date(2024, 7, 10), "法院", "1号"))
    assert not ClockEvent.objects.exists()
    assert last_day(desk) == date(2027, 4, 26)  # 24 April 2027 is a Saturday

    step(desk, SUIT, PAPER)

    assert [(one.bill.bill_no, one.code) for one in ClockEvent.objects.all()] == [("B-2", "suit")]
    assert last_day(desk) == date(2027, 7, 12)  # 10 July 2027 is a Saturday
    assert last_day(desk, "B-2L") == date(2027, 7, 21)


def test_nothing_moves_the_clock_without_a_file_and_a_phone_call_never_does(desk: Desk) -> None:
    with pytest.raises(EvidenceMissing):
        interrupted(desk, "demand_delivered", date(2024, 7, 1), None)
    with pytest.raises(EvidenceWeak):
        interrupted(desk, "phone_only", date(2024, 7, 1))
    with pytest.raises(DebtUnknown):
        interrupted(desk, "demand_delivered", date(2024, 7, 1), PAPER, "B-1")  # another customer's
    with pytest.raises(DebtUnknown):
        interrupted(desk, "demand_delivered", date(2024, 4, 1))  # nothing was due by then
    assert not ClockEvent.objects.exists()

    (event,) = interrupted(desk, "demand_delivered", date(2024, 7, 1))
    assert last_day(desk) == date(2027, 7, 1)
    found = services.read_evidence(**desk.who("fair"), event_id=event.pk)
    assert (found.content, found.attached.sha256) == (PDF, event.sha256)

    services.take_back_interruption(**desk.who("fair"), event_id=event.pk, why="签收人无权")
    assert last_day(desk) == date(2027, 4, 26)


def test_the_arithmetic_is_told_in_words_and_alerts_are_reached_at_their_days(desk: Desk) -> None:
    bill(Customer.objects.get(no="C-2"), "B-OLD", "2021-08-01", "2021-08-31", 700)

    line, told = queries.clock_of(actor("chief"), "C-2", "B-OLD", on=TODAY)

    assert (line.alert_base, line.days_left, line.alert) == (date(2024, 8, 31), 30, 30)
    assert line.last_day == date(2024, 9, 2)  # 1 September 2024 is a Sunday
    assert told == [
        "到期日2021-08-31，逾期首日2021-09-01；自该日起36个月，届满日为2024-09-01。",
        "2024-09-01为休息日，顺延至2024-09-02。",
    ]
    listed = queries.clock_lines(actor("chief"), on=TODAY)
    assert [one.bill_no for one in listed] == ["B-OLD"]
    over = queries.clock_lines(actor("chief"), on=date(2024, 9, 3), which="expired")
    assert [(one.bill_no, one.is_expired) for one in over] == [("B-OLD", True)]
    assert queries.clock_lines(actor("chief"), on=date(2024, 9, 2), which="expired") == []

    gap = NewObstacle("疫情封控", date(2024, 5, 1), date(2024, 6, 30), PAPER, ("B-OLD",))
    services.note_obstacle(**desk.who("fair"), customer_no="C-2", obstacle=gap)
    assert last_day(desk, "B-OLD") == date(2024, 12, 30)


def test_other_times_of_the_law_are_watched(desk: Desk) -> None:
    for code, from_on, until in (
        ("guarantee", "2025-08-31", "2026-02-28"),
        ("acceptor", "2024-07-01", "2026-07-01"),
        ("recourse", "2024-07-31", "2025-01-31"),
        ("re_recourse", "2024-07-31", "2024-10-31"),
        ("bankruptcy_notice", "2024-07-31", "2024-08-25"),
    ):
        new = NewDeadline(code, date.fromisoformat(from_on))
        kept = services.add_deadline(**desk.who("fair"), case_id=desk.case("C-2").pk, deadline=new)
        assert kept.last_day == date.fromisoformat(until), code
    told = NewDeadline("bankruptcy_claim", date(2024, 7, 31), "债权申报", date(2024, 9, 15))
    services.add_deadline(**desk.who("fair"), case_id=desk.case("C-2").pk, deadline=told)
    first = queries.deadlines(actor("chief"), on=TODAY).first()
    assert first is not None
    assert first.code == "bankruptcy_notice"
