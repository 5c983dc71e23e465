"""A trading company whose people meet customers, and one of them leaves."""

from __future__ import annotations

from datetime import date

import pytest

from tests import worlds
from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.facts.customers import services as customers
from xinheng.facts.customers.values import NewCustomer
from xinheng.runs.services import business_day

DAY = date(2024, 5, 24)  # a Friday
PEOPLE = {"wang": "王敏", "li": "李强", "zhao": "赵信", "sun": "孙洁"}
PARTIES = {"C-1": "长江机电有限公司", "C-2": "东方建材有限公司", "C-3": "北辰食品有限公司"}


@pytest.fixture
def on(db: None) -> date:
    """The business day of a company with four people and three customers of wang's."""
    worlds.given(_founded, DAY)
    return DAY


@pytest.fixture
def wang(on: date) -> Actor:
    """A salesperson."""
    return who("wang", on)


@pytest.fixture
def zhao(on: date) -> Actor:
    """The person of the information department, an archivist."""
    return who("zhao", on)


def given() -> date:
    """The same company on today's business day, for the pages."""
    day = business_day()
    worlds.given(_founded, day)
    return day


def who(login: str, on: date) -> Actor:
    """One of the company as an actor."""
    return access.actor_of(people.person_by_login(login), on=on)


def _founded(day: date) -> None:
    chief = system_actor()
    access.load_shipped_roles(actor=chief, on=day)
    access.create_unit(actor=chief, on=day, code="HQ", name="公司", kind="company")
    roles = {"wang": "salesperson", "li": "salesperson", "zhao": "archivist", "sun": "credit_manager"}
    for login, name in PEOPLE.items():
        told = {
            "login": login,
            "name": name,
            "password": "长江-river-2026",
            "role": roles[login],
            "unit": "HQ",
        }
        access.create_person(actor=chief, on=day, **told)
    for no, name in PARTIES.items():
        customers.register(actor=chief, on=day, new=NewCustomer(name, no))
        customers.assign_responsibility(actor=chief, on=day, no=no, unit_code="HQ", person_login="wang")
