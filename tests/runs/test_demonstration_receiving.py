"""The demonstration company's bank statement, review list, bill of exchange and deposit."""

from __future__ import annotations

from datetime import date

import pytest

from tests.facts.receivables.conftest import Ledger, customer
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers.models import Customer
from xinheng.facts.instruments import queries as paper
from xinheng.facts.receivables import queries
from xinheng.judgements.matching import queries as matching
from xinheng.judgements.matching.values import Wanted
from xinheng.runs.demonstration.receiving import receive_money

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def test_each_list_of_money_has_something_to_show_and_only_once(chief: Actor, day: date) -> None:
    for at in range(7):
        customer(f"C-{at}")
        Customer.objects.filter(no=f"C-{at}").update(name_key=f"c{at}")  # as creating one keeps it
        Ledger(chief, day, f"C-{at}").bill(f"INV-2026-{at:05d}", "2026-01-01", "2026-01-31", f"{100 + at}.17")

    for _ in range(2):
        receive_money(actor=chief, on=day, effective_from=date(2026, 1, 1))

    (run,) = matching.runs(chief)
    assert (run.figures["receipts"], run.figures["applied"], run.figures["waiting"]) == (5, 4, 1)
    assert [one.way for one in matching.proposals(chief, Wanted(), on=day)] == ["remainder"]
    (unknown,) = matching.bank_lines(chief, on=day, state="unknown")
    assert unknown.payer == "某财务结算中心"
    assert [one.code for one in paper.alerts(chief, on=day)] == ["matures"]
    (deposit,) = paper.deposits(chief, on=day)
    assert str(paper.standing_of(deposit).held) == "15,000.00"
    assert queries.unapplied(None, as_of=day).height == 2  # what waits, and the paper
