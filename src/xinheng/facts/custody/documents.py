"""Documents of custody: schemes of hand-overs, and the rules of lending, seasons, people and incidents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from fnmatch import fnmatchcase
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from xinheng.base.kernel.language import reads_chinese
from xinheng.base.kernel.periods import add_days, add_months
from xinheng.base.kernel.working_days import add_working_days

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Words = Annotated[str, Field(min_length=1, max_length=120)]
Version = Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,19}$")]
STEPS = ("check", "sign", "verify", "scan", "shelve", "record")  # a scheme takes those it needs, in order


class Part(BaseModel):
    """Anything in a document: an unknown key is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Worded(Part):
    """Words in both languages."""

    zh: Words
    en: Words

    @property
    def words(self) -> str:
        """What it is called in the reader's language."""
        return self.zh if reads_chinese() else self.en


class Coded(Worded):
    """Something named that rows refer to by its code."""

    code: Code


class Term(Part):
    """A time: working days, natural days or months. assumed: no source gave it."""

    working_days: Annotated[int, Field(ge=0, le=250)] | None = None
    days: Annotated[int, Field(ge=0, le=3660)] | None = None
    months: Annotated[int, Field(ge=0, le=120)] | None = None
    assumed: bool = False

    @model_validator(mode="after")
    def one_unit(self) -> Self:
        """Exactly one of the three is told."""
        if sum(one is not None for one in (self.working_days, self.days, self.months)) != 1:
            raise ValueError("tell one of working_days, days, months")
        return self

    def after(self, day: date) -> tuple[date, tuple[int, ...]]:
        """The last day in time, and the years that were counted without holiday data."""
        if self.working_days is not None:
            due = add_working_days(day, self.working_days)
            return due.day, due.years_without_data
        return (add_days(day, self.days) if self.days is not None else add_months(day, self.months or 0)), ()

    @property
    def told(self) -> str:
        """As the pages write it: 3 working days, 1 month."""
        zh = reads_chinese()
        if self.working_days is not None:
            return f"{self.working_days} 个工作日" if zh else f"{self.working_days} working days"
        if self.days is not None:
            return f"{self.days} 天" if zh else f"{self.days} days"
        return f"{self.months} 个月" if zh else f"{self.months} months"


class Scheme(Coded):
    """One kind of hand-over.

    steps: in this order, none skipped. verify_within: for the archivist, from the second signature. then: the
    scheme that begins on the day this one is verified (or done, where it has no such step). single: one of
    several filings counts, the earliest. original_from: from this grade of secrecy on a copy is refused.
    grade_needed: a line without a grade is refused until it is ticked as not secret.
    """

    event: Worded  # what starts the clock
    giver: Worded
    receiver: Worded
    due: Term
    verify_within: Term | None = None
    steps: tuple[Literal["check", "sign", "verify", "scan", "shelve", "record"], ...]
    then: Code | None = None
    nil_allowed: bool = False
    single: bool = False
    original_from: Code | None = None
    grade_needed: bool = False
    source: Annotated[str, Field(max_length=120)] = ""

    @model_validator(mode="after")
    def steps_in_order(self) -> Self:
        """Both sign; the steps stand in the order of the flow, each once."""
        if "sign" not in self.steps or list(self.steps) != [one for one in STEPS if one in self.steps]:
            raise ValueError(f"steps stand in the order {', '.join(STEPS)}, and sign is one of them")
        return self


