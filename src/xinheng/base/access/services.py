"""The acts of people and rights."""

from __future__ import annotations

from xinheng.base.access.acting import actor_of, may_see, require, shown, withhold
from xinheng.base.access.assignments import assign, end_assignment
from xinheng.base.access.organisation import close_unit, create_unit, move_unit, rename_unit
from xinheng.base.access.people import (
    change_password,
    choose_language,
    create_person,
    deactivate,
    reactivate,
    rename_person,
    set_password,
)
from xinheng.base.access.roles import load_shipped_roles, save_role, shipped_role_codes
from xinheng.base.access.rules import masked, normal_login
from xinheng.base.access.signing_in import address_of, unlock
from xinheng.base.access.tokens import actor_of_token, issue_token, revoke_token

__all__ = [
    "actor_of",
    "actor_of_token",
    "address_of",
    "assign",
    "change_password",
    "choose_language",
    "close_unit",
    "create_person",
    "create_unit",
    "deactivate",
    "end_assignment",
    "issue_token",
    "load_shipped_roles",
    "masked",
    "may_see",
    "move_unit",
    "normal_login",
    "reactivate",
    "rename_person",
    "rename_unit",
    "require",
    "revoke_token",
    "save_role",
    "set_password",
    "shipped_role_codes",
    "shown",
    "unlock",
    "withhold",
]
