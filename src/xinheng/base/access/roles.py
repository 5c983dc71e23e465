"""Roles: those shipped with the system and those of the site."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Unpack

from django.db import transaction
from ruamel.yaml import YAML

from xinheng.base.access import rules
from xinheng.base.access.acting import require
from xinheng.base.access.administrators import keeping_an_administrator
from xinheng.base.access.errors import FieldInvalid, PermitInvalid, RightsExceeded, RoleShipped, RoleUnknown
from xinheng.base.access.models import Role
from xinheng.base.access.organisation import text
from xinheng.base.access.values import RoleDraft
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor

SHIPPED = Path(__file__).with_name("shipped_roles.yaml")


@transaction.atomic
def load_shipped_roles(*, actor: Actor, on: date) -> int:
    """Make the roles that are shipped as this version ships them; gives how many were not so.

    Roles of the site stay as they are. Refuses: AccessDenied.
    """
    require(actor, "people.write", "role:")
    changed = 0
    for draft in shipped_roles():
        role = Role.objects.select_for_update().filter(code=draft["code"]).first()
        before = told(role) if role else None
        fields = {name: draft[name] for name in ("name", "name_en", "permits", "reach")}
        if role and all(getattr(role, name) == value for name, value in fields.items()):
            continue
        role, _new = Role.objects.update_or_create(code=draft["code"], defaults=fields)
        subject, after = f"role:{role.code}", told(role)
        record(actor=actor, act="people.load_role", subject=subject, on=on, before=before, after=after)
        changed += 1
    return changed


@transaction.atomic
def save_role(*, actor: Actor, on: date, **draft: Unpack[RoleDraft]) -> Role:
    """Make a role of the site's own, or change one; it holds at once for all who have it.

    Refuses: AccessDenied, RoleShipped, FieldInvalid, PermitInvalid, RightsExceeded (nobody gives what
    they do not hold, nor changes a role that holds more than they do).
    """
    code = rules.normal_login(draft["code"])
    require(actor, "people.write", f"role:{code}")
    if code in {role["code"] for role in shipped_roles()}:
        raise RoleShipped(role=code)
    permits = sorted({permit.strip() for permit in draft["permits"]})
    if wrong := next((permit for permit in permits if not rules.is_permit(permit)), None):
        raise PermitInvalid(permit=wrong)
    if not rules.CODE.fullmatch(code):
        raise FieldInvalid(field="code", value=code[:80])
    if draft["reach"] not in rules.REACHES[1:]:
        raise FieldInvalid(field="reach", value=draft["reach"])
    role = Role.objects.select_for_update().filter(code=code).first() or Role(code=code)
    before = told(role) if role.pk else None
    _check_within(actor, [*permits, *role.permits])
    role.name, role.name_en = text("name", draft["name"], 60), text("name_en", draft["name_en"], 60)
    role.permits, role.reach = permits, draft["reach"]
    with keeping_an_administrator(on=on):
        role.save()
    record(
        actor=actor, act="people.save_role", subject=f"role:{code}", on=on, before=before, after=told(role)
    )
    return role


def role_of(code: str) -> Role:
    """The role of a code. Refuses: RoleUnknown."""
    role = Role.objects.filter(code=code).first()
    if role is None:
        raise RoleUnknown(role=code)
    return role


def shipped_role_codes() -> frozenset[str]:
    """The codes of the roles that come with the system and are not changed by hand."""
    return frozenset(role["code"] for role in shipped_roles())


@cache
def shipped_roles() -> tuple[dict[str, Any], ...]:
    """The shipped roles as they stand in the file."""
    return tuple(YAML(typ="safe", pure=True).load(SHIPPED.read_text(encoding="utf-8")))


def told(role: Role) -> dict[str, Any]:
    """A role as the trail keeps it."""
    return {"code": role.code, "name": role.name, "permits": role.permits, "reach": role.reach}


def _check_within(actor: Actor, permits: list[str]) -> None:
    """A role holds in every unit, so only who reaches everything makes one."""
    exceeded = rules.missing(actor.permits, permits)
    if actor.scope.reach != "everything":
        exceeded.append("everything")
    if exceeded:
        raise RightsExceeded(rights=", ".join(exceeded))
