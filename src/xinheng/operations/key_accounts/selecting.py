"""Which rows of the room somebody sees, and one of them."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from xinheng.base.access import queries as people
from xinheng.base.access.services import require
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.operations.key_accounts.errors import KeyRequestUnknown
from xinheng.operations.key_accounts.models import (
    Confirmation,
    Contact,
    Manager,
    Pause,
    Profile,
    Request,
    Target,
)
from xinheng.operations.key_accounts.values import Wanted

Row = TypeVar("Row", bound=Model)


def profiles(actor: Actor, wanted: Wanted, *, on: date) -> QuerySet[Profile]:
    """The profiles that hold, of customers within reach. Refuses: AccessDenied."""
    rows = _seen(Profile.objects.filter(until_on__isnull=True), actor, on=on)
    if wanted.state == "key":
        rows = rows.filter(is_key=True)
    if wanted.state == "ordinary":
        rows = rows.filter(is_key=False)
    if wanted.state == "incomplete":
        rows = rows.exclude(missing=[])
    if text := wanted.text.strip():
        rows = rows.filter(_named(text) | Q(manager=text))
    return rows.select_related("customer").order_by("customer__no")


def profile_of(customer: Any) -> Profile | None:
    """The profile that holds of a customer that the caller sees."""
    return Profile.objects.filter(customer=customer, until_on__isnull=True).first()


def history_of(customer: Any) -> QuerySet[Profile]:
    """Every profile of a customer that the caller sees, the newest first."""
    return Profile.objects.filter(customer=customer)


def requests(actor: Actor, wanted: Wanted, *, on: date) -> QuerySet[Request]:
    """Requests of customers within reach, the newest first. Refuses: AccessDenied.

    late: not accepted, or not closed, by its day.
    """
    rows = _seen(Request.objects.all(), actor, on=on)
    still = rows.filter(closed_on__isnull=True)
    if wanted.state == "open":
        rows = still
    if wanted.state == "closed":
        rows = rows.filter(closed_on__isnull=False)
    if wanted.state == "escalated":
        rows = still.filter(escalated__gt=0)
    if wanted.state == "late":
        rows = still.filter(Q(accepted_on__isnull=True, accept_by__lt=on) | Q(close_by__lt=on))
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if text := wanted.text.strip():
        rows = rows.filter(_named(text) | Q(what__contains=text) | Q(owner=text))
    return rows.select_related("customer")


def request(actor: Actor, key: int, *, on: date, lock: bool = False) -> Request:
    """One request. Refuses: AccessDenied, KeyRequestUnknown."""
    found = requests(actor, Wanted(), on=on).filter(pk=key)
    row = (found.select_for_update(of=("self",)) if lock else found).first()
    if row is None:
        raise KeyRequestUnknown(no=key)
    return row


def contacts_of(request: Request) -> QuerySet[Contact]:
    """The contact record of a request that the caller sees, the first line first."""
    return Contact.objects.filter(request=request)


def pauses_of(request: Request) -> QuerySet[Pause]:
    """When the clock of a request that the caller sees stood still."""
    return Pause.objects.filter(request=request)


def targets(actor: Actor) -> QuerySet[Target]:
    """Service levels with all their versions. Refuses: AccessDenied."""
    require(actor, "key_accounts.read")
    return Target.objects.all()


def target(actor: Actor, key: int) -> Target:
    """One service level. Refuses: AccessDenied, KeyRequestUnknown."""
    found = targets(actor).filter(pk=key).first()
    if found is None:
        raise KeyRequestUnknown(no=key)
    return found


def confirmations_of(target: Target) -> QuerySet[Confirmation]:
    """The departments that confirm a service level, with those that did."""
    return Confirmation.objects.filter(target=target).select_related("unit").order_by("unit__code")


def managers(actor: Actor) -> QuerySet[Manager]:
    """Who answers for which units now. Refuses: AccessDenied."""
    require(actor, "key_accounts.read")
    return (
        Manager.objects.filter(until_on__isnull=True).select_related("unit").order_by("unit__path", "level")
    )


def manager_of(customer: Any, level: str, *, on: date) -> str:
    """The login of who answers for a customer at a level: named for its unit, else for the nearest above.

    Blank where nobody is named, or nobody answers for the customer.
    """
    held = customers.responsible([customer], on=on).get(customer.pk)
    if held is None or held.unit_id is None:
        return ""
    path = people.unit_paths()[held.unit.code][0]
    named = Manager.objects.filter(level=level, until_on__isnull=True).select_related("unit")
    above = [one for one in named if path.startswith(one.unit.path)]
    return max(above, key=lambda one: len(one.unit.path)).login if above else ""


def _named(text: str) -> Q:
    return Q(customer__name__contains=text) | Q(customer__no__istartswith=text)


def _seen(rows: QuerySet[Row], actor: Actor, *, on: date) -> QuerySet[Row]:
    require(actor, "key_accounts.read")
    if actor.scope.reach == "everything":
        return rows
    return rows.filter(customer__in=customers.visible(actor, on=on).values("pk"))
