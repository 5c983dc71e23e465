"""Trade invoices: posted by the file, summed up for the page."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from django.db import IntegrityError, transaction

from xinheng.base.access.errors import AccessDenied
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers.models import Customer
from xinheng.facts.financials import queries, services
from xinheng.facts.financials.models import TradeInvoice

pytestmark = pytest.mark.django_db
TOLD = date(2026, 6, 30)


@pytest.fixture
def who() -> Customer:
    return Customer.objects.create(
        no="E-1", kind="company", name="甲", name_key="甲", told_on=date(2024, 1, 1)
    )


def invoices(who: Customer, *rows: tuple[Any, ...]) -> pl.DataFrame:
    names = ["side", "invoice_no", "counterparty", "issued_on", "net_minor", "tax_minor", "is_void"]
    return pl.DataFrame(rows, schema=names, orient="row").with_columns(customer_id=pl.lit(who.pk))


def test_sums_leave_void_ones_out_and_take_red_letter_ones_off(who: Customer, chief: Actor) -> None:
    frame = invoices(
        who,
        ("sale", "1", "B1", date(2026, 5, 1), 10000, 1300, False),
        ("sale", "2", "B2", date(2026, 6, 30), 30000, 3900, False),
        ("sale", "3", "B1", date(2026, 6, 1), -2000, -260, False),
        ("sale", "4", "B3", date(2026, 6, 1), 99900, 999, True),
        ("sale", "5", "B4", date(2024, 6, 30), 5000, 0, False),  # before the months looked at
        ("sale", "6", "B5", date(2026, 7, 1), 5000, 0, False),  # after the day
        ("purchase", "1", "S1", date(2026, 5, 31), 7000, 910, False),
    )

    assert services.post_trade_invoices(frame, batch_no=1, told_on=TOLD, actor=chief) == 7

    summary = queries.trade_summary(who, as_of=TOLD)
    assert summary is not None
    sale, purchase = summary.sides
    assert (sale.invoices, sale.void, sale.red_letter, sale.counterparties) == (3, 1, 1, 2)
    assert (sale.net, sale.tax) == (Money(38000), Money(4940))
    assert [(one.name, one.invoices, one.net, round(one.share, 4)) for one in sale.largest] == [
        ("B2", 1, Money(30000), 0.7895),
        ("B1", 2, Money(8000), 0.2105),
    ]
    assert (purchase.net, purchase.invoices) == (Money(7000), 1)
    assert len(summary.months) == 24
    assert [(one.month, one.sold, one.bought) for one in summary.months[-2:]] == [
        (date(2026, 5, 1), Money(10000), Money(7000)),
        (date(2026, 6, 1), Money(28000), Money(0)),
    ]
    assert (summary.first_on, summary.last_on) == (date(2024, 6, 30), date(2026, 6, 30))


def test_a_customer_that_showed_nothing_has_no_summary(who: Customer) -> None:
    assert queries.trade_summary(who, as_of=TOLD) is None


def test_an_invoice_is_posted_once(who: Customer, chief: Actor, reader: Actor) -> None:
    frame = invoices(who, ("sale", "1", "B1", date(2026, 5, 1), 10000, 1300, False))
    services.post_trade_invoices(frame, batch_no=1, told_on=TOLD, actor=chief)

    with pytest.raises(IntegrityError), transaction.atomic():
        services.post_trade_invoices(frame, batch_no=2, told_on=TOLD, actor=chief)
    with pytest.raises(AccessDenied):
        services.post_trade_invoices(frame, batch_no=2, told_on=TOLD, actor=reader)

    assert TradeInvoice.objects.count() == 1
