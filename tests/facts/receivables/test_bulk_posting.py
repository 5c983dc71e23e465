"""Files of bills, receipts and settlements: posted set-wise, bad settlements told apart."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.facts.receivables.conftest import Ledger, customer
from xinheng.base.access.errors import AccessDenied
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers.models import Customer
from xinheng.facts.receivables import queries, services
from xinheng.facts.receivables.models import Bill, Receipt, Settlement, Voiding

pytestmark = pytest.mark.django_db
D1, D2, D3 = date(2026, 1, 10), date(2026, 2, 10), date(2026, 3, 10)
TOLD = date(2026, 6, 30)


def bills(**more: Any) -> pl.DataFrame:
    nos = more.pop("bill_no", ["B1", "B2"])
    count = len(nos)
    ids = more.pop("customer_id", [Customer.objects.get(no="C-7").pk] * count)
    return pl.DataFrame(
        {
            "customer_id": ids,
            "bill_no": nos,
            "billed_on": [D1] * count,
            "due_on": [D2] * count,
            "amount_minor": [10000 * (place + 1) for place in range(count)],
            **more,
        }
    )


def post(frame: pl.DataFrame, actor: Actor, batch_no: int = 1) -> int:
    return services.post_bills(frame, batch_no=batch_no, told_on=TOLD, actor=actor)


def test_void_rows_of_a_file_are_bills_that_count_for_nothing(ledger: Ledger, chief: Actor) -> None:
    frame = bills(
        bill_no=["B1", "B2", "B3"],
        is_void=[False, True, True],
        voided_on=[None, None, D3],
        currency=[None] * 3,
    )

    assert post(frame, chief) == 3

    assert dict(Voiding.objects.values_list("bill__bill_no", "voided_on")) == {"B2": D1, "B3": D3}
    who = Customer.objects.get()
    assert queries.open_balance(who, as_of=D1) == [Money.of("400.00")]
    assert queries.open_balance(who, as_of=D3) == [Money.of("100.00")]
    entry = Entry.objects.get()
    assert (entry.act, entry.subject) == ("receivables.post_bills", "batch:1")
    assert entry.after == {"rows": 3, "amount_minor": {"CNY": 60000}}


def test_a_bill_posted_twice_posts_nothing_of_the_file(ledger: Ledger, chief: Actor) -> None:
    post(bills(bill_no=["B1"]), chief)

    with pytest.raises(IntegrityError), transaction.atomic():
        post(bills(bill_no=["B0", "B1"]), chief)

    assert list(Bill.objects.values_list("bill_no", flat=True)) == ["B1"]


@pytest.mark.parametrize("bad", [{"amount_minor": [0]}, {"due_on": [date(2026, 1, 9)]}])
def test_the_database_takes_no_impossible_bill(ledger: Ledger, chief: Actor, bad: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        post(bills(bill_no=["B1"], **bad), chief)


def test_who_only_reads_posts_no_file(ledger: Ledger, reader: Actor) -> None:
    for act in (services.post_bills, services.post_receipts, services.post_settlements):
        with pytest.raises(AccessDenied):
            act(bills(), batch_no=1, told_on=TOLD, actor=reader)
    assert not Bill.objects.exists()


def settlements(*rows: tuple[Any, ...], who: int | None = None) -> pl.DataFrame:
    """(bill, receipt, day, minor) or (bill, receipt, day, minor, credit bill)."""
    schema = {"bill_no": pl.String, "receipt_no": pl.String, "settled_on": pl.Date, "amount_minor": pl.Int64,
              "credit_bill_no": pl.String}  # fmt: skip
    frame = pl.DataFrame([(*row, None)[:5] for row in rows], schema=schema, orient="row")
    return frame.with_columns(customer_id=pl.lit(who or Customer.objects.get(no="C-7").pk))


@pytest.fixture
def told(ledger: Ledger) -> Ledger:
    ledger.bill("B1", "2026-01-10", "2026-02-10", "100.00")
    ledger.bill("B2", "2026-01-10", "2026-02-10", "200.00")
    ledger.bill("K1", "2026-01-10", "2026-01-10", "-50.00")
    ledger.bill("V1", "2026-01-10", "2026-02-10", "200.00")
    ledger.void("V1")
    ledger.receipt("R1", "2026-02-01", "150.00")
    ledger.receipt("R-USD", "2026-02-01", "150.00", currency="USD")
    ledger.settle("B1", "2026-02-01", "30.00", by="R1")
    return ledger


@pytest.mark.parametrize(
    ("row", "field", "cause"),
    [
        (("B9", "R1", D3, 1), "bill_no", "bill_unknown"),
        (("V1", "R1", D3, 1), "bill_no", "bill_unknown"),
        (("B1", "R9", D3, 1), "receipt_no", "receipt_unknown"),
        (("B1", None, D3, 1, "K9"), "credit_bill_no", "credit_bill_unknown"),
        (("B1", None, D3, 1), "receipt_no", "source_unclear"),
        (("B1", "R1", D3, 1, "K1"), "receipt_no", "source_unclear"),
        (("B1", "R1", D3, 0), "amount_minor", "amount_not_above_zero"),
        (("B1", "R1", D3, -5), "amount_minor", "amount_not_above_zero"),
        (("B1", "R1", D3, None), "amount_minor", "amount_not_above_zero"),
        (("K1", "R1", D3, 1), "bill_no", "not_credit"),
        (("B1", None, D3, 1, "B2"), "credit_bill_no", "not_credit"),
        (("B1", "R-USD", D3, 1), "receipt_no", "currency_differs"),
        (("B1", "R1", None, 1), "settled_on", "settled_before_billed"),
        (("B1", "R1", date(2026, 1, 9), 1), "settled_on", "settled_before_billed"),
        (("B1", "R1", date(2026, 1, 31), 1), "settled_on", "settled_before_received"),
        (("B1", "R1", date(2026, 7, 1), 1), "settled_on", "settled_in_future"),
        (("B1", "R1", D3, 7001), "amount_minor", "more_than_open"),
        (("B2", "R1", D3, 12001), "receipt_no", "more_than_left"),
        (("B2", None, D3, 5001, "K1"), "receipt_no", "more_than_left"),
    ],
)
def test_a_bad_settlement_comes_back_with_its_cause(
    told: Ledger, chief: Actor, row: tuple[Any, ...], field: str, cause: str
) -> None:
    frame = settlements(("B1", "R1", D3, 1000), row)
    before = Settlement.objects.count()

    none = services.post_settlements(frame, batch_no=1, told_on=TOLD, actor=chief)
    assert (none.posted, none.rejected.rows()) == (0, [(1, field, cause)])
    assert Settlement.objects.count() == before

    some = services.post_settlements(frame, batch_no=1, told_on=TOLD, actor=chief, good_rows=True)
    assert (some.posted, some.rejected.rows()) == (1, [(1, field, cause)])
    assert Settlement.objects.filter(batch_no=1).get().amount_minor == 1000


def test_rows_are_taken_in_order_and_a_rejected_one_takes_nothing(told: Ledger, chief: Actor) -> None:
    frame = settlements(
        ("B1", "R1", D3, 8000),  # only 70.00 is open
        ("B1", "R1", D3, 7000),
        ("B1", None, D3, 1, "K1"),  # now nothing is
        ("B2", "R1", D3, 5001),  # 50.00 is left of the receipt
        ("B2", "R1", D3, 5000),
        ("B2", None, D3, 5000, "K1"),
    )

    done = services.post_settlements(frame, batch_no=1, told_on=TOLD, actor=chief, good_rows=True)

    assert done.rejected.rows() == [
        (0, "amount_minor", "more_than_open"),
        (2, "amount_minor", "more_than_open"),
        (3, "receipt_no", "more_than_left"),
    ]
    who = Customer.objects.get()
    assert queries.open_balance(who, as_of=TOLD) == [Money.of("100.00")]
    assert queries.prepaid(who, as_of=TOLD) == [Money.of("150.00", "USD")]


def test_the_same_numbers_of_two_customers_are_not_mixed_up(told: Ledger, chief: Actor) -> None:
    other = customer("C-8").pk

    done = services.post_settlements(
        settlements(("B1", "R1", D3, 1), who=other), batch_no=1, told_on=TOLD, actor=chief
    )

    assert done.rejected["cause"].to_list() == ["bill_unknown"]


def test_no_settlement_at_all(told: Ledger, chief: Actor) -> None:
    assert services.post_settlements(settlements(), batch_no=1, told_on=TOLD, actor=chief).posted == 0


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    rows=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(1, 60)), max_size=14),
    bill_minor=st.lists(st.integers(1, 100), min_size=3, max_size=3),
    receipt_minor=st.lists(st.integers(1, 100), min_size=3, max_size=3),
)
def test_bulk_takes_and_rejects_the_rows_that_one_by_one_would(
    django_db_blocker: Any, chief: Actor, rows: list[Any], bill_minor: list[int], receipt_minor: list[int]
) -> None:
    bill_left, receipt_left, expected = list(bill_minor), list(receipt_minor), []
    for place, (bill, receipt, minor) in enumerate(rows):
        if minor <= bill_left[bill] and minor <= receipt_left[receipt]:
            bill_left[bill] -= minor
            receipt_left[receipt] -= minor
        else:
            expected.append(place)
    with transaction.atomic():
        who = customer("C-7").pk
        names = ["0", "1", "2"]
        base = pl.DataFrame(
            {"customer_id": [who] * 3, "billed_on": [D1] * 3, "due_on": [D2] * 3, "received_on": [D1] * 3}
        )
        post(base.with_columns(bill_no=pl.Series(names), amount_minor=pl.Series(bill_minor)), chief)
        services.post_receipts(
            base.with_columns(receipt_no=pl.Series(names), amount_minor=pl.Series(receipt_minor)),
            batch_no=1, told_on=TOLD, actor=chief,
        )  # fmt: skip
        frame = settlements(*[(str(bill), str(receipt), D3, minor) for bill, receipt, minor in rows], who=who)

        done = services.post_settlements(frame, batch_no=2, told_on=TOLD, actor=chief, good_rows=True)

        assert done.rejected["row"].to_list() == expected
        assert Receipt.objects.count() == 3
        transaction.set_rollback(True)
