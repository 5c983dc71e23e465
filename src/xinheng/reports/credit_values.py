"""What a credit report is made of: sections of pairs and tables, and what it leaves out with the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinheng.reports.file_depth import Depth

SECTION_WORDS: Mapping[str, str | Promise] = {  # in the order of the report
    "summary": _("Summary"),
    "registration": _("Registration and history"),
    "shareholders": _("Shareholders and management"),
    "related": _("Related parties"),
    "operations": _("Operations"),
    "payment": _("Payment and ledger"),
    "banks": _("Banks dealt with"),
    "finance": _("Financial position"),
    "public": _("Public record"),
    "contracts": _("Contracts on file"),
    "dossiers": _("Completeness of the dossiers"),
    "warnings": _("Warnings"),
    "disputes": _("Disputes and annotations"),
    "visits": _("Visits and field reports"),
    "evaluation": _("Credit evaluation"),
    "declaration": _("Declaration"),
}
BRIEF = ("summary", "registration", "shareholders", "operations", "public", "declaration")
STANDARD = (
    "summary", "registration", "shareholders", "operations", "payment", "banks", "finance", "public",
    "contracts", "dossiers", "warnings", "disputes", "evaluation", "declaration",
)  # fmt: skip
HELD: Mapping[Depth, tuple[str, ...]] = {
    "brief": BRIEF, "standard": STANDARD, "full": tuple(SECTION_WORDS),
}  # fmt: skip
YEARS: Mapping[Depth, int] = {"brief": 0, "standard": 1, "full": 3}  # annual statements shown
WHY: Mapping[str, str | Promise] = {
    "depth": _("not part of this depth"),
    "right": _("not within the rights of who made the report"),
    "nothing": _("nothing is known"),
    "past": _("known of the present day only"),
    "masked": _("masked for who made the report"),
}


@dataclass(frozen=True)
class Pairs:
    """Names and values, one a line."""

    rows: Sequence[tuple[str, str]]
    kind: str = "pairs"


@dataclass(frozen=True)
class Grid:
    """A table. right: the places of the columns of figures. note: below it."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    right: Sequence[int] = ()
    note: str = ""
    title: str = ""
    kind: str = "grid"

    @property
    def aligned(self) -> list[str]:
        """How each column is set."""
        return ["right" if place in self.right else "left" for place in range(len(self.head))]


@dataclass(frozen=True)
class Words:
    """Paragraphs."""

    rows: Sequence[str]
    kind: str = "words"


@dataclass(frozen=True)
class Section:
    """One section of the report."""

    code: str
    title: str
    blocks: Sequence[Pairs | Grid | Words]


@dataclass(frozen=True)
class LeftOut:
    """What the report does not hold, and why."""

    what: str
    why: str


@dataclass(frozen=True)
class CreditReport:
    """A customer's file composed as of a day. number: blank until it is sealed."""

    customer_no: str
    customer_name: str
    depth: Depth
    depth_word: str
    as_of: date
    made_on: date
    made_by: str
    watermark: str
    sections: Sequence[Section]
    left_out: Sequence[LeftOut]
    number: str = ""
    headline: Sequence[tuple[str, str]] = field(default_factory=tuple)


@dataclass(frozen=True)
class Sealed:
    """A report in the archive."""

    attachment_id: int
    number: str
    customer_no: str
    customer_name: str
    depth: str
    as_of: str
    sealed_by: str
    sealed_on: date
    sha256: str
    sm3: str = ""

    def as_told(self) -> dict[str, Any]:
        """As plain values."""
        return {**self.__dict__, "sealed_on": self.sealed_on.isoformat()}
