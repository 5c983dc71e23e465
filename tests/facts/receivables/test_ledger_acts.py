"""Single acts: what they post, what they refuse, and what they never touch."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db.models import Model

from tests.facts.receivables.conftest import Ledger
from xinheng.base.access.errors import AccessDenied
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.base.kernel.refusal import Refusal
from xinheng.facts.customers.errors import CustomerUnknown
from xinheng.facts.customers.models import Customer
from xinheng.facts.receivables import errors, queries
from xinheng.facts.receivables.models import Bill, Receipt, ReceiptVoiding, Settlement, Voiding

pytestmark = pytest.mark.django_db
MARCH = date(2026, 3, 31)


def open_on(as_of: date, known_on: date | None = None) -> list[str]:
    return [
        str(money) for money in queries.open_balance(Customer.objects.get(), as_of=as_of, known_on=known_on)
    ]


def test_a_receipt_settles_many_bills_and_a_bill_is_settled_by_many_receipts(ledger: Ledger) -> None:
    ledger.bill("B1", "2026-01-10", "2026-02-10", "700.00")
    ledger.bill("B2", "2026-01-20", "2026-02-20", "300.00")
    ledger.receipt("R1", "2026-02-05", "800.00")
    ledger.receipt("R2", "2026-03-05", "150.00")

    ledger.settle("B1", "2026-02-05", "700.00", by="R1")
    ledger.settle("B2", "2026-02-05", "100.00", by="R1")
    ledger.settle("B2", "2026-03-05", "150.00", by="R2")

    assert open_on(date(2026, 2, 4)) == ["1,000.00"]
    assert open_on(date(2026, 2, 5)) == ["200.00"]
    assert open_on(MARCH) == ["50.00"]
    assert queries.prepaid(Customer.objects.get(), as_of=MARCH) == []


def test_a_credit_bill_offsets_an_ordinary_one(ledger: Ledger) -> None:
    ledger.bill("B1", "2026-01-10", "2026-02-10", "700.00")
    ledger.bill("K1", "2026-01-15", "2026-01-15", "-200.00")

    ledger.settle("B1", "2026-01-20", "150.00", credit="K1")

    assert [row.open for row in queries.bills_of(Customer.objects.get(), as_of=MARCH).rows] == [
        Money.of("-50.00"),
        Money.of("550.00"),
    ]
    with pytest.raises(errors.MoreThanLeft) as refused:
        ledger.settle("B1", "2026-01-21", "50.01", credit="K1")
    assert refused.value.params["left"] == Money.of("50.00")


def test_money_without_a_bill_is_a_prepayment(ledger: Ledger) -> None:
    ledger.receipt("R1", "2026-02-05", "800.00")
    ledger.receipt("R2", "2026-02-06", "5.00", currency="USD")

    assert queries.prepaid(Customer.objects.get(), as_of=MARCH) == [
        Money.of("800.00"),
        Money.of("5.00", "USD"),
    ]
    assert queries.prepaid(Customer.objects.get(), as_of=date(2026, 2, 4)) == []


@pytest.mark.parametrize(
    ("told", "refusal"),
    [
        ({"bill": "B1", "amount": "700.01", "by": "R1"}, errors.MoreThanOpen),
        ({"bill": "B2", "amount": "800.01", "by": "R1"}, errors.MoreThanLeft),
        ({"bill": "B9", "amount": "1", "by": "R1"}, errors.BillUnknown),
        ({"bill": "B1", "amount": "1", "by": "R9"}, errors.ReceiptUnknown),
        ({"bill": "B1", "amount": "1"}, errors.SourceUnclear),
        ({"bill": "B1", "amount": "1", "by": "R1", "credit": "K1"}, errors.SourceUnclear),
        ({"bill": "B1", "amount": "1", "credit": "B2"}, errors.NotCredit),
        ({"bill": "K1", "amount": "1", "by": "R1"}, errors.NotCredit),
        ({"bill": "B1", "amount": "0", "by": "R1"}, errors.FieldRefused),
        ({"bill": "B1", "amount": "-1", "by": "R1"}, errors.FieldRefused),
        ({"bill": "B1", "amount": "1", "by": "R-USD"}, errors.CurrencyDiffers),
        ({"bill": "B1", "amount": "1", "by": "R1", "settled": "2026-02-04"}, errors.DayRefused),
        ({"bill": "B1", "amount": "1", "by": "R1", "settled": "2026-07-01"}, errors.DayRefused),
    ],
)
def test_a_settlement_that_cannot_be_is_refused_and_posts_nothing(
    ledger: Ledger, told: dict[str, str], refusal: type[Refusal]
) -> None:
    ledger.bill("B1", "2026-01-10", "2026-02-10", "700.00")
    ledger.bill("B2", "2026-01-10", "2026-02-10", "9000.00")
    ledger.bill("K1", "2026-01-15", "2026-01-15", "-200.00")
    ledger.receipt("R1", "2026-02-05", "800.00")
    ledger.receipt("R-USD", "2026-02-05", "800.00", currency="USD")
    amount, bill, settled = told.pop("amount"), told.pop("bill"), told.pop("settled", "2026-02-06")

    with pytest.raises(refusal):
        ledger.settle(bill, settled, amount, **told)

    assert not Settlement.objects.exists()


def test_a_voided_bill_counts_until_the_day_it_was_voided(ledger: Ledger) -> None:
    ledger.bill("B1", "2026-01-10", "2026-02-10", "700.00")

    ledger.void("B1", "2026-02-01")

    assert open_on(date(2026, 1, 31)) == ["700.00"]
    assert open_on(date(2026, 2, 1)) == []
    assert (
        open_on(date(2026, 2, 1), known_on=date(2026, 6, 29)) == []
    )  # the bill itself was told only on day 30
    with pytest.raises(errors.BillVoid):
        ledger.void("B1")


def test_a_settled_bill_is_not_voided_before_its_settlements_are_taken_back(ledger: Ledger) -> None:
    ledger.bill("B1", "2026-01-10", "2026-02-10", "700.00")
    ledger.receipt("R1", "2026-02-05", "800.00")
    settlement = ledger.settle("B1", "2026-02-05", "700.00", by="R1")
    with pytest.raises(errors.BillSettled):
        ledger.void("B1")
    with pytest.raises(errors.ReceiptSpent):
        ledger.void_receipt("R1")

    ledger.reverse(settlement)

    assert open_on(MARCH) == ["700.00"]
    with pytest.raises(errors.SettlementReversed):
        ledger.reverse(settlement)
    ledger.void("B1")
    ledger.void_receipt("R1")
    assert queries.control_total(None, as_of=date(2026, 6, 30)) == []


def test_a_correction_shows_as_if_the_mistake_had_never_been_and_the_mistake_as_it_was_known(
    ledger: Ledger,
) -> None:
    ledger.bill("B1", "2026-01-10", "2026-02-10", "700.00", on="2026-01-10")
    ledger.receipt("R1", "2026-02-05", "600.00", on="2026-02-05")
    ledger.settle("B1", "2026-02-05", "600.00", by="R1", on="2026-02-05")

    ledger.correct("B1", "2026-01-12", "2026-02-12", "500.00", on="2026-03-01")

    assert open_on(date(2026, 1, 31)) == ["500.00"]
    assert open_on(date(2026, 1, 31), known_on=date(2026, 2, 28)) == ["700.00"]
    assert open_on(MARCH) == ["0.00"]
    assert open_on(MARCH, known_on=date(2026, 2, 28)) == ["100.00"]
    assert queries.prepaid(Customer.objects.get(), as_of=MARCH) == [Money.of("100.00")]
    assert [(bill.version, bill.amount_minor) for bill in Bill.objects.order_by("version")] == [
        (1, 70000),
        (2, 50000),
    ]


def test_nothing_posted_is_ever_updated(ledger: Ledger) -> None:
    ledger.bill("B1", "2026-01-10", "2026-02-10", "700.00")
    ledger.receipt("R1", "2026-02-05", "600.00")
    settlement = ledger.settle("B1", "2026-02-05", "600.00", by="R1")
    before = facts()

    ledger.reverse(settlement)
    ledger.settle("B1", "2026-02-06", "10.00", by="R1")
    ledger.correct("B1", "2026-01-12", "2026-02-12", "500.00")
    ledger.bill("B2", "2026-01-12", "2026-02-12", "500.00")
    ledger.void("B2")

    assert {fact for fact in before if fact not in facts()} == set()


def facts() -> set[tuple[Any, ...]]:
    models: list[type[Model]] = [Bill, Voiding, Receipt, ReceiptVoiding, Settlement]
    return {(model.__name__, *row) for model in models for row in model._default_manager.values_list()}


@pytest.mark.parametrize(
    ("told", "refusal"),
    [
        (("", "2026-01-01", "2026-01-31", "1"), errors.FieldRefused),
        (("x" * 61, "2026-01-01", "2026-01-31", "1"), errors.FieldRefused),
        (("B1\n", "2026-01-01", "2026-01-31", "1"), errors.FieldRefused),
        (("B1", "2026-01-01", "2026-01-31", "0"), errors.FieldRefused),
        (("B1", "2026-01-01", "2026-01-31", "9" * 16), errors.FieldRefused),
        (("B1", "2026-01-02", "2026-01-01", "1"), errors.DayRefused),
        (("B1", "2026-07-01", "2026-08-01", "1"), errors.DayRefused),
        (("B1", "1026-01-01", "2026-08-01", "1"), errors.DayRefused),
    ],
)
def test_a_bill_that_cannot_be_is_refused(
    ledger: Ledger, told: tuple[str, str, str, str], refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal) as refused:
        ledger.bill(*told)

    assert str(refused.value)
    assert not Bill.objects.exists()


def test_a_bill_in_no_currency_of_this_world_is_refused(ledger: Ledger) -> None:
    with pytest.raises(errors.FieldRefused):
        ledger.bill("B1", "2026-01-01", "2026-01-31", "1", currency="ABC")


def test_a_number_is_posted_once(ledger: Ledger) -> None:
    ledger.bill("B1", "2026-01-01", "2026-01-31", "1")
    ledger.receipt("R1", "2026-01-01", "1")

    with pytest.raises(errors.BillPosted):
        ledger.bill("B1", "2026-01-01", "2026-01-31", "2")
    with pytest.raises(errors.ReceiptPosted):
        ledger.receipt("R1", "2026-01-01", "2")


def test_every_act_is_on_the_trail(ledger: Ledger) -> None:
    ledger.bill("B1", "2026-01-10", "2026-02-10", "700.00")
    ledger.receipt("R1", "2026-02-05", "600.00")
    ledger.reverse(ledger.settle("B1", "2026-02-05", "600.00", by="R1"))
    ledger.correct("B1", "2026-01-12", "2026-02-12", "500.00")
    ledger.void("B1")
    ledger.void_receipt("R1")

    assert list(Entry.objects.values_list("act", "subject", "actor_login").order_by("pk")) == [
        (f"receivables.{act}", "customer:C-7", "chief")
        for act in (
            "post_bill",
            "post_receipt",
            "settle",
            "reverse_settlement",
            "correct_bill",
            "void_bill",
            "void_receipt",
        )
    ]


def test_who_only_reads_posts_nothing(ledger: Ledger, reader: Actor) -> None:
    ledger.actor = reader

    with pytest.raises(AccessDenied):
        ledger.bill("B1", "2026-01-10", "2026-02-10", "700.00")
    with pytest.raises(AccessDenied):
        ledger.receipt("R1", "2026-02-05", "600.00")

    assert not Bill.objects.exists()
    assert not Receipt.objects.exists()


def test_a_customer_that_is_not_there_has_no_ledger(ledger: Ledger) -> None:
    ledger.no = "C-8"

    with pytest.raises(CustomerUnknown):
        ledger.bill("B1", "2026-01-10", "2026-02-10", "700.00")
