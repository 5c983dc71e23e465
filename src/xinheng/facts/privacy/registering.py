"""A person comes into the books: told by what notice, agreed to what, and nothing beyond the list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.facts.privacy import errors, gone, policy, rules
from xinheng.facts.privacy.agreeing import write_agreements
from xinheng.facts.privacy.documents import PrivacyRules
from xinheng.facts.privacy.models import PersonSubject
from xinheng.facts.privacy.selecting import get_person, subject_of
from xinheng.facts.privacy.values import ROLES, NewPerson

LONGEST = 200


@transaction.atomic
def register_person(*, actor: Actor, on: date, new: NewPerson) -> PersonSubject:
    """Keep a person with what was agreed to; without an agreement nothing of it is kept (HPT-01).

    An erased person comes back by this act only, with an agreement of its own. Refuses: AccessDenied,
    SchemeUnknown, ConsentRequired, ItemNotNecessary, WayNotListed, ConsentNotSeparate, GuardianRequired,
    CustomerUnknown, PrivacyInvalid.
    """
    require(actor, "privacy.write", f"scheme:{new.scheme}")
    document = policy.in_force(new.scheme, on)
    customer = customers.get(actor, new.customer_no, on=on) if new.customer_no else None
    name = checked_text("name", new.name, 60)
    items = checked_items(document, new.items)
    if new.role not in ROLES:
        raise errors.PrivacyInvalid(cause=_("There is no such role."), field="role")
    for field, day in (("born_on", new.born_on), ("visited_on", new.visited_on)):
        if day is not None and day > on:
            raise errors.PrivacyInvalid(cause=_("The day %(day)s lies ahead.") % {"day": day}, field=field)
    if new.agreement is None or not new.agreement.purposes:
        purpose = document.purposes[0].words
        raise errors.ConsentRequired(person=name, purpose=purpose, on=on, field="purposes")
    rules.check_agreement(document, new.agreement, items)
    guardian = new.agreement.guardian.strip()[:60]
    if rules.needs_guardian(document, new.born_on, on) and not guardian:
        raise errors.GuardianRequired(age=document.adult_from, field="guardian")
    _let_come_back(items.values())
    person = PersonSubject.objects.create(
        no=_next_no(), scheme=document.code, role=new.role, customer=customer, name=name, items=items,
        born_on=new.born_on, guardian=guardian, last_visit_on=new.visited_on or on, told_by=actor.login,
        told_on=on,
    )  # fmt: skip
    write_agreements(person, document, new.agreement, items, actor=actor, on=on)
    after = {"scheme": document.code, "role": new.role, "customer": new.customer_no, "items": sorted(items)}
    record(actor=actor, act="privacy.register_person", subject=subject_of(person), on=on, after=after)
    return person


@transaction.atomic
def change_person(
    *, actor: Actor, on: date, person_no: str, items: Mapping[str, str], name: str = ""
) -> PersonSubject:
    """Correct what is kept of a person; a blank value takes an item away. The trail names items, not values.

    Refuses: AccessDenied, PersonUnknown, PersonNotKept, ItemNotNecessary, ConsentRequired for a sensitive
    item nobody agreed to, PrivacyInvalid.
    """
    require(actor, "privacy.write", f"individual:{person_no}")
    person = kept_person(actor, person_no, on=on)
    document = policy.in_force(person.scheme, on)
    rules.check_items(document, items)
    told = checked_items(document, {code: value for code, value in items.items() if value.strip()})
    for code in told:
        item = document.item(code)
        if item is not None and item.sensitive and code not in person.items:
            raise errors.ConsentRequired(person=person.no, purpose=item.words, on=on, field="items")
    person.items = {
        code: value for code, value in {**person.items, **told}.items() if code not in items or code in told
    }
    if name.strip():
        person.name = checked_text("name", name, 60)
    person.save(update_fields=["items", "name"])
    after = {"items": sorted(items), "name": bool(name.strip())}
    record(actor=actor, act="privacy.change_person", subject=subject_of(person), on=on, after=after)
    return person


def kept_person(actor: Actor, person_no: str, *, on: date) -> PersonSubject:
    """A person whose data is in use, locked. Refuses: PersonUnknown, PersonNotKept."""
    get_person(actor, person_no, on=on)
    person = (
        PersonSubject.objects.select_for_update(of=("self",)).select_related("customer").get(no=person_no)
    )
    if person.state != "kept":
        raise errors.PersonNotKept(person=person.no, on=person.state_on)
    return person


def checked_items(document: PrivacyRules, items: Mapping[str, str]) -> dict[str, str]:
    """Items on the list with a printable value. Refuses: ItemNotNecessary, PrivacyInvalid."""
    rules.check_items(document, items)
    return {code: checked_text(code, value, LONGEST) for code, value in items.items()}


def checked_text(field: str, text: str, longest: int) -> str:
    """A text without spaces around. Refuses: PrivacyInvalid when blank, too long or not printable."""
    told = text.strip()
    if not told or len(told) > longest or not told.isprintable():
        raise errors.PrivacyInvalid(cause=_("The text is missing, too long or not printable."), field=field)
    return told


def _next_no() -> str:
    """P-000001, P-000002 … after the last that was given."""
    last = PersonSubject.objects.select_for_update().order_by("-pk").values_list("pk", flat=True).first() or 0
    return f"P-{last + 1:06}"


def _let_come_back(values: Iterable[Any]) -> None:
    """Who was erased and now agrees anew is on the list of the gone no more."""
    for value in values:
        found = gone.of_mark(str(value)) if len(str(value)) >= 7 else None
        if found is not None:
            transaction.on_commit(partial(gone.add, replace(found, returned=True)))
