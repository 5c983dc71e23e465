"""Payments that came back, claims written off, and what foreign items are worth."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.facts.receivables.conftest import Ledger, customer
from tests.facts.receivables.test_ageing import shown
from tests.seats import seat
from xinheng.base.access.errors import AccessDenied
from xinheng.base.approvals import services as approvals
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers.models import Customer
from xinheng.facts.receivables import errors, policy, queries, services, writing_off
from xinheng.facts.receivables.models import WriteOff
from xinheng.facts.receivables.values import NewBill, NewRecovery, NewReturn
from xinheng.judgements.limits.reconciling import differences

pytestmark = pytest.mark.django_db
JUNE = date(2026, 6, 30)


def who(ledger: Ledger, on: str | None = None) -> dict[str, Any]:
    return {"actor": ledger.actor, "on": date.fromisoformat(on) if on else JUNE, "customer_no": ledger.no}


def balances(as_of: str) -> tuple[str, str, str]:
    """Ageing, prepaid and the control total of a day, which must fit."""
    day = date.fromisoformat(as_of)
    aged = sum(row.amount.minor for row in queries.ageing(None, as_of=day))
    free = queries.unapplied(None, as_of=day)["free_minor"].sum()
    control = sum(money.minor for money in queries.control_total(None, as_of=day))
    assert aged - free == control
    return str(Money(aged)), str(Money(free)), str(Money(control))


def test_a_returned_payment_counted_until_its_day_and_not_from_it_on(ledger: Ledger) -> None:
    ledger.bill("B1", "2026-01-01", "2026-01-31", "100.00")
    ledger.receipt("R1", "2026-02-01", "130.00")
    ledger.settle("B1", "2026-02-01", "100.00", by="R1")
    fee = NewBill("F1", date(2026, 3, 5), date(2026, 3, 5), Money.of("15.00"), kind="fee", arises_from="B1")
    returned = NewReturn("R1", "余额不足退票", date(2026, 3, 5), fee)
    services.return_payment(**who(ledger), returned=returned)

    assert balances("2026-01-31") == ("100.00", "0.00", "100.00")
    assert balances("2026-03-04") == ("0.00", "30.00", "-30.00")
    assert balances("2026-03-05") == ("115.00", "0.00", "115.00")
    lines = queries.open_lines(None, as_of=JUNE).select("bill_no", "kind", "due_on", "open_minor").rows()
    assert lines == [("B1", "goods", date(2026, 1, 31), 10000), ("F1", "fee", date(2026, 3, 5), 1500)]
    (event,) = queries.returned_payments(None, since=date(2026, 3, 5), as_of=JUNE).rows(named=True)
    assert (event["receipt_no"], event["returned_on"], event["amount_minor"], event["fee_bill_no"]) == (
        "R1", date(2026, 3, 5), 13000, "F1",
    )  # fmt: skip
    assert queries.returned_payments(None, since=date(2026, 3, 6), as_of=JUNE).is_empty()
    assert queries.returned_payments(None, since=date(2026, 1, 1), as_of=date(2026, 3, 4)).is_empty()
    assert differences().is_empty()
    months = {m.month: m for m in queries.payment_curve(Customer.objects.get(), as_of=JUNE)}
    assert str(months[date(2026, 2, 1)].received) == "0.00"
    with pytest.raises(errors.PaymentReturned):
        ledger.settle("B1", "2026-06-01", "1.00", by="R1")
    with pytest.raises(errors.PaymentReturned):
        services.return_payment(**who(ledger), returned=returned)
    with pytest.raises(errors.PaymentReturned):
        ledger.void_receipt("R1")


def test_a_small_write_off_is_done_at_once_and_the_claim_stays(ledger: Ledger) -> None:
    ledger.bill("B1", "2026-01-01", "2026-01-31", "180.00")
    kept = services.write_off(
        **who(ledger, "2026-05-01"), bill_no="B1", reason="尾差", amount=Money.of("80.00")
    )

    assert kept.state == "written"
    assert balances("2026-04-30") == ("180.00", "0.00", "180.00")
    assert balances("2026-05-01") == ("100.00", "0.00", "100.00")
    (row,) = queries.written_off(None, as_of=JUNE).rows(named=True)
    assert (row["bill_no"], row["amount_minor"], row["left_minor"]) == ("B1", 8000, 8000)
    ledger.receipt("R1", "2026-06-01", "50.00")
    recovery = NewRecovery(kept.pk, "R1", Money.of("30.00"), date(2026, 6, 1))
    services.recover(**who(ledger), recovery=recovery)
    assert balances("2026-06-01") == ("100.00", "20.00", "80.00")  # paid back: open as before, money spent
    (back,) = queries.recoveries(None, since=date(2026, 6, 1), as_of=JUNE).rows(named=True)
    assert (back["receipt_no"], back["amount_minor"], back["bill_no"]) == ("R1", 3000, "B1")
    with pytest.raises(errors.MoreThanWrittenOff):
        services.recover(**who(ledger), recovery=NewRecovery(kept.pk, "R1", Money.of("50.01")))
    with pytest.raises(errors.BillWrittenOff):
        ledger.void("B1")
    services.take_back_write_off(**who(ledger), write_off_id=kept.pk, reason="债务人恢复付款")
    assert balances("2026-06-30") == ("150.00", "20.00", "130.00")
    (row,) = queries.written_off(None, as_of=JUNE).rows(named=True)
    assert (row["recovered_minor"], row["taken_back_minor"], row["left_minor"]) == (3000, 5000, 0)
    assert differences().is_empty()
    assert shown(queries.ageing(None, as_of=JUNE)) == {"CNY >90": (1, "150.00")}


def test_a_larger_write_off_waits_for_whom_the_matrix_names(ledger: Ledger, reader: Actor) -> None:
    boss = seat("boss", "credit_manager", on=JUNE)
    ledger.bill("B1", "2026-01-01", "2026-01-31", "100.01")
    kept = services.write_off(**who(ledger), bill_no="B1", reason="破产终结")

    assert (kept.state, kept.rule) == ("asked", "write_off@1")
    assert balances("2026-06-30") == ("100.01", "0.00", "100.01")
    (waiting,) = queries.write_offs_asked(None, as_of=JUNE).rows(named=True)
    assert (waiting["write_off_id"], waiting["amount_minor"]) == (kept.pk, 10001)
    with pytest.raises(errors.WriteOffPending):
        services.write_off(**who(ledger), bill_no="B1", reason="再次")
    with pytest.raises(errors.WriteOffNotWritten):
        services.take_back_write_off(**who(ledger), write_off_id=kept.pk, reason="无")
    approvals.decide(actor=boss, on=JUNE, request_id=kept.request_id, decision="approve")
    assert balances("2026-06-30") == ("0.00", "0.00", "0.00")
    assert queries.write_offs_asked(None, as_of=JUNE).is_empty()
    with pytest.raises(AccessDenied):
        services.write_off(**{**who(ledger), "actor": reader}, bill_no="B1", reason="无权")
    assert differences().is_empty()


def test_a_refused_write_off_leaves_the_claim_open(ledger: Ledger) -> None:
    boss = seat("boss", "credit_manager", on=JUNE)
    ledger.bill("B1", "2026-01-01", "2026-01-31", "500.00")
    kept = services.write_off(**who(ledger), bill_no="B1", reason="失联")
    approvals.decide(actor=boss, on=JUNE, request_id=kept.request_id, decision="reject", reason="尚可追收")

    assert WriteOff.objects.get().state == "refused"
    assert balances("2026-06-30") == ("500.00", "0.00", "500.00")
    assert queries.written_off(None, as_of=JUNE).is_empty()


def test_who_signs_stands_in_the_document(db: None) -> None:
    matrix, _ = policy.write_off_matrix(JUNE)

    def signs(amount: str, currency: str = "CNY") -> list[str]:
        return [step.code for step in writing_off.chain_for(matrix, Money.of(amount, currency)).steps]

    assert signs("100.00") == []
    assert signs("100.01") == signs("50000.00") == ["manager"]
    assert signs("50000.01") == signs("1.00", "USD") == ["manager", "general"]


def test_open_foreign_items_are_worth_what_the_rate_of_the_day_makes_them(ledger: Ledger) -> None:
    ledger.bill("U1", "2026-01-01", "2026-01-31", "100.00", currency="USD")
    ledger.bill("U2", "2026-03-01", "2026-03-31", "50.05", currency="USD")
    ledger.receipt("R1", "2026-03-01", "20.00", currency="USD")
    ledger.bill("B1", "2026-01-01", "2026-01-31", "100.00")
    rates = {date(2026, 1, 1): Decimal("7.00"), date(2026, 3, 1): Decimal("7.10"), JUNE: Decimal("7.2055")}

    def rate(currency: str, day: date) -> Decimal | None:
        return rates.get(day) if currency == "USD" else None

    (found,) = queries.revaluation(None, as_of=JUNE, into="CNY", rate_of=rate)

    assert (str(found.open), str(found.booked), str(found.worth)) == ("130.05", "913.36", "937.08")
    assert str(found.gain) == "23.72"  # 700.00 + 30.05 × 7.10 = 913.355; 130.05 × 7.2055 = 937.075275
    ledger.bill("E1", "2026-03-01", "2026-03-31", "1.00", currency="EUR")
    with pytest.raises(errors.RateMissing, match="EUR"):
        queries.revaluation(None, as_of=JUNE, into="CNY", rate_of=rate)
    customer("C-8")
    assert queries.revaluation(Customer.objects.filter(no="C-8"), as_of=JUNE, into="CNY", rate_of=rate) == []
