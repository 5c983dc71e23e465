"""The shapes of key accounts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field

from xinheng.operations.key_accounts.values import NewRequest, NewTarget
from xinheng.web.api.fields import Day
from xinheng.web.api.schemas import Asked

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,29}$")]
UnitCode = Annotated[str, Field(min_length=1, max_length=40)]
Line = Annotated[str, Field(min_length=1, max_length=1000)]
KeyListName = Literal["accounts", "requests", "targets", "attainment", "market"]


class KeyListAsked(Asked):
    """Filters of a list. state: key, ordinary, incomplete; of requests: open, late, escalated, closed."""

    text: Annotated[str, Field(max_length=100)] = ""
    kind: Annotated[str, Field(pattern=r"^([a-z][a-z0-9_]{0,29})?$")] = ""
    state: Literal["", "key", "ordinary", "incomplete", "open", "late", "escalated", "closed"] = ""
    offset: Annotated[int, Field(ge=0, le=10**9)] = 0
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class KeyListOut(Schema):
    """A list in words: its headings, and rows as many cells wide."""

    title: str
    columns: list[str]
    rows: list[list[str]]
    total: int


class KeyKeptOut(Schema):
    """The id of what was kept."""

    id: int


class KeyAttainedOut(Schema):
    """A service level and how far it was kept. figure: days in the mean, or percent; null: no case."""

    target_id: int
    kind: str
    unit: Literal["day", "percent"]
    wanted: str
    figure: str | None
    is_kept: bool | None
    cases: int
    open_cases: int


class KeyProfileIn(Asked):
    """What is known, by code of the attribute; blank takes it away, what is not named stays."""

    attributes: Annotated[dict[Code, Annotated[str, Field(max_length=200)]], Field(max_length=40)]


class KeyProfileOut(Schema):
    """A profile: whether the customer is a key account, because of which rule, what is missing."""

    attributes: dict[str, str]
    is_key: bool
    because: str
    missing: list[str]
    manager: str
    from_on: date


class KeyManagerIn(Asked):
    """Who answers for key accounts of a unit."""

    unit_code: UnitCode
    level: Code
    login: Annotated[str, Field(min_length=1, max_length=150)]


class KeyRequestIn(Asked):
    """What a customer asks for. kind: one of the services; anything else is a general enquiry."""

    kind: Code
    channel: Code
    what: Line
    contact: Line
    asked_on: Day

    def new(self) -> NewRequest:
        """As the room takes it."""
        return NewRequest(**self.model_dump())


class KeyContactIn(Asked):
    """A line of the contact record."""

    words: Line


class KeyPauseIn(Asked):
    """Why the clock stands still."""

    reason: Code


class KeyResultIn(Asked):
    """How a request ended."""

    result: Line


class KeyMarkIn(Asked):
    """How well a request was handled."""

    mark: Annotated[int, Field(ge=0, le=100)]
    words: Annotated[str, Field(min_length=1, max_length=500)]


class KeyTargetIn(Asked):
    """A service level: percent of requests closed in time, or working days in the mean."""

    kind: Code
    unit: Literal["day", "percent"]
    value: Annotated[Decimal, Field(gt=0, le=366, max_digits=6, decimal_places=2)]
    departments: Annotated[list[UnitCode], Field(min_length=1, max_length=50)]

    def new(self) -> NewTarget:
        """As the room takes it."""
        return NewTarget(self.kind, self.unit, self.value, tuple(self.departments))


class KeyConfirmIn(Asked):
    """For which department a service level is confirmed."""

    unit_code: UnitCode
