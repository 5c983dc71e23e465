"""Matters are followed to their end, and customers say how satisfied they are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.working_days import add_working_days
from xinheng.facts.customers import queries as customers
from xinheng.operations.care import policy, rules, selecting
from xinheng.operations.care.errors import CareInvalid, ConfirmationMissing, ItIsDone
from xinheng.operations.care.models import Matter, Opinion
from xinheng.operations.care.naming import check_code, check_day, check_person, check_text, locked, next_no
from xinheng.operations.care.values import NewMatter, named_in


@transaction.atomic
def open_matter(*, actor: Actor, on: date, customer_no: str, new: NewMatter) -> Matter:
    """Open a repair request, a quality case, a violation or another matter (PRP-08, -09, MIN-12).

    Refuses: AccessDenied, CustomerUnknown, CareInvalid.
    """
    require(actor, "care.write", f"customer:{customer_no}")
    customer = customers.get(actor, customer_no, on=on)
    kind = check_code("kind", policy.in_force(on).matter(new.kind))
    if new.amount.minor < 0:
        raise CareInvalid(cause=_("An amount is not below zero."), field="amount")
    kept = Matter.objects.create(
        no=next_no("M", on), kind=new.kind, customer=customer,
        place=check_text("place", new.place, 120, may_be_blank=True), what=check_text("what", new.what, 1000),
        amount_minor=new.amount.minor, is_confidential=new.is_confidential,
        reported_on=check_day("reported_on", new.reported_on, latest=on),
        reported_by=check_text("reported_by", new.reported_by, 120),
        owner=check_person("owner", new.owner) if new.owner else actor.login,
        due_on=add_working_days(new.reported_on, kind.days).day, told_by=actor.login, told_on=on,
    )  # fmt: skip
    after = {"matter": kept.no, "kind": kept.kind, "reported_on": kept.reported_on, "owner": kept.owner}
    record(actor=actor, act="care.open_matter", subject=f"customer:{customer_no}", on=on, after=after)
    return kept


@transaction.atomic
def confirm_matter(*, actor: Actor, on: date, no: str, confirmed_by: str) -> Matter:
    """Keep that the customer confirmed the result.

    Refuses: AccessDenied, CareUnknown, ItIsDone, CareInvalid.
    """
    require(actor, "care.write", f"matter:{no}")
    matter = _open(actor, no, on=on)
    matter.confirmed_by, matter.confirmed_on = check_text("confirmed_by", confirmed_by, 120), on
    matter.save(update_fields=["confirmed_by", "confirmed_on"])
    after = {"matter": no, "confirmed_by": matter.confirmed_by}
    record(
        actor=actor, act="care.confirm_matter", subject=f"customer:{matter.customer.no}", on=on, after=after
    )
    return matter


@transaction.atomic
def close_matter(*, actor: Actor, on: date, no: str, result: str) -> Matter:
    """Close a matter with its result; where its kind says so, only after the customer confirmed.

    Refuses: AccessDenied, CareUnknown, ItIsDone, CareInvalid (no result), ConfirmationMissing.
    """
    require(actor, "care.write", f"matter:{no}")
    matter = _open(actor, no, on=on)
    kind = policy.in_force(on).matter(matter.kind)
    matter.result = check_text("result", result, 1000)
    if kind and kind.by_customer and not matter.confirmed_on:
        raise ConfirmationMissing(no=no)
    matter.closed_on, matter.closed_by = on, actor.login
    matter.save(update_fields=["result", "closed_on", "closed_by"])
    after = {"matter": no, "result": matter.result}
    record(actor=actor, act="care.close_matter", subject=f"customer:{matter.customer.no}", on=on, after=after)
    return matter


@transaction.atomic
def tell_opinion(
    *, actor: Actor, on: date, customer_no: str, said_on: date, answers: Mapping[str, str], words: str = ""
) -> Opinion:
    """Keep how satisfied a customer says it is; what was not answered is left out (MIN-13, W-28).

    answers: level by item. Refuses: AccessDenied, CustomerUnknown, CareInvalid.
    """
    require(actor, "care.write", f"customer:{customer_no}")
    customer = customers.get(actor, customer_no, on=on)
    asked = policy.in_force(on).satisfaction
    told = {item: level for item, level in answers.items() if level}
    for item, level in told.items():
        check_code(item, named_in(asked.items, item))
        check_code(item, named_in(asked.levels, level))
    total, count = rules.answered(asked, told)
    if not count:
        raise CareInvalid(cause=_("Nothing was answered."), field="answers")
    kept = Opinion.objects.create(
        customer=customer, said_on=check_day("said_on", said_on, latest=on), answers=told, total=total,
        answered=count, asked=len(asked.items), words=check_text("words", words, 500, may_be_blank=True),
        told_by=actor.login, told_on=on,
    )  # fmt: skip
    after = {"said_on": said_on, "answers": told}
    record(actor=actor, act="care.tell_opinion", subject=f"customer:{customer_no}", on=on, after=after)
    return kept


def _open(actor: Actor, no: str, *, on: date) -> Matter:
    matter = locked(Matter, selecting.matter(actor, no, on=on).pk)
    if matter.closed_on:
        raise ItIsDone(what=_("matter"), no=no)
    return matter
