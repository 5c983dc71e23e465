"""Questions about permissions: which hold on a day, and which rating was commissioned."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.facts.archive import queries as kept
from xinheng.facts.archive import services as archive
from xinheng.facts.archive.values import Content
from xinheng.facts.consents import rules
from xinheng.facts.consents.errors import ConsentExpired, ConsentUnknown, NotConsented
from xinheng.facts.consents.models import Consent, Withdrawal
from xinheng.facts.consents.values import Permission, Purpose
from xinheng.facts.customers import queries as customers

PURPOSES = ("material", "commission", "publication")
STATES = ("running", "not_yet", "expired", "withdrawn")


@dataclass(frozen=True)
class Wanted:
    """What a list of permissions is narrowed to. ends_by: those whose last day comes by then."""

    text: str = ""
    purpose: str = ""
    state: str = ""
    ends_by: date | None = None


def found(actor: Actor, wanted: Wanted, *, on: date) -> QuerySet[Consent]:
    """The permissions of customers within reach, the newest first. Refuses: AccessDenied."""
    access.require(actor, "consents.read")
    rows = _rows().filter(customer__in=customers.visible(actor, on=on))
    if wanted.text:
        rows = rows.filter(
            Q(customer__no__istartswith=wanted.text)
            | Q(customer__name__icontains=wanted.text)
            | Q(recipient__icontains=wanted.text)
        )
    if wanted.purpose:
        rows = rows.filter(purpose=wanted.purpose)
    if wanted.ends_by:
        rows = rows.filter(until_on__lte=wanted.ends_by)
    return rows.filter(_in_state(wanted.state, on)) if wanted.state else rows


def permissions(rows: Iterable[Consent], *, on: date) -> list[Permission]:
    """The permissions as they stand on a day."""
    return [permission(row, on=on) for row in rows]


def of_customer(actor: Actor, customer_no: str, *, on: date) -> list[Permission]:
    """All permissions of one customer, the newest first. Refuses: AccessDenied, CustomerUnknown."""
    access.require(actor, "consents.read", f"customer:{customer_no}")
    customer = customers.get(actor, customer_no, on=on)
    return permissions(_rows().filter(customer=customer), on=on)


def get(actor: Actor, consent_id: int, *, on: date) -> Permission:
    """One permission. Refuses: AccessDenied, ConsentUnknown (also out of scope)."""
    row = found(actor, Wanted(), on=on).filter(pk=consent_id).first()
    if row is None:
        raise ConsentUnknown(consent=consent_id)
    return permission(row, on=on)


def commission(customer: Any, policy_code: str, *, as_of: date) -> Permission | None:
    """The customer's application under which a rating by the policy as of the day was commissioned.

    None: the rating is internal, and its result is told to nobody outside (LOA-03).
    """
    held = _rows().filter(customer=customer, purpose="commission", policy_code__in=("", policy_code))
    held = held.filter(_in_state("running", as_of))
    row = held.first()
    return None if row is None else permission(row, on=as_of)


def require(customer: Any, purpose: Purpose, recipient: str, *, on: date) -> Permission:
    """The permission by which something may be given to a recipient on a day.

    Refuses: ConsentExpired where one held before, NotConsented where none did.
    """
    rows = permissions(_rows().filter(customer=customer, purpose=purpose, from_on__lte=on), on=on)
    meant = [one for one in rows if rules.is_for(one.recipient, recipient)]
    if running := next((one for one in meant if one.state == "running"), None):
        return running
    told = {"customer_no": customer.no, "recipient": recipient}
    if meant:
        raise ConsentExpired(**told, until_on=max(ended(one) for one in meant))
    raise NotConsented(**told)


def ended(one: Permission) -> date:
    """The day on which a permission that holds no more ended."""
    days = [day for day in (one.until_on, one.withdrawn_on) if day is not None]
    assert days
    return min(days)


def read_paper(*, actor: Actor, on: date, consent_id: int) -> Content:
    """The paper of a permission, proven by its hash; the trail notes who took it.

    Refuses: AccessDenied, ConsentUnknown, AttachmentUnknown where it has none, DocumentAltered.
    """
    one = get(actor, consent_id, on=on)
    subject = f"consent:{one.id}"
    papers = [paper for paper in kept.beside([subject]) if paper.sha256 == one.sha256]
    number = papers[0].id if papers else 0
    return archive.read(actor=actor, on=on, attachment_id=number, subject=subject)


def permission(row: Any, *, on: date) -> Permission:
    """A permission as it stands on a day."""
    same = (
        "id", "purpose", "basis", "recipient", "policy_code", "source", "from_on", "until_on", "sha256",
        "told_by", "told_on",
    )  # fmt: skip
    state = rules.state_of(row.from_on, row.until_on, row.withdrawn_on, on=on)
    return Permission(
        customer_no=row.customer.no,
        customer_name=row.customer.name,
        state=state,
        withdrawn_on=row.withdrawn_on,
        withdrawn_why=row.withdrawn_why or "",
        **{name: getattr(row, name) for name in same},
    )


def _rows() -> QuerySet[Consent]:
    ends = Withdrawal.objects.filter(consent=OuterRef("pk"))
    return Consent.objects.select_related("customer").annotate(
        withdrawn_on=Subquery(ends.values("withdrawn_on")[:1]),
        withdrawn_why=Subquery(ends.values("reason")[:1]),
    )


def _in_state(state: str, on: date) -> Q:
    gone = Q(withdrawn_on__isnull=False, withdrawn_on__lte=on)
    begun, over = Q(from_on__lte=on), Q(until_on__isnull=False, until_on__lt=on)
    by_state = {
        "withdrawn": gone,
        "not_yet": ~gone & ~begun,
        "expired": ~gone & begun & over,
        "running": ~gone & begun & ~over,
    }
    return by_state.get(state, Q(pk=None))
