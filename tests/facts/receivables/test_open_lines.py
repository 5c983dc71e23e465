"""What is open, line by line, and which money is free."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from tests.facts.receivables.conftest import Ledger, customer
from xinheng.base.kernel.money import Money
from xinheng.facts.customers.models import Customer
from xinheng.facts.receivables import errors, queries, services
from xinheng.facts.receivables.models import Bill
from xinheng.facts.receivables.values import NewBill, NewReceipt

pytestmark = pytest.mark.django_db
DAY = date(2026, 5, 31)


def claim(ledger: Ledger, no: str, kind: str, amount: str, *, of: str = "") -> Bill:
    bill = NewBill(no, date(2026, 2, 1), date(2026, 2, 10), Money.of(amount), kind=kind, arises_from=of)
    return services.post_bill(actor=ledger.actor, on=ledger.on, customer_no=ledger.no, bill=bill)


@pytest.mark.req("ARM-01")
def test_each_claim_is_a_line_of_its_own_kind_beside_the_bill_it_arose_of(ledger: Ledger) -> None:
    bill = ledger.bill("B1", "2026-01-01", "2026-01-31", "100.00")
    claim(ledger, "F1", "freight", "12.00")
    claim(ledger, "Z1", "interest", "3.00", of="B1")
    ledger.receipt("R1", "2026-02-01", "120.00")
    ledger.settle("B1", "2026-02-01", "100.00", by="R1")

    lines = queries.open_lines(None, as_of=DAY)

    assert lines.columns == list(queries.open_lines(Customer.objects.none(), as_of=DAY).columns)
    assert lines.select("bill_no", "kind", "arises_from_id", "instalment", "open_minor").rows() == [
        ("F1", "freight", None, 0, 1200),
        ("Z1", "interest", bill.pk, 0, 300),  # paying the principal leaves it
    ]
    assert lines["due_on"].to_list() == [date(2026, 2, 10)] * 2
    with pytest.raises(errors.FieldRefused):
        claim(ledger, "X1", "gift", "1.00")
    with pytest.raises(errors.BillUnknown):
        claim(ledger, "X1", "fee", "1.00", of="B9")


def test_a_claim_follows_the_bill_it_arose_of_through_a_correction(ledger: Ledger) -> None:
    ledger.bill("B1", "2026-01-01", "2026-01-31", "100.00")
    claim(ledger, "Z1", "interest", "3.00", of="B1")
    new = ledger.correct("B1", "2026-01-01", "2026-01-31", "90.00")

    lines = queries.open_lines(None, as_of=DAY).filter(pl.col("kind") == "interest")

    assert lines["arises_from_id"].to_list() == [new.pk]


def test_free_money_says_who_paid_it_and_what_for(ledger: Ledger) -> None:
    ledger.bill("B1", "2026-01-01", "2026-01-31", "40.00")
    receipt = NewReceipt(
        "R1",
        date(2026, 2, 1),
        Money.of("100.00"),
        "transfer",
        "货款 B1",
        "某某商贸有限公司",
        "advance",
        "SO-1",
    )
    services.post_receipt(actor=ledger.actor, on=ledger.on, customer_no=ledger.no, receipt=receipt)
    ledger.settle("B1", "2026-02-01", "40.00", by="R1")
    customer("C-8")

    free = queries.unapplied(None, as_of=DAY)

    said = free.select("receipt_no", "free_minor", "method", "reference", "payer", "purpose", "order_no")
    assert said.rows() == [("R1", 6000, "transfer", "货款 B1", "某某商贸有限公司", "advance", "SO-1")]
    assert queries.unapplied(Customer.objects.filter(no="C-8"), as_of=DAY).is_empty()
    assert queries.unapplied(None, as_of=date(2026, 1, 31)).is_empty()


def test_a_file_may_hold_a_bill_and_what_arose_of_it(ledger: Ledger) -> None:
    who = Customer.objects.get().pk
    frame = pl.DataFrame(
        [
            (who, "Z1", date(2026, 2, 1), date(2026, 2, 1), 300, "interest", "B1"),
            (who, "B1", date(2026, 1, 1), date(2026, 1, 31), 10000, "goods", None),
        ],
        schema=["customer_id", "bill_no", "billed_on", "due_on", "amount_minor", "kind", "arises_from"],
        orient="row",
    )

    assert services.post_bills(frame, batch_no=1, told_on=DAY, actor=ledger.actor) == 2

    lines = queries.open_lines(None, as_of=DAY)
    of = dict(lines.select("bill_no", "bill_id").iter_rows())
    assert lines.select("bill_no", "arises_from_id").rows() == [("B1", None), ("Z1", of["B1"])]
    lost = frame.with_columns(bill_no=pl.col("bill_no") + "x", arises_from=pl.lit("B9"))
    with pytest.raises(errors.BillUnknown):
        services.post_bills(lost, batch_no=2, told_on=DAY, actor=ledger.actor)
