"""People: who they are, their password, and whether they may come in at all."""

from __future__ import annotations

from datetime import date
from typing import Any, Unpack

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from xinheng.base.access import rules
from xinheng.base.access.acting import require
from xinheng.base.access.administrators import keeping_an_administrator
from xinheng.base.access.assignments import (
    appoint,
    check_not_above,
    reached_person,
)
from xinheng.base.access.assignments import (
    told as told_assignment,
)
from xinheng.base.access.errors import (
    AccessDenied,
    FieldInvalid,
    LoginInvalid,
    PasswordWeak,
    PasswordWrong,
    PersonActive,
    PersonExists,
    PersonInactive,
)
from xinheng.base.access.models import ApiToken, Person
from xinheng.base.access.organisation import text
from xinheng.base.access.values import NewPerson, Term
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor


@transaction.atomic
def create_person(*, actor: Actor, on: date, **new: Unpack[NewPerson]) -> Person:
    """Make a person who may sign in, holding a first role in a unit (codes) from the day on.

    Refuses: AccessDenied, LoginInvalid, PersonExists, FieldInvalid, PasswordWeak, and what `assign` refuses.
    """
    login = rules.normal_login(new["login"])
    require(actor, "people.write", f"person:{login}")
    if not rules.LOGIN.fullmatch(login):
        raise LoginInvalid(login=new["login"][:80])
    if Person.objects.filter(login=login).exists():
        raise PersonExists(login=login)
    person = Person(login=login, name=text("name", new["name"], 60), language=new.get("language", "zh-hans"))
    person.must_change_password = new.get("must_change_password", False)
    _give_password(person, new["password"])
    person.save()
    assignment = appoint(actor, on, person, (new["role"], new["unit"]), Term())
    after = {**told(person), "assignment": told_assignment(assignment)}
    record(actor=actor, act="people.create_person", subject=f"person:{login}", on=on, after=after)
    return person


@transaction.atomic
def rename_person(*, actor: Actor, on: date, login: str, name: str) -> Person:
    """Correct a person's name. Refuses: AccessDenied, PersonUnknown, FieldInvalid."""
    require(actor, "people.write", f"person:{login}")
    person = reached_person(actor, login)
    before, person.name = told(person), text("name", name, 60)
    person.save(update_fields=["name"])
    _record(actor, on, "people.rename_person", person, before)
    return person


@transaction.atomic
def set_password(*, actor: Actor, on: date, login: str, password: str, must_change: bool = True) -> Person:
    """Give a person a new password, to be changed at the next sign-in; open sessions end.

    Refuses: AccessDenied, PersonUnknown, PasswordWeak, RightsExceeded (a person who holds more).
    """
    require(actor, "people.write", f"person:{login}")
    person = reached_person(actor, login)
    check_not_above(actor, person, on=on)
    before = told(person)
    _give_password(person, password)
    person.must_change_password = must_change
    person.save(update_fields=["password", "must_change_password"])
    _record(actor, on, "people.set_password", person, before)
    return person


@transaction.atomic
def change_password(*, actor: Actor, on: date, present: str, password: str) -> Person:
    """Change one's own password; needs no right but the present password. All other sessions end.

    Refuses: AccessDenied (not a person, or by a token), PasswordWrong, PasswordWeak.
    """
    if actor.person_id is None or actor.via == "api":
        raise AccessDenied("people.write", f"person:{actor.login}")
    person = Person.objects.select_for_update().get(pk=actor.person_id)
    if not person.is_active:
        raise PersonInactive(login=person.login)
    if not person.check_password(present):
        raise PasswordWrong()
    if password == present:
        raise PasswordWeak(causes=gettext("It is the present password."))
    before = told(person)
    _give_password(person, password)
    person.must_change_password = False
    person.save(update_fields=["password", "must_change_password"])
    _record(actor, on, "people.change_password", person, before)
    return person


def choose_language(*, actor: Actor, language: str) -> None:
    """Speak a language to oneself from now on; a matter of taste, so it is not on the trail.

    Refuses: FieldInvalid (a language that the installation does not speak).
    """
    if language not in dict(settings.LANGUAGES):
        raise FieldInvalid(field="language", value=language[:80])
    Person.objects.filter(pk=actor.person_id or 0).update(language=language)


@transaction.atomic
def deactivate(*, actor: Actor, on: date, login: str, reason: str = "") -> Person:
    """Shut a person out at once: sessions, tokens and rights end; what they did stays.

    Refuses: AccessDenied, PersonUnknown, PersonInactive, RightsExceeded, LastAdministrator.
    """
    require(actor, "people.write", f"person:{login}")
    person = reached_person(actor, login)
    if not person.is_active:
        raise PersonInactive(login=login)
    check_not_above(actor, person, on=on)
    before, person.is_active = told(person), False
    with keeping_an_administrator(on=on):
        person.save(update_fields=["is_active"])
    ApiToken.objects.filter(person=person, revoked_on__isnull=True).update(revoked_on=on)
    _record(actor, on, "people.deactivate", person, before, reason)
    return person


@transaction.atomic
def reactivate(*, actor: Actor, on: date, login: str, password: str) -> Person:
    """Let a person in again with a new password, so that no old session comes alive; tokens stay revoked.

    Refuses: AccessDenied, PersonUnknown, PersonActive, PasswordWeak, RightsExceeded.
    """
    require(actor, "people.write", f"person:{login}")
    person = reached_person(actor, login)
    if person.is_active:
        raise PersonActive(login=login)
    before, person.is_active = told(person), True
    check_not_above(actor, person, on=on)
    _give_password(person, password)
    person.must_change_password = True
    person.save(update_fields=["is_active", "password", "must_change_password"])
    _record(actor, on, "people.reactivate", person, before)
    return person


def told(person: Person) -> dict[str, Any]:
    """A person as the trail keeps it."""
    return {
        "login": person.login,
        "name": person.name,
        "active": person.is_active,
        "must_change": person.must_change_password,
    }


def _give_password(person: Person, password: str) -> None:
    try:
        validate_password(password, person)
    except ValidationError as invalid:
        raise PasswordWeak(causes=" ".join(invalid.messages)) from invalid
    person.set_password(password)


def _record(
    actor: Actor, on: date, act: str, person: Person, before: dict[str, Any], reason: str = ""
) -> None:
    subject, after = f"person:{person.login}", told(person)
    record(actor=actor, act=act, subject=subject, on=on, before=before, after=after, reason=reason)
