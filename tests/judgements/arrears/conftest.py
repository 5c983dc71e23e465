"""A ledger with three kinds of payers, drawn by a fixed seed, and a company whose books hold it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from tests import worlds
from xinheng.base.access import services as access
from xinheng.base.access.models import Person
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.facts.customers.models import Customer
from xinheng.facts.receivables.models import Bill, Receipt, Settlement
from xinheng.judgements.arrears import services as arrears

FOUNDED, TODAY = date(2023, 1, 1), date(2024, 7, 1)
HABITS = (5, 12, 20, 24, 28, 31, 33, 36, 40, 48)  # days to payment of the customers; terms are 30


def drawn(*, months: int = 18) -> pl.DataFrame:
    """Two bills a month of ten customers; every fifth bill is on paper, six times as large, and takes ten days longer."""
    chance, rows = np.random.default_rng(7), []
    for place, habit in enumerate(HABITS):
        for turn in range(months * 2):
            billed = date(2023, 1, 3 + place) + timedelta(days=15 * turn)
            paper = turn % 5 == 0
            took = max(1, round(habit + 10 * paper + chance.normal(0, 4)))
            paid = billed + timedelta(days=took)
            rows.append({
                "客户": f"C-{place}", "单号": f"B-{place}-{turn}", "开票": billed, "到期": billed + timedelta(days=30),
                "付款": paid if paid < TODAY else None, "金额": (100.0 + 10 * place) * (6 if paper else 1), "方式": "纸质" if paper else "电子",
            })  # fmt: skip
    return pl.DataFrame(rows)


@pytest.fixture(scope="session")
def table() -> pl.DataFrame:
    """The drawn ledger."""
    return drawn()


@pytest.fixture
def company(db: None) -> None:
    """The drawn ledger in the books, a model trained on it and the open bills foretold."""
    worlds.given(founded)


def founded() -> None:
    root = system_actor()
    access.load_shipped_roles(actor=root, on=FOUNDED)
    access.create_unit(actor=root, on=FOUNDED, code="HQ", name="公司", kind="group")
    told: Any = {
        "login": "credit",
        "name": "credit",
        "password": "长江-river-2026",
        "role": "credit_manager",
        "unit": "HQ",
    }
    access.create_person(actor=root, on=FOUNDED, **told)
    posted(drawn())
    arrears.train(actor=root, on=TODAY)
    arrears.foretell(actor=root, on=TODAY)


def posted(ledger: pl.DataFrame) -> None:
    """The rows of a drawn ledger as bills, receipts and settlements."""
    numbers = ledger["客户"].unique().sort().to_list()
    Customer.objects.bulk_create(
        Customer(no=no, kind="company", name=f"公司 {no}", name_key=no, told_on=FOUNDED) for no in numbers
    )
    at = {one.no: one for one in Customer.objects.all()}
    rows = ledger.to_dicts()
    bills = Bill.objects.bulk_create(
        Bill(customer=at[row["客户"]], bill_no=row["单号"], billed_on=row["开票"], due_on=row["到期"],
             amount_minor=round(row["金额"] * 100), currency="CNY", told_on=row["开票"],
             segment="高压" if row["客户"] < "C-5" else "低压")
        for row in rows
    )  # fmt: skip
    paid = [(bill, row) for bill, row in zip(bills, rows, strict=True) if row["付款"]]
    receipts = Receipt.objects.bulk_create(
        Receipt(customer=bill.customer, receipt_no=f"R-{bill.bill_no}", received_on=row["付款"],
                amount_minor=bill.amount_minor, currency="CNY", told_on=row["付款"])
        for bill, row in paid
    )  # fmt: skip
    Settlement.objects.bulk_create(
        Settlement(
            bill=bill,
            receipt=receipt,
            settled_on=row["付款"],
            amount_minor=bill.amount_minor,
            told_on=row["付款"],
        )
        for receipt, (bill, row) in zip(receipts, paid, strict=True)
    )


def person(*permits: str) -> Actor:
    """Somebody who reaches everything and may do so much."""
    return Actor(
        login="someone", name="某人", permits=frozenset(permits), scope=system_actor().scope, via="page"
    )


def manager() -> Actor:
    """The credit manager of the company."""
    return access.actor_of(Person.objects.get(login="credit"), on=TODAY)
