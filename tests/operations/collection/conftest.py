"""A company that collects: four people, four debtors in arrears, one that pays, and the shipped policies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from tests import worlds
from tests.indicators.ledger import bill, customer, pay
from xinheng.base.access import services as access
from xinheng.base.access.models import Person, Unit
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.facts.customers.models import Customer, Responsibility
from xinheng.operations.collection import services
from xinheng.operations.collection.models import Case

FOUNDED, TODAY = date(2024, 1, 1), date(2024, 8, 1)
PEOPLE = {
    "chief": "credit_manager", "strong": "collector", "fair": "collector", "new": "collector",
}  # fmt: skip
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@dataclass(frozen=True)
class Desk:
    """Who acts, and the day of most of it."""

    on: date = TODAY

    def who(self, login: str = "chief", on: date | None = None) -> dict[str, Any]:
        """Who acts on which day, for a service."""
        return {"actor": actor(login), "on": on or self.on}

    def case(self, no: str) -> Case:
        """The running case of a customer."""
        return Case.objects.select_related("customer").get(customer__no=no, closed_on__isnull=True)


def actor(login: str) -> Actor:
    if login == "system":
        return system_actor()
    return access.actor_of(Person.objects.get(login=login), on=TODAY)


@pytest.fixture
def desk(db: None) -> Desk:
    """C-1 owes 100,000 for 40 days, C-2 20,000 for 100, C-3 5,000 for 10, C-4 50 for 31; C-5 owes nothing late."""
    worlds.given(founded)
    return Desk()


def founded() -> None:
    root = system_actor()
    access.load_shipped_roles(actor=root, on=FOUNDED)
    access.create_unit(actor=root, on=FOUNDED, code="HQ", name="公司", kind="group")
    for login, role in PEOPLE.items():
        told: Any = {
            "login": login, "name": login, "password": "长江-river-2026", "role": role, "unit": "HQ",
        }  # fmt: skip
        access.create_person(actor=root, on=FOUNDED, **told)
    bill(customer("C-1"), "B-1", "2024-05-23", "2024-06-22", 100_000)
    bill(customer("C-2"), "B-2", "2024-03-24", "2024-04-23", 20_000)
    bill(customer("C-3"), "B-3", "2024-06-22", "2024-07-22", 5_000)
    bill(customer("C-4"), "B-4", "2024-06-01", "2024-07-01", 50)
    pay(bill(customer("C-5"), "B-5", "2024-06-01", "2024-07-01", 9_000), "2024-07-01", 9_000)
    bill(Customer.objects.get(no="C-5"), "B-6", "2024-07-01", "2024-08-01", 4_000)
    unit = Unit.objects.get(code="HQ")
    for customer_row in Customer.objects.exclude(no="C-3"):
        person = Person.objects.get(login="fair")
        Responsibility.objects.create(customer=customer_row, unit=unit, person=person, from_on=FOUNDED)
    services.refresh(actor=root, on=TODAY)
