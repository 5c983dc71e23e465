"""What goes through the door: kinds of dossiers with their checklists, and what happened to papers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Literal, Required, Self, TypedDict

from django.dispatch import Signal
from pydantic import BaseModel, ConfigDict, Field, model_validator

from xinheng.base.kernel.language import reads_chinese

# Sent inside the transaction of the act, after it was written: paper_added(paper, actor, on).
paper_added = Signal()
# The words, line, grade, day or state of a paper changed: paper_changed(paper, actor, on).
paper_changed = Signal()
# A paper was withdrawn, lost or destroyed; nothing of it may be found any more: paper_gone(paper, actor, on).
paper_gone = Signal()

FORMS = ("original", "duplicate", "copy", "electronic")
SORTS = ("no", "title", "kind", "opened", "custodian", "touched")
# the work lists
ONLY = ("incomplete", "expiring", "without_custodian", "drafts", "unsorted", "stale", "undated")
LINE_STATES = ("present", "flagged", "missing", "expired", "later", "not_applicable", "absent")
CodeText = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Words = Annotated[str, Field(min_length=1, max_length=80)]
Form = Literal["original", "duplicate", "copy", "electronic"]


class KindPart(BaseModel):
    """Anything in a document of kinds: an unknown key is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class KindName(KindPart):
    """What a document is called."""

    zh: Words
    en: Words


class Coded(KindPart):
    """Something named that rows refer to by its code."""

    code: CodeText
    zh: Words
    en: Words

    @property
    def words(self) -> str:
        """Its name in the reader's language."""
        return self.zh if reads_chinese() else self.en


class AskedFact(Coded):
    """What a kind asks of its object.

    type: "choices" takes several of the choices. personal: about a person, masked for who may not read it.
    applies_when: as of a line; where it does not hold, no answer is taken.
    remind_days: a day one is told of so many days before it comes; yearly: it comes again every year.
    """

    type: Literal["text", "day", "number", "choice", "choices", "vin", "id_number", "uscc"] = "text"
    required: bool = False
    choices: tuple[Coded, ...] = ()
    personal: bool = False
    applies_when: dict[str, tuple[str, ...]] = {}
    remind_days: Annotated[int, Field(ge=0, le=366)] | None = None
    yearly: bool = False
    assumed: bool = False

    @model_validator(mode="after")
    def days_fit(self) -> Self:
        """Only a day comes."""
        if (self.remind_days is not None or self.yearly) and self.type != "day":
            raise ValueError("only a fact of the type day is told of before it comes")
        return self

    @model_validator(mode="after")
    def choices_fit(self) -> Self:
        """Choices stand where one chooses, and nowhere else."""
        if bool(self.choices) != self.type.startswith("choice"):
            raise ValueError("choices stand with the types choice and choices, and only there")
        return self


class EachYear(KindPart):
    """The day of a year by which the paper of that year is there."""

    month: Annotated[int, Field(ge=1, le=12)]
    day: Annotated[int, Field(ge=1, le=28)]

    def since(self, on: date) -> date:
        """The day on or after which the paper asked for was made, as of a day."""
        return date(on.year if (on.month, on.day) > (self.month, self.day) else on.year - 1, 1, 1)


class Line(Coded):
    """One line of a checklist.

    forms: the copy forms accepted, any where none is named; each_form: every one of them is needed.
    any_of: lines of one such group are one requirement. applies_when: the facts of the dossier, each with the
    choices of which one must hold. gates: what may not happen while it is missing.
    warn_days: the paper has a last day it holds, and so many days before it one is told.
    each_year: a new paper is asked for every year; from the day after on the one of the year before is old.
    """

    need: Literal["required", "optional"] = "required"
    forms: tuple[Form, ...] = ()
    each_form: bool = False
    any_of: str = ""
    applies_when: dict[str, tuple[str, ...]] = {}
    later_allowed: bool = False
    warn_days: Annotated[int, Field(ge=0, le=366)] | None = None
    each_year: EachYear | None = None
    several: bool = True
    signed: bool = False
    group: str = ""
    gates: tuple[str, ...] = ()
    retention: str = ""
    source: str = ""
    assumed: bool = False


class Kind(Coded):
    """A kind of dossier.

    subject: what it is about, as subjects begin: customer, contract, vehicle, unit, project.
    single: one dossier an object. closed_list: no paper is taken that answers no line.
    must_exist_for: what may not happen while there is none.
    confirmed_by_director: a draft until somebody else with the right to file confirmed it.
    stale_days: days without a change after which it is listed. filed_when: as applies_when of a line; the
    papers of others are kept and not filed. category: two letters of its numbers.
    """

    subject: str
    single: bool = True
    closed_list: bool = False
    category: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = "ZY"
    secrecy: str = ""
    retention: str = "D10"
    groups: tuple[Coded, ...] = ()
    facts: tuple[AskedFact, ...] = ()
    lines: tuple[Line, ...]
    must_exist_for: tuple[str, ...] = ()
    confirmed_by_director: bool = False
    filed_when: dict[str, tuple[str, ...]] = {}
    stale_days: Annotated[int, Field(ge=1, le=3660)] | None = None
    source: str = ""
    assumed: bool = False

    @model_validator(mode="after")
    def codes_fit(self) -> Self:
        """No code stands twice among its like; what a line refers to is there."""
        for rows in (self.lines, self.facts, self.groups):
            for code, times in Counter(row.code for row in rows).items():
                if times > 1:
                    raise ValueError(f"the code {code} is used twice")
        facts = {one.code: {choice.code for choice in one.choices} for one in self.facts}
        groups = {one.code for one in self.groups}
        for line in self.lines:
            if line.group and line.group not in groups:
                raise ValueError(f"the line {line.code} stands in no group of the kind: {line.group}")
        both: tuple[Line | AskedFact, ...] = (*self.lines, *self.facts)
        for asked in both:
            for fact, chosen in asked.applies_when.items():
                if not set(chosen) <= facts.get(fact, set()):
                    raise ValueError(f"{asked.code} asks for what {fact} cannot be")
        return self

    @property
    def told_before(self) -> tuple[AskedFact, ...]:
        """The days of the object that one is told of before they come."""
        return tuple(one for one in self.facts if one.remind_days is not None)

    def line(self, code: str) -> Line | None:
        """The line of a code."""
        return next((one for one in self.lines if one.code == code), None)

    def fact(self, code: str) -> AskedFact | None:
        """The fact of a code."""
        return next((one for one in self.facts if one.code == code), None)


