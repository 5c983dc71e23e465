"""Opening a customer's file: codes checked, like names shown, numbers given."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models.functions import Substr
from django.utils.translation import gettext

from xinheng.base.access import services as access
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.identifiers import (
    IdentifierCheck,
    check_id_number,
    check_org_code,
    check_uscc,
    org_code_in,
)
from xinheng.base.kernel.texts import name_key
from xinheng.facts.customers import industry as industries
from xinheng.facts.customers import search
from xinheng.facts.customers.errors import (
    ChannelMissing,
    DayInvalid,
    DuplicateIdentifier,
    FieldInvalid,
    IdentifierWrong,
    LikeNamesExist,
    SourceMissing,
)
from xinheng.facts.customers.models import CHANNELS, Customer, FormerName, RelatedParty
from xinheng.facts.customers.queries import like_names, open_customer
from xinheng.facts.customers.responsibility import first_responsibility
from xinheng.facts.customers.sizes import size_class
from xinheng.facts.customers.values import NewCustomer, person_offered

MOST_ATTEMPTS = 5
LENGTHS = {"no": 40, "name": 200, "nature": 20, "region": 20, "address": 300}


@transaction.atomic
def register(*, actor: Actor, on: date, new: NewCustomer, despite_like_names: bool = False) -> Customer:
    """Open the file of a customer, supplier or both.

    Refuses: AccessDenied, FieldInvalid, DayInvalid, IdentifierWrong, DuplicateIdentifier; LikeNamesExist
    with the list in `likes` unless told `despite_like_names`; CustomerUnknown for a parent or direct
    customer that is not there; UnitUnknown, PersonUnknown.
    """
    access.require(actor, "customers.write", f"customer:{new.no}")
    customer = _checked(new, on=on)
    refuse_duplicates(customer)
    if customer.kind == "person":
        told = {"customer_no": new.no, "name": new.name, "id_number": customer.id_number or ""}
        person_offered.send(Customer, **told, as_contact=False, on=on)
    if not despite_like_names and (likes := like_names(new.name)):
        raise LikeNamesExist(name=new.name, likes=likes)
    if new.parent_no:
        customer.parent = open_customer(actor, new.parent_no, on=on)
    _insert(customer)
    first_responsibility(customer, actor=actor, on=on, unit=new.unit_code, person=new.person_login)
    if new.through_no:
        direct = open_customer(actor, new.through_no, on=on)
        RelatedParty.objects.create(
            customer=customer, relation="direct", other=direct, other_name=direct.name, from_on=on, told_on=on
        )
    _keep_former_names(customer, new.former_names, on=on)
    search.index_anew(customer, [customer.name, *new.former_names])
    after = asdict(new) | {"no": customer.no, "despite_like_names": despite_like_names}
    after["id_number"] = customer.id_number and f"{customer.id_number[:4]}**********{customer.id_number[-4:]}"
    record(actor=actor, act="customers.register", subject=f"customer:{customer.no}", on=on, after=after)
    return customer


def _insert(customer: Customer) -> None:
    """Write the row. Who opened a file of the same code at the same moment is met here, by the database."""
    is_given = bool(customer.no)
    for _attempt in range(MOST_ATTEMPTS):
        customer.no = customer.no if is_given else _next_no()
        try:
            with transaction.atomic():
                customer.save(force_insert=True)
        except IntegrityError:
            customer.pk = None
            refuse_duplicates(customer, but=() if is_given else ("no",))
        else:
            return
    raise DuplicateIdentifier(field="no", value=customer.no, no=customer.no)


def judge_size(customer: Customer, *, on: date) -> str:
    """The size class as the customer's columns give it; persons have none."""
    if customer.kind == "person":
        return "not_applicable"
    found = size_class(
        customer.industry,
        employees=customer.employees,
        revenue_minor=customer.revenue_minor,
        assets_minor=customer.assets_minor,
        on=on,
    )
    return found or ""


