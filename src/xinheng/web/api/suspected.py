"""Suspected theft: rankings, suspects with evidence, curves compared, suspects by industry."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from xinheng.base.access import services as access
from xinheng.judgements.theft import queries as theft
from xinheng.judgements.theft.values import Suspicion, Wanted
from xinheng.runs import services as runs
from xinheng.web.api.fields import LARGEST_ID, No
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import Asked, JobOut
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["suspected theft"])
Run = Annotated[int | None, Query(ge=1, le=LARGEST_ID, description="A ranking; the last one if not given.")]


class RankingOut(Schema):
    """One ranking; it never changes. levels: consumers by level."""

    id: int
    as_of: Any
    since: Any
    consumers: int
    levels: dict[str, int]
    engine: str
    policy: str
    made_by: str


class SuspectsAsked(Asked):
    """Filters and order of the suspects. industry "-": unknown."""

    run: Annotated[int, Field(ge=1, le=LARGEST_ID)] | None = None
    text: Annotated[str, Field(max_length=100)] = ""
    level: Literal["", "high", "medium", "low"] = ""
    industry: Annotated[str, Field(max_length=20)] = ""
    area: Annotated[str, Field(max_length=40)] = ""
    detector: Annotated[str, Field(max_length=40)] = ""
    sort: Literal["rank", "-score", "score", "consumer", "name", "industry", "area"] = "rank"
    offset: Annotated[int, Field(ge=0, le=10**9)] = 0
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class TheftEvidenceOut(Schema):
    """One piece of evidence in words and figures, with the days it speaks of."""

    code: str
    words: str
    strength: float
    figures: dict[str, Any]
    since: Any
    until: Any


class SuspicionOut(Schema):
    """What a ranking says of a consumer; score null: not assessable, which is not clean."""

    run_id: int
    consumer_no: str
    name: str
    industry: str
    area: str
    level: str
    score: float | None
    rank: int | None
    reason: str
    evidence: list[TheftEvidenceOut]


class SuspectsOut(Schema):
    """A page of suspects, and how many pass the filters."""

    items: list[SuspicionOut]
    total: int


class TheftMarkOut(Schema):
    """A day whose reading is odd."""

    day: Any
    code: str


class TheftCurvesOut(Schema):
    """Daily use beside the own past and the peers; null: not read."""

    consumer_no: str
    days: list[Any]
    own: list[float | None]
    past: list[float | None]
    peers: list[float | None]
    marks: list[TheftMarkOut]
    peer_count: int


class TheftIndustryOut(Schema):
    """Suspects of an industry; "" is unknown."""

    industry: str
    high: int
    medium: int
    low: int


class RankIn(Asked):
    """rank: all consumers anew. learn: a ranking from what inspections found."""

    what: Literal["rank", "learn"] = "rank"


@router.get("/theft/rankings", response={200: list[RankingOut], **PROBLEMS})
def rankings(request: HttpRequest) -> list[Any]:
    """The rankings that were made, the newest first."""
    return list(theft.runs(actor_of(request))[:100])


@router.post("/theft/rankings", response={202: JobOut, **PROBLEMS})
@once()
def rank(request: HttpRequest, body: RankIn) -> Status[Any]:
    """Queue a ranking, or learning one; ask /jobs for how it stands."""
    actor = actor_of(request)
    access.require(actor, "theft.run")
    begin = {"rank": runs.enqueue_ranking, "learn": runs.enqueue_learning}[body.what]
    return Status(202, JobOut(id=begin(actor.login), state="waiting"))


@router.get("/theft/suspects", response={200: SuspectsOut, **PROBLEMS})
def suspects(request: HttpRequest, asked: Query[SuspectsAsked]) -> dict[str, Any]:
    """The suspects of a ranking within your reach, with evidence."""
    told = asked.model_dump(exclude={"run", "offset", "limit", "industry"})
    industry = "" if asked.industry == "-" else asked.industry or None
    rows = theft.suspects(actor_of(request), asked.run, Wanted(**told, industry=industry))
    some = rows[asked.offset : asked.offset + asked.limit]
    return {"items": [_suspicion(row.suspicion) for row in some], "total": rows.count()}


@router.get("/theft/industries", response={200: list[TheftIndustryOut], **PROBLEMS})
def industries(request: HttpRequest, run: Run = None) -> list[Any]:
    """Suspects by industry, the most first."""
    return theft.by_industry(actor_of(request), run)


@router.get("/theft/consumers/{path:consumer_no}/curves", response={200: TheftCurvesOut, **PROBLEMS})
def curves(request: HttpRequest, consumer_no: No, run: Run = None) -> Any:
    """The curve of a consumer beside its own past and its peers, odd readings marked."""
    return theft.curves(actor_of(request), consumer_no, run)


@router.get("/theft/consumers/{path:consumer_no}/suspicion", response={200: SuspicionOut, **PROBLEMS})
def suspicion(request: HttpRequest, consumer_no: No, run: Run = None) -> dict[str, Any]:
    """What a ranking says of one consumer, be it clean or not assessable."""
    return _suspicion(theft.suspicion(actor_of(request), consumer_no, run))


def _suspicion(told: Suspicion) -> dict[str, Any]:
    evidence = [{**one.plain(), "words": one.words} for one in told.evidence]
    return {**told.__dict__, "evidence": evidence}
