"""Who holds which role in which unit, by date, and that somebody always may do everything."""

from __future__ import annotations

from datetime import date
from typing import Any, Unpack

from django.db import transaction
from django.db.models import Q

from xinheng.base.access import rules
from xinheng.base.access.acting import actor_of, require
from xinheng.base.access.administrators import keeping_an_administrator
from xinheng.base.access.errors import (
    AssignmentExists,
    AssignmentUnknown,
    PersonInactive,
    PersonUnknown,
    RightsExceeded,
    TermInvalid,
)
from xinheng.base.access.models import Assignment, Person, Role, Unit
from xinheng.base.access.organisation import open_unit
from xinheng.base.access.roles import role_of
from xinheng.base.access.values import Term
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor, Scope


@transaction.atomic
def assign(*, actor: Actor, on: date, login: str, role: str, unit: str, **term: Unpack[Term]) -> Assignment:
    """Give a person a role in a unit (codes), from a day (`from_on`, else the business day) on.

    until_on: the first day it no longer holds. Refuses: AccessDenied, PersonUnknown, PersonInactive,
    RoleUnknown, UnitUnknown, UnitClosed, TermInvalid, AssignmentExists, and RightsExceeded: nobody
    gives rights or a reach that they do not have.
    """
    require(actor, "people.write", f"person:{login}")
    person = reached_person(actor, login)
    if not person.is_active:
        raise PersonInactive(login=login)
    assignment = appoint(actor, on, person, (role, unit), term)
    record(actor=actor, act="people.assign", subject=f"person:{person.login}", on=on, after=told(assignment))
    return assignment


@transaction.atomic
def end_assignment(*, actor: Actor, on: date, assignment_id: int, until_on: date | None = None) -> Assignment:
    """Take a role from a person: at once, or from a later day on.

    Refuses: AccessDenied, AssignmentUnknown, TermInvalid, RightsExceeded, LastAdministrator.
    """
    require(actor, "people.write", f"assignment:{assignment_id}")
    assignment = (
        Assignment.objects.select_for_update(of=("self",))
        .select_related("person", "role", "unit")
        .filter(Q(until_on__isnull=True) | Q(until_on__gt=on), pk=assignment_id)
        .first()
    )
    if assignment is None or not rules.reaches_unit(actor.scope, assignment.unit.path):
        raise AssignmentUnknown(assignment=assignment_id)
    check_within(actor, assignment.role, assignment.unit)
    ends = max(until_on or on, assignment.from_on)
    if until_on and (until_on < on or (assignment.until_on and until_on > assignment.until_on)):
        raise TermInvalid(from_on=assignment.from_on, until_on=until_on)
    before, assignment.until_on = told(assignment), ends
    with keeping_an_administrator(on=on):
        assignment.save(update_fields=["until_on"])
    subject = f"person:{assignment.person.login}"
    record(
        actor=actor,
        act="people.end_assignment",
        subject=subject,
        on=on,
        before=before,
        after=told(assignment),
    )
    return assignment


def appoint(actor: Actor, on: date, person: Person, place: tuple[str, str], term: Term) -> Assignment:
    """Write the assignment of a role in a unit, after every check; the caller records it."""
    role, unit = role_of(place[0]), open_unit(actor, place[1], on=on)
    from_on, until_on = term.get("from_on") or on, term.get("until_on")
    if from_on < on or (until_on and until_on <= from_on):
        raise TermInvalid(from_on=from_on, until_on=until_on or "–")
    check_within(actor, role, unit)
    same = Assignment.objects.filter(person=person, role=role, unit=unit)
    overlap = same.filter(Q(until_on__isnull=True) | Q(until_on__gt=from_on))
    if until_on:
        overlap = overlap.filter(from_on__lt=until_on)
    if overlap.exists():
        raise AssignmentExists(login=person.login, role=role.code, unit=unit.code)
    return Assignment.objects.create(person=person, role=role, unit=unit, from_on=from_on, until_on=until_on)


def reached_person(actor: Actor, login: str) -> Person:
    """The person of a login, locked; one who stands wholly outside the actor's reach is unknown."""
    person = Person.objects.select_for_update().filter(login=rules.normal_login(login)).first()
    if person is None:
        raise PersonUnknown(login=login)
    if actor.scope.reach == "everything" or person.pk == actor.person_id:
        return person
    places = Assignment.objects.filter(person=person).values_list("unit__path", flat=True)
    if not any(rules.reaches_unit(actor.scope, path) for path in places):
        raise PersonUnknown(login=login)
    return person


def check_within(actor: Actor, role: Role, unit: Unit) -> None:
    """Refuse a role that holds more than the actor does, or reaches further."""
    exceeded = rules.missing(actor.permits, role.permits)
    given = Scope(rules.reach_of(role.reach), (unit.path,))
    if not rules.reaches_as_far(actor.scope, given):
        exceeded.append(f"{role.reach} {unit.code}")
    if exceeded:
        raise RightsExceeded(rights=", ".join(exceeded))


def check_not_above(actor: Actor, person: Person, *, on: date) -> None:
    """Refuse to act on a person who holds more than the actor: it would be a way to their rights."""
    theirs = actor_of(person, on=on)
    exceeded = rules.missing(actor.permits, theirs.permits)
    if not rules.reaches_as_far(actor.scope, theirs.scope):
        exceeded.append(theirs.scope.reach)
    if exceeded:
        raise RightsExceeded(rights=", ".join(exceeded))


def told(assignment: Assignment) -> dict[str, Any]:
    """An assignment as the trail keeps it."""
    return {
        "assignment": assignment.pk,
        "role": assignment.role.code,
        "unit": assignment.unit.code,
        "from_on": assignment.from_on,
        "until_on": assignment.until_on,
    }
