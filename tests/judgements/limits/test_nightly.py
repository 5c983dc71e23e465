"""The end of a day: habits measured, what is overdue brought to the day, every running sum proven or repaired."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.judgements.limits.conftest import HEAD, JUNE, LIMIT, Desk, adopt
from xinheng.base.access.errors import AccessDenied
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.judgements.limits import queries, services
from xinheng.judgements.limits.covering import NewCover
from xinheng.judgements.limits.errors import LimitInvalid
from xinheng.judgements.limits.models import Account, ForeignSum, OrderCredit, Reconciliation

pytestmark = pytest.mark.django_db
JULY = date(2026, 7, 15)


def account() -> Account:
    return Account.objects.get(customer__no="C-7", segment="")


def test_the_end_of_a_day_brings_every_account_to_it(desk: Desk, chief: Actor) -> None:
    desk.limit("1000")
    desk.ledger.bill("B-1", "2026-05-01", "2026-06-01", "300")  # paid 20 days late
    desk.ledger.bill("B-2", "2026-05-01", "2026-06-10", "100")  # paid the day it was due
    desk.ledger.receipt("R-1", "2026-06-10", "400", on="2026-06-21")
    desk.ledger.settle("B-1", "2026-06-21", "300", by="R-1")
    desk.ledger.settle("B-2", "2026-06-10", "100", by="R-1")
    desk.ledger.bill("B-3", "2026-06-20", "2026-07-10", "250")
    desk.ledger.bill("B-4", "2026-06-20", "2026-07-15", "9", currency="USD")
    services.set_rate(actor=chief, on=JUNE, currency="USD", rate=Decimal(7), from_on=date(2026, 1, 1))
    services.set_rate(actor=chief, on=JUNE, currency="USD", rate=Decimal(8), from_on=JULY)
    desk.order("O-1", "900")
    held = OrderCredit.objects.get()
    assert held.state == "held"
    assert account().late_days is None

    assert services.refresh(actor=chief, on=JUNE) == 1
    now = account()
    assert (now.late_days, now.overdue_minor, now.oldest_due_on) == (
        15,
        0,
        date(2026, 7, 10),
    )  # by value: 300×20/400
    assert (now.foreign_minor, now.is_convertible) == (63_00, True)
    assert services.refresh(actor=chief, on=JUNE) == 0  # nothing left to bring

    desk.limit("2000")
    done = services.end_day(actor=chief, on=JULY)
    now = account()
    assert (now.rolled_on, now.overdue_minor, now.foreign_minor) == (JULY, 250_00, 72_00)
    assert (done.rechecked, done.proof.differing) == ({"passed": 1}, 0)
    services.refresh(actor=chief, on=date(2027, 7, 1))  # nothing was paid in the year before
    assert account().late_days is None
    with pytest.raises(AccessDenied):
        services.end_day(actor=Actor("guest", "guest"), on=JULY)


def test_what_differs_is_proven_kept_and_repaired(desk: Desk, chief: Actor) -> None:
    desk.limit("1000")
    desk.ledger.bill("B-1", "2026-06-01", "2026-06-05", "300")
    desk.ledger.bill("B-2", "2026-06-01", "2026-06-05", "5", currency="USD")
    desk.order("O-1", "800")  # held: a currency stands open that has no rate
    assert services.prove(actor=chief, on=JUNE).differing == 0
    before = queries.exposure_of(account())
    Account.objects.update(receivable_minor=1, overdue_minor=7, held_minor=0)
    ForeignSum.objects.update(receivable_minor=2)

    found = services.prove(actor=chief, on=JUNE)
    assert (found.differing, Reconciliation.objects.count()) == (3, 2)
    assert found.differences == [
        {"customer_no": "C-7", "segment": "", "currency": "CNY", "component": "held", "kept_minor": 0, "facts_minor": 800_00},
        {"customer_no": "C-7", "segment": "", "currency": "CNY", "component": "receivable", "kept_minor": 1, "facts_minor": 300_00},
        {"customer_no": "C-7", "segment": "", "currency": "USD", "component": "receivable", "kept_minor": 2, "facts_minor": 5_00},
    ]  # fmt: skip
    last = queries.last_proof()
    assert last is not None
    assert last.pk == found.pk

    with pytest.raises(LimitInvalid):
        services.repair(actor=chief, on=JUNE, reason=" ")
    assert account().receivable_minor == 1
    assert services.repair(actor=chief, on=JUNE, reason="夜间核对发现差异").height == 3
    assert queries.exposure_of(account()) == before
    assert account().overdue_minor == 300_00
    assert services.prove(actor=chief, on=JUNE).differing == 0
    line = Entry.objects.filter(act="limits.repair").get()
    assert line.before["differences"][1]["kept_minor"] == 1
    assert services.repair(actor=chief, on=JUNE, reason="再核").is_empty()


def test_limits_that_lapse_and_cover_that_did_not_come_are_listed(desk: Desk, chief: Actor) -> None:
    adopt(chief, HEAD.replace('"1"', '"2"') + LIMIT, from_on=date(2024, 1, 2))
    desk.limit("100")
    desk.limit("300", kind="temporary", until_on=JUNE + timedelta(days=5))
    assert [row.amount_minor for row in queries.lapsing(chief, on=JUNE)] == [300_00]
    assert not queries.lapsing(chief, on=JUNE + timedelta(days=6))
    desk.limit("400", kind="temporary", until_on=JUNE + timedelta(days=90))
    assert not queries.lapsing(chief, on=JUNE)

    desk.order("O-1", "900")
    told = NewCover("guarantee", Money.of("500"), until_on=JUNE + timedelta(days=2))
    services.ask_cover(actor=chief, on=JUNE, order_no="O-1", cover=told)
    assert not queries.late_covers(chief, on=JUNE + timedelta(days=2))
    assert [row.order_no for row in queries.late_covers(chief, on=JUNE + timedelta(days=3))] == ["O-1"]
