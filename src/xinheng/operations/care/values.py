"""What goes through the door: the rules of the room, and what is told of letters, visits and matters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from xinheng.base.kernel.language import reads_chinese
from xinheng.base.kernel.money import Money

DIRECTIONS = ("in", "out")
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,29}$")]
Words = Annotated[str, Field(min_length=1, max_length=60)]
Days = Annotated[int, Field(ge=0, le=366)]


class RulePart(BaseModel):
    """Anything in the rules: an unknown key is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Named(RulePart):
    """What a document of rules is called."""

    zh: Words
    en: Words


class Coded(Named):
    """Something named that rows refer to by its code."""

    code: Code

    @property
    def words(self) -> str:
        """Its name in the reader's language."""
        return self.zh if reads_chinese() else self.en


One = TypeVar("One", bound=Coded)


class Register(RulePart):
    """Kinds of items passed. target_days: working days from passing to registering; 0: the same day."""

    target_days: Days
    assumed: bool = False
    kinds: Annotated[tuple[Coded, ...], Field(min_length=1)]


class Level(Coded):
    """How a customer is received. people: how many of ours are in contact with it, with reports."""

    people: Annotated[int, Field(ge=1, le=9)]


class Stage(Coded):
    """How far a relation has come. back_to: earlier stages it may still return to."""

    back_to: tuple[Code, ...]


class Leads(RulePart):
    """Relations at these stages are leads; idle: days without anything done."""

    stages: tuple[Code, ...]
    idle_days: Days
    assumed: bool = False


class Working(RulePart):
    """A number of working days."""

    working: Days
    assumed: bool = False


class MatterKind(Coded):
    """Something followed to its end. days: working days to it. by_customer: the customer confirms first.

    holds_papers: while one is open nothing of the customer is destroyed.
    """

    by_customer: bool
    holds_papers: bool = False
    days: Days
    assumed: bool = False


class SatisfactionLevel(Coded):
    """An answer and what it counts."""

    value: Annotated[int, Field(ge=0, le=100)]


class Satisfaction(RulePart):
    """What customers are asked, and the answers they may give."""

    items: Annotated[tuple[Coded, ...], Field(min_length=1)]
    levels: Annotated[tuple[SatisfactionLevel, ...], Field(min_length=2)]
    assumed: bool = False


class Departures(RulePart):
    """successor_days: working days in which the successor meets the customers of a leaver."""

    successor_days: Days
    assumed: bool = False


class Evaluations(RulePart):
    """A file is evaluated again after these months."""

    months: Annotated[int, Field(ge=1, le=120)]
    assumed: bool = False


class CareRules(RulePart):
    """The rules of the room, checked."""

    kind: Literal["care"]
    code: Literal["general"]
    version: Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,19}$")]
    name: Named
    register_: Register = Field(alias="register")
    levels: Annotated[tuple[Level, ...], Field(min_length=1)]
    promising_people: Annotated[int, Field(ge=1, le=9)]
    stages: Annotated[tuple[Stage, ...], Field(min_length=1)]
    leads: Leads
    occasions: Annotated[tuple[Coded, ...], Field(min_length=1)]
    record_days: Working
    matters: Annotated[tuple[MatterKind, ...], Field(min_length=1)]
    satisfaction: Satisfaction
    departures: Departures
    evaluations: Evaluations

    @model_validator(mode="after")
    def codes_stand_once(self) -> Self:
        """No code stands twice among its like, and stages name stages."""
        asked = self.satisfaction
        lists: tuple[tuple[Coded, ...], ...] = (
            self.register_.kinds, self.levels, self.stages, self.occasions, self.matters, asked.items,
            asked.levels,
        )  # fmt: skip
        for rows in lists:
            for code, times in Counter(row.code for row in rows).items():
                if times > 1:
                    raise ValueError(f"the code {code} is used twice")
        stages = {one.code for one in self.stages}
        named = {*self.leads.stages, *(code for one in self.stages for code in one.back_to)}
        if unknown := sorted(named - stages):
            raise ValueError(f"there is no stage {unknown[0]}")
        return self

    def level(self, code: str) -> Level:
        """The level of a code; the first where there is none such (a visit without level is ordinary)."""
        return named_in(self.levels, code) or self.levels[0]

    def matter(self, code: str) -> MatterKind | None:
        """The kind of matter of a code."""
        return named_in(self.matters, code)


def named_in(rows: Iterable[One], code: str) -> One | None:
    """The row of a code."""
    return next((one for one in rows if one.code == code), None)


@dataclass(frozen=True)
class NewEntry:
    """An item that passed. customer_no: blank: not known yet, it goes on the holding list."""

    kind: str
    direction: str
    sender: str
    receiver: str
    party: str
    about: str
    passed_on: date
    customer_no: str = ""
    note: str = ""
    is_confidential: bool = False


@dataclass(frozen=True)
class NewStanding:
    """How a customer is to be received from now on, and how far the relation has come."""

    level: str
    stage: str
    is_promising: bool = False
    why: str = ""


@dataclass(frozen=True)
class NewVisit:
    """A meeting to come. level: blank: as the customer is to be received."""

    occasion: str
    planned_on: date
    owner: str = ""
    purpose: str = ""
    level: str = ""


@dataclass(frozen=True)
class Record:
    """What a meeting was. people: logins of ours who were there. verified_at: contact and number checked."""

    happened_on: date
    report: str
    people: tuple[str, ...] = ()
    met: str = ""
    verified_at: datetime | None = None


@dataclass(frozen=True)
class NewMatter:
    """Something to be followed to its end."""

    kind: str
    what: str
    reported_on: date
    reported_by: str
    place: str = ""
    owner: str = ""
    amount: Money = field(default_factory=lambda: Money(0, "CNY"))
    is_confidential: bool = False


@dataclass(frozen=True)
class Wanted:
    """Filters of the lists of this room. state: open, closed, late, holding; blank: all."""

    text: str = ""
    kind: str = ""
    state: str = ""
    customer_no: str = ""


@dataclass(frozen=True)
class Thin:
    """A customer that too few of ours are in contact with (INF-10, FIL-07)."""

    customer_no: str
    customer: str
    level: str
    people: int  # of ours who reported a meeting
    needed: int


@dataclass(frozen=True)
class Index:
    """Satisfaction of a period: the mean of what was answered, how much of what was asked was answered."""

    mean: Decimal | None  # None: nobody answered
    answered: int
    asked: int
    customers: int
    by_item: dict[str, Decimal | None]


@dataclass(frozen=True)
class FileLine:
    """One file of the index of files: what a short list shows (GRP-04, GRP-08)."""

    customer_no: str
    customer: str
    unit: str
    region: str
    grade: str
    sales: Money
    collected: Decimal | None  # share of what was billed; None: nothing was billed
    keeper: str
    evaluated_on: date | None
