"""Many at once: no limit is exceeded, nothing is counted twice, and nobody waits for ever."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import Count

from tests.facts.receivables.conftest import customer
from tests.facts.receivables.test_concurrency import at_once
from tests.judgements.limits.conftest import HEAD, JUNE, LIMIT, Desk, adopt
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers.models import Customer
from xinheng.judgements.limits import queries, services
from xinheng.judgements.limits.models import Account, Decision, OrderCredit

pytestmark = pytest.mark.django_db(transaction=True)
CLIENTS = 8


@pytest.fixture
def busy(chief: Actor) -> Desk:
    """C-7 and C-8 below C-1; the limit of C-7 has room for three orders of 100."""
    mother = customer("C-1")
    for no in ("C-7", "C-8"):
        customer(no)
    Customer.objects.filter(no__in=["C-7", "C-8"]).update(parent=mother)
    adopt(chief, HEAD + LIMIT)
    desk = Desk(chief)
    desk.limit("300")
    return desk


def states() -> dict[str, int]:
    return dict(OrderCredit.objects.values_list("state").annotate(Count("pk")).order_by())


def test_orders_that_race_for_the_last_headroom_pass_in_the_exact_number(busy: Desk) -> None:
    tries = [lambda no=f"O-{client}": busy.order(no, "100") for client in range(CLIENTS)]

    assert at_once(*tries) == {"done": CLIENTS}
    assert states() == {"passed": 3, "held": CLIENTS - 3}
    assert Decision.objects.count() == CLIENTS  # each is decided once
    assert queries.exposure_of(Account.objects.get(customer__no="C-7")).minor == 300_00
    assert queries.differences().height == 0


def test_the_same_order_told_by_many_is_taken_once(busy: Desk) -> None:
    assert at_once(*[lambda: busy.order("O-1", "100")] * CLIENTS) == {"done": 1, "order_posted": CLIENTS - 1}
    assert queries.exposure_of(Account.objects.get(customer__no="C-7")).minor == 100_00


def test_a_group_limit_is_not_spent_twice_by_its_members(busy: Desk, chief: Actor) -> None:
    Desk(chief, no="C-1").limit("500", reach="group")
    busy.limit("1000")
    other = Desk(chief, no="C-8")
    other.limit("1000")
    tries = [
        lambda desk=desk, no=f"{desk.no}-{client}": desk.order(no, "100")
        for client in range(CLIENTS // 2)
        for desk in (busy, other)
    ]

    assert at_once(*tries) == {"done": CLIENTS}
    assert states() == {"passed": 5, "held": CLIENTS - 5}


def test_facts_checks_and_releases_side_by_side_never_cross(busy: Desk, chief: Actor) -> None:
    """Bills, payments, orders, deliveries, changes and releases of two members at the same moment."""
    Desk(chief, no="C-1").limit("200000", reach="group")
    other = Desk(chief, no="C-8")
    other.limit("300")
    seller = Actor("wang", "王", permits=frozenset({"*"}), scope=chief.scope)
    for desk in (busy, other):
        desk.order(f"{desk.no}-A", "50")
        desk.order(f"{desk.no}-B", "60000", actor=seller)  # held
        desk.ledger.bill(f"{desk.no}-1", "2026-06-01", "2026-06-20", "20")
        desk.ledger.receipt(f"{desk.no}-R", "2026-06-30", "20")
        desk.limit("70000")  # so that no release makes another's delivery worse
    tries = [
        work
        for desk in (busy, other)
        for work in (
            lambda desk=desk: desk.order(f"{desk.no}-C", "10"),
            lambda desk=desk: desk.deliver(f"{desk.no}-A", f"{desk.no}-D", "20"),
            lambda desk=desk: desk.change(f"{desk.no}-A", "60"),
            lambda desk=desk: desk.ledger.settle(f"{desk.no}-1", "2026-06-30", "20", by=f"{desk.no}-R"),
            lambda desk=desk: services.release(
                actor=chief, on=JUNE, order_no=f"{desk.no}-B", reason="担保", until=JUNE + timedelta(1)
            ),
            lambda desk=desk: desk.ledger.bill(f"{desk.no}-2", "2026-06-30", "2026-07-30", "5"),
        )
    ]

    assert at_once(*tries) == {"done": len(tries)}
    assert queries.differences().height == 0
    for no in ("C-7", "C-8"):
        account = Account.objects.get(customer__no=no)
        assert (account.receivable_minor, account.prepaid_minor, account.delivered_minor) == (5_00, 0, 20_00)
        assert account.ordered_minor - account.held_minor == (60 - 20) * 100 + 60_000_00 + 10_00
