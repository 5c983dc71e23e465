"""What changes on an open file: names, group, related parties, contacts, closing."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import Sum

from xinheng.base.access import services as access
from xinheng.base.access.services import masked
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.identifiers import check_id_number, check_org_code, check_uscc
from xinheng.base.kernel.texts import name_key
from xinheng.facts.customers import queries, search
from xinheng.facts.customers.errors import (
    DayInvalid,
    FieldInvalid,
    LikeNamesExist,
    LinkUnknown,
    ParentCycle,
    SharesExceed,
)
from xinheng.facts.customers.models import Contact, Customer, FormerName, RelatedParty
from xinheng.facts.customers.registering import identifier, refuse_duplicates, refuse_taken, text
from xinheng.facts.customers.values import Link, NewContact, person_offered

RELATIONS = {"shareholder", "subsidiary", "guarantor", "manager", "controller", "direct", "other"}


@transaction.atomic
def rename(
    *,
    actor: Actor,
    on: date,
    no: str,
    name: str,
    until_on: date | None = None,
    despite_like_names: bool = False,
) -> Customer:
    """Give a customer its new name; the old one is kept and still finds it.

    until_on: the last day of the old name (the business day). Refuses: AccessDenied, CustomerUnknown,
    CustomerClosed, FieldInvalid, DayInvalid, LikeNamesExist unless told `despite_like_names`.
    """
    access.require(actor, "customers.write", f"customer:{no}")
    customer = queries.open_customer(actor, no, on=on, lock=True)
    name, before = text("name", name), customer.name
    if name == before:
        return customer
    if (until_on or on) > on:
        raise DayInvalid(field="until_on", day=until_on)
    if not despite_like_names and (likes := queries.like_names(name, but=no)):
        raise LikeNamesExist(name=name, likes=likes)
    FormerName.objects.create(
        customer=customer, name=before, name_key=customer.name_key, until_on=until_on or on, told_on=on
    )
    customer.name, customer.name_key = name, name_key(name)
    customer.save(update_fields=["name", "name_key"])
    index_anew(customer)
    _record(actor, on, "customers.rename", no, before={"name": before}, after={"name": name})
    return customer


@transaction.atomic
def correct_codes(
    *, actor: Actor, on: date, no: str, uscc: str | None = None, id_number: str | None = None,
    org_code: str | None = None,
) -> Customer:  # fmt: skip
    """Set codes of a customer that were missing or wrong; None leaves one as it is.

    Refuses: AccessDenied, CustomerUnknown, CustomerClosed, IdentifierWrong, DuplicateIdentifier, and an
    ID number for a company: FieldInvalid.
    """
    access.require(actor, "customers.write", f"customer:{no}")
    customer = queries.open_customer(actor, no, on=on, lock=True)
    checks = {
        "uscc": (uscc, check_uscc(uscc)),
        "id_number": (id_number, check_id_number(id_number, on=on)),
        "org_code": (org_code, check_org_code(org_code)),
    }
    before, after = {}, {}
    for field, (told, check) in checks.items():
        if told is None:
            continue
        value = identifier(field, told, check)
        _refuse_taken(customer, field, value)
        before[field] = hidden(field, getattr(customer, field))
        after[field] = hidden(field, value)
        setattr(customer, field, value if field == "org_code" else value or None)
    try:
        with transaction.atomic():
            customer.save(update_fields=list(after))
    except IntegrityError:  # another customer was given the code at the same moment
        refuse_duplicates(customer)
        raise
    index_anew(customer)
    _record(actor, on, "customers.correct_codes", no, before=before, after=after)
    return customer


def _refuse_taken(customer: Customer, field: str, value: str) -> None:
    if field == "id_number" and value and customer.kind != "person":
        raise FieldInvalid(field=field, value="")
    refuse_taken(field, value, by=customer)


def hidden(field: str, value: str | None) -> str:
    """A code as the trail keeps it: an ID number only by its ends."""
    return f"{value[:4]}**********{value[-4:]}" if field == "id_number" and value else value or ""


def index_anew(customer: Customer) -> None:
    """Let the search find a customer by all its names."""
    former = queries.former_names(customer).values_list("name", flat=True)
    search.index_anew(customer, [customer.name, *former])


@transaction.atomic
def set_parent(*, actor: Actor, on: date, no: str, parent_no: str) -> Customer:
    """Put a customer below another in its group; a blank number takes it out.

    Refuses: AccessDenied, CustomerUnknown, CustomerClosed, ParentCycle.
    """
    access.require(actor, "customers.write", f"customer:{no}")
    customer = queries.open_customer(actor, no, on=on, lock=True)
    parent = queries.open_customer(actor, parent_no, on=on) if parent_no else None
    above = parent
    while above is not None:  # as many steps as the group has levels
        if above.pk == customer.pk:
            raise ParentCycle(no=no, parent_no=parent_no)
        above = above.parent
    before = customer.parent.no if customer.parent else ""
    customer.parent = parent
    customer.save(update_fields=["parent"])
    _record(actor, on, "customers.set_parent", no, before={"parent": before}, after={"parent": parent_no})
    return customer


@transaction.atomic
def link_party(*, actor: Actor, on: date, no: str, link: Link) -> RelatedParty:
    """Note a related party, with its share if it is a shareholder. A newer share ends the older one.

    The shares of all shareholders add up to at most the whole; what nobody holds stays unknown.
    Refuses: AccessDenied, CustomerUnknown, CustomerClosed, FieldInvalid, DayInvalid, SharesExceed.
    """
    access.require(actor, "customers.write", f"customer:{no}")
    customer = queries.open_customer(actor, no, on=on, lock=True)
    other = queries.get(actor, link.other_no, on=on) if link.other_no else None
    name = other.name if other else text("name", link.other_name)
    from_on = link.from_on or on
    if link.relation not in RELATIONS or (other and other.pk == customer.pk):
        raise FieldInvalid(field="relation", value=link.relation)
    if from_on > on:
        raise DayInvalid(field="from_on", day=from_on)
    if link.share is not None and (link.relation != "shareholder" or not 0 <= link.share <= 1):
        raise FieldInvalid(field="share", value=link.share)
    running = RelatedParty.objects.filter(queries.linked(on), customer=customer, relation=link.relation)
    older = running.filter(other=other) if other else running.filter(other__isnull=True, other_name=name)
    _refuse_excess(customer, running.exclude(pk__in=older.values("pk")), link.share)
    before = [{"name": one.other_name, "share": one.share} for one in older]
    older.filter(from_on__gte=from_on).delete()  # told anew for the very day it began
    older.update(until_on=from_on)
    kept = RelatedParty.objects.create(
        customer=customer, relation=link.relation, other=other, other_name=name, share=link.share,
        from_on=from_on, told_on=on,
    )  # fmt: skip
    after = {"relation": link.relation, "other": link.other_no or name, "share": link.share}
    _record(actor, on, "customers.link_party", no, before={"links": before} if before else None, after=after)
    return kept


def _refuse_excess(customer: Customer, others: Any, share: Decimal | None) -> None:
    held = others.aggregate(total=Sum("share"))["total"] or Decimal(0)
    if share is not None and held + share > 1:
        raise SharesExceed(no=customer.no, percent=f"{(held + share) * 100:.2f}")


@transaction.atomic
def end_link(*, actor: Actor, on: date, no: str, link_id: int, until_on: date | None = None) -> RelatedParty:
    """End a link from a day on; it stays in the history. Refuses: LinkUnknown, DayInvalid and as `get`."""
    access.require(actor, "customers.write", f"customer:{no}")
    customer = queries.open_customer(actor, no, on=on, lock=True)
    link = RelatedParty.objects.filter(queries.linked(on), customer=customer, pk=link_id).first()
    if link is None:
        raise LinkUnknown(link=link_id)
    link.until_on = until_on or on
    if link.until_on > on or (link.from_on and link.until_on < link.from_on):
        raise DayInvalid(field="until_on", day=link.until_on)
    link.save(update_fields=["until_on"])
    after = {"link": link_id, "relation": link.relation, "other": link.other_name, "until_on": link.until_on}
    _record(actor, on, "customers.end_link", no, before=None, after=after)
    return link


@transaction.atomic
def add_contact(*, actor: Actor, on: date, no: str, contact: NewContact) -> Contact:
    """Note someone to talk to. Refuses: AccessDenied, CustomerUnknown, CustomerClosed, FieldInvalid."""
    access.require(actor, "customers.write", f"customer:{no}")
    customer = queries.open_customer(actor, no, on=on)
    told = {field: value.strip() for field, value in asdict(contact).items()}
    for field, most in (("name", 60), ("post", 60), ("phone", 40), ("email", 254)):
        if len(told[field]) > most or not told[field].isprintable() or (field == "name" and not told[field]):
            raise FieldInvalid(field=field, value=told[field][:60])
    if told["phone"] and sum(sign.isdigit() for sign in told["phone"]) < 5:
        raise FieldInvalid(field="phone", value=told["phone"])
    if told["email"]:
        try:
            validate_email(told["email"])
        except ValidationError:
            raise FieldInvalid(field="email", value=told["email"][:60]) from None
    offered = {"customer_no": no, "name": told["name"], "id_number": "", "as_contact": True}
    person_offered.send(Contact, **offered, on=on)
    kept = Contact.objects.create(customer=customer, told_on=on, **told)
    hidden_ways = {way: masked(told[way]) for way in ("phone", "email")}
    _record(actor, on, "customers.add_contact", no, before=None, after=told | hidden_ways)
    return kept


@transaction.atomic
def end_contact(*, actor: Actor, on: date, no: str, contact_id: int) -> Contact:
    """Note that a contact is none any more; it stays in the history. Refuses: LinkUnknown and as `get`."""
    access.require(actor, "customers.write", f"customer:{no}")
    customer = queries.open_customer(actor, no, on=on)
    contact = queries.contacts(customer, on=on).filter(pk=contact_id).first()
    if contact is None:
        raise LinkUnknown(link=contact_id)
    contact.until_on = on
    contact.save(update_fields=["until_on"])
    _record(actor, on, "customers.end_contact", no, before=None, after={"name": contact.name, "until_on": on})
    return contact


@transaction.atomic
def close(*, actor: Actor, on: date, no: str, reason: str) -> Customer:
    """Close a customer: nothing new is told of it; all that was told stays. A reason is owed.

    Refuses: AccessDenied, CustomerUnknown, CustomerClosed, FieldInvalid.
    """
    access.require(actor, "customers.write", f"customer:{no}")
    customer = queries.open_customer(actor, no, on=on, lock=True)
    if not reason.strip():
        raise FieldInvalid(field="reason", value="")
    return _set_status(customer, actor, on, "closed", reason)


@transaction.atomic
def reopen(*, actor: Actor, on: date, no: str, reason: str) -> Customer:
    """Open a closed customer again. Refuses: AccessDenied, CustomerUnknown, FieldInvalid."""
    access.require(actor, "customers.write", f"customer:{no}")
    customer = queries.get(actor, no, on=on)
    if not reason.strip() or customer.status != "closed":
        raise FieldInvalid(field="reason" if not reason.strip() else "status", value=customer.status)
    return _set_status(customer, actor, on, "active", reason)


def _set_status(customer: Customer, actor: Actor, on: date, status: str, reason: str) -> Customer:
    before = {"status": customer.status}
    customer.status, customer.closed_on = status, on if status == "closed" else None
    customer.save(update_fields=["status", "closed_on"])
    act = "customers.close" if status == "closed" else "customers.reopen"
    subject = f"customer:{customer.no}"
    record(
        actor=actor, act=act, subject=subject, on=on, before=before, after={"status": status}, reason=reason
    )
    return customer


def _record(
    actor: Actor, on: date, act: str, no: str, *, before: dict[str, Any] | None, after: dict[str, Any]
) -> None:
    record(actor=actor, act=act, subject=f"customer:{no}", on=on, before=before, after=after)
