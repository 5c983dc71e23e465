"""The shapes of hand-overs, slips, loans, places and stock-takes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field

from xinheng.web.api.fields import LARGEST_ID, Day
from xinheng.web.api.schemas import Asked

Code = Annotated[str, Field(max_length=40)]
Login = Annotated[str, Field(max_length=150)]
Text = Annotated[str, Field(max_length=300)]
RowId = Annotated[int, Field(ge=1, le=LARGEST_ID)]
Pages = Annotated[int, Field(ge=0, le=1_000_000)]


class HandoversAsked(Asked):
    """Which hand-overs. text: part of what they are about, or a dossier. late: past their day."""

    text: Annotated[str, Field(max_length=100)] = ""
    state: Literal["", "open", "returned", "received", "done", "cancelled"] = ""
    scheme: Code = ""
    late: bool = False
    after: Annotated[int, Field(ge=0, le=LARGEST_ID)] = 0
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class HandoverIn(Asked):
    """What is to be handed over since an event. from_unit, to_unit: codes. dossier_no: where there is one."""

    scheme: Code
    subject: Annotated[str, Field(max_length=120)]
    from_unit: Code
    to_unit: Code
    started_on: Day
    owner: Login = ""
    dossier_no: Code = ""


class HandoverLineIn(Asked):
    """One thing of the list. secrecy: a grade, or tick is_not_secret where the scheme asks for one."""

    title: Annotated[str, Field(max_length=200)]
    copy_form: Literal["original", "duplicate", "copy", "electronic"] = "original"
    secrecy: Annotated[str, Field(max_length=20)] = ""
    is_not_secret: bool = False
    pages: Pages | None = None
    formed_on: Day | None = None
    is_missing: bool = False
    note: Annotated[str, Field(max_length=200)] = ""


class HandoverListIn(Asked):
    """The whole list, in place of what stood there."""

    lines: Annotated[list[HandoverLineIn], Field(max_length=500)]


class HandoverLineOut(Schema):
    """One thing handed over, or missing. is_right: what the archivist found; null: not looked at."""

    id: int
    title: str
    copy_form: str
    pages: int | None
    is_missing: bool
    is_right: bool | None
    found: str


class HandoverOut(Schema):
    """A hand-over. is_late: it waits past its day, or came after it. is_assumed: no source gave the day."""

    id: int
    scheme: str
    subject: str
    dossier_no: str
    from_unit: str
    to_unit: str
    owner: str
    started_on: date
    due_on: date
    is_assumed: bool
    state: str
    accepted_on: date | None
    verify_by: date | None
    verified_on: date | None
    done_on: date | None
    is_nil: bool
    is_late: bool
    signed: list[str]
    lines: list[HandoverLineOut]


class LoanOut(Schema):
    """A paper that is or was out. due_at: the last moment in time."""

    id: int
    paper: str
    title: str
    dossier_no: str
    holder: str
    way: str
    purpose: str
    out_at: datetime
    due_at: datetime
    returned_at: datetime | None
    is_overdue: bool
    renewals: int
    damage: str


class LoansAsked(Asked):
    """Which loans. overdue: out, past their last moment."""

    text: Annotated[str, Field(max_length=100)] = ""
    holder: Login = ""
    out: bool = False
    overdue: bool = False
    after: Annotated[int, Field(ge=0, le=LARGEST_ID)] = 0
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class SlipIn(Asked):
    """What is asked for. labels: papers by their labels; empty: every original of the dossier."""

    dossier_no: Code
    way: Literal["read", "lend", "copy"]
    purpose: Text
    labels: Annotated[list[Annotated[str, Field(max_length=24)]], Field(max_length=200)] = []


class SlipOut(Schema):
    """A slip and where it stands. request: of its approval; null where none is needed."""

    id: int
    dossier_no: str
    reader: str
    way: str
    purpose: str
    secrecy: str
    state: str
    is_direct: bool
    asked_on: date
    request: int | None


class HandOutIn(Asked):
    """Until when; null: the longest term."""

    until: Day | None = None


class BackIn(Asked):
    """How a paper came back."""

    pages: Pages | None = None
    damage: Text = ""
    is_lost: bool = False
    left_the_room: bool = False


class ConsultationIn(Asked):
    """Which file is looked into, and what for."""

    dossier_no: Code
    purpose: Text
    is_review: bool = False


class ConsultationOut(Schema):
    """A consultation as it is noted."""

    id: int
    dossier_no: str
    subject: str
    login: str
    on: date
    way: str
    purpose: str


class PaperPlaceOut(Schema):
    """A place for papers, with how much lies in it. inside: the code of what is around it."""

    code: str
    name: str
    kind: str
    inside: str
    capacity: int | None
    lies: int


class PutIn(Asked):
    """What is put where, by bar codes."""

    code: Code
    place: Code
    why: Annotated[str, Field(max_length=200)] = ""


class ReadCodeIn(Asked):
    """A code that was read, and the place where it lay; blank: the one counted."""

    code: Code
    place: Code = ""


class ScansIn(Asked):
    """Codes read in a stock-take."""

    codes: Annotated[list[ReadCodeIn], Field(max_length=20_000)]


class StockTakeIn(Asked):
    """Which place is counted."""

    place: Code


class StockTakeOut(Schema):
    """A stock-take. counts: how many of each result, once it is closed."""

    id: int
    place: str
    opened_on: date
    closed_on: date | None
    counts: dict[str, int]
    read: int


class PaperIncidentOut(Schema):
    """A loss, leak, damage or misuse. chain: who held the paper, as the register said."""

    id: int
    kind: str
    dossier_no: str
    paper: str
    what: str
    happened_on: date
    responsible: str
    measures: str
    closed_on: date | None
    chain: list[dict[str, str]]


class OnTimeOut(Schema):
    """How many hand-overs of a unit and scheme came in time. share: 0 to 1; null of none."""

    unit: str
    scheme: str
    total: int
    on_time: int
    late: int
    open_late: int
    share: float | None
