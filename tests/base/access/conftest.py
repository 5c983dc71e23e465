"""An organisation with a person in every role."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher

from tests import worlds
from xinheng.base.access import services
from xinheng.base.access.models import Person
from xinheng.base.kernel.actors import Actor, system_actor

DAY = date(2026, 6, 30)
PASSWORD = "hengxin-2026-Beijing"


class QuickArgon2(Argon2PasswordHasher):
    """The real hasher at the least cost, so that the tests need not wait for it."""

    time_cost, memory_cost, parallelism = 1, 8, 1


@pytest.fixture
def organisation(db: None) -> None:
    """A group with two companies, the first with two departments; the shipped roles; one administrator."""
    worlds.given(_founded)


def _founded() -> None:
    root = system_actor()
    services.load_shipped_roles(actor=root, on=DAY)
    for code, kind, parent in [
        ("G", "group", ""),
        ("NORTH", "company", "G"),
        ("SOUTH", "company", "G"),
        ("NORTH-SALES", "department", "NORTH"),
        ("NORTH-CREDIT", "department", "NORTH"),
    ]:
        services.create_unit(actor=root, on=DAY, code=code, name=f"单位{code}", kind=kind, parent=parent)
    services.create_person(
        actor=root, on=DAY, login="admin", name="管理员", password=PASSWORD, role="administrator", unit="G"
    )


@pytest.fixture
def person(organisation: None) -> Callable[..., Person]:
    """Make a person by login, role and unit."""

    def make(login: str, role: str = "analyst", unit: str = "NORTH") -> Person:
        return services.create_person(
            actor=system_actor(),
            on=DAY,
            login=login,
            name=f"姓名{login}",
            password=PASSWORD,
            role=role,
            unit=unit,
        )

    return make


@pytest.fixture
def acting(organisation: None) -> Callable[..., Actor]:
    """The actor of a login, on the day or another."""

    def find(login: str, on: date = DAY) -> Actor:
        return services.actor_of(Person.objects.get(login=login), on=on)

    return find
