"""Which customers somebody reaches, and one of them by its number."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, Q, QuerySet

from xinheng.base.access import services as access
from xinheng.base.kernel import prepared
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers.errors import CustomerClosed, CustomerUnknown
from xinheng.facts.customers.matching import ITS_OWN
from xinheng.facts.customers.models import Customer, Responsibility
from xinheng.facts.customers.values import Key

FEW_IN_SCOPE = 5_000  # up to so many customers are gathered first; more are met soon enough in passing


def visible(actor: Actor, *, on: date) -> QuerySet[Customer]:
    """The customers the actor reaches on a day, by their numbers. Refuses: AccessDenied.

    Reach by unit includes the customers one is responsible for oneself. Who answers for a customer is
    what `Responsibility` says of that day, so a customer that moved is seen by its new unit only.
    """
    access.require(actor, "customers.read")
    scope = actor.scope
    if scope.reach == "everything":
        return Customer.objects.all()
    held = Q(person_id=scope.person_id) if scope.person_id else Q(pk__in=[])
    if scope.reach == "unit":
        for path in scope.unit_paths:
            held |= Q(unit__path__startswith=path)
    elif scope.reach != "own":
        return Customer.objects.none()
    answering = Responsibility.objects.filter(running(on), held).order_by()
    if scope.reach == "unit" and answering[FEW_IN_SCOPE : FEW_IN_SCOPE + 1].exists():
        return Customer.objects.filter(Exists(answering.filter(**ITS_OWN)))
    return Customer.objects.filter(pk__in=answering.values("customer_id"))


def get(actor: Actor, no: str, *, on: date) -> Customer:
    """The customer of a number. Refuses: AccessDenied; CustomerUnknown, also when out of reach."""
    if customer := visible(actor, on=on).filter(no=no).first():
        return customer
    raise CustomerUnknown(no=no)


def open_customer(actor: Actor, no: str, *, on: date, lock: bool = False) -> Customer:
    """The customer of a number for an act on it. Refuses as `get` does, and: CustomerClosed."""
    customer = get(actor, no, on=on)
    if lock:
        customer = Customer.objects.select_for_update().get(pk=customer.pk)
    if customer.status == "closed":
        raise CustomerClosed(no=no, closed_on=customer.closed_on)
    return customer


def open_key(actor: Actor, no: str, *, on: date) -> Key:
    """What an act on an open customer needs to know of it, cheaper than the whole row; refuses alike."""
    if actor.scope.reach == "everything":
        access.require(actor, "customers.read")
        asked = "SELECT id, no, status, closed_on, parent_id FROM customers_customer WHERE no = "
        found = next(iter(prepared.fetch(asked + prepared.mark(1), [no])), None)
    else:
        rows = visible(actor, on=on).filter(no=no)
        found = rows.values_list("pk", "no", "status", "closed_on", "parent_id").first()
    if found is None:
        raise CustomerUnknown(no=no)
    pk, no, status, closed_on, parent_id = found
    if status == "closed":
        raise CustomerClosed(no=no, closed_on=closed_on)
    return Key(pk, no, parent_id)


def open_keys(actor: Actor, nos: list[str], *, on: date) -> dict[str, Key]:
    """The keys of many open customers by their numbers. Refuses as `open_key` does, naming the first."""
    found: dict[str, Key] = {}
    for at in range(0, len(nos), 500):
        rows = visible(actor, on=on).filter(no__in=nos[at : at + 500])
        for pk, no, status, closed_on, parent_id in rows.values_list(
            "pk", "no", "status", "closed_on", "parent_id"
        ):
            if status == "closed":
                raise CustomerClosed(no=no, closed_on=closed_on)
            found[no] = Key(pk, no, parent_id)
    for no in nos:
        if no not in found:
            raise CustomerUnknown(no=no)
    return found


def running(on: date) -> Q:
    """The responsibilities that hold on a day."""
    return Q(from_on__lte=on) & (Q(until_on__isnull=True) | Q(until_on__gt=on))