class KindsDocument(KindPart):
    """The kinds of dossiers of one pack, checked."""

    kind: Literal["dossiers"]
    code: CodeText
    version: Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,19}$")]
    name: KindName
    kinds: Annotated[tuple[Kind, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def codes_of_the_pack(self) -> Self:
        """Every kind carries the code of its pack, so that no two packs share one."""
        for code, times in Counter(kind.code for kind in self.kinds).items():
            if times > 1 or not code.startswith(f"{self.code}_"):
                raise ValueError(f"the kind {code} stands twice or does not begin with {self.code}_")
        return self


class NumberRule(KindPart):
    """How numbers are made (DA/T 22): the code of the fonds, letters of units, digits of the serial."""

    kind: Literal["dossier_numbers"]
    code: Literal["dossier_numbers"]
    version: Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,19}$")]
    name: KindName
    fonds: Annotated[str, Field(pattern=r"^[A-Z0-9]{4}$")]
    fonds_assumed: bool = False
    units: dict[str, Annotated[str, Field(pattern=r"^[A-Z0-9]{2,6}$")]] = {}
    serial_digits: Annotated[int, Field(ge=4, le=8)] = 4
    dossier_digits: Annotated[int, Field(ge=4, le=9)] = 6


class OpenTold(TypedDict, total=False):
    """What else is told of a new dossier.

    customer, unit: rows of their rooms. facts: by code, as the kind asks. secrecy: a grade; the kind's where
    none is told. custodian: a login.
    """

    customer: Any
    unit: Any
    facts: dict[str, Any]
    secrecy: str
    custodian: str


class PaperTold(TypedDict, total=False):
    """What is told of a new paper.

    item: a line of the checklist, blank beside it. copy_form: one of FORMS. formed_on: the paper's own day,
    the day of the act where none is told. replaces: the paper of the same line that this one follows.
    """

    item: Required[str]
    title: Required[str]
    copy_form: Required[str]
    formed_on: date
    valid_until: date | None
    secrecy: str
    retention: str
    has_original: bool
    pages: int | None
    note: str
    replaces: Any


class LineTold(TypedDict, total=False):
    """What a person says of a line: why it does not apply, or until which day it comes later."""

    why: str
    until: date | None


@dataclass(frozen=True)
class Wanted:
    """Which dossiers, in which order."""

    text: str = ""
    kind: str = ""
    unit: str = ""  # a code
    customer: str = ""  # a number
    only: str = ""  # of ONLY
    sort: str = "no"


@dataclass(frozen=True)
class LineNow:
    """One line of a checklist as it stands."""

    line: Line
    state: str  # one of LINE_STATES
    why: str = ""
    later_until: date | None = None
    stage: str = ""
    papers: list[Any] = field(default_factory=list)  # in force first, then older ones


@dataclass(frozen=True)
class Completeness:
    """How complete one dossier is. asked: requirements that apply; share: None where none does."""

    asked: int
    present: int
    missing: int
    flagged: int
    later: int
    expiring: int

    @property
    def share(self) -> float | None:
        """What is there of what is asked, 0 to 1."""
        return self.present / self.asked if self.asked else None


@dataclass(frozen=True)
class MapRow:
    """One row of a mapping sheet: which file goes where. Everything as written in the sheet.

    dossier: a number; else kind and subject ("customer:C-7") of one that is there or is opened.
    """

    path: str
    dossier: str = ""
    kind: str = ""
    subject: str = ""
    item: str = ""
    title: str = ""
    formed_on: str = ""  # 2026-06-30
    copy_form: str = "electronic"
    secrecy: str = ""
    has_original: bool = False


@dataclass(frozen=True)
class MapFault:
    """What is wrong with a row of a mapping sheet. row: as the sheet counts, the headings being row 1."""

    row: int
    path: str
    field: str
    cause: str


@dataclass(frozen=True)
class Imported:
    """What an import did, or would do. there: files that lie in their dossier already; left: in no row."""

    rows: int
    new: int
    there: int
    left: int
    faults: tuple[MapFault, ...]


@dataclass(frozen=True)
class Packed:
    """One file of an archival package, or of what a package says."""

    path: str
    size: int
    sha256: str
    sm3: str
    content_type: str = ""
    paper: str = ""  # its label


@dataclass(frozen=True)
class PackageFault:
    """What is wrong with a package: a file that is altered, missing or not told of."""

    path: str
    cause: str


@dataclass(frozen=True)
class PropertyCheck:
    """One check of the four properties (DA/T 70).

    group: authenticity, integrity, usability, security. outcome: passed, failed, open (it could not be told).
    found: what does not pass, at most a few.
    """

    group: str
    words: str
    outcome: str
    of: int
    found: tuple[str, ...] = ()
