"""The cells, tables and views that the ledgers of privacy are made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise

Words = str | Promise
MOST = 200  # rows of a table
TONES = {
    "open": "warn",
    "answered": "good",
    "refused": "note",
    "asked": "warn",
    "approved": "warn",
    "frozen": "warn",
    "erased": "good",
    "granted": "warn",
    "given": "good",
}


@dataclass(frozen=True)
class Cell:
    """One cell. address: where it leads; sends: whether by a button, as it is noted; tone: of a mark."""

    text: Any
    address: str = ""
    sends: bool = False
    tone: str = ""
    is_bad: bool = False

    @property
    def shown(self) -> Any:
        """Days as ISO, all else as it is."""
        return self.text.isoformat() if isinstance(self.text, date) else self.text


@dataclass(frozen=True)
class Table:
    """One table of a ledger. empty: what to do where it holds nothing."""

    title: Words
    heads: tuple[Words, ...]
    rows: list[list[Cell]]
    empty: Words


@dataclass(frozen=True)
class View:
    """One ledger."""

    heading: Words
    about: Words
    tables: Callable[[Any, Any], list[Table]]
    by_scheme: bool = False


def person_cell(one: Any) -> Cell:
    """The number of a person, leading to its page."""
    return Cell(one.no, reverse("private_person", args=[one.no]))
