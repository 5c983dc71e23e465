"""What was owed on a past day: to the cent what the running row says today, and what it said that day."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.facts.receivables.conftest import customer
from tests.judgements.limits.conftest import JUNE, Desk
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.refusal import Refusal
from xinheng.facts.customers.models import Customer
from xinheng.judgements.limits import keeping, queries, services
from xinheng.judgements.limits.models import Account
from xinheng.judgements.limits.values import Exposure

pytestmark = pytest.mark.django_db
DAYS = 6
START = JUNE - timedelta(days=DAYS)


class Chance:
    """Acts on one customer as chance has it, some refused, each on its day."""

    def __init__(self, desk: Desk, seed: int) -> None:
        self.desk, self.dice, self.count = desk, random.Random(seed), 0  # noqa: S311
        self.orders: list[str] = []
        self.bills: list[str] = []
        self.receipts: list[str] = []
        self.settled: list[Any] = []

    def _no(self, kind: str, among: list[str]) -> str:
        self.count += 1
        among.append(f"{kind}-{self.count}")
        return among[-1]

    def act(self, on: date) -> None:
        desk, dice = self.desk, self.dice
        desk.on = on
        amount, money = f"{dice.randint(1, 9000)}.{dice.randint(0, 99):02}", f"{dice.randint(1, 4000)}"
        any_of: Any = lambda among: dice.choice(among or ["none"])  # noqa: E731
        earlier = str(on - timedelta(days=dice.randint(0, 5)))
        currency = dice.choice(["CNY", "CNY", "USD"])
        acts: list[Any] = [
            lambda: desk.order(self._no("O", self.orders), amount, currency=currency),
            lambda: desk.order(self._no("O", self.orders), amount),
            lambda: desk.deliver(any_of(self.orders), f"D-{on}-{self.count}-{dice.random()}", money),
            lambda: desk.deliver(any_of(self.orders), f"D-{on}-{self.count}-{dice.random()}", "-5"),
            lambda: desk.bill(any_of(self.orders), self._no("B", self.bills), money),
            lambda: desk.change(any_of(self.orders), amount),
            lambda: desk.end(any_of(self.orders), dice.choice(["cancelled", "closed"])),
            lambda: services.release(actor=desk.boss, on=on, order_no=any_of(self.orders), reason="放行"),  # type: ignore[attr-defined]
            lambda: services.reject(actor=desk.boss, on=on, order_no=any_of(self.orders), reason="风险"),  # type: ignore[attr-defined]
            lambda: desk.ledger.bill(self._no("B", self.bills), earlier, str(on), money, currency=currency),
            lambda: desk.ledger.bill(self._no("B", self.bills), earlier, str(on), f"-{money}"),
            lambda: desk.ledger.receipt(self._no("R", self.receipts), earlier, amount, currency=currency),
            lambda: self.settled.append(
                desk.ledger.settle(any_of(self.bills), str(on), "3.50", by=any_of(self.receipts))
            ),
            lambda: desk.ledger.void(any_of(self.bills)),
            lambda: desk.ledger.correct(any_of(self.bills), earlier, str(on), money),
            lambda: desk.ledger.reverse(self.dice.choice(self.settled)) if self.settled else None,
            lambda: desk.limit(str(dice.randint(5_000, 30_000))),
            lambda: services.recheck_all(actor=desk.actor, on=on),
        ]
        with suppress(Refusal):
            dice.choice(acts)()


def running(on: date, segment: str = "") -> Exposure:
    account = Account.objects.get(customer__no="C-7", segment=segment)
    keeping.revalue([account.pk], on=on)
    account.refresh_from_db()
    return queries.exposure_of(account)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_past_day_is_what_the_running_row_was_that_day(desk: Desk, chief: Actor, seed: int) -> None:
    """Random acts over days; each evening the row is written down, and found again from the facts later."""
    desk.limit("20000", on=START)
    desk.boss = Actor("boss", "boss", permits=chief.permits, scope=chief.scope)  # type: ignore[attr-defined]
    for n in range(DAYS):  # the rate changes in between
        if n % 3 == 0:
            rate = Decimal("7.1") + n
            services.set_rate(actor=chief, on=START, currency="USD", rate=rate, from_on=START + timedelta(n))
    who, chance = Customer.objects.get(no="C-7"), Chance(desk, seed)
    kept: dict[date, Exposure] = {}
    for n in range(DAYS):
        day = START + timedelta(days=n)
        for _ in range(16):
            chance.act(day)
        kept[day] = running(day)
        now = queries.exposure_as_of(who, as_of=day)
        assert now.exposure == kept[day], day
        assert now.is_convertible
    for day, then in kept.items():
        assert queries.exposure_as_of(who, as_of=day, known_on=day).exposure == then, day
    assert queries.differences().is_empty()


@pytest.mark.req("SAP-07", "SAP-19")
def test_each_figure_names_its_documents(desk: Desk, chief: Actor) -> None:
    day = JUNE - timedelta(days=3)
    desk.on = day
    desk.limit("1000")
    desk.order("O-1", "600")
    desk.order("O-2", "900")  # held
    desk.deliver("O-1", "D-1", "250")
    desk.bill("O-1", "B-1", "100")
    desk.ledger.receipt("R-1", str(day), "40")
    desk.ledger.bill("B-2", str(day), str(JUNE), "10", currency="USD")

    who = Customer.objects.get(no="C-7")
    found = queries.exposure_as_of(who, as_of=day)
    assert found.exposure == Exposure("CNY", 100_00, 40_00, 150_00, 1250_00, 900_00, 0)
    assert found.exposure.minor == 560_00
    assert not found.is_convertible  # no rate of the dollar was told by then
    assert sorted(found.documents.select("component", "no", "minor").iter_rows()) == [
        ("delivered", "O-1", 150_00),
        ("held", "O-2", 900_00),
        ("ordered", "O-1", 350_00),
        ("ordered", "O-2", 900_00),
        ("prepaid", "R-1", 40_00),
        ("receivable", "B-1", 100_00),
        ("receivable", "B-2", 10_00),
    ]
    services.set_rate(actor=chief, on=JUNE, currency="USD", rate=Decimal("7.15"), from_on=day)
    services.set_rate(actor=chief, on=JUNE, currency="USD", rate=Decimal(9), from_on=JUNE)
    running(JUNE)  # valued anew: the rate was told after the bill
    desk.on = JUNE
    desk.deliver("O-1", "D-2", "350")
    desk.ledger.settle("B-1", str(JUNE), "40", by="R-1")
    assert queries.exposure_as_of(who, as_of=day).exposure.foreign == 71_50
    assert queries.exposure_as_of(who, as_of=JUNE).exposure.foreign == 90_00
    assert queries.exposure_as_of(who, as_of=day - timedelta(days=1)).exposure.minor == 0

    below = customer("C-8")
    below.parent = who
    below.save()
    other = Desk(chief, "C-8")
    other.ledger.bill("B-9", str(JUNE), str(JUNE), "5")
    every = queries.exposures_as_of(Customer.objects.filter(no__in=["C-7", "C-8"]), as_of=JUNE)
    assert every.select("receivable", "minor").rows() == [(60_00, 650_00), (5_00, 5_00)]
    assert queries.exposures_as_of(Customer.objects.filter(no="C-8"), as_of=day).is_empty()
