"""A person's data is erased: asked, approved by another, carried out or frozen, and it stays so."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from django.db import transaction

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import services as customers
from xinheng.facts.privacy import beyond, errors, gone, rules
from xinheng.facts.privacy.holding import holds_of
from xinheng.facts.privacy.models import Agreement, Dealing, Erasure, PersonRequest, PersonSubject
from xinheng.facts.privacy.registering import checked_text
from xinheng.facts.privacy.selecting import erasures, get_person, subject_of
from xinheng.facts.privacy.values import CAUSES, ERASURES
from xinheng.facts.retention import services as retained

OPEN = ("asked", "approved", "frozen")


@transaction.atomic
def ask_erasure(*, actor: Actor, on: date, person_no: str, cause: str, why: str) -> Erasure:
    """Ask that a person's data be erased.

    Refuses: AccessDenied, PersonUnknown, PersonNotKept, ErasureStands, PrivacyInvalid.
    """
    require(actor, "privacy.write", f"individual:{person_no}")
    person = get_person(actor, person_no, on=on)
    if person.state == "erased":
        raise errors.PersonNotKept(person=person.no, on=person.state_on)
    if running := Erasure.objects.filter(person=person, state__in=OPEN).first():
        raise errors.ErasureStands(erasure=running.pk, state=ERASURES[running.state])
    if cause not in CAUSES:
        raise errors.PrivacyInvalid(cause=f"{cause[:20]}?", field="cause")
    kept = Erasure.objects.create(
        person=person, cause=cause, why=checked_text("why", why, 300), asked_by=actor.login, asked_on=on
    )
    after = {"erasure": kept.pk, "cause": cause}
    record(actor=actor, act="privacy.ask_erasure", subject=subject_of(person), on=on, after=after, reason=why)
    return kept


@transaction.atomic
def decide_erasure(*, actor: Actor, on: date, erasure_id: int, approves: bool, why: str = "") -> Erasure:
    """Approve an erasure or turn it down; a frozen one turned down puts the data back into use.

    Refuses: AccessDenied, EntryUnknown, ErasureStands, AnotherMustDecide, PrivacyInvalid without a reason.
    """
    require(actor, "privacy.erase", f"erasure:{erasure_id}")
    erasure = _locked(actor, erasure_id, on)
    if erasure.state not in (("asked",) if approves else OPEN):
        raise errors.ErasureStands(erasure=erasure_id, state=ERASURES[erasure.state])
    if erasure.asked_by == actor.login:
        raise errors.AnotherMustDecide()
    was_frozen = erasure.state == "frozen"
    erasure.state = "approved" if approves else "refused"
    erasure.decided_by, erasure.decided_on = actor.login, on
    erasure.decided_why = why.strip()[:300] if approves else checked_text("why", why, 300)
    erasure.save(update_fields=["state", "decided_by", "decided_on", "decided_why"])
    if was_frozen:
        _thaw(erasure.person, actor, on)
    after = {"erasure": erasure.pk, "state": erasure.state}
    subject = subject_of(erasure.person)
    record(actor=actor, act="privacy.decide_erasure", subject=subject, on=on, after=after, reason=why)
    return erasure


@transaction.atomic
def carry_out_erasure(*, actor: Actor, on: date, erasure_id: int) -> Erasure:
    """Erase a person whose erasure is approved; what still needs the data freezes it instead.

    Frozen: the data is only stored, no page, file or use shows it; looked at again every night. Erased: all
    that names the person goes here and from the customer's file, amounts stay with nobody; the number goes
    on the list of the gone outside the database. Refuses: AccessDenied, EntryUnknown, ErasureStands.
    """
    require(actor, "privacy.erase", f"erasure:{erasure_id}")
    erasure = _locked(actor, erasure_id, on)
    if erasure.state not in ("approved", "frozen"):
        raise errors.ErasureStands(erasure=erasure_id, state=ERASURES[erasure.state])
    holds = holds_of([erasure.person], on)[erasure.person.pk]
    if holds:
        _freeze(erasure, holds, actor, on)
    else:
        erase(erasure, actor, on)
    return erasure


def follow_frozen(*, actor: Actor, on: date) -> int:
    """Erase who was frozen and is held by nothing any more; gives how many. Refuses: AccessDenied."""
    require(actor, "privacy.erase", "frozen")
    waiting = list(Erasure.objects.filter(state="frozen").select_related("person"))
    holds = holds_of([one.person for one in waiting], on)
    free = [one for one in waiting if not holds[one.person.pk]]
    for one in free:
        carry_out_erasure(actor=actor, on=on, erasure_id=one.pk)
    return len(free)


def _freeze(erasure: Erasure, holds: tuple[str, ...], actor: Actor, on: date) -> None:
    person, is_new = erasure.person, erasure.state != "frozen"
    erasure.state, erasure.holds = "frozen", list(holds)
    erasure.save(update_fields=["state", "holds"])
    if not is_new:
        return
    words = rules.masked_name(person.name)
    taken = _conceal(person, words, actor, on)
    born = person.born_on.isoformat() if person.born_on else ""
    own = {"name": person.name, "items": person.items, "born_on": born, "guardian": person.guardian}
    person.vault = {"own": own, "file": taken}
    _empty(person, words, "frozen", on)
    after = {"erasure": erasure.pk, "holds": list(holds)}
    record(actor=actor, act="privacy.freeze", subject=subject_of(person), on=on, after=after)


def _thaw(person: PersonSubject, actor: Actor, on: date) -> None:
    own = person.vault.get("own", {})
    if person.customer and person.vault.get("file"):
        customers.reveal_person(actor=actor, on=on, no=person.customer.no, taken=person.vault["file"])
    person.name, person.items, person.guardian = own["name"], own["items"], own["guardian"]
    person.born_on = date.fromisoformat(own["born_on"]) if own["born_on"] else None
    person.state, person.state_on, person.vault = "kept", on, {}
    person.save()
    record(actor=actor, act="privacy.thaw", subject=subject_of(person), on=on)


def erase(erasure: Erasure, actor: Actor, on: date, *, certificate: str = "") -> None:
    """Empty everything that names the person, here and in the customer's file; note who is gone."""
    person = erasure.person
    own = person.vault.get("own", {})
    items = own.get("items", person.items)
    file = person.vault.get("file", {})
    marks = [
        *map(str, items.values()),
        *(str(row.get("id_number") or "") for row in file.get("customer", {}).values()),
    ]
    if person.customer and person.customer.kind == "person" and person.customer.id_number:
        marks.append(person.customer.id_number)
    taken = _conceal(person, person.no, actor, on)
    columns = {
        f"{table}.{name}"
        for table, rows in {**file, **taken}.items()
        for row in rows.values()
        for name in row
    }
    if person.customer and person.customer.kind == "person":
        columns |= beyond.forgotten(person.customer, words=person.no)
    Dealing.objects.filter(person=person).update(person=None, text="", ended_on=on)
    Agreement.objects.filter(person=person, withdrawn_on__isnull=True).update(
        withdrawn_on=on, withdrawn_by=actor.login
    )
    Agreement.objects.filter(person=person).update(guardian="", withdrawn_why="")
    PersonRequest.objects.filter(person=person).update(what="", proof="")
    PersonRequest.objects.filter(person=person, state="open").update(
        state="refused", answer=person.no, answered_on=on, answered_by=actor.login
    )
    person.vault = {}
    _empty(person, "", "erased", on)
    erasure.state, erasure.erased_by, erasure.erased_on, erasure.holds = "erased", actor.login, on, []
    erasure.what = sorted({"name", *items, *columns})
    erasure.certificate = certificate or f"XH-{on.year}-{erasure.pk:06}"
    erasure.save()
    note_gone(erasure, gone.marks_of(marks))
    after = {"erasure": erasure.pk, "certificate": erasure.certificate, "what": erasure.what}
    record(actor=actor, act="privacy.erase", subject=subject_of(person), on=on, after=after)


