"""Bulk writing and columnar reading, on whichever database the run uses."""

from __future__ import annotations

from datetime import date

import polars as pl
import pyarrow as pa
import pytest
from django.db import IntegrityError, transaction

from xinheng.base.kernel import bulk, columns
from xinheng.facts.customers.models import Customer
from xinheng.facts.financials.models import Statement, TradeInvoice


def customers(*nos: str, **more: object) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "no": list(nos),
            "kind": ["company"] * len(nos),
            "name": [f"甲{no}" for no in nos],
            "name_key": list(nos),
            "told_on": [date(2026, 1, 2)] * len(nos),
            **more,
        }
    )


@pytest.mark.django_db
def test_nulls_empty_texts_days_and_truths_arrive_as_they_were() -> None:
    frame = customers(
        "C-1",
        "C-2",
        founded_on=[date(1999, 12, 31), None],
        address=['引号 " 逗号, 换行\n\\N \\.', ""],
        is_supplier=[True, False],
        revenue_minor=[9_000_000_000_000_001, None],
    )

    assert bulk.append(Customer, frame) == 2

    first, second = Customer.objects.order_by("no")
    assert (first.founded_on, second.founded_on) == (date(1999, 12, 31), None)
    assert (first.address, second.address) == ('引号 " 逗号, 换行\n\\N \\.', "")
    assert (first.is_supplier, second.is_supplier) == (True, False)
    assert (first.revenue_minor, second.revenue_minor) == (9_000_000_000_000_001, None)
    assert (first.is_customer, first.status, first.uscc) == (True, "active", None)  # the model's defaults


@pytest.mark.django_db
def test_a_row_posted_twice_is_an_integrity_error_and_nothing_stays() -> None:
    bulk.append(Customer, customers("C-1"))

    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.append(Customer, customers("C-2", "C-1"))

    assert list(Customer.objects.values_list("no", flat=True)) == ["C-1"]


@pytest.mark.django_db(transaction=True)
def test_append_is_part_of_the_open_transaction() -> None:
    with transaction.atomic():
        bulk.append(Customer, customers("C-1"))
        transaction.set_rollback(True)

    assert not Customer.objects.exists()


@pytest.mark.django_db
def test_no_rows_are_no_work() -> None:
    assert bulk.append(Customer, customers()) == 0


@pytest.mark.django_db(transaction=True)
def test_columns_keep_their_types_when_nulls_come_first() -> None:
    nos = [f"C-{n:05}" for n in range(3000)]
    late = [None] * 2999
    bulk.append(Customer, customers(*nos, uscc=[*late, "X"], founded_on=[*late, date(2001, 2, 3)]))
    schema = pa.schema(
        {"no": pa.string(), "uscc": pa.string(), "founded_on": pa.date32(), "is_customer": pa.bool_()}
    )

    frame = columns.frame(
        "SELECT no, uscc, founded_on, is_customer FROM customers_customer ORDER BY no", schema
    )

    assert frame.schema == {
        "no": pl.String,
        "uscc": pl.String,
        "founded_on": pl.Date,
        "is_customer": pl.Boolean,
    }
    assert frame["no"].to_list() == nos
    assert frame.row(0) == ("C-00000", None, None, True)
    assert frame.row(-1) == ("C-02999", "X", date(2001, 2, 3), True)


@pytest.mark.django_db(transaction=True)
def test_columns_without_a_schema_and_without_rows() -> None:
    assert columns.frame("SELECT id, no FROM customers_customer").is_empty()
    assert columns.frame("SELECT id FROM customers_customer", pa.schema({"id": pa.int64()})).is_empty()


@pytest.mark.django_db
def test_small_numbers_and_truths_of_other_tables() -> None:
    bulk.append(Customer, customers("C-1"))
    customer = Customer.objects.get()
    bulk.append(
        Statement,
        pl.DataFrame(
            {
                "customer_id": [customer.pk],
                "period_end": [date(2025, 12, 31)],
                "is_consistent": [False],
                "told_on": [date(2026, 1, 2)],
            }
        ),
    )
    bulk.append(
        TradeInvoice,
        pl.DataFrame(
            {
                "customer_id": [customer.pk],
                "side": ["sale"],
                "invoice_no": ["1"],
                "counterparty": ["B1"],
                "issued_on": [date(2025, 1, 1)],
                "net_minor": [-5],
                "tax_minor": [0],
                "told_on": [date(2026, 1, 2)],
            }
        ),
    )
    assert Statement.objects.get().months == 12
    assert TradeInvoice.objects.get().net_minor == -5