def _checked(new: NewCustomer, *, on: date) -> Customer:
    texts = {field: text(field, getattr(new, field)) for field in LENGTHS}
    if new.kind not in {"company", "person"}:
        raise FieldInvalid(field="kind", value=new.kind)
    if not (new.is_customer or new.is_supplier):
        raise FieldInvalid(field="is_customer", value="")
    if new.founded_on and new.founded_on > on:
        raise DayInvalid(field="founded_on", day=new.founded_on)
    customer = Customer(
        **texts,
        kind=new.kind,
        name_key=name_key(new.name),
        uscc=identifier("uscc", new.uscc, check_uscc(new.uscc)) or None,
        id_number=_id_number(new, on=on),
        org_code=identifier("org_code", new.org_code, check_org_code(new.org_code)),
        is_customer=new.is_customer,
        is_supplier=new.is_supplier,
        is_direct=not new.through_no,
        founded_on=new.founded_on,
        told_on=on,
        channel=channel_of(new),
        source=new.source.strip()[:200],
        **amounts(new.employees, new.revenue_minor, new.assets_minor),
    )
    customer.industry = industry_code(new.industry)
    customer.industry_section = industries.section_of(customer.industry)
    customer.size_class = judge_size(customer, on=on)
    return customer


def channel_of(new: NewCustomer) -> str:
    """The channel by which a customer was told. Refuses a missing one, and "other" without a source."""
    if new.channel not in dict(CHANNELS):
        raise ChannelMissing(item=gettext("the basic data"))
    if new.channel == "other" and not new.source.strip():
        raise SourceMissing(item=gettext("the basic data"))
    return new.channel


def text(field: str, value: str) -> str:
    """A text without spaces around. Refuses one too long, not printable, or a name without a letter."""
    value = value.strip()
    if len(value) > LENGTHS[field] or not value.isprintable() or (field == "name" and not name_key(value)):
        raise FieldInvalid(field=field, value=value[:80])
    return value


def amounts(employees: int | None, revenue_minor: int | None, assets_minor: int | None) -> dict[str, Any]:
    """Counts and amounts that cannot be negative; None stays not told."""
    told = {"employees": employees, "revenue_minor": revenue_minor, "assets_minor": assets_minor}
    for field, value in told.items():
        limit = 2**31 if field == "employees" else 2**63
        if value is not None and not 0 <= value < limit:
            raise FieldInvalid(field=field, value=value)
    return told


def industry_code(told: str) -> str:
    """The industry as it is kept. Refuses what GB/T 4754 does not have."""
    code = industries.normal_code(told)
    if code is None:
        raise FieldInvalid(field="industry", value=told)
    return code


def identifier(field: str, told: str, check: IdentifierCheck) -> str:
    """The code as it is kept; a blank one is none. Refuses: IdentifierWrong."""
    if not told.strip():
        return ""
    if not check.ok:
        cause = f"{check.words} ({gettext('perhaps')} {check.hint})" if check.hint else str(check.words)
        raise IdentifierWrong(field=field, value=told, cause=cause)
    return check.value


def _id_number(new: NewCustomer, *, on: date) -> str | None:
    value = identifier("id_number", new.id_number, check_id_number(new.id_number, on=on))
    if value and new.kind != "person":
        raise FieldInvalid(field="id_number", value="")
    return value or None


def refuse_duplicates(customer: Customer, *, but: tuple[str, ...] = ()) -> None:
    """Refuse when another customer carries one of the codes: DuplicateIdentifier."""
    for field in ("no", "uscc", "id_number", "org_code"):
        if field not in but:
            refuse_taken(field, getattr(customer, field) or "", by=customer)


def refuse_taken(field: str, value: str, *, by: Customer) -> None:
    """Refuse a code that another customer carries: DuplicateIdentifier.

    An organisation code is also the one inside another's unified social credit code.
    """
    if not value:
        return
    others = Customer.objects.exclude(pk=by.pk) if by.pk else Customer.objects.all()
    other = others.filter(**{field: value}).first()
    if other is None and field == "uscc":
        other = others.filter(org_code=org_code_in(value)).first()
    if other is None and field == "org_code":
        inside = others.annotate(inside=Substr("uscc", 9, 9))
        other = inside.filter(inside=value.replace("-", "")).first()
    if other:
        raise DuplicateIdentifier(field=field, value=value, no=other.no)


def _next_no() -> str:
    """C-000001, C-000002 … the first free one after the last id that was given."""
    last = Customer.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    number = last + 1
    while Customer.objects.filter(no=f"C-{number:06}").exists():
        number += 1
    return f"C-{number:06}"


def _keep_former_names(customer: Customer, names: tuple[str, ...], *, on: date) -> None:
    FormerName.objects.bulk_create(
        FormerName(customer=customer, name=text("name", name), name_key=name_key(name), told_on=on)
        for name in names
    )
