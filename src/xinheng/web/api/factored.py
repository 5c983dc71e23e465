"""Outside factors: series, figures, and the external information bank."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema, Status
from pydantic import Field

from xinheng.facts.factors import queries as factors
from xinheng.facts.factors import services as acts
from xinheng.facts.factors.values import NewEntry, NewFigure, NewSeries, Wanted
from xinheng.runs.services import business_day
from xinheng.web.api.fields import Day
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import Asked
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["outside factors"])
Code = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
EntryKindName = Literal["industrial_policy", "economic_situation", "market_environment", "public_information"]
EntryStateName = Literal["counts", "to_come", "expired", "replaced"]
Offset = Annotated[int, Query(ge=0, le=10**9)]
Limit = Annotated[int, Query(ge=1, le=1000)]


class FactorOut(Schema):
    """A series as it stands. value: of the last day up to today. state old: no longer current."""

    code: str
    name: str
    unit: str
    kind: str
    origin: Literal["told", "built_in", "derived"]
    days: int
    first: Day | None
    last: Day | None
    value: float | None
    corrected: int
    state: Literal["current", "old", "empty"]
    note: str


class FactorFigureOut(Schema):
    """The figure of a day that counts."""

    day: Day
    value: float


class FactorFiguresOut(Schema):
    """Figures by day, the oldest first."""

    figures: list[FactorFigureOut]
    total: int


class FactorIn(Asked):
    """A series to be opened."""

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    name: Annotated[str, Field(min_length=1, max_length=120)]
    unit: Annotated[str, Field(max_length=20)] = ""
    kind: Literal["weather", "holiday", "price", "policy", "economy", "own"] = "own"
    valid_days: Annotated[int, Field(ge=1, le=3660)] | None = None
    note: Annotated[str, Field(max_length=300)] = ""


class FactorFigureIn(Asked):
    """The figure of a day; told again it is a correction."""

    day: Day
    value: Annotated[float, Field(allow_inf_nan=False)]
    source: Annotated[str, Field(max_length=120)] = ""
    note: Annotated[str, Field(max_length=200)] = ""


class FactorEntryIn(Asked):
    """An entry of the information bank. industry: letter or code of GB/T 4754; blank: every industry."""

    kind: EntryKindName
    title: Annotated[str, Field(min_length=1, max_length=120)]
    effect: Annotated[int, Field(ge=-2, le=2)]
    valid_from: Day
    valid_until: Day
    source: Annotated[str, Field(min_length=1, max_length=200)]
    industry: Annotated[str, Field(max_length=5)] = ""
    text: Annotated[str, Field(max_length=2000)] = ""
    replaces: Annotated[str, Field(max_length=20)] = ""


class FactorEntryOut(Schema):
    """An entry of the bank. state expired: past its validity, it is used nowhere."""

    no: str
    kind: str
    industry: str
    title: str
    text: str
    effect: int
    valid_from: Day
    valid_until: Day
    source: str
    told_on: Day
    told_by: str
    replaces: str
    state: EntryStateName


class FactorKeptOut(Schema):
    """The code or number of what was kept."""

    no: str


@router.get("/factors", response={200: list[FactorOut], **PROBLEMS})
def series(request: HttpRequest, as_of: Day | None = None) -> list[Any]:
    """Every series as known on a day; today if not given."""
    return factors.series_lines(actor_of(request), as_of=as_of or business_day())


@router.post("/factors", response={201: FactorKeptOut, **PROBLEMS})
@once()
def open_series(request: HttpRequest, body: FactorIn) -> Status[Any]:
    """Open a series."""
    return Status(201, {"no": acts.open_series(**_who(request), new=NewSeries(**body.model_dump())).code})


@router.get("/factors/{code}/figures", response={200: FactorFiguresOut, **PROBLEMS})
def figures(
    request: HttpRequest, code: Code, as_of: Day | None = None, since: Day | None = None, offset: Offset = 0,
    limit: Limit = 400,
) -> dict[str, Any]:  # fmt: skip
    """The figures of a series as known on a day."""
    _line, frame = factors.series_of(actor_of(request), code, as_of=as_of or business_day())
    frame = frame.filter(frame["day"] >= since) if since else frame
    return {"figures": frame.slice(offset, limit).to_dicts(), "total": frame.height}


@router.post("/factors/{code}/figures", response={201: FactorKeptOut, **PROBLEMS})
@once()
def tell_figure(request: HttpRequest, code: Code, body: FactorFigureIn) -> Status[Any]:
    """Tell the figure of a day, or correct it."""
    acts.tell_figure(**_who(request), code=code, new=NewFigure(**body.model_dump()))
    return Status(201, {"no": code})


@router.get("/factor-entries", response={200: list[FactorEntryOut], **PROBLEMS})
def entries(  # noqa: PLR0913, PLR0917 - what the address may ask
    request: HttpRequest, kind: EntryKindName | None = None, state: EntryStateName | None = None,
    q: Annotated[str, Query(max_length=100)] = "", as_of: Day | None = None, offset: Offset = 0,
    limit: Limit = 200,
) -> list[Any]:  # fmt: skip
    """The information bank as known on a day, the newest first."""
    wanted = Wanted(text=q, kind=kind or "", state=state or "")
    return factors.bank(actor_of(request), wanted, as_of=as_of or business_day())[offset : offset + limit]


@router.post("/factor-entries", response={201: FactorKeptOut, **PROBLEMS})
@once()
def tell_entry(request: HttpRequest, body: FactorEntryIn) -> Status[Any]:
    """Put an entry into the information bank, or correct one."""
    return Status(201, {"no": acts.tell_entry(**_who(request), new=NewEntry(**body.model_dump())).no})


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"actor": actor_of(request), "on": business_day()}
