"""What goes through the door: the rules of the room, and what is told of profiles, requests and targets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from xinheng.base.kernel.language import reads_chinese

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,29}$")]
Words = Annotated[str, Field(min_length=1, max_length=60)]
Days = Annotated[int, Field(ge=0, le=366)]


class Part(BaseModel):
    """Anything in the rules: an unknown key is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Named(Part):
    """What something is called."""

    zh: Words
    en: Words

    @property
    def words(self) -> str:
        """Its name in the reader's language."""
        return self.zh if reads_chinese() else self.en


class Coded(Named):
    """Something named that rows refer to by its code."""

    code: Code


One = TypeVar("One", bound=Coded)


class Rule(Coded):
    """One condition that makes a key account: an attribute from a bound on, or one choice of it."""

    of: Code
    from_: Annotated[Decimal | None, Field(alias="from")] = None
    is_: Annotated[Code | None, Field(alias="is")] = None
    assumed: bool = False

    @model_validator(mode="after")
    def one_bound(self) -> Self:
        """Exactly one of the two."""
        if (self.from_ is None) == (self.is_ is None):
            raise ValueError("a rule has either 'from' or 'is'")
        return self


class Attribute(Coded):
    """Something told of a key account. unit: it is a number in it; allowed: the only numbers there are."""

    unit: Literal["", "kV", "kVA", "kWh", "CNY"] = ""
    allowed: tuple[Decimal, ...] = ()
    choices: tuple[Coded, ...] = ()
    needed: bool = False


class Service(Coded):
    """A kind of request: who handles it, and in how many working days it is accepted and closed."""

    level: Code
    accept_days: Days
    close_days: Days
    assumed: bool = False


class KeyRules(Part):
    """The rules of the room, checked."""

    kind: Literal["key_accounts"]
    code: Literal["vip"]
    version: Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,19}$")]
    name: Named
    source: Named
    rules: Annotated[tuple[Rule, ...], Field(min_length=1)]
    attributes: Annotated[tuple[Attribute, ...], Field(min_length=1)]
    levels: Annotated[tuple[Coded, ...], Field(min_length=1)]
    services: Annotated[tuple[Service, ...], Field(min_length=1)]
    enquiry: Service
    link_days: Days
    pauses: Annotated[tuple[Coded, ...], Field(min_length=1)]
    units: Annotated[tuple[Literal["day", "percent"], ...], Field(min_length=1)]

    @model_validator(mode="after")
    def codes_stand(self) -> Self:
        """No code stands twice among its like; rules name attributes, services name levels."""
        lists: tuple[tuple[Coded, ...], ...] = (
            self.rules, self.attributes, self.levels, (*self.services, self.enquiry), self.pauses,
        )  # fmt: skip
        for rows in lists:
            for code, times in Counter(row.code for row in rows).items():
                if times > 1:
                    raise ValueError(f"the code {code} is used twice")
        attributes, levels = {one.code for one in self.attributes}, {one.code for one in self.levels}
        if wrong := [one.of for one in self.rules if one.of not in attributes]:
            raise ValueError(f"there is no attribute {wrong[0]}")
        if wrong := [one.level for one in (*self.services, self.enquiry) if one.level not in levels]:
            raise ValueError(f"there is no level {wrong[0]}")
        return self

    def service(self, code: str) -> Service:
        """The service of a code; what is none of them is a general enquiry (VIP-03)."""
        return coded(self.services, code) or self.enquiry

    def level_above(self, code: str) -> str:
        """The level that what is not accepted in time rises to; the highest stays."""
        codes = [one.code for one in self.levels]
        return codes[min(codes.index(code) + 1, len(codes) - 1)] if code in codes else codes[-1]


def coded(rows: Iterable[One], code: str) -> One | None:
    """The row of a code."""
    return next((one for one in rows if one.code == code), None)


@dataclass(frozen=True)
class NewRequest:
    """What a customer asks for. channel: the level it came in at; contact: who called, and what was said."""

    kind: str
    channel: str
    what: str
    contact: str
    asked_on: date


@dataclass(frozen=True)
class NewTarget:
    """A service level: share of requests of a kind closed within days, or the most days. unit: day, percent.

    departments: codes of the units that confirm it before it is used.
    """

    kind: str
    unit: str
    value: Decimal
    departments: tuple[str, ...]


@dataclass(frozen=True)
class Wanted:
    """Filters. state of requests: open, late, escalated, closed; of profiles: key, ordinary, incomplete."""

    text: str = ""
    kind: str = ""
    state: str = ""


@dataclass(frozen=True)
class Attained:
    """How far a service level was kept in a period. figure: days in the mean, or percent; None: no case."""

    target_id: int
    kind: str
    unit: str
    wanted: Decimal
    figure: Decimal | None
    cases: int  # closed in the period, and open past their day: those count as not kept
    open_cases: int

    @property
    def is_kept(self) -> bool | None:
        """Whether the level was kept; None where there was no case."""
        if self.figure is None:
            return None
        return self.figure <= self.wanted if self.unit == "day" else self.figure >= self.wanted


@dataclass(frozen=True)
class Market:
    """Key accounts of a region and trade: how many, their energy and sales a year."""

    unit: str
    trade: str
    customers: int
    year_kwh: Decimal
    year_sales: Decimal
