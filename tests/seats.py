"""People of an office, for worlds that need somebody who holds a role."""

from __future__ import annotations

from datetime import date

from xinheng.base.access import services as access
from xinheng.base.access.models import Person, Unit
from xinheng.base.kernel.actors import Actor, system_actor

START = date(2020, 1, 1)


def seat(login: str, role: str, *, on: date) -> Actor:
    """Somebody at headquarters who holds a role."""
    system = system_actor()
    access.load_shipped_roles(actor=system, on=START)
    if not Unit.objects.filter(code="HQ").exists():
        access.create_unit(actor=system, on=START, code="HQ", name="总部", kind="company")
    access.create_person(
        actor=system, on=START, login=login, name=login, password="长江-river-2026", role=role, unit="HQ"
    )
    return access.actor_of(Person.objects.get(login=login), on=on)
