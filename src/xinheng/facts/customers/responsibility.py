"""Which unit and which person answer for a customer, by date."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.facts.customers.errors import DayInvalid, PersonUnknown, UnitUnknown
from xinheng.facts.customers.models import Customer, Responsibility
from xinheng.facts.customers.queries import open_customer


@transaction.atomic
def assign_responsibility(
    *, actor: Actor, on: date, no: str, unit_code: str, person_login: str = "", from_on: date | None = None
) -> Responsibility:
    """Let a unit, and a person of it, answer for a customer from a day on (the business day).

    What held before ends that day and stays in the history. from_on is not after `on`, and not before
    the start of what holds now. Refuses: AccessDenied, CustomerUnknown, CustomerClosed, UnitUnknown,
    PersonUnknown, DayInvalid.
    """
    access.require(actor, "customers.write", f"customer:{no}")
    customer = open_customer(actor, no, on=on, lock=True)
    start = from_on or on
    present = Responsibility.objects.filter(customer=customer, until_on__isnull=True).first()
    if start > on or (present and start < present.from_on):
        raise DayInvalid(field="from_on", day=start)
    unit_id, person_id = unit_of(unit_code, on=on), person_of(person_login)
    before = told(present)
    if present and (present.unit_id, present.person_id) == (unit_id, person_id):
        return present
    if present and present.from_on == start:  # replaced on the very day it began: nobody acted under it
        present.unit_id, present.person_id = unit_id, person_id
        present.save(update_fields=["unit", "person"])
        kept = present
    else:
        if present:
            present.until_on = start
            present.save(update_fields=["until_on"])
        kept = Responsibility.objects.create(
            customer=customer, unit_id=unit_id, person_id=person_id, from_on=start
        )
    record(
        actor=actor,
        act="customers.assign_responsibility",
        subject=f"customer:{no}",
        on=on,
        before=before,
        after={"unit": unit_code, "person": person_login, "from_on": start},
    )
    return kept


def first_responsibility(customer: Customer, *, actor: Actor, on: date, unit: str, person: str) -> None:
    """Let the unit and person told answer for a new customer, else the actor and the actor's own unit."""
    person_id = person_of(person) if person else None
    unit_id = unit_of(unit, on=on) if unit else None
    if unit_id is None:
        owner = person_id or actor.person_id or 0
        held = people.assignments(system_actor(), on=on).filter(person_id=owner)
        unit_id = held.values_list("unit_id", flat=True).first()
    if person_id is None and actor.scope.reach == "own":
        person_id = actor.person_id
    if unit_id is not None:
        Responsibility.objects.create(customer=customer, unit_id=unit_id, person_id=person_id, from_on=on)


def unit_of(code: str, *, on: date) -> int:
    """The id of the unit of a code that is open on a day. Refuses: UnitUnknown."""
    found = people.units(system_actor(), on=on).filter(code=code).values_list("pk", flat=True).first()
    if found is None:
        raise UnitUnknown(unit=code)
    return int(found)


def person_of(login: str) -> int | None:
    """The id of the active person of a login; None for a blank one. Refuses: PersonUnknown."""
    if not login:
        return None
    known = people.people(system_actor()).filter(login=login, is_active=True)
    found = known.values_list("pk", flat=True).first()
    if found is None:
        raise PersonUnknown(login=login)
    return int(found)


def told(held: Responsibility | None) -> dict[str, object] | None:
    """A responsibility as the trail keeps it."""
    if held is None:
        return None
    return {
        "unit": held.unit.code,
        "person": held.person.login if held.person else "",
        "from_on": held.from_on,
        "until_on": held.until_on,
    }
