"""Files are evaluated (KPR-03), and controlled documents go to those on their list (FIL-08)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.periods import add_months
from xinheng.facts.customers import queries as customers
from xinheng.operations.care import policy, selecting
from xinheng.operations.care.errors import CareInvalid
from xinheng.operations.care.models import Controlled, Copy, Evaluation
from xinheng.operations.care.naming import check_text


@transaction.atomic
def evaluate(*, actor: Actor, on: date, customer_no: str, finding: str) -> Evaluation:
    """Keep what a customer's file is worth as a ground for decisions; it is due again later.

    Refuses: AccessDenied, CustomerUnknown, CareInvalid.
    """
    require(actor, "care.write", f"customer:{customer_no}")
    customer = customers.get(actor, customer_no, on=on)
    kept = Evaluation.objects.create(
        customer=customer, evaluated_on=on, by=actor.login, finding=check_text("finding", finding, 1000),
        next_on=add_months(on, policy.in_force(on).evaluations.months),
    )  # fmt: skip
    after = {"finding": kept.finding, "next_on": kept.next_on}
    record(actor=actor, act="care.evaluate", subject=f"customer:{customer_no}", on=on, after=after)
    return kept


@transaction.atomic
def issue_document(
    *, actor: Actor, on: date, title: str, version: str, place: str, receivers: Sequence[str]
) -> Controlled:
    """Put a version of a controlled document under its list of receivers.

    Refuses: AccessDenied, CareInvalid.
    """
    require(actor, "care.write", "controlled")
    names = list(dict.fromkeys(check_text("receivers", one, 120) for one in receivers))
    title, version = check_text("title", title, 120), check_text("version", version, 20)
    if Controlled.objects.filter(title=title, version=version).exists():
        raise CareInvalid(cause=_("This version is there already."), field="version")
    kept = Controlled.objects.create(
        title=title, version=version, place=check_text("place", place, 120), receivers=names, from_on=on,
        told_by=actor.login,
    )  # fmt: skip
    after = {"title": title, "version": version, "receivers": names}
    record(actor=actor, act="care.issue_document", subject=f"controlled:{kept.pk}", on=on, after=after)
    return kept


@transaction.atomic
def give_copy(*, actor: Actor, on: date, document_id: int, receiver: str, why: str = "") -> Copy:
    """Keep that somebody was given a copy; one who is not on the list is a deviation and needs a reason.

    Refuses: AccessDenied, CareUnknown, CareInvalid.
    """
    require(actor, "care.write", f"controlled:{document_id}")
    document = selecting.controlled(document_id)
    name = check_text("receiver", receiver, 120)
    is_listed = name in document.receivers
    reason = check_text("why", why, 300, may_be_blank=is_listed)
    kept = Copy.objects.create(
        document=document, receiver=name, given_on=on, is_listed=is_listed, why=reason, told_by=actor.login
    )
    after = {"receiver": name, "is_listed": is_listed, "why": reason}
    record(actor=actor, act="care.give_copy", subject=f"controlled:{document_id}", on=on, after=after)
    return kept
