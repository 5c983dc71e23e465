"""Confirmations within reach: one of them, and lists that are filtered and sorted."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.operations.confirmations.errors import ConfirmationUnknown, DifferenceUnknown
from xinheng.operations.confirmations.models import Balance, Confirmation, Difference
from xinheng.operations.confirmations.values import Wanted

ORDERS = {
    "made": "pk", "customer": "customer__no", "balance": "first_minor", "reply_by": "reply_by",
    "state": "state",
}  # fmt: skip


def reached(actor: Actor, *, on: date) -> QuerySet[Confirmation]:
    """Every confirmation of the customers within reach. Refuses: AccessDenied."""
    access.require(actor, "confirmations.read")
    rows = Confirmation.objects.select_related("customer", "campaign")
    if actor.scope.reach == "everything":
        return rows
    return rows.filter(customer__in=customers.visible(actor, on=on).order_by().values("pk"))


def chosen(actor: Actor, wanted: Wanted, *, on: date) -> QuerySet[Confirmation]:
    """The confirmations that pass the filters, with first_minor: the balance of their first currency."""
    rows = reached(actor, on=on)
    if wanted.text:
        rows = rows.filter(Q(customer__no__icontains=wanted.text) | Q(customer__name__icontains=wanted.text))
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.campaign:
        rows = rows.filter(campaign_id=wanted.campaign)
    if wanted.late:
        rows = rows.filter(state="sent", reply_by__lt=on)
    first = Balance.objects.filter(confirmation=OuterRef("pk")).order_by("currency")
    rows = rows.annotate(first_minor=Subquery(first.values("balance_minor")[:1]))
    column = ORDERS.get(wanted.sort.removeprefix("-"), "pk")
    sign = "-" if wanted.sort.startswith("-") else ""
    return rows.order_by(f"{sign}{column}", "-pk")


def get(actor: Actor, confirmation_id: int, *, on: date, lock: bool = False) -> Confirmation:
    """One confirmation. Refuses: AccessDenied; ConfirmationUnknown, also when out of reach."""
    found = reached(actor, on=on).filter(pk=confirmation_id).first()
    if found is None:
        raise ConfirmationUnknown(confirmation=confirmation_id)
    if lock:
        Confirmation.objects.select_for_update().get(pk=found.pk)
        found.refresh_from_db(fields=["state", "sha256", "sent_on"])
    return found


def get_difference(actor: Actor, difference_id: int, *, on: date) -> Difference:
    """One difference. Refuses: AccessDenied; DifferenceUnknown, also when out of reach."""
    found = Difference.objects.select_related("balance__confirmation").filter(pk=difference_id).first()
    if found is None or not reached(actor, on=on).filter(pk=found.balance.confirmation_id).exists():
        raise DifferenceUnknown(difference=difference_id)
    return found


def differences(actor: Actor, *, on: date, owner: str = "", is_open: bool = True) -> QuerySet[Any]:
    """Differences within reach, the first to be worked off first. Refuses: AccessDenied."""
    rows = Difference.objects.select_related("balance__confirmation__customer")
    rows = rows.filter(balance__confirmation__in=reached(actor, on=on).order_by().values("pk"))
    rows = rows.filter(owner=owner) if owner else rows
    return rows.filter(closed_on__isnull=is_open).order_by("until_on", "pk")
