"""Finding instruments and deposits within reach."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.facts.instruments.errors import DepositUnknown, InstrumentUnknown
from xinheng.facts.instruments.models import Deposit, Instrument


def seen_instruments(actor: Actor, *, on: date) -> QuerySet[Instrument]:
    """Instruments of customers within reach. Refuses: AccessDenied."""
    access.require(actor, "instruments.read")
    rows = Instrument.objects.select_related("customer")
    if actor.scope.reach == "everything":
        return rows
    return rows.filter(customer__in=customers.visible(actor, on=on).order_by().values("pk"))


def seen_deposits(actor: Actor, *, on: date) -> QuerySet[Deposit]:
    """Deposits of customers within reach. Refuses: AccessDenied."""
    access.require(actor, "instruments.read")
    rows = Deposit.objects.select_related("customer")
    if actor.scope.reach == "everything":
        return rows
    return rows.filter(customer__in=customers.visible(actor, on=on).order_by().values("pk"))


def get_instrument(actor: Actor, instrument_id: int, *, on: date, lock: bool = False) -> Instrument:
    """One instrument. Refuses: AccessDenied; InstrumentUnknown, also when out of reach."""
    rows = seen_instruments(actor, on=on)
    found = (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=instrument_id).first()
    if found is None:
        raise InstrumentUnknown(instrument=instrument_id)
    return found


def get_deposit(actor: Actor, deposit_id: int, *, on: date, lock: bool = False) -> Deposit:
    """One deposit. Refuses: AccessDenied; DepositUnknown, also when out of reach."""
    rows = seen_deposits(actor, on=on)
    found = (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=deposit_id).first()
    if found is None:
        raise DepositUnknown(deposit=deposit_id)
    return found
