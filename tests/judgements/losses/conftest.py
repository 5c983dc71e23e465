"""A company with a ledger of two and a half years, small enough to reckon with by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests import worlds
from tests.indicators.ledger import bill, customer, pay
from tests.judgements.losses.shipped import MATRIX, TARGETS
from xinheng.base.access import services as access
from xinheng.base.access.models import Person
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.base.packs.adopting import put_in_force
from xinheng.facts.orders.models import Delivery, SalesOrder

FOUNDED, TODAY = date(2022, 1, 1), date(2024, 6, 30)
PEOPLE = {
    "credit": "credit_manager",
    "finance": "finance_manager",
    "general": "general_manager",
    "seller": "salesperson",
}


@pytest.fixture
def company(db: None) -> None:
    """Customers C-1 (pays late), C-2 (never pays), C-3 (pays at once), and both documents in force."""
    worlds.given(founded)


def founded() -> None:
    root = system_actor()
    access.load_shipped_roles(actor=root, on=FOUNDED)
    access.create_unit(actor=root, on=FOUNDED, code="HQ", name="公司", kind="group")
    for login, role in PEOPLE.items():
        told: Any = {
            "login": login, "name": login, "password": "长江-river-2026", "role": role, "unit": "HQ",
        }  # fmt: skip
        access.create_person(actor=root, on=FOUNDED, **told)
    put_in_force(actor=root, on=FOUNDED, kind="loss_matrix", text=MATRIX, effective_from=FOUNDED)
    put_in_force(actor=root, on=FOUNDED, kind="credit_targets", text=TARGETS, effective_from=FOUNDED)
    one, two, three = (
        customer(f"C-{number}", region="Jiangsu" if number < 3 else "") for number in (1, 2, 3)
    )
    old = bill(two, "B-old", "2022-03-31", "2022-04-30", 200)
    assert old.pk
    for month in range(1, 7):  # each month 1,000 on 30 days of credit, and 4,000 in cash
        late = bill(one, f"B-{month}", f"2024-0{month}-01", f"2024-0{month}-28", 1000)
        if month <= 3:
            pay(late, f"2024-0{month + 1}-09", 600)  # ten days late in April and February, nine in March
        cash = bill(three, f"K-{month}", f"2024-0{month}-05", f"2024-0{month}-05", 4000)
        pay(cash, f"2024-0{month}-05", 4000)
    for number, (amount, delivered) in enumerate(((500, 500), (500, 500), (300, 100)), 1):
        order = SalesOrder.objects.create(
            customer=one, order_no=f"O-{number}", ordered_on=date(2024, 5, 1), ship_on=date(2024, 5, 20),
            amount_minor=amount * 100, told_on=date(2024, 5, 1),
        )  # fmt: skip
        Delivery.objects.create(
            order=order, order_no=order.order_no, delivery_no=f"D-{number}", delivered_on=date(2024, 5, 20),
            amount_minor=delivered * 100, told_on=date(2024, 5, 20),
        )  # fmt: skip


def actor(login: str, *, on: date = TODAY, everything: bool = True) -> Actor:
    found = access.actor_of(Person.objects.get(login=login), on=on)
    return Actor(**{**found.__dict__, "scope": system_actor().scope}) if everything else found
