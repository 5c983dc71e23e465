"""The real files, every row accounted for and every total the file's own."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers.models import Customer
from xinheng.facts.financials.models import TradeInvoice
from xinheng.facts.intake import services
from xinheng.facts.intake.models import Batch, RejectedRow
from xinheng.facts.receivables import queries as receivables
from xinheng.facts.receivables.models import Bill, Settlement

pytestmark = pytest.mark.django_db(transaction=True)


def cents(path: Path, column: str) -> int:
    """The file's own sum, each float taken for the decimal it is written as."""
    texts = pl.read_parquet(path, columns=[column]).get_column(column).cast(pl.String)
    return int((texts.cast(pl.Decimal(38, 2)) * 100).sum())


def sums(batch: Batch, amount: str) -> dict[str, int]:
    return {
        part: sum(told["sums"].get(amount, {}).values())
        for part, told in batch.totals.items()
        if part != "mark"
    }


@pytest.mark.req("PWR-06")
def test_every_invoice_of_425_companies_is_accounted_for(chief: Actor, shared_data: Path) -> None:
    folder, on = shared_data / "cumcm2020c", date(2020, 3, 1)

    def take(file: str, kind: str, source: str) -> Batch:
        return services.import_file(
            actor=chief, on=on, path=folder / file, kind=kind, source=f"cumcm2020c-{source}", mode="good_rows"
        )

    assert take("enterprises.parquet", "customers", "customers").rows_accepted == 425
    purchases = take("invoices_purchase.parquet", "trade_invoices", "purchases")
    sales = take("invoices_sales.parquet", "trade_invoices", "sales")

    counts = [
        (each.rows_total, each.rows_accepted, each.rows_void, each.rows_known, each.rows_rejected)
        for each in (purchases, sales)
    ]
    assert counts == [(606_122, 575_940, 24_672, 0, 5_510), (493_319, 445_243, 37_844, 0, 10_232)]
    causes = [
        {cause.cause: cause.rows for cause in services.preview(each.pk).causes} for each in (purchases, sales)
    ]
    assert causes == [
        {"repeated_in_file": 5_484, "conflict_in_file": 22, "sub_total": 4},
        {"repeated_in_file": 6_181, "conflict_in_file": 4_050, "sub_total": 1},
    ]
    for batch, file in ((purchases, "invoices_purchase.parquet"), (sales, "invoices_sales.parquet")):
        for column, amount in (("amount", "net"), ("tax", "tax"), ("total", "total")):
            found = sums(batch, amount)
            assert found["file"] == cents(folder / file, column)
            assert found["file"] == found["new"] + found["void"] + found["known"] + found["rejected"]
    assert TradeInvoice.objects.filter(is_void=False).count() == 575_940 + 445_243
    assert TradeInvoice.objects.filter(is_void=True).count() == 24_672 + 37_844
    assert RejectedRow.objects.filter(batch=sales).values("row_no").distinct().count() == 10_232
    assert Customer.objects.count() == 425

    again = take("invoices_sales.parquet", "trade_invoices", "sales")
    assert (again.rows_accepted, again.rows_void, again.rows_known) == (0, 0, 483_087)
    assert TradeInvoice.objects.count() == 575_940 + 445_243 + 24_672 + 37_844


def test_bills_settled_as_known_on_a_day_age_as_their_publisher_says(chief: Actor, shared_data: Path) -> None:
    path = shared_data / "ibm_ar" / "invoices_asof_2013-07-01.parquet"
    batch = services.import_file(actor=chief, on=date(2013, 7, 1), path=path, kind="bills", source="ibm_ar")

    assert (batch.state, batch.rows_total, batch.rows_accepted, batch.rows_rejected) == (
        "posted",
        1930,
        1930,
        0,
    )
    assert sums(batch, "amount")["new"] == cents(path, "InvoiceAmount") == 11_544_459
    assert (Customer.objects.count(), Bill.objects.count(), Settlement.objects.count()) == (100, 1930, 1846)
    for as_of, expected in (
        (date(2013, 6, 30), [(72, "4,284.29"), (12, "835.56"), (0, "0.00"), (0, "0.00"), (0, "0.00")]),
        (date(2013, 3, 31), [(85, "5,222.37"), (9, "681.37"), (0, "0.00"), (0, "0.00"), (0, "0.00")]),
    ):
        assert [(row.bills, str(row.amount)) for row in receivables.ageing(None, as_of=as_of)] == expected


SAP = {"KUNNR": "customer_no", "BELNR": "bill_no", "ZFBDT": "due_on", "WRBTR": "amount", "PSWSL": "currency"}


def test_columns_of_sap_are_known_by_their_names(chief: Actor, shared_data: Path, day: date) -> None:
    batch = services.receive(
        actor=chief, on=day, path=shared_data / "sap_gbi" / "BSEG.parquet", kind="receipts"
    )
    assert services.look(batch.pk).mapping["BELNR"] == "receipt_no"
    assert services.look(batch.pk).mapping["WRBTR"] == "amount"


def test_a_ledger_in_two_currencies_keeps_them_apart(chief: Actor, shared_data: Path) -> None:
    path = shared_data / "highradius_open" / "open_items.parquet"
    mapping = {
        "cust_number": "customer_no", "name_customer": "customer_name", "doc_id": "bill_no",
        "document_create_date.1": "billed_on", "due_in_date": "due_on", "total_open_amount": "amount",
        "invoice_currency": "currency",
    }  # fmt: skip
    batch = services.import_file(
        actor=chief, on=date(2020, 6, 1), path=path, kind="bills", mapping=mapping, mode="good_rows",
        settings={"customers_from_file": True},
    )  # fmt: skip
    assert batch.state == "posted"
    assert batch.rows_total == 9_700
    assert batch.rows_total == batch.rows_accepted + batch.rows_rejected
    assert set(batch.totals["file"]["sums"]["amount"]) == {"USD", "CAD"}
    assert Bill.objects.count() == batch.rows_accepted
