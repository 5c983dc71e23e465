"""Whatever is done to a ledger, on every day and as known on every day, its parts make up the whole."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.facts.receivables.conftest import Ledger
from xinheng.base.kernel.money import Money
from xinheng.base.kernel.refusal import Refusal
from xinheng.facts.receivables import queries, services
from xinheng.facts.receivables.models import Bill, Receipt, ReturnedPayment
from xinheng.facts.receivables.values import (
    NewBill,
    NewInstalment,
    NewPlan,
    NewReceipt,
    NewRecovery,
    NewReturn,
    NewSettlement,
)
from xinheng.judgements.limits.reconciling import differences

pytestmark = pytest.mark.django_db
START = date(2026, 3, 1)
KINDS = ["bill", "bill", "credit", "receipt", "receipt", "settle", "settle", "plan", "end", "return", "write",
         "write", "recover", "unwrite", "correct", "reverse"]  # fmt: skip
acts = st.lists(
    st.tuples(
        st.sampled_from(KINDS),
        st.integers(0, 3),  # days until this act is told
        st.integers(0, 6),  # days back to when it was true
        st.integers(2, 90),  # money, in cents: small enough to be written off by one person
        st.integers(0, 9),  # which of the things there are
    ),
    min_size=6,
    max_size=22,
)


EVERYTHING: list[Any] = [
    (kind, 1, 0, money, 0)
    for kind, money in (
        ("bill", 80), ("receipt", 60), ("plan", 2), ("settle", 8), ("reverse", 2), ("settle", 8), ("end", 2),
        ("return", 2), ("receipt", 60), ("write", 2), ("unwrite", 2), ("write", 2), ("bill", 50),
    )
] + [("correct", 1, 0, 70, 1), ("credit", 1, 0, 30, 1), ("recover", 1, 0, 4, 1), ("recover", 1, 0, 4, 3)]  # fmt: skip


def act(ledger: Ledger, step: tuple[Any, ...], on: date, told: dict[str, list[Any]]) -> None:  # noqa: C901
    kind, _, back, money, which = step
    true = max(START, on - timedelta(days=back))
    who: dict[str, Any] = {"actor": ledger.actor, "on": on, "customer_no": ledger.no}

    def one(name: str) -> Any:
        return told[name][which % len(told[name])] if told[name] else ""

    if kind in ("bill", "credit"):
        no, of = f"B{len(told['bills'])}", one("bills") if kind == "credit" and which % 2 else ""
        amount = Money(money if kind == "bill" else -money)
        due = true + timedelta(days=which)
        services.post_bill(**who, bill=NewBill(no, true, due, amount, arises_from=of))
        told["bills"].append(no)
    elif kind == "receipt":
        no = f"R{len(told['receipts'])}"
        services.post_receipt(**who, receipt=NewReceipt(no, true, Money(money)))
        told["receipts"].append(no)
    elif kind == "settle":
        new = NewSettlement(one("bills"), on, Money(money % 9 + 1), receipt_no=one("receipts"))
        told["settled"].append(services.settle(**who, settlement=new).pk)
    elif kind == "reverse":
        services.reverse_settlement(**who, settlement_id=one("settled") or 0, reason="错")
    elif kind == "plan":
        bill = Bill.objects.filter(bill_no=one("bills")).order_by("-version").first()
        if bill is None:
            return
        half = max(bill.amount_minor // 2, 1)
        parts = [(2 + which, half), (9 + which, bill.amount_minor - half)]
        days = tuple(NewInstalment(on + timedelta(days=days), Money(minor)) for days, minor in parts)
        services.agree_plan(**who, plan=NewPlan(bill.bill_no, days, "约", true))
        told["planned"].append(bill.bill_no)
    elif kind == "end":
        services.end_plan(**who, bill_no=one("planned"), reason="止")
    elif kind == "return":
        services.return_payment(**who, returned=NewReturn(one("receipts"), "退", true))
    elif kind == "write":
        told["given_up"].append(services.write_off(**who, bill_no=one("bills"), reason="坏").pk)
    elif kind == "recover":
        recovery = NewRecovery(one("given_up") or 0, one("receipts"), Money(money % 9 + 1), on)
        services.recover(**who, recovery=recovery)
    elif kind == "unwrite":
        services.take_back_write_off(**who, write_off_id=one("given_up") or 0, reason="复")
    elif kind == "correct" and one("bills"):
        services.correct_bill(
            **who, reason="改", corrected=NewBill(one("bills"), true, true + timedelta(days=3), Money(money))
        )


def facts_minor(as_of: date, known_on: date) -> int:
    """Bills less receipts that were there, fact by fact."""
    void = {v.bill_id: v for v in queries.voided(as_of=as_of, known_on=known_on).model.objects.all()}
    minor = 0
    for bill in Bill.objects.filter(billed_on__lte=as_of, told_on__lte=known_on):
        gone = void.get(bill.pk)
        if not (gone and gone.voided_on <= as_of and gone.told_on <= known_on):
            minor += bill.amount_minor
    back = {r.receipt_id: r for r in ReturnedPayment.objects.all()}
    for receipt in Receipt.objects.filter(received_on__lte=as_of, told_on__lte=known_on):
        gone = back.get(receipt.pk)
        if not (gone and gone.returned_on <= as_of and gone.told_on <= known_on):
            minor -= receipt.amount_minor
    return minor


@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@example(EVERYTHING)
@given(acts)
def test_open_less_free_and_written_off_are_bills_less_receipts(ledger: Ledger, steps: list[Any]) -> None:
    sid = transaction.savepoint()
    told: dict[str, list[Any]] = {"bills": [], "receipts": [], "settled": [], "given_up": [], "planned": []}
    on, done = START, set()
    for step in steps:
        on += timedelta(days=step[1])
        try:
            act(ledger, step, on, told)
        except Refusal:
            continue
        done.add(step[0])
    assert steps is not EVERYTHING or done == set(KINDS)
    for as_of in (START, START + (on - START) / 2, on, on + timedelta(days=12)):
        for known_on in (START + (on - START) / 2, on + timedelta(days=12)):
            day = {"as_of": as_of, "known_on": known_on}
            lines = queries.open_lines(None, **day)
            free = queries.unapplied(None, **day)["free_minor"].sum()
            given_up = queries.written_off(None, **day)["left_minor"].sum()
            ageing = sum(row.amount.minor for row in queries.ageing(None, **day))
            control = sum(money.minor for money in queries.control_total(None, **day))
            assert lines["open_minor"].sum() == ageing
            assert ageing - free + given_up == facts_minor(as_of, known_on)
            assert ageing - free == control
            late = lines.filter(lines["due_on"] < as_of)["open_minor"].sum()
            assert sum(total.overdue.minor for total in queries.totals(None, **day)) == late
    assert differences().is_empty()
    transaction.savepoint_rollback(sid)
