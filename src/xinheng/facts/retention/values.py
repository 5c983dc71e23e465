"""What goes through the door: the schedule of terms, what holds a paper, and what was destroyed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal, Self

from django.dispatch import Signal
from pydantic import BaseModel, ConfigDict, Field, model_validator

from xinheng.base.kernel.language import reads_chinese

# Sent inside the transaction of the act: destroyed(paper_ids, list_no, actor, on).
destroyed = Signal()

BASES = ("formation", "filing", "closing", "contract_end")
VERDICTS = ("keep", "destroy")
LIST_STATES = ("draft", "submitted", "approved", "destroyed", "rejected", "withdrawn")
RoleCode = Annotated[str, Field(pattern=r"^[a-z0-9_-]{2,40}$")]
KindCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
TermCode = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{0,9}$")]
Words = Annotated[str, Field(min_length=1, max_length=80)]
Basis = Literal["formation", "filing", "closing", "contract_end"]


class SchedulePart(BaseModel):
    """Anything in a schedule: an unknown key is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ScheduleName(SchedulePart):
    """What a document is called, and where it comes from."""

    zh: str
    en: str


class Named(SchedulePart):
    """Something named that rows refer to by its code."""

    zh: Words
    en: Words

    @property
    def words(self) -> str:
        """Its name in the reader's language."""
        return self.zh if reads_chinese() else self.en


class Term(Named):
    """How long papers are kept: so many years or months, for ever where it is neither."""

    code: TermCode
    years: Annotated[int, Field(ge=1, le=100)] | None = None
    months: Annotated[int, Field(ge=1, le=1200)] | None = None

    @model_validator(mode="after")
    def _one_measure(self) -> Self:
        if self.years is not None and self.months is not None:
            raise ValueError("a term has years or months, not both")
        return self

    @property
    def is_permanent(self) -> bool:
        """Whether it never ends."""
        return self.years is None and self.months is None


class BasisRule(SchedulePart):
    """From which day the terms of some kinds of dossiers count."""

    kinds: tuple[KindCode, ...]
    basis: Basis
    clause: str = ""
    assumed: bool = False


class HoldCause(Named):
    """A state of the customer or the contract that holds its papers, and whether the site lets it hold."""

    code: KindCode
    holds: bool = True


class ChainStep(Named):
    """One signature: any of the roles gives it."""

    code: KindCode
    roles: Annotated[tuple[RoleCode, ...], Field(min_length=1)]


class DestructionChain(Named):
    """Who approves a list: the first chain that names the kind, or else the grade, of a paper."""

    code: KindCode
    kinds: tuple[KindCode, ...] = ()
    grades: tuple[KindCode, ...] = ()
    steps: Annotated[tuple[ChainStep, ...], Field(min_length=1)]
    clause: str = ""


class Schedule(SchedulePart):
    """One document of terms: the general one, or what a pack adds for its kinds of dossiers."""

    kind: str
    code: KindCode
    version: str
    name: ScheduleName
    source: ScheduleName | None = None
    terms: tuple[Term, ...] = ()
    usual_basis: Basis | None = None
    bases: tuple[BasisRule, ...] = ()
    holds: tuple[HoldCause, ...] = ()
    chains: tuple[DestructionChain, ...] = ()
    clean_up_months: Annotated[int, Field(ge=1, le=12)] | None = None
    supervisors: Annotated[int, Field(ge=2, le=5)] | None = None
    keepers: tuple[RoleCode, ...] = ()  # roles that never supervise: who keeps the archive
    names_supervisors: tuple[RoleCode, ...] = ()

    @model_validator(mode="after")
    def _codes_once(self) -> Self:
        for rows in (self.terms, self.holds, self.chains):
            for code, times in Counter(row.code for row in rows).items():
                if times > 1:
                    raise ValueError(f"the code {code} is used twice")
        return self


@dataclass(frozen=True)
class Schedules:
    """The schedules of a day together: the general one first, then the packs'."""

    documents: tuple[Schedule, ...]

    @property
    def general(self) -> Schedule:
        """The document that holds for every kind."""
        return self.documents[0]

    @property
    def terms(self) -> dict[str, Term]:
        """Every term by its code; of two with one code the general one holds."""
        found: dict[str, Term] = {}
        for document in self.documents:
            for term in document.terms:
                found.setdefault(term.code, term)
        return found

    def basis_of(self, dossier_kind: str) -> str:
        """From which day the terms of a kind of dossier count."""
        for document in (*self.documents[1:], self.general):
            for rule in document.bases:
                if dossier_kind in rule.kinds:
                    return rule.basis
        return self.general.usual_basis or "formation"

    def chain_of(self, dossier_kind: str, grade: str) -> DestructionChain:
        """Who approves that a paper is destroyed; the last chain of the general one where none fits."""
        chains = [chain for document in (*self.documents[1:], self.general) for chain in document.chains]
        for chain in chains:
            if dossier_kind in chain.kinds:
                return chain
        for chain in chains:
            if not chain.kinds and grade in chain.grades:
                return chain
        return self.general.chains[-1]

    def cause(self, code: str) -> HoldCause | None:
        """An automatic cause of a hold."""
        causes = (one for document in self.documents for one in document.holds)
        return next((one for one in causes if one.code == code), None)


@dataclass(frozen=True)
class HeldBy:
    """Why one paper is held. hold: the number of a hold that was placed; None where a state holds."""

    cause: str
    words: str
    hold: int | None = None


@dataclass(frozen=True)
class Wanted:
    """Which papers whose term is looked at, in which order.

    state: due, held, coming (ends within a year), permanent, open (not begun). until: ends by that day.
    """

    text: str = ""
    state: str = "due"
    kind: str = ""
    term: str = ""
    secrecy: str = ""
    unit: str = ""
    sort: str = "ends"


@dataclass(frozen=True)
class Opinion:
    """What the group thinks of one paper. term: the term it is kept for from now on, where it is kept."""

    label: str
    verdict: str
    reason: str
    term: str = ""


@dataclass(frozen=True)
class Executed:
    """How a list was destroyed."""

    done_on: date
    place: str
    method: str


@dataclass(frozen=True)
class TallyLine:
    """One line of a list as it stands in the comparison."""

    line: Any
    held: tuple[HeldBy, ...] = ()
    is_out: bool = False
