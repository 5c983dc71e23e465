"""What goes through the door of people and rights."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal, NotRequired, TypedDict

from xinheng.base.kernel.actors import Actor, Scope

__all__ = ["Actor", "NewPerson", "RoleDraft", "Scope", "Term"]


class NewPerson(TypedDict):
    """A person to be: the first role is held in the unit from the business day on. Codes, not rows."""

    login: str
    name: str
    password: str
    role: str
    unit: str
    must_change_password: NotRequired[bool]
    language: NotRequired[str]


class Term(TypedDict, total=False):
    """When an assignment holds: from a day (the business day when left out) until the day it ends."""

    from_on: date | None
    until_on: date | None  # first day it no longer holds


class RoleDraft(TypedDict):
    """A role of the site's own."""

    code: str
    name: str
    name_en: str
    permits: Sequence[str]
    reach: Literal["everything", "unit", "own"]
