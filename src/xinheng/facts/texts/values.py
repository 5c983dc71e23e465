"""What goes through the door: what is searched, what was found, how far reading is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from xinheng.facts.texts.folding import Piece, Words
from xinheng.facts.texts.taking.page import Taken

SORTS = ("relevance", "day")
STATES = ("queued", "read", "nothing", "failed")
TYPES = {  # what a reader calls a document, and how its media type begins
    "pdf": ("application/pdf", "application/ofd"),
    "picture": ("image/",),
    "office": ("application/vnd.",),
    "text": ("text/", "message/"),
}


@dataclass(frozen=True)
class Failed:
    """A page that could not be read this time."""

    no: int
    words: str


@dataclass(frozen=True)
class Ended:
    """The document is at its end. pages: of it, None where it could not be opened.

    never: why reading it again is in vain.
    """

    pages: int | None
    never: str = ""


Told = Taken | Failed | Ended


@dataclass(frozen=True)
class Wanted:
    """What is searched, and where.

    customer: a number. kind: a code of the dossier's. since, until: the paper's own day.
    """

    text: str
    customer: str = ""
    kind: str = ""
    type: str = ""  # one of TYPES
    since: date | None = None
    until: date | None = None
    sort: str = "relevance"

    @property
    def narrows(self) -> dict[str, str]:
        """What was asked beside the words, as the trail keeps it."""
        told = {name: getattr(self, name) for name in ("customer", "kind", "type", "since", "until")}
        return {name: str(value) for name, value in told.items() if value}


@dataclass(frozen=True)
class Hit:
    """A paper that was found. page: where the words stand, None where only in its title or numbers."""

    paper: Any  # with its dossier
    page: int | None
    pages: tuple[int, ...] = ()
    excerpt: list[Piece] = field(default_factory=list)
    title: list[Piece] = field(default_factory=list)
    way: str = ""
    confidence: float | None = None


@dataclass(frozen=True)
class Found:
    """What a search found within reach. total: so many are told apart; more: there are others."""

    words: Words
    hits: list[Hit]
    total: int
    more: bool
    page: int
    pages: int


@dataclass(frozen=True)
class Progress:
    """How far the reading of all documents is."""

    queued: int
    read: int
    nothing: int
    failed: int
    is_running: bool = False

    @property
    def total(self) -> int:
        """Every document there is."""
        return self.queued + self.read + self.nothing + self.failed

    @property
    def share(self) -> float:
        """What needs no more reading, 0 to 1."""
        return 1 - self.queued / self.total if self.total else 1.0


@dataclass(frozen=True)
class Outcome:
    """What one stretch of reading came to."""

    documents: int
    pages: int
    failed: int
    waiting: int
