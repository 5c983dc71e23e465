"""The demonstration company's contracts."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from tests import seats
from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.facts.contracts.models import Audit, Contract
from xinheng.facts.customers import services as parties
from xinheng.facts.customers.values import NewCustomer
from xinheng.runs.demonstration.contracting import DEPARTMENTS, sign_contracts

pytestmark = pytest.mark.django_db


def test_the_ledger_shows_contracts_of_each_state_and_only_once(chief: Actor, day: date) -> None:
    seats.seat("head", "department_head", on=day)
    for code in DEPARTMENTS:
        access.create_unit(
            actor=system_actor(), on=seats.START, code=code, name=code, kind="department", parent="HQ"
        )
    for number in range(1, 8):
        new = NewCustomer(no=f"C-{number}", name=f"客户{number}", unit_code="EAST", person_login="head")
        parties.register(actor=system_actor(), on=day, new=new, despite_like_names=True)

    for _ in range(2):
        sign_contracts(actor=chief, on=day)

    states = Counter(Contract.objects.values_list("state", flat=True))
    assert states == {"performing": 2, "changed": 1, "ended": 1, "signed": 2, "legal": 1}
    assert Audit.objects.count() == 1
