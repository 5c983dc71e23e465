"""The shapes of files taken in."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from ninja import Schema
from pydantic import BeforeValidator, Field, model_validator

from xinheng.facts.intake.queries import totals_as_amounts
from xinheng.web.api.fields import LARGEST_ID, USUAL_LIMIT, Day, in_order
from xinheng.web.api.schemas import Asked

Column = Annotated[str, Field(max_length=200)]


class PartOut(Schema):
    """Rows, and sums of amounts: field -> currency -> amount as text."""

    rows: int
    sums: dict[str, dict[str, str]]


def _exact(totals: Any) -> Any:
    """The control totals as amounts; an answer that is written once more stays as it is."""
    written = all(isinstance(part, PartOut) or _is_written(part) for part in totals.values())
    return totals if written else totals_as_amounts(totals)


def _is_written(part: Any) -> bool:
    """Whether the amounts of a part are text already."""
    if not isinstance(part, dict):
        return False
    return all(isinstance(one, str) for sums in part["sums"].values() for one in sums.values())


Totals = Annotated[dict[str, PartOut], BeforeValidator(_exact)]


class SentIn(Asked):
    """What is told of a file. kind: a code of /import-kinds. source: one whose mapping is known."""

    kind: str = Field(max_length=40)
    source: str = Field("", max_length=40)
    mode: Literal["all_or_none", "good_rows"] = "all_or_none"


class BatchesAsked(Schema):
    """Which files, by the days they came in. after: the `next` of the page before."""

    kind: str = Field("", max_length=20, description="A code of /import-kinds.")
    state: Literal["", "waiting", "reading", "previewed", "posting", "posted", "refused", "cancelled"] = ""
    source: str = Field("", max_length=40, description="A code of /import-sources.")
    from_on: Day | None = None
    until_on: Day | None = None
    after: int | None = Field(None, ge=1, le=LARGEST_ID)
    limit: int = Field(USUAL_LIMIT, ge=1, le=200)

    @model_validator(mode="after")
    def _days_are_in_order(self) -> Self:
        in_order(self.from_on, self.until_on, "until_on")
        return self


class BatchOut(Schema):
    """One file taken in. cause: why the file as a whole was refused."""

    id: int
    kind: str
    source: str | None
    file_name: str
    sha256: str
    size_bytes: int
    format: str
    state: str
    mode: str
    cause: str
    rows_total: int
    rows_accepted: int
    rows_void: int
    rows_known: int
    rows_rejected: int
    totals: Totals
    told_on: date
    created_by: str
    created_at: datetime
    finished_at: datetime | None

    @staticmethod
    def resolve_source(obj: Any) -> str | None:
        """The code of the source; null where none was named."""
        source = getattr(obj, "source", None)
        return source if source is None or isinstance(source, str) else source.code


class BatchJobOut(BatchOut):
    """One file taken in, and the job that reads and checks it; null when nothing is left to do."""

    job_id: str | None = None


class ProgressOut(Schema):
    """How far the work on a file is, in rows. total 0: not known yet. note: what is being done, a code."""

    state: str
    done: int
    total: int
    percent: int
    note: str
    running: bool


class RejectedOut(Schema):
    """A row that was not taken: where it stands, the field, its value, and why."""

    row_no: int
    sheet: str
    field: str
    field_label: str
    value: str
    cause: str
    words: str
    row: dict[str, Any]


class CauseOut(Schema):
    """How many rows were rejected for a cause, and the first of them."""

    cause: str
    field_label: str
    rows: int
    words: str
    samples: list[RejectedOut]


class PreviewOut(Schema):
    """What posting would do, or did: every row of the file is counted once."""

    batch_no: int
    state: str
    kind: str
    rows: int
    new: int
    void: int
    known: int
    rejected: int
    causes: list[CauseOut]
    totals: Totals
    columns: list[tuple[str, str]]
    samples: list[dict[str, str]]
    may_post: bool
    notes: dict[str, str]


class LookOut(Schema):
    """The beginning of a file. mapping: column -> field, blank where none. missing: fields wanted."""

    batch_no: int
    columns: list[str]
    rows: list[list[str]]
    mapping: dict[str, str]
    missing: list[str]
    fields: list[tuple[str, str]]
    notes: dict[str, str]


class MappingIn(Asked):
    """Which field each column is, blank to leave it out. remember: for the source's next file, too."""

    mapping: dict[Column, Column] = Field(max_length=1000)
    settings: dict[Column, Any] | None = Field(None, max_length=50)
    remember: bool = True


class ModeIn(Asked):
    """All or none, or the good rows only."""

    mode: Literal["all_or_none", "good_rows"]


class KindOut(Schema):
    """A kind of data that may be imported. fields: code, label, whether it is required."""

    code: str
    label: str
    fields: list[tuple[str, str, bool]]


class SourceIn(Asked):
    """A sender of files of a kind."""

    kind: str = Field(max_length=20)
    name: str = Field(min_length=1, max_length=120)


class SourceOut(Schema):
    """A source whose mapping is known."""

    code: str
    label: str
    kind: str
    shipped: bool
