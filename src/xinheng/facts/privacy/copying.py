"""A person's own data handed to the person, and the question of other rooms whether it may be used."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from xinheng.base.access.services import require
from xinheng.base.audit import queries as trail
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.facts.privacy import agreeing, errors
from xinheng.facts.privacy.models import PersonRequest
from xinheng.facts.privacy.selecting import by_subject, get_person, requests, subject_of
from xinheng.facts.privacy.values import AccessLine
from xinheng.facts.privacy.watching import LOOKS

COPIES = ("copy", "portability", "know")  # requests that a file of the data answers
TOLD = (*LOOKS, "privacy.change_person", "customers.conceal_person")
MOST = 1_000


@transaction.atomic
def note_copy(*, actor: Actor, on: date, request_id: int) -> PersonRequest:
    """Let a file of the own data be made for the person who asked for it; the trail notes it.

    Refuses: AccessDenied, EntryUnknown, IdentityUnchecked, PersonNotKept, PrivacyInvalid for another request.
    """
    require(actor, "privacy.write", f"request:{request_id}")
    request = requests(actor, on=on).filter(pk=request_id).first()
    if request is None:
        raise errors.EntryUnknown(entry=request_id)
    if request.kind not in COPIES:
        raise errors.PrivacyInvalid(cause=request.kind, field="kind")
    if not request.checked_by:
        raise errors.IdentityUnchecked(request=request_id)
    if request.person.state != "kept":
        raise errors.PersonNotKept(person=request.person.no, on=request.person.state_on)
    after = {"request": request.pk}
    record(actor=actor, act="privacy.copy", subject=subject_of(request.person), on=on, after=after)
    return request


def access_log(actor: Actor, person_no: str, *, on: date) -> list[AccessLine]:
    """Who of our people looked at a person's data or gave it out, the newest first, at most a thousand.

    With the person's own customer file, where there is one. Refuses: AccessDenied, PersonUnknown.
    """
    person = get_person(actor, person_no, on=on)
    subjects = [subject_of(person)]
    if person.customer and person.customer.kind == "person":
        subjects.append(f"customer:{person.customer.no}")
    rows = trail.looks_at(acts=TOLD, subjects=subjects)[:MOST]
    return [AccessLine(row.at, row.actor_name, row.act, row.via) for row in rows]


def require_consent(*, subject_person: str, purpose: str, on: date) -> None:
    """Let pass only a use of a person's data that an agreement or the law covers; for rooms above.

    subject_person: "individual:P-000012". Refuses: PersonUnknown, ConsentRequired.
    """
    agreeing.require_consent(by_subject(subject_person), purpose, on)


def may_use(subject_person: str, purpose: str, on: date) -> bool:
    """Whether a person's data may be used for a purpose on a day; false of who is frozen or erased.

    Refuses: PersonUnknown.
    """
    return agreeing.may_use(by_subject(subject_person), purpose, on)