def _conceal(person: PersonSubject, words: str, actor: Actor, on: date) -> dict[str, Any]:
    if person.customer is None:
        return {}
    no = person.customer.no
    return customers.conceal_person(actor=actor, on=on, no=no, name=person.name, words=words)


def _empty(person: PersonSubject, name: str, state: str, on: date) -> None:
    person.name, person.items, person.born_on, person.guardian = name, {}, None, ""
    person.state, person.state_on = state, on
    person.save()


def note_gone(erasure: Erasure, marks: tuple[str, ...]) -> None:
    """Put the person on the lists outside the database once the database has it."""
    assert erasure.erased_on
    customer = erasure.person.customer
    line = gone.Gone(
        person=erasure.person.no, customer=customer.no if customer and customer.kind == "person" else "",
        certificate=erasure.certificate, erased_on=erasure.erased_on.isoformat(), marks=marks,
    )  # fmt: skip
    entry = retained.Gone("person", line.person, line.erased_on, f"erasure:{line.certificate}")
    transaction.on_commit(partial(gone.add, line))
    transaction.on_commit(partial(retained.note_gone, entry))


def _locked(actor: Actor, erasure_id: int, on: date) -> Erasure:
    found = erasures(actor, on=on).select_for_update(of=("self",)).filter(pk=erasure_id).first()
    if found is None:
        raise errors.EntryUnknown(entry=erasure_id)
    return found
