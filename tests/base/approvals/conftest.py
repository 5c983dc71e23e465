"""A company whose people hold the roles of a chain."""

from __future__ import annotations

from datetime import date

import pytest

from tests import worlds
from xinheng.base.access import services as access
from xinheng.base.access.models import Person
from xinheng.base.approvals import services
from xinheng.base.approvals.models import Request
from xinheng.base.approvals.values import Chain, Matter, Step, Title
from xinheng.base.kernel.actors import Actor, system_actor

MONDAY = date(2026, 3, 2)
PEOPLE = {
    "maker": "analyst",
    "vice": "vice_president",
    "legal": "legal_manager",
    "finance": "finance_manager",
    "general": "general_manager",
    "stranger": "sales_manager",
}
CHAIN = Chain(
    (
        Step("review", "审核", "review", ("vice_president", "legal_manager", "finance_manager"), "all", 5),
        Step("approval", "批准", "approval", ("general_manager",), within_days=3),
    )
)


class Followed:
    """What the owner of the kind was told, and what it refuses ahead of a decision."""

    def __init__(self) -> None:
        self.told: list[Matter] = []
        self.before: Exception | None = None
        self.after: Exception | None = None

    def on_end(self, _actor: Actor, _on: date, matter: Matter) -> None:
        self.told.append(matter)
        if self.after:
            raise self.after

    def on_decision(self, _actor: Actor, _on: date, _matter: Matter) -> None:
        if self.before:
            raise self.before


@pytest.fixture
def followed() -> Followed:
    owner = Followed()
    services.own("sample", owner.on_end, owner.on_decision)
    return owner


@pytest.fixture
def company(db: None, followed: Followed) -> None:
    worlds.given(_founded)


def _founded() -> None:
    actor = system_actor()
    access.load_shipped_roles(actor=actor, on=MONDAY)
    access.create_unit(actor=actor, on=MONDAY, code="HQ", name="公司", kind="company")
    for login, role in PEOPLE.items():
        access.create_person(
            actor=actor, on=MONDAY, login=login, name=login, password="长江-river-2026", role=role, unit="HQ"
        )


def who(login: str, *, on: date = MONDAY) -> Actor:
    return access.actor_of(Person.objects.get(login=login), on=on)


def submit(login: str = "maker", *, subject: str = "thing:1", chain: Chain = CHAIN) -> Request:
    title = Title("一件事", "One thing")
    actor = who(login)
    return services.submit(actor=actor, on=MONDAY, kind="sample", subject=subject, title=title, chain=chain)


def decide(request: Request, login: str, decision: str = "approve", **told: str) -> Request:
    return services.decide(
        actor=who(login),
        on=MONDAY,
        request_id=request.pk,
        decision=decision,
        **told,
    )
