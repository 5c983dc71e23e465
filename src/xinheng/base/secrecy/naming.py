"""Who needs to know: people named for a grade that no role opens alone."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.secrecy.errors import NamingInvalid, NamingUnknown, RegradingReasonMissing
from xinheng.base.secrecy.models import NeedToKnow
from xinheng.base.secrecy.scheme import grade_of


@transaction.atomic
def name_person(
    *, actor: Actor, on: date, login: str, grade: str, reason: str, until_on: date | None = None
) -> NeedToKnow:
    """Put a person on the list of who may see a grade, from today on. until_on: first day it no longer holds.

    It opens nothing to whom no role clears for the grade. Refuses: AccessDenied, PersonUnknown, GradeUnknown,
    NamingInvalid, RegradingReasonMissing.
    """
    access.require(actor, "secrecy.write", f"person:{login[:150]}")
    person = people.person_by_login(login)
    if not grade_of(grade, on).named_only:
        raise NamingInvalid(cause=_("This grade needs no list: roles alone clear for it."), field="grade")
    if person.login == actor.login:
        raise NamingInvalid(cause=_("Nobody names themselves."), field="login")
    if until_on is not None and until_on <= on:
        raise NamingInvalid(cause=_("The period ends after today."), field="until_on")
    if not reason.strip():
        raise RegradingReasonMissing(field="reason")
    if named(on).filter(login=person.login, grade=grade).exists():
        raise NamingInvalid(cause=_("The person stands on the list already."), field="login")
    kept = NeedToKnow.objects.create(
        login=person.login, grade=grade, from_on=on, until_on=until_on, reason=reason.strip()[:300],
        told_by=actor.login, told_on=on,
    )  # fmt: skip
    after = {"grade": grade, "until": until_on}
    audit.record(
        actor=actor, act="secrecy.name", subject=f"person:{person.login}", on=on, after=after, reason=reason
    )
    return kept


@transaction.atomic
def strike_person(*, actor: Actor, on: date, naming_id: int, reason: str) -> NeedToKnow:
    """Take a person off the list from today on.

    Refuses: AccessDenied, NamingUnknown, RegradingReasonMissing.
    """
    access.require(actor, "secrecy.write", f"naming:{naming_id}")
    found = named(on).select_for_update().filter(pk=naming_id).first()
    if found is None:
        raise NamingUnknown(naming=naming_id)
    if not reason.strip():
        raise RegradingReasonMissing(field="reason")
    found.until_on = on
    found.save(update_fields=["until_on"])
    after = {"grade": found.grade, "until": on}
    audit.record(
        actor=actor, act="secrecy.strike", subject=f"person:{found.login}", on=on, after=after, reason=reason
    )
    return found


def named(on: date) -> QuerySet[NeedToKnow]:
    """Who stands on the lists of a day."""
    running = Q(from_on__lte=on) & (Q(until_on__isnull=True) | Q(until_on__gt=on))
    return NeedToKnow.objects.filter(running)
