"""The shapes of people, units, roles and tokens."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field

from xinheng.web.api.fields import Day
from xinheng.web.api.schemas import Asked

Login = Annotated[str, Field(max_length=150)]
Code = Annotated[str, Field(max_length=40)]
Permit = Annotated[str, Field(max_length=80)]


class MeOut(Schema):
    """Who you are to the API, and what you may do."""

    login: str
    name: str
    permits: list[str]
    reach: str


class PersonOut(Schema):
    """Someone who signs in."""

    login: str
    name: str
    is_active: bool
    language: str
    must_change_password: bool


class PersonIn(Asked):
    """A person to be, with a first role in a unit (codes). The password must be changed at first sign-in."""

    login: Login
    name: str = Field(max_length=60)
    password: str = Field(max_length=200)
    role: Code
    unit: Code
    language: Literal["zh-hans", "en"] = "zh-hans"


class PasswordIn(Asked):
    """A new password, to be changed at the next sign-in."""

    password: str = Field(max_length=200)


class NameIn(Asked):
    """Another name."""

    name: str = Field(max_length=120)


class PlaceIn(Asked):
    """The unit above, by code."""

    parent: Code


class WhyIn(Asked):
    """Why."""

    reason: str = Field("", max_length=300)


class UnlockedOut(Schema):
    """How many failed attempts were forgotten."""

    attempts: int


class UnitOut(Schema):
    """A place in the organisation."""

    code: str
    name: str
    kind: str
    parent: str | None
    closed_on: date | None


class UnitIn(Asked):
    """A unit to be, below another (by code); no parent makes a root."""

    code: Code
    name: str = Field(max_length=120)
    kind: Literal["group", "company", "department"]
    parent: Code = ""


class RoleOut(Schema):
    """What a kind of work may do, and how far it reaches."""

    code: str
    name: str
    name_en: str
    permits: list[str]
    reach: str


class RoleIn(Asked):
    """A role of the site's own."""

    name: str = Field(max_length=60)
    name_en: str = Field(max_length=60)
    permits: list[Permit] = Field(max_length=100)
    reach: Literal["everything", "unit", "own"]


class AssignmentOut(Schema):
    """A person holds a role in a unit. until_on: the first day it no longer holds."""

    id: int
    login: str
    role: str
    unit: str
    from_on: date
    until_on: date | None


class AssignmentIn(Asked):
    """Give a person a role in a unit (codes), from a day on; today if not given."""

    login: Login
    role: Code
    unit: Code
    from_on: Day | None = None
    until_on: Day | None = None


class EndAssignmentIn(Asked):
    """The first day it no longer holds; today if not given."""

    until_on: Day | None = None


class TokenOut(Schema):
    """A token; its text is shown once only, when it is made."""

    id: int
    login: str
    name: str
    prefix: str
    permits: list[str]
    expires_on: date
    revoked_on: date | None
    last_used_at: datetime | None


class TokenMade(TokenOut):
    """A token just made. token: keep it now; a retry with the same idempotency key gives null."""

    token: str | None


class TokenIn(Asked):
    """A token for yourself, or for another person by login. expires_on: the last day it works."""

    name: str = Field(max_length=60)
    permits: list[Permit] = Field(min_length=1, max_length=100)
    expires_on: Day
    login: Login = ""
