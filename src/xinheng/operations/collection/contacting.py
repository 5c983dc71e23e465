"""The log of contacts: who was spoken to, by which way, and what came of it."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.operations.collection import noting
from xinheng.operations.collection import policy as policies
from xinheng.operations.collection.errors import CollectionInvalid
from xinheng.operations.collection.models import Case, Contact
from xinheng.operations.collection.values import WAYS, NewContact


@transaction.atomic
def log_contact(*, actor: Actor, on: date, customer_no: str, contact: NewContact) -> Contact:
    """Keep a contact with a customer; it is activity on the customer's running cases.

    A next step is set on the weightiest of them. A customer without arrears may be contacted, too (PTS-13).
    Refuses: AccessDenied, CustomerUnknown, CollectionInvalid.
    """
    access.require(actor, "collection.write", f"customer:{customer_no}")
    customer = customers.get(actor, customer_no, on=on)
    policy = policies.in_force(on)
    if contact.way not in WAYS or policy.result(contact.result) is None:
        raise CollectionInvalid(cause=_("Choose a way and a result of the policy."), field="result")
    if contact.on > on:
        raise CollectionInvalid(cause=_("A contact is of today or before."), field="on")
    cases = list(
        Case.objects.select_for_update(of=("self",))
        .filter(customer=customer, closed_on__isnull=True)
        .select_related("customer")
        .order_by("-weight_minor", "pk")
    )
    kept = Contact.objects.create(
        customer=customer, case=cases[0] if cases else None, on=contact.on, way=contact.way,
        person=noting.said(contact.person, "person", 60, required=False), result=contact.result,
        note=noting.said(contact.note, "note", 1000, required=False), by=actor.login, told_on=on,
    )  # fmt: skip
    for place, case in enumerate(cases):
        case.active_on = max(case.active_on, contact.on)
        noting.touch(case, on=contact.on, then=contact.next_step if place == 0 else None)
    after = {"way": kept.way, "result": kept.result, "day": kept.on, "person": kept.person}
    audit.record(
        actor=actor, act="collection.log_contact", subject=f"customer:{customer_no}", on=on, after=after
    )
    return kept
