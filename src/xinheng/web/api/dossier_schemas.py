"""The shapes of dossiers and papers."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, Self

from ninja import Schema
from pydantic import Field

from xinheng.web.api.fields import LARGEST_ID, Day
from xinheng.web.api.schemas import Asked

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Reason = Annotated[str, Field(max_length=300)]


class DossiersAsked(Asked):
    """Which dossiers. text: part of a number, title, customer or fact. only: a work list."""

    text: Annotated[str, Field(max_length=100)] = ""
    kind: Annotated[str, Field(max_length=40)] = ""
    unit: Annotated[str, Field(max_length=40)] = ""
    customer: Annotated[str, Field(max_length=40)] = ""
    only: Literal[
        "", "incomplete", "expiring", "without_custodian", "drafts", "unsorted", "stale", "undated"
    ] = ""
    after: Annotated[int, Field(ge=0, le=LARGEST_ID)] = 0
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class DossierIn(Asked):
    """A new dossier. subject: as the trail names it; with customer_no it may be left out."""

    kind: Code
    title: Annotated[str, Field(min_length=1, max_length=200)]
    subject: Annotated[str, Field(max_length=120)] = ""
    customer_no: Annotated[str, Field(max_length=40)] = ""
    custodian: Annotated[str, Field(max_length=150)] = ""
    secrecy: Annotated[str, Field(max_length=20)] = ""
    facts: dict[Code, str | list[str]] = {}


class DossierLineIn(Asked):
    """What is said of a line: it does not apply, comes later until a day, or is asked after all."""

    state: Literal["asked", "not_applicable", "later"]
    why: Reason = ""
    until: Day | None = None


class DossierStageIn(Asked):
    """The stage a line goes to: the next one, or one before with a reason."""

    stage: Literal["collect", "arrange", "file", "use"]
    why: Reason = ""


class PaperWithdrawIn(Asked):
    """Why a paper leaves the dossier."""

    why: Reason
    state: Literal["withdrawn", "lost"] = "withdrawn"


class DossierKindLineOut(Schema):
    """A line of a checklist."""

    code: str
    words: str
    need: str
    forms: list[str]
    any_of: str
    later_allowed: bool
    gates: list[str]
    source: str
    assumed: bool


class DossierKindOut(Schema):
    """A kind of dossier with its checklist."""

    code: str
    words: str
    subject: str
    single: bool
    lines: list[DossierKindLineOut]


class CompletenessOut(Schema):
    """share: present of asked, null where nothing is asked."""

    asked: int
    present: int
    missing: int
    flagged: int
    later: int
    expiring: int
    share: float | None


class DossierPaperOut(Schema):
    """A paper. sha256 null: on paper only. number: given when it is filed."""

    label: str
    number: str
    item: str
    title: str
    copy_form: str
    state: str
    version: int
    has_original: bool
    secrecy: str
    retention: str
    formed_on: date
    received_on: date
    valid_until: date | None
    filed_on: date | None
    pages: int | None
    sha256: str | None

    @classmethod
    def of(cls, paper: Any) -> Self:
        """The paper as it is kept, with the hash of its file where there is one."""
        told = {name: getattr(paper, name) for name in cls.model_fields if name != "sha256"}
        return cls(**told, sha256=paper.document.sha256 if paper.document else None)


class DossierLineOut(Schema):
    """A line as it stands, with the papers you are cleared for."""

    code: str
    words: str
    required: bool
    state: str
    stage: str
    why: str
    later_until: date | None
    papers: list[DossierPaperOut]


class DossierOut(Schema):
    """A dossier with how complete it is."""

    no: str
    kind: str
    subject: str
    title: str
    customer_no: str | None
    unit: str
    custodian: str
    secrecy: str
    opened_on: date
    closed_on: date | None
    confirmed_on: date | None
    completeness: CompletenessOut | None


class DossierInFullOut(DossierOut):
    """A dossier with what is told of it, its lines, and the papers beside them."""

    facts: dict[str, str]
    lines: list[DossierLineOut]
    beside: list[DossierPaperOut]


class MissingPaperOut(Schema):
    """What is missing: the line, and whether a paper was there that has run out."""

    dossier: str
    title: str
    kind: str
    line: str
    words: str
    state: str
    unit: str
    custodian: str


class MissingPapersOut(Schema):
    """What is missing in the dossiers within reach, up to a thousand; how many there are in all."""

    total: int
    items: list[MissingPaperOut]
