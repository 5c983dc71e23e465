"""What each person recovered, who is to be spoken to, and that old debts without a limit only fall."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.indicators.ledger import pay
from tests.operations.collection.conftest import FOUNDED, TODAY, Desk, actor
from xinheng.base.kernel.actors import system_actor
from xinheng.base.kernel.money import Money
from xinheng.base.kernel.periods import quarter_of, year_of
from xinheng.base.packs.adopting import put_in_force
from xinheng.facts.customers.models import Customer
from xinheng.facts.orders import services as orders
from xinheng.facts.orders.queries import order_now
from xinheng.facts.orders.values import NewDelivery, NewOrder
from xinheng.facts.receivables.models import Bill
from xinheng.judgements.advances.models import LegacyDebt
from xinheng.judgements.limits import services as credit
from xinheng.judgements.limits.values import NewLimit
from xinheng.judgements.ratings.models import Run
from xinheng.judgements.reviews.models import Sheet, StandingGrade
from xinheng.operations.collection import gate, queries, services
from xinheng.operations.collection.errors import NoCreditWithArrears
from xinheng.operations.collection.values import NewContact

CHECKS = Path(__file__).resolve().parents[3] / "packs" / "general" / "checks.yaml"


@pytest.mark.req("ADV-28", "PWR-33")
def test_recovered_is_money_on_late_bills_by_who_answers_or_who_collected(desk: Desk) -> None:
    services.set_collector(**desk.who(), login="strong", skill=3, capacity=9)
    services.reassign(**desk.who(), case_ids=[desk.case("C-1").pk], login="strong")
    pay(Bill.objects.get(bill_no="B-1"), "2024-08-05", 60_000)
    pay(Bill.objects.get(bill_no="B-3"), "2024-08-06", 1_000)
    on = date(2024, 8, 31)

    told = queries.appraise(actor("chief"), year_of(on), on=on)

    # fair answers for all but C-3; B-5 was paid on its day and is nobody's merit; B-6 and B-4 are late
    assert [(one.person, one.recovered, one.due, one.rank) for one in told] == [
        ("fair", Money.of("60000"), Money.of("124050"), 1),
        ("", Money.of("1000"), Money.of("5000"), 2),
    ]
    assert told[1].rate == 0.2
    assert told[1].figure == 0.2  # the coefficient is 1

    by = queries.appraise(actor("chief"), year_of(on), on=on, by="collector")
    assert [(one.person, one.recovered, one.due) for one in by] == [
        ("strong", Money.of("60000"), Money.of("100000")),
        ("", Money.of("1000"), Money.of("29050")),
    ]


def graded(no: str, grade: str, on: date, until: date | None = None) -> None:
    at = datetime(on.year, on.month, on.day, tzinfo=UTC)
    run = Run.objects.create(
        policy_code="pts", policy_version="1", policy_sha256="0" * 64, as_of=on, measurement_id=0,
        state="done", started_at=at, run_by="chief",
    )  # fmt: skip
    told: Any = {"submitted_by": "x", "submitted_on": on, "approved_by": "y", "approved_on": on}
    sheet = Sheet.objects.create(run=run, policy_code="pts", effective_on=on, state="approved", **told)
    StandingGrade.objects.create(
        customer=Customer.objects.get(no=no), policy_code="pts", grade=grade, rank=1, kind="accepted",
        effective_from=on, effective_until=until, run=run, sheet=sheet, reviewed_by="x", approved_by="y",
    )  # fmt: skip


@pytest.mark.req("PTS-13")
def test_a_customers_are_spoken_to_every_quarter_from_the_one_after_they_became_a(desk: Desk) -> None:
    graded("C-1", "A", FOUNDED)
    graded("C-2", "A", date(2024, 7, 2))  # within the quarter: begins with the next
    graded("C-3", "B", FOUNDED)
    graded("C-5", "A", FOUNDED)

    def told(on: date, day: date) -> list[tuple[str, bool, bool]]:
        found = queries.follow_ups(actor("chief"), quarter_of(day), on=on)
        return [(one.customer.no, one.contact is not None, one.is_late) for one in found]

    for no, way, result in (
        ("C-5", "phone", "reached"),
        ("C-1", "letter", "reached"),
        ("C-1", "phone", "not_reached"),
    ):
        contact = NewContact(TODAY, way, result)  # type: ignore[arg-type]
        services.log_contact(**desk.who(), customer_no=no, contact=contact)
    assert told(TODAY, TODAY) == [("C-1", False, False), ("C-5", True, False)]
    october = date(2024, 10, 1)
    assert told(october, TODAY) == [("C-1", False, True), ("C-5", True, False)]
    assert told(october, october) == [("C-1", False, False), ("C-2", False, False), ("C-5", False, False)]


@pytest.mark.req("ADV-25")
def test_nothing_leaves_on_credit_while_an_old_debt_without_a_limit_is_open(desk: Desk) -> None:
    who = Customer.objects.get(no="C-2")
    debt = LegacyDebt.objects.create(
        customer=who, opening_minor=900_000, balance_minor=500_000, since=FOUNDED, note="移交", told_by="x",
        told_on=FOUNDED,
    )  # fmt: skip
    root: Any = {"actor": system_actor(), "on": TODAY}
    put_in_force(**root, kind="checks", text=CHECKS.read_text("utf-8"), effective_from=FOUNDED)
    for no, payment in (("O-1", "credit"), ("O-2", "prepaid")):
        order = NewOrder(no, TODAY, TODAY, Money.of("100"), payment=payment)  # type: ignore[arg-type]
        credit.check_order(**root, customer_no="C-2", order=order)
    credit.release(**desk.who(), order_no="O-1", reason="老客户")  # a person let it go all the same
    goods: Any = {
        "customer_no": "C-2",
        "order_no": "O-1",
        "delivery": NewDelivery("D-1", TODAY, Money.of("40")),
    }

    with pytest.raises(NoCreditWithArrears) as refused:
        orders.deliver(**root, **goods)
    assert refused.value.params["overdue"] == Money(500_000)
    frame = pl.DataFrame({"customer_id": [who.pk], "payment": ["credit"], "minor": [4_000]})
    with pytest.raises(NoCreditWithArrears):
        gate.watch_many(goods=frame, on=TODAY)
    gate.watch(order=order_now(who, "O-2"), act="deliver", minor=4_000, on=TODAY)  # paid before
    gate.watch(order=order_now(who, "O-1"), act="deliver", minor=-4_000, on=TODAY)  # comes back
    gate.watch_many(goods=frame.with_columns(payment=pl.lit("prepaid")), on=TODAY)

    credit.set_limit(**root, customer_no="C-2", limit=NewLimit("已核定", Money.of("1000000")))
    assert orders.deliver(**root, **goods).delivered == Money.of("40")

    credit.set_limit(**root, customer_no="C-2", limit=NewLimit("取消", None, "no_credit"))
    with pytest.raises(NoCreditWithArrears):
        gate.refuse_more([who.pk], on=TODAY)
    LegacyDebt.objects.filter(pk=debt.pk).update(balance_minor=0, settled_on=TODAY)
    gate.refuse_more([who.pk], on=TODAY)
