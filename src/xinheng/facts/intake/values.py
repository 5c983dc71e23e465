"""What goes through the door of the intake."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict


class Choices(TypedDict, total=False):
    """What a person may choose when a file is handed in.

    source: code of a source, shipped or remembered. new_source: the name of one that is not there yet,
    which goes before it and is kept if the file is. mapping: column -> field; "" leaves a column out.
    mode: all_or_none (default) or good_rows. settings: on top of the source's. file_name: as the person
    knows it, where the path is a temporary one.
    """

    source: str
    new_source: str
    mapping: Mapping[str, str] | None
    mode: str
    settings: Mapping[str, Any] | None
    file_name: str


@dataclass(frozen=True)
class Progress:
    """How far the work on a batch is. done and total count rows; total is 0 while it is not known.

    state: a batch's state. running: whether a process is at it now. note: what it is doing, a code
    (reading, comparing, rejects, posting), or "".
    """

    state: str
    done: int
    total: int
    note: str
    running: bool = False

    @property
    def percent(self) -> int:
        """Whole percents done, 0 to 100."""
        return min(100, self.done * 100 // self.total) if self.total else 0


@dataclass(frozen=True)
class Rejected:
    """One rejected row as it is shown: where it stands, the field and its value, and why, in words."""

    row_no: int
    sheet: str
    field: str
    field_label: str
    value: str
    cause: str
    words: str
    row: dict[str, str | None] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class CauseCount:
    """How many rows were rejected for a cause in a field, and the first of them."""

    cause: str
    field_label: str
    rows: int
    words: str  # of the first row
    samples: tuple[Rejected, ...]


@dataclass(frozen=True)
class Preview:
    """What posting a batch would do, or did: every row of the file is counted once.

    columns: of the file, with the field each is assigned to ("" for none). totals: part (file, new,
    void, known, rejected) -> rows and, by amount and currency, sums in minor units. samples: the first
    new rows as they would be posted, field label -> text.
    """

    batch_no: int
    state: str
    kind: str
    rows: int
    new: int
    void: int
    known: int
    rejected: int
    causes: tuple[CauseCount, ...]
    totals: dict[str, Any]
    columns: tuple[tuple[str, str], ...]
    samples: tuple[dict[str, str], ...]
    may_post: bool
    notes: dict[str, str]


@dataclass(frozen=True)
class Look:
    """The beginning of a file, for assigning its columns.

    columns: of the file in order. rows: the first ones as text. mapping: column -> field as it stands.
    missing: labels of required fields without a column. fields: every field that may be assigned,
    code and label. notes: what was found (header_row, sheet, other_sheets, encoding, delimiter, unit).
    settings: how the file is read, as told so far. contested: columns with the heading of another.
    """

    batch_no: int
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    mapping: dict[str, str]
    missing: tuple[str, ...]
    fields: tuple[tuple[str, str], ...]
    notes: dict[str, str]
    settings: dict[str, Any]
    contested: tuple[str, ...]


@dataclass(frozen=True)
class Unfinished:
    """A batch that was begun and not ended. running: a process is at it now; otherwise it may be resumed."""

    batch_no: int
    kind: str
    file_name: str
    state: str
    created_by: str
    created_at: datetime
    running: bool


@dataclass(frozen=True)
class KindCard:
    """A kind of data as it is shown: its label and fields (code, label, whether it is required)."""

    code: str
    label: str
    fields: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True)
class SourceCard:
    """A source that may be chosen for a kind. shipped: it comes with the program."""

    code: str
    label: str
    kind: str
    shipped: bool