class Handovers(Part):
    """The schemes of one pack."""

    kind: Literal["handovers"]
    code: Code
    version: Version
    name: Worded
    schemes: Annotated[tuple[Scheme, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def codes_stand_once(self) -> Self:
        """No scheme has the code of another."""
        stands_once(self.schemes)
        return self


class ApprovalStep(Coded):
    """One signature of the way: somebody of the roles gives it."""

    roles: Annotated[tuple[str, ...], Field(min_length=1)]
    within: Annotated[int, Field(ge=1, le=60)] | None = None  # working days


class Way(Part):
    """Who approves a slip, in order. file: of the reader's own unit or another's; any: whichever."""

    file: Literal["own", "other", "any"] = "any"
    applicant: Literal["manager", "other", "any"] = "any"
    steps: Annotated[tuple[ApprovalStep, ...], Field(min_length=1)]


class Lending(Part):
    """How dossiers of some kinds are lent. kinds: patterns of their codes; the general rules have "*".

    direct: roles that borrow what is not secret without approval. managers: roles of heads of departments.
    needs_grant: nobody consults without a grant in force, which these roles give.
    """

    kinds: Annotated[tuple[str, ...], Field(min_length=1)]
    term: Term
    renewals: Annotated[int, Field(ge=0, le=10)] = 1
    direct: tuple[str, ...] = ()
    managers: tuple[str, ...] = ()
    approval: tuple[Way, ...]
    needs_grant: bool = False
    granted_by: tuple[str, ...] = ()
    longest_grant: Term | None = None
    source: Annotated[str, Field(max_length=120)] = ""

    def takes(self, kind: str) -> bool:
        """Whether dossiers of a kind are lent by these rules."""
        return any(fnmatchcase(kind, pattern) for pattern in self.kinds)


class SeasonRule(Coded):
    """Papers of a period are collected in a month: months of the year; whose period they close."""

    months: Annotated[tuple[Annotated[int, Field(ge=1, le=12)], ...], Field(min_length=1)]
    period: Literal["quarter", "year"]
    scheme: Code


class Qualification(Part):
    """What an archivist must have (CTR-12). educations: from the lowest to the highest."""

    educations: Annotated[tuple[Coded, ...], Field(min_length=1)]
    least: Code
    least_months: Annotated[int, Field(ge=0, le=600)]
    search_needed: bool = True
    approved_by: Annotated[tuple[str, ...], Field(min_length=1)]
    source: Annotated[str, Field(max_length=120)] = ""


class Holding(Part):
    """Who may report of customers, and who verifies it, before a file is built (KPR-01, KPR-02)."""

    sources: Annotated[tuple[Coded, ...], Field(min_length=1)]
    verified_by: Annotated[tuple[str, ...], Field(min_length=1)]
    dossier: Code  # the kind of dossier that is opened
    source: Annotated[str, Field(max_length=120)] = ""


class CustodyRules(Part):
    """The rules of one pack; what a pack leaves out the general ones say."""

    kind: Literal["custody"]
    code: Code
    version: Version
    name: Worded
    lending: Lending | None = None
    seasons: tuple[SeasonRule, ...] = ()
    scope: tuple[Coded, ...] = ()  # what is archived (LAR-01)
    qualification: Qualification | None = None
    holding: Holding | None = None
    tidy_every: Term | None = None
    consulted_within: Term | None = None  # before a contract is signed (MIN-08)
    incidents: tuple[Coded, ...] = ()
    remind_before: Annotated[int, Field(ge=0, le=60)] | None = None  # natural days ahead of a due day
    reminded_by: Literal["email", "sms", "chat"] = "email"
    addresses: dict[str, Annotated[str, Field(min_length=3, max_length=254)]] = {}  # by login

    @model_validator(mode="after")
    def codes_stand_once(self) -> Self:
        """No code stands twice among its like, and the least education is one of them."""
        for rows in (self.seasons, self.scope, self.incidents):
            stands_once(rows)
        told = self.qualification
        if told and told.least not in {one.code for one in told.educations}:
            raise ValueError("qualification.least is none of the educations")
        return self


def stands_once(rows: Iterable[Any]) -> None:
    """Refuse (ValueError) a code that two of the rows have."""
    for code, times in Counter(row.code for row in rows).items():
        if times > 1:
            raise ValueError(f"the code {code} is used twice")
