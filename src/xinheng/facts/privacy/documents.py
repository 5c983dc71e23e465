"""The shape of a privacy document: notices, purposes, items, ways, terms, checks."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from xinheng.base.kernel.language import reads_chinese

CodeText = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,29}$")]
Words = Annotated[str, Field(min_length=1, max_length=120)]
Months = Annotated[int, Field(ge=1, le=600)]
Days = Annotated[int, Field(ge=1, le=366)]
Basis = Literal["consent", "contract", "law"]
ExtractKind = Literal["letter", "order", "paid", "service", "supervisor"]


class Part(BaseModel):
    """Anything in the document: an unknown key is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Titled(Part):
    """Words in both languages."""

    zh: Words
    en: Words

    @property
    def words(self) -> str:
        """In the reader's language."""
        return self.zh if reads_chinese() else self.en


class Coded(Titled):
    """Something named that rows refer to by its code. clause: where the source says so."""

    code: CodeText
    clause: Annotated[str, Field(max_length=40)] = ""


class KeptItem(Coded):
    """A field that may be kept. sensitive: needs a consent of its own and is masked."""

    sensitive: bool = False


class Purpose(Coded):
    """What data may be used for. separate: needs a consent of its own.

    survives: what began under it goes on after a withdrawal as long as a contract, claim or complaint runs.
    """

    bases: Annotated[tuple[Basis, ...], Field(min_length=1)]
    separate: bool = False
    survives: bool = False


class Notice(Part):
    """A text shown before anything is kept; a changed text is a new version."""

    code: CodeText
    version: Annotated[str, Field(pattern=r"^[0-9A-Za-z._-]{1,20}$")]
    zh: Annotated[str, Field(min_length=1, max_length=4000)]
    en: Annotated[str, Field(min_length=1, max_length=4000)]

    @property
    def name(self) -> str:
        """How the ledger names it."""
        return f"{self.code}@{self.version}"

    @property
    def words(self) -> str:
        """In the reader's language."""
        return self.zh if reads_chinese() else self.en


class Assumable(Part):
    """A value that may be a default no source gave."""

    assumed: bool = False
    clause: Annotated[str, Field(max_length=40)] = ""


class RequestTerm(Assumable):
    """Within how many working days a request is answered."""

    working_days: Days


class Keeping(Assumable):
    """How long after the last visit, how often it is cleaned up, how long bad conduct is kept."""

    months: Months
    cleanup_months: Months
    negative_years: Annotated[int, Field(ge=1, le=50)]


class SharingRule(Assumable):
    """partners: never, or by agreement. orders: whether an order of the law opens the house."""

    partners: Literal["never", "agreement"]
    orders: bool


class ReadingRule(Assumable):
    """How many different persons one of our people reads in a day at most as a normal thing."""

    persons_a_day: Annotated[int, Field(ge=1, le=100_000)]


class TrainingRule(Assumable):
    """demanded: who was not trained sees no personal data. months: how long a training counts."""

    demanded: bool
    months: Months


class ContactRule(Part):
    """Whether someone to talk to at a customer is kept only with a consent."""

    consent: bool


class CheckRule(Coded):
    """A check at intervals: its points, and within how many days a failed point is put right."""

    months: Months
    measure_days: Days
    assumed: bool = False
    points: Annotated[tuple[Coded, ...], Field(min_length=1)]


class PrivacyRules(Part):
    """One privacy document, checked."""

    kind: Literal["privacy"]
    code: CodeText
    version: Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,19}$")]
    name: Titled
    source: Titled
    adult_from: Annotated[int, Field(ge=1, le=25)]
    contacts: ContactRule
    ways: Annotated[tuple[Coded, ...], Field(min_length=1)]
    items: Annotated[tuple[KeptItem, ...], Field(min_length=1)]
    never: tuple[CodeText, ...]
    purposes: Annotated[tuple[Purpose, ...], Field(min_length=1)]
    notices: Annotated[tuple[Notice, ...], Field(min_length=1)]
    requests: RequestTerm
    retention: Keeping
    sharing: SharingRule
    extracts: tuple[ExtractKind, ...]
    reading: ReadingRule
    training: TrainingRule
    checks: tuple[CheckRule, ...]

    @model_validator(mode="after")
    def codes_stand_once(self) -> Self:
        """No code stands twice among its like, and nothing that is never kept is among the items."""
        for rows in (self.ways, self.items, self.purposes, self.checks):
            for code, times in Counter(row.code for row in rows).items():
                if times > 1:
                    raise ValueError(f"the code {code} is used twice")
        if forbidden := {one.code for one in self.items} & set(self.never):
            raise ValueError(f"{min(forbidden)} must never be kept")
        return self

    def item(self, code: str) -> KeptItem | None:
        """The item of a code."""
        return next((one for one in self.items if one.code == code), None)

    def purpose(self, code: str) -> Purpose | None:
        """The purpose of a code."""
        return next((one for one in self.purposes if one.code == code), None)

    def way(self, code: str) -> Coded | None:
        """The way of a code."""
        return next((one for one in self.ways if one.code == code), None)

    def notice(self, name: str) -> Notice | None:
        """The notice of a code, or of a code and version ("guest@1")."""
        return next((one for one in self.notices if name in (one.code, one.name)), None)

    def check_rule(self, code: str) -> CheckRule | None:
        """The check of a code."""
        return next((one for one in self.checks if one.code == code), None)
