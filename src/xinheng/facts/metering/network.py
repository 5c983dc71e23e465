"""The areas of the grid."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.facts.metering import selecting
from xinheng.facts.metering.accounts import text
from xinheng.facts.metering.errors import AreaTaken, MeteringInvalid
from xinheng.facts.metering.models import Area
from xinheng.facts.metering.values import AREA_KINDS, NewArea


@transaction.atomic
def add_area(*, actor: Actor, on: date, new: NewArea) -> Area:
    """Add an area below another, or the whole.

    Refuses: AccessDenied, AreaTaken, AreaUnknown, MeteringInvalid.
    """
    require(actor, "metering.write", f"area:{new.code}")
    code = text("code", new.code, longest=40)
    if new.kind not in AREA_KINDS:
        raise MeteringInvalid(cause=_("This kind of area is not known."), field="kind")
    if Area.objects.filter(code=code).exists():
        raise AreaTaken(code=code)
    parent = selecting.area(new.parent) if new.parent else None
    row = Area.objects.create(
        code=code, name=text("name", new.name, longest=120), kind=new.kind, parent=parent, path="",
        capacity_kva=new.capacity_kva, told_on=on,
    )  # fmt: skip
    row.path = f"{parent.path if parent else '/'}{row.pk}/"
    row.save(update_fields=["path"])
    record(actor=actor, act="metering.add_area", subject=f"area:{code}", on=on, after=asdict(new))
    return row
