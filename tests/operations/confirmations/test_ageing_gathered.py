"""Ageing of any day, by anything, from the ledger and from the columnar files: the same to the cent."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.facts.receivables.conftest import Ledger, customer
from xinheng.base.access.models import Person, Unit
from xinheng.base.kernel.actors import Actor, Scope
from xinheng.facts.customers.models import Customer, Responsibility
from xinheng.facts.disputes.models import Pause
from xinheng.facts.receivables.models import Bill
from xinheng.operations.confirmations import buckets, gathering
from xinheng.operations.confirmations.values import AgeingAsked, BucketSet

DAY = date(2026, 6, 30)
START = date(2024, 1, 1)


def due(days: int) -> str:
    return (DAY - timedelta(days=days)).isoformat()


def filled(actor: Actor) -> Ledger:
    """C-7 owes 1 to 7 yuan by bucket and paid 0.50 too much; its daughter C-8 owes 10.00 and has a credit."""
    parent = customer("C-7")
    Customer.objects.filter(pk=parent.pk).update(region="华东", industry_section="C")
    daughter = customer("C-8")
    Customer.objects.filter(pk=daughter.pk).update(parent=parent, region="华南")
    unit = Unit.objects.create(code="HQ", name="公司", kind="group", path="/1/")
    person = Person.objects.create(login="wang", name="王芳")
    told: Any = {"unit": unit, "person": person, "from_on": START}
    Responsibility.objects.create(customer=parent, **told, until_on=date(2026, 6, 1))
    Responsibility.objects.create(customer=parent, unit=unit, from_on=date(2026, 6, 1))
    Responsibility.objects.create(customer=daughter, **told)
    ledger = Ledger(actor, DAY)
    for minor, late in enumerate((0, 1, 30, 31, 90, 180, 361), start=1):
        ledger.bill(f"B{late}", "2024-01-01", due(late), f"{minor}.00")
    ledger.receipt("R1", "2026-06-01", "1.50")
    ledger.settle("B0", "2026-06-10", "1.00", by="R1")
    ledger.no = "C-8"
    ledger.bill("B1", "2026-01-01", due(40), "10.00")
    ledger.bill("K1", "2026-01-02", "2026-01-02", "-4.00")
    ledger.bill("U1", "2026-01-02", due(0), "7.00", currency="USD")
    return ledger


def shown(aged: Any) -> dict[str, list[Decimal]]:
    return {f"{line.key} {line.currency}": [money.decimal for money in line.buckets] for line in aged.lines}


@pytest.mark.django_db
@pytest.mark.req("ARM-02")
def test_every_dimension_comes_to_the_same_total_and_to_the_facts(chief: Actor) -> None:
    filled(chief)
    by_customer = gathering.aged(chief, AgeingAsked(sort="key"), as_of=DAY, on=DAY)

    assert shown(by_customer) == {
        "C-7 CNY": [Decimal(0), Decimal(5), Decimal(4), Decimal(5), Decimal(6), Decimal(0), Decimal(7)],
        "C-8 CNY": [Decimal(0), Decimal(0), Decimal(10), Decimal(0), Decimal(-4), Decimal(0), Decimal(0)],
        "C-8 USD": [Decimal(7), Decimal(0), Decimal(0), Decimal(0), Decimal(0), Decimal(0), Decimal(0)],
    }
    (c7, c8, _usd) = by_customer.lines
    assert (c7.prepaid, c7.overdue, c7.bills, c7.name) == (yuan("0.50"), yuan("27.00"), 6, "C-7")
    assert c8.prepaid == yuan("0")
    for by in ("group", "salesperson", "unit", "region", "grade", "industry", "segment", "kind"):
        aged = gathering.aged(chief, AgeingAsked(by=by), as_of=DAY, on=DAY)
        assert [(one.currency, one.total.decimal) for one in aged.sums] == [
            ("CNY", Decimal(33)),
            ("USD", Decimal(7)),
        ], by
        assert all(one.agrees for one in aged.controls)
        assert [one.facts.decimal for one in aged.controls] == [Decimal("32.50"), Decimal(7)]
    groups = gathering.aged(chief, AgeingAsked(by="group"), as_of=DAY, on=DAY)
    assert {(one.key, one.currency): one.total.decimal for one in groups.lines} == {
        ("C-7", "CNY"): Decimal(33), ("C-7", "USD"): Decimal(7),
    }  # fmt: skip
    regions = gathering.aged(chief, AgeingAsked(by="region", currency="CNY"), as_of=DAY, on=DAY)
    assert {one.key: one.total.decimal for one in regions.lines} == {"华东": Decimal(27), "华南": Decimal(6)}
    goods = gathering.aged(chief, AgeingAsked(kind="goods", currency="CNY", sort="key"), as_of=DAY, on=DAY)
    assert [(one.total.decimal, one.prepaid) for one in goods.lines] == [
        (Decimal(27), None),
        (Decimal(6), None),
    ]
    assert goods.sums[0].prepaid is None
    assert gathering.aged(chief, AgeingAsked(kind="interest"), as_of=DAY, on=DAY).lines == ()
    kinds = gathering.aged(chief, AgeingAsked(by="kind", of="region", key="华南"), as_of=DAY, on=DAY)
    assert {one.currency: one.total.decimal for one in kinds.lines} == {"CNY": Decimal(6), "USD": Decimal(7)}
    nobodys = gathering.aged(chief, AgeingAsked(of="industry", key=""), as_of=DAY, on=DAY)
    assert {one.key for one in nobodys.lines} == {"C-8"}
    within = gathering.aged(chief, AgeingAsked(of="group", key="C-7", currency="CNY"), as_of=DAY, on=DAY)
    assert [one.key for one in within.lines] == ["C-7", "C-8"]


def yuan(amount: str) -> Any:
    from xinheng.base.kernel.money import Money

    return Money.of(amount)


@pytest.mark.django_db
def test_who_answered_on_the_day_stands_for_the_day_and_later_receipts_are_ignored(chief: Actor) -> None:
    filled(chief)

    may = gathering.aged(
        chief, AgeingAsked(by="salesperson", currency="CNY"), as_of=date(2026, 5, 31), on=DAY
    )
    june = gathering.aged(chief, AgeingAsked(by="salesperson", currency="CNY"), as_of=DAY, on=DAY)

    assert {one.key: (one.total.decimal, one.prepaid.decimal) for one in may.lines} == {
        "王芳": (Decimal(34), Decimal(0))
    }
    assert {one.key: one.total.decimal for one in june.lines} == {"王芳": Decimal(6), "": Decimal(27)}


@pytest.mark.django_db
def test_who_reaches_one_customer_sees_its_ageing_only(chief: Actor) -> None:
    filled(chief)
    seller = Actor(
        login="wang", name="王芳", permits=frozenset({"*"}),
        scope=Scope("own", person_id=Person.objects.get().pk),
    )  # fmt: skip

    aged = gathering.aged(seller, AgeingAsked(), as_of=DAY, on=DAY)

    assert {one.key for one in aged.lines} == {"C-8"}
    assert [one.facts.decimal for one in aged.controls] == [Decimal(6), Decimal(7)]


@pytest.mark.django_db
def test_days_on_which_a_clock_stood_still_are_not_overdue(chief: Actor) -> None:
    filled(chief)
    bill = Bill.objects.get(bill_no="B31")
    Pause.objects.create(
        bill=bill, from_on=DAY - timedelta(days=10), until_on=DAY - timedelta(days=5), kind="plan",
        told_on=DAY, told_by="chief", reason="分期协议", ended_told_on=DAY,
    )  # fmt: skip

    (line,) = gathering.aged(chief, AgeingAsked(text="C-7"), as_of=DAY, on=DAY).lines

    assert [one.decimal for one in line.buckets[:3]] == [Decimal(0), Decimal(9), Decimal(0)]


@pytest.mark.django_db
def test_age_counts_years_from_the_day_of_the_bill_and_the_year_itself_belongs_to_it(chief: Actor) -> None:
    customer("C-7")
    ledger = Ledger(chief, DAY)
    for no, billed in (("A", "2025-06-30"), ("B", "2025-06-29"), ("C", "2021-06-30"), ("D", "2021-06-29")):
        ledger.bill(no, billed, "2026-12-31", "1.00")

    (line,) = gathering.aged(chief, AgeingAsked(buckets="age"), as_of=DAY, on=DAY).lines

    assert [one.decimal for one in line.buckets] == [1, 1, 0, 0, 1, 1]
    assert line.overdue is None


@pytest.mark.any_database
def test_the_boundary_stands_in_the_heading() -> None:
    from django.utils import translation

    days = BucketSet(
        code="d", zh="天", en="d", mark="given", counts_from="due_on", unit="days", upto=(0, 30, 60)
    )
    years = BucketSet(
        code="y", zh="年", en="y", mark="given", counts_from="billed_on", unit="years", upto=(1, 2)
    )

    with translation.override("zh-hans"):
        assert buckets.names_of(days) == [
            "未到期（含到期日当天）", "1–30 天（含第 30 天）", "31–60 天（含第 60 天）", "60 天以上（从第 61 天起）",
        ]  # fmt: skip
        assert buckets.names_of(years) == ["1 年以内（含 1 年）", "1–2 年（含 2 年）", "2 年以上"]
    assert days.codes == ("not_due", "1-30", "31-60", ">60")
    assert years.codes == ("y0-1", "y1-2", "y>2")
