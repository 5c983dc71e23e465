"""Consumers are opened, supplied otherwise, closed; meters installed and removed."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from xinheng.base.access import queries as people
from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.identifiers import CAUSES, check_uscc
from xinheng.base.kernel.texts import name_key
from xinheng.facts.customers import queries as customers
from xinheng.facts.customers import services as files
from xinheng.facts.customers.values import NewCustomer
from xinheng.facts.metering import selecting
from xinheng.facts.metering.errors import (
    ConsumerIsClosed,
    ConsumerTaken,
    DayBeforeChange,
    LicenceWrong,
    MeteringInvalid,
    MeterTaken,
    MeterUnknown,
)
from xinheng.facts.metering.models import Consumer, Meter, Supply
from xinheng.facts.metering.values import NewConsumer, NewMeter, Terms

LENGTHS = {"consumer_no": 40, "name": 200, "address": 300, "tariff": 40, "meter_no": 40, "kind": 20}


@transaction.atomic
def open_consumer(*, actor: Actor, on: date, new: NewConsumer) -> Consumer:
    """Open an account by hand (PWR-05).

    Refuses: AccessDenied, MeteringInvalid, ConsumerTaken, LicenceWrong, AreaUnknown, CustomerUnknown, and
    what opening a credit file refuses.
    """
    require(actor, "metering.write", f"consumer:{new.consumer_no}")
    new = replace(new, consumer_no=text("consumer_no", new.consumer_no), name=text("name", new.name))
    if taken := Consumer.objects.filter(consumer_no=new.consumer_no).first():
        raise ConsumerTaken(no=new.consumer_no, name=taken.name)
    if new.phases not in {1, 3}:
        raise MeteringInvalid(cause=_("A consumer has one phase or three."), field="phases")
    if new.opened_on > on:
        raise MeteringInvalid(cause=_("The day has not come yet."), field="opened_on")
    customer = _customer(actor, on, new)
    row = Consumer(
        consumer_no=new.consumer_no, name=new.name, name_key=name_key(new.name), customer=customer,
        address=text("address", new.address, may_be_blank=True), industry=_industry(new.industry, customer),
        phases=new.phases, is_prepaid=new.is_prepaid, is_important=new.is_important,
        opened_on=new.opened_on, told_on=on,
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as clash:
        raise ConsumerTaken(no=new.consumer_no, name="") from clash
    Supply.objects.create(consumer=row, from_on=new.opened_on, told_on=on, **_terms(new.terms))
    record(
        actor=actor, act="metering.open", subject=subject_of(row), on=on,
        after={**asdict(new), "customer_no": customer.no if customer else ""},
    )  # fmt: skip
    return row


@transaction.atomic
def change_supply(
    *, actor: Actor, on: date, consumer_no: str, terms: Terms, from_on: date, reason: str
) -> Supply:
    """Supply a consumer otherwise from a day on: unit, area, tariff, capacity. What was stays by day.

    Refuses: AccessDenied, ConsumerUnknown, ConsumerIsClosed, DayBeforeChange, AreaUnknown, MeteringInvalid.
    """
    require(actor, "metering.write", f"consumer:{consumer_no}")
    row = _open(actor, consumer_no)
    before = Supply.objects.select_for_update().get(consumer=row, until_on__isnull=True)
    if from_on < before.from_on:
        raise DayBeforeChange(no=consumer_no, day=before.from_on)
    told = {**_terms(terms), "reason": text("reason", reason, longest=200), "told_on": on}
    if from_on == before.from_on:  # told again for the same day: the last word counts, the trail has both
        was, after = _words(before), before
        for name, value in told.items():
            setattr(before, name, value)
        before.save()
    else:
        was = _words(before)
        before.until_on = from_on
        before.save(update_fields=["until_on"])
        after = Supply.objects.create(consumer=row, from_on=from_on, **told)
    record(
        actor=actor, act="metering.change_supply", subject=subject_of(row), on=on, before=was,
        after=_words(after), reason=reason,
    )  # fmt: skip
    return after


@transaction.atomic
def close_consumer(*, actor: Actor, on: date, consumer_no: str, closed_on: date, reason: str) -> Consumer:
    """Close an account; its readings and its history stay.

    Refuses: AccessDenied, ConsumerUnknown, ConsumerIsClosed, DayBeforeChange.
    """
    require(actor, "metering.write", f"consumer:{consumer_no}")
    row = _open(actor, consumer_no)
    last = Supply.objects.get(consumer=row, until_on__isnull=True)
    if closed_on < max(last.from_on, row.opened_on):
        raise DayBeforeChange(no=consumer_no, day=last.from_on)
    row.closed_on = closed_on
    row.save(update_fields=["closed_on"])
    record(
        actor=actor, act="metering.close", subject=subject_of(row), on=on, after={"closed_on": closed_on},
        reason=text("reason", reason, longest=200),
    )  # fmt: skip
    return row


@transaction.atomic
def install_meter(*, actor: Actor, on: date, consumer_no: str, new: NewMeter) -> Meter:
    """Install a meter at a consumer.

    Refuses: AccessDenied, ConsumerUnknown, ConsumerIsClosed, MeterTaken, MeteringInvalid.
    """
    require(actor, "metering.write", f"consumer:{consumer_no}")
    row = _open(actor, consumer_no)
    meter_no = text("meter_no", new.meter_no)
    hangs = (
        Meter.objects.filter(meter_no=meter_no, removed_on__isnull=True).select_related("consumer").first()
    )
    if hangs:
        raise MeterTaken(no=meter_no, consumer=hangs.consumer.consumer_no)
    if new.ratio <= 0 or not 3 <= new.digits <= 10 or new.first_index < 0 or new.installed_on < row.opened_on:
        cause = _("Ratio, digits, first reading or day of the meter cannot be.")
        raise MeteringInvalid(cause=cause, field="meter")
    meter = Meter.objects.create(
        meter_no=meter_no, consumer=row, installed_on=new.installed_on, ratio=new.ratio, digits=new.digits,
        first_index=new.first_index, kind=text("kind", new.kind, may_be_blank=True), told_on=on,
    )  # fmt: skip
    record(actor=actor, act="metering.install_meter", subject=subject_of(row), on=on, after=asdict(new))
    return meter


@transaction.atomic
def remove_meter(
    *, actor: Actor, on: date, consumer_no: str, meter_no: str, removed_on: date, last_index: Decimal
) -> Meter:
    """Remove a meter with its last reading, so that use up to then is counted.

    Refuses: AccessDenied, ConsumerUnknown, MeterUnknown, MeteringInvalid.
    """
    require(actor, "metering.write", f"consumer:{consumer_no}")
    row = selecting.consumer(actor, consumer_no)
    meter = Meter.objects.filter(consumer=row, meter_no=meter_no, removed_on__isnull=True).first()
    if meter is None:
        raise MeterUnknown(consumer=consumer_no, no=meter_no)
    if removed_on < meter.installed_on or removed_on > on or last_index < 0:
        raise MeteringInvalid(cause=_("The day %(day)s cannot be.") % {"day": removed_on}, field="removed_on")
    meter.removed_on, meter.last_index = removed_on, last_index
    meter.save(update_fields=["removed_on", "last_index"])
    after = {"meter_no": meter_no, "removed_on": removed_on, "last_index": last_index}
    record(actor=actor, act="metering.remove_meter", subject=subject_of(row), on=on, after=after)
    return meter


def subject_of(row: Consumer) -> str:
    """What the trail calls it."""
    return f"consumer:{row.consumer_no}"


def text(field: str, told: str, *, longest: int = 0, may_be_blank: bool = False) -> str:
    """A text without spaces around. Refuses: MeteringInvalid where it is missing, too long or unprintable."""
    told = told.strip()
    too_long = len(told) > (longest or LENGTHS[field])
    if (not told and not may_be_blank) or too_long or (told and not told.isprintable()):
        raise MeteringInvalid(cause=_("The text is missing, too long or not printable."), field=field)
    return told


def _open(actor: Actor, consumer_no: str) -> Consumer:
    row = Consumer.objects.select_for_update().get(pk=selecting.consumer(actor, consumer_no).pk)
    if row.closed_on is not None:
        raise ConsumerIsClosed(no=consumer_no, day=row.closed_on)
    return row


def _customer(actor: Actor, on: date, new: NewConsumer) -> Any:
    """The credit file of the account: named, found by its licence, or opened for it."""
    if new.licence.strip():
        checked = check_uscc(new.licence)
        if not checked.value or checked.cause:
            raise LicenceWrong(value=new.licence, cause=CAUSES[checked.cause])
    if new.customer_no:
        return customers.get(actor, new.customer_no, on=on)
    if not new.licence.strip():
        return None
    if found := customers.visible(actor, on=on).filter(uscc=checked.value).first():
        return found
    opened = NewCustomer(
        name=new.name, no=new.consumer_no, uscc=checked.value, industry=new.industry, address=new.address,
        unit_code=new.terms.unit_code,
    )  # fmt: skip
    return files.register(actor=actor, on=on, new=opened, despite_like_names=True)


def _industry(told: str, customer: Any) -> str:
    code = customers.normal_code(told)
    if code is None:
        raise MeteringInvalid(cause=_("GB/T 4754 has no such industry."), field="industry")
    return code or (customer.industry if customer else "")


def _terms(terms: Terms) -> dict[str, Any]:
    unit = people.units_by_code().get(terms.unit_code) if terms.unit_code else None
    if terms.unit_code and unit is None:
        raise MeteringInvalid(cause=_("There is no unit of this code."), field="unit_code")
    if terms.voltage not in {"low", "high"}:
        raise MeteringInvalid(cause=_("The voltage is low or high."), field="voltage")
    if terms.capacity_kva is not None and terms.capacity_kva <= 0:
        raise MeteringInvalid(cause=_("The capacity is above zero."), field="capacity_kva")
    return {
        "unit_id": unit,
        "area": selecting.area(terms.area) if terms.area else None,
        "voltage": terms.voltage,
        "voltage_kv": terms.voltage_kv,
        "capacity_kva": terms.capacity_kva,
        "tariff": text("tariff", terms.tariff, may_be_blank=True),
    }


def _words(row: Supply) -> dict[str, Any]:
    return {
        "unit": row.unit.code if row.unit else "",
        "area": row.area.code if row.area else "",
        "voltage": row.voltage,
        "capacity_kva": row.capacity_kva,
        "tariff": row.tariff,
        "from_on": row.from_on,
    }
