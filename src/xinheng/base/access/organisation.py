"""The organisation tree: units below units, each with the path of ids from the root."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q, Value
from django.db.models.functions import Concat, Substr

from xinheng.base.access import rules
from xinheng.base.access.acting import require
from xinheng.base.access.errors import (
    FieldInvalid,
    UnitClosed,
    UnitExists,
    UnitInUse,
    UnitMisplaced,
    UnitUnknown,
)
from xinheng.base.access.models import Assignment, Unit
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor

PATH_LENGTH = 200


@transaction.atomic
def create_unit(*, actor: Actor, on: date, code: str, name: str, kind: str, parent: str = "") -> Unit:
    """Open a unit below another (by code), or a root when no parent is given.

    kind: group, company or department; none stands below a kind that comes after it.
    Refuses: AccessDenied, FieldInvalid, UnitExists, UnitUnknown, UnitClosed, UnitMisplaced.
    """
    require(actor, "people.write", f"unit:{code}")
    code, name = text("code", code, 40), text("name", name, 120)
    if kind not in rules.KINDS:
        raise FieldInvalid(field="kind", value=kind)
    if Unit.objects.filter(code=code).exists():
        raise UnitExists(unit=code)
    above = open_unit(actor, parent, on=on) if parent else None
    if above is None and actor.scope.reach != "everything":
        raise UnitUnknown(unit=parent)
    _check_place(code, kind, above)
    unit = Unit.objects.create(code=code, name=name, kind=kind, parent=above, path="")
    unit.path = f"{above.path if above else '/'}{unit.pk}/"
    if len(unit.path) > PATH_LENGTH:
        raise UnitMisplaced(unit=code, kind=kind)
    unit.save(update_fields=["path"])
    record(actor=actor, act="people.create_unit", subject=f"unit:{code}", on=on, after=told(unit))
    return unit


@transaction.atomic
def rename_unit(*, actor: Actor, on: date, code: str, name: str) -> Unit:
    """Give a unit another name. Refuses: AccessDenied, UnitUnknown, FieldInvalid."""
    require(actor, "people.write", f"unit:{code}")
    unit = reached_unit(actor, code)
    before, unit.name = told(unit), text("name", name, 120)
    unit.save(update_fields=["name"])
    _record(actor, on, "people.rename_unit", unit, before)
    return unit


@transaction.atomic
def move_unit(*, actor: Actor, on: date, code: str, parent: str) -> Unit:
    """Put a unit, with all below it, below another. Refuses a place within itself: UnitMisplaced."""
    require(actor, "people.write", f"unit:{code}")
    unit, above = reached_unit(actor, code), open_unit(actor, parent, on=on)
    if above.path.startswith(unit.path):
        raise UnitMisplaced(unit=code, kind=unit.kind)
    _check_place(code, unit.kind, above)
    before, old, new = told(unit), unit.path, f"{above.path}{unit.pk}/"
    below = Unit.objects.filter(path__startswith=old)
    if max(len(path) for path in below.values_list("path", flat=True)) - len(old) + len(new) > PATH_LENGTH:
        raise UnitMisplaced(unit=code, kind=unit.kind)
    below.update(path=Concat(Value(new), Substr("path", len(old) + 1)))
    unit.parent, unit.path = above, new
    unit.save(update_fields=["parent"])
    _record(actor, on, "people.move_unit", unit, before)
    return unit


@transaction.atomic
def close_unit(*, actor: Actor, on: date, code: str) -> Unit:
    """Close a unit from a day on. Refuses while people or open units are in it: UnitInUse."""
    require(actor, "people.write", f"unit:{code}")
    unit = open_unit(actor, code, on=on)
    later = Q(until_on__isnull=True) | Q(until_on__gt=on)  # also what only begins after the day
    people = Assignment.objects.filter(later, unit=unit, person__is_active=True).count()
    below = Unit.objects.filter(path__startswith=unit.path, closed_on__isnull=True).exclude(pk=unit.pk)
    if people or below.exists():
        raise UnitInUse(unit=code, people=people, units=below.count())
    before, unit.closed_on = told(unit), on
    unit.save(update_fields=["closed_on"])
    _record(actor, on, "people.close_unit", unit, before)
    return unit


def reached_unit(actor: Actor, code: str) -> Unit:
    """The unit of a code, locked; one out of the actor's reach is as unknown as one that is not there."""
    unit = Unit.objects.select_for_update().filter(code=code).first()
    if unit is None or not rules.reaches_unit(actor.scope, unit.path):
        raise UnitUnknown(unit=code)
    return unit


def open_unit(actor: Actor, code: str, *, on: date) -> Unit:
    """The unit of a code that is open on a day."""
    unit = reached_unit(actor, code)
    if unit.closed_on and unit.closed_on <= on:
        raise UnitClosed(unit=code, closed_on=unit.closed_on)
    return unit


def text(field: str, value: str, length: int) -> str:
    """A field that must not be empty nor longer than the length, without spaces around."""
    value = value.strip()
    if not value or len(value) > length or not value.isprintable():
        raise FieldInvalid(field=field, value=value[:80])
    return value


def told(unit: Unit) -> dict[str, Any]:
    """A unit as the trail keeps it."""
    parent = Unit.objects.get(pk=unit.parent_id).code if unit.parent_id else ""
    return {
        "code": unit.code,
        "name": unit.name,
        "kind": unit.kind,
        "parent": parent,
        "closed_on": unit.closed_on,
    }


def _check_place(code: str, kind: str, above: Unit | None) -> None:
    rank = rules.KINDS.index
    if above and (rank(kind) < rank(above.kind) or kind == "group"):
        raise UnitMisplaced(unit=code, kind=kind)


def _record(actor: Actor, on: date, act: str, unit: Unit, before: dict[str, Any]) -> None:
    record(actor=actor, act=act, subject=f"unit:{unit.code}", on=on, before=before, after=told(unit))
