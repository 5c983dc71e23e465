"""What persons ask of us: taken in, who asks is checked, answered within the term, the answer kept."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.facts.privacy import errors, policy, rules
from xinheng.facts.privacy.models import PersonRequest
from xinheng.facts.privacy.registering import change_person, checked_text
from xinheng.facts.privacy.selecting import get_person, requests, subject_of
from xinheng.facts.privacy.values import REQUESTS, Answer, NewRequest


@transaction.atomic
def receive_request(*, actor: Actor, on: date, person_no: str, new: NewRequest) -> PersonRequest:
    """Take a request in; the term of the document begins on the day it was asked.

    Refuses: AccessDenied, PersonUnknown, PrivacyInvalid; PersonNotKept of who was erased.
    """
    require(actor, "privacy.write", f"individual:{person_no}")
    person = get_person(actor, person_no, on=on)
    if person.state == "erased":
        raise errors.PersonNotKept(person=person.no, on=person.state_on)
    if new.kind not in REQUESTS or not person.told_on <= new.asked_on <= on:
        raise errors.PrivacyInvalid(cause=_("There is no such request, or the day cannot be."), field="kind")
    document = policy.in_force(person.scheme, on)
    kept = PersonRequest.objects.create(
        person=person, kind=new.kind, what=new.what.strip()[:500], asked_on=new.asked_on,
        way=checked_text("way", new.way, 60), proof=new.proof.strip()[:100],
        checked_by=actor.login if new.proof.strip() else "",
        due_on=rules.answer_due(document, new.asked_on).day,
        is_assumed=document.requests.assumed, told_by=actor.login,
    )  # fmt: skip
    after = {"request": kept.pk, "kind": kept.kind, "due_on": kept.due_on, "proof": kept.proof}
    record(actor=actor, act="privacy.receive_request", subject=subject_of(person), on=on, after=after)
    return kept


@transaction.atomic
def check_identity(*, actor: Actor, on: date, request_id: int, proof: str) -> PersonRequest:
    """Note how we know that the person asks.

    Refuses: AccessDenied, EntryUnknown, RequestClosed, PrivacyInvalid.
    """
    require(actor, "privacy.write", f"request:{request_id}")
    request = _open(actor, request_id, on)
    request.proof, request.checked_by = checked_text("proof", proof, 100), actor.login
    request.save(update_fields=["proof", "checked_by"])
    after = {"request": request.pk, "proof": request.proof}
    record(actor=actor, act="privacy.check_identity", subject=subject_of(request.person), on=on, after=after)
    return request


@transaction.atomic
def answer_request(*, actor: Actor, on: date, request_id: int, answer: Answer) -> PersonRequest:
    """Answer or refuse a request in words; a correction is carried out with it.

    Nobody is answered whose identity was not checked; a refusal needs no check. Refuses: AccessDenied,
    EntryUnknown, RequestClosed, IdentityUnchecked, and as `change_person` does.
    """
    require(actor, "privacy.write", f"request:{request_id}")
    request = _open(actor, request_id, on)
    if not answer.is_refused and not request.checked_by:
        raise errors.IdentityUnchecked(request=request_id, field="proof")
    if answer.corrections and request.kind == "correct" and not answer.is_refused:
        change_person(actor=actor, on=on, person_no=request.person.no, items=answer.corrections)
    request.answer = checked_text("text", answer.text, 1000)
    request.state = "refused" if answer.is_refused else "answered"
    request.answered_by, request.answered_on = actor.login, on
    request.save(update_fields=["answer", "state", "answered_by", "answered_on"])
    after = {"request": request.pk, "kind": request.kind, "state": request.state, "due_on": request.due_on}
    record(actor=actor, act="privacy.answer_request", subject=subject_of(request.person), on=on, after=after)
    return request


def _open(actor: Actor, request_id: int, on: date) -> PersonRequest:
    found = requests(actor, on=on).select_for_update(of=("self",)).filter(pk=request_id).first()
    if found is None:
        raise errors.EntryUnknown(entry=request_id)
    if found.state != "open":
        raise errors.RequestClosed(request=request_id, on=found.answered_on)
    return found
