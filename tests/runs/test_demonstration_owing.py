"""The demonstration company's instalments, returned payment and write-off."""

from __future__ import annotations

from datetime import date

import pytest

from tests.facts.receivables.conftest import Ledger, customer
from xinheng.base.kernel.actors import Actor
from xinheng.facts.receivables import queries
from xinheng.runs.demonstration.owing import owe_by_instalments

pytestmark = pytest.mark.django_db


def test_each_list_of_the_ledger_has_something_to_show_and_only_once(chief: Actor, day: date) -> None:
    for no, amount in (("C-1", "100.00"), ("C-2", "70.00"), ("C-3", "5.00")):
        customer(no)
        Ledger(chief, day, no).bill("B1", "2026-01-01", "2026-01-31", amount)

    for _ in range(2):
        owe_by_instalments(actor=chief, on=day)

    parts = queries.instalments(None, as_of=day)["amount_minor"].to_list()
    assert parts == [3333, 3333, 3334]
    assert queries.returned_payments(None, since=date(2026, 6, 1), as_of=day)["fee_bill_no"].to_list() == [
        "TP-0001-F"
    ]
    assert queries.written_off(None, as_of=day)["left_minor"].to_list() == [8640]
