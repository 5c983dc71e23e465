"""Deposits: asked for, received, applied to arrears, refunded."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.facts.receivables.conftest import Ledger, customer
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers.models import Customer
from xinheng.facts.instruments import queries, services
from xinheng.facts.instruments.errors import (
    DepositKept,
    InstrumentInvalid,
    MoreThanArrears,
    RefundAboveDeposit,
)
from xinheng.facts.instruments.models import Deposit, DepositMove
from xinheng.facts.instruments.values import NewDeposit
from xinheng.facts.receivables import queries as receivables

TODAY = date(2026, 6, 30)


@pytest.fixture
def ledger(db: None, chief: Actor) -> Ledger:
    """C-7 owes 800 of fees, 500 of them overdue."""
    customer("C-7")
    found = Ledger(chief, TODAY)
    found.bill("F1", "2026-04-01", "2026-04-30", "500.00")
    found.bill("F2", "2026-06-15", "2026-07-15", "300.00")
    return found


@pytest.fixture
def deposit(ledger: Ledger) -> Deposit:
    new = NewDeposit("YJ-01", "装修押金", Money.of("2000.00"), date(2026, 5, 1))
    return services.ask_deposit(actor=ledger.actor, on=TODAY, customer_no="C-7", new=new)


def told(ledger: Ledger, one: Deposit, amount: str) -> dict[str, Any]:
    return {"actor": ledger.actor, "on": TODAY, "deposit_id": one.pk, "amount": Money.of(amount)}


@pytest.mark.req("PRP-06")
def test_a_deposit_is_received_applied_and_refunded_and_never_more_than_is_held(
    ledger: Ledger, deposit: Deposit
) -> None:
    taken, over = services.receive_deposit(**told(ledger, deposit, "2000.00"), received_on=date(2026, 5, 2))
    assert (str(taken), over.minor) == ("2,000.00", 0)
    held = services.apply_deposit(**told(ledger, deposit, "450.00"), applied_on=TODAY)
    assert held == Money.of("1550.00")
    own = Customer.objects.filter(no="C-7")
    lines = receivables.open_lines(own, as_of=TODAY)
    assert dict(lines.select("bill_no", "open_minor").iter_rows()) == {"F1": 5_000, "F2": 30_000}

    with pytest.raises(RefundAboveDeposit) as refused:
        services.refund_deposit(**told(ledger, deposit, "1550.01"), refunded_on=TODAY, note="")

    assert refused.value.params["held"] == Money.of("1550.00")
    assert (
        services.refund_deposit(**told(ledger, deposit, "1550.00"), refunded_on=TODAY, note="退场").minor == 0
    )
    standing = queries.standing_of(Deposit.objects.get())
    assert (standing.received, standing.applied, standing.refunded, standing.held) == (
        Money.of("2000"), Money.of("450"), Money.of("1550"), Money.of("0"),
    )  # fmt: skip
    assert [row.move for row in DepositMove.objects.order_by("pk")] == ["receive", "apply", "refund"]


@pytest.mark.req("PRP-06", "PRP-08")
def test_what_is_paid_over_is_kept_as_credit_and_arrears_are_reckoned_not_typed(
    ledger: Ledger, deposit: Deposit
) -> None:
    taken, over = services.receive_deposit(**told(ledger, deposit, "2100.00"), received_on=date(2026, 5, 2))

    assert (taken, over) == (Money.of("2000.00"), Money.of("100.00"))
    (stands,) = queries.account_of(ledger.actor, "C-7", on=TODAY)
    assert stands.charged == Money.of("800.00")
    assert stands.paid == Money.of("100.00")
    assert stands.arrears == Money.of("500.00")
    assert stands.credit == Money.of("100.00")
    assert (stands.deposits_held, stands.deposits_due) == (Money.of("2000.00"), Money.of("0"))


def test_a_deposit_pays_what_is_overdue_and_no_more(ledger: Ledger, deposit: Deposit) -> None:
    services.receive_deposit(**told(ledger, deposit, "2000.00"), received_on=date(2026, 5, 2))
    with pytest.raises(MoreThanArrears):
        services.apply_deposit(**told(ledger, deposit, "500.01"), applied_on=TODAY)
    services.apply_deposit(**told(ledger, deposit, "500.00"), applied_on=TODAY)
    stands = queries.standing_of(Deposit.objects.get())
    assert stands.missing == Money.of("500.00")  # to be filled up again
    assert queries.account_of(ledger.actor, "C-7", on=TODAY)[0].arrears.minor == 0


def test_what_cannot_be_is_refused(ledger: Ledger, deposit: Deposit) -> None:
    new = NewDeposit("YJ-01", "押金", Money.of("1"), TODAY)
    with pytest.raises(DepositKept):
        services.ask_deposit(actor=ledger.actor, on=TODAY, customer_no="C-7", new=new)
    with pytest.raises(InstrumentInvalid):
        services.receive_deposit(
            **{**told(ledger, deposit, "1"), "amount": Money.of("1", "USD")}, received_on=TODAY
        )
    with pytest.raises(RefundAboveDeposit):
        services.refund_deposit(**told(ledger, deposit, "0.01"), refunded_on=TODAY, note="")
    assert not DepositMove.objects.exists()
