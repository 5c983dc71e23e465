"""Search in papers, what they say, and how far they are read."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema, Status
from pydantic import Field, model_validator

from xinheng.facts.dossiers import queries as dossiers
from xinheng.facts.texts import queries as texts
from xinheng.facts.texts import services as acts
from xinheng.facts.texts.values import Hit, Wanted
from xinheng.runs.services import business_day
from xinheng.web.api.fields import Day, in_order
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import Asked
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["texts"])
Label = Annotated[str, Path(max_length=24)]


class PapersSearched(Asked):
    """What is searched. text: words that must all be there; in quotes: next to each other."""

    text: Annotated[str, Field(min_length=1, max_length=120)]
    customer: Annotated[str, Field(max_length=40)] = ""
    kind: Annotated[str, Field(max_length=40)] = ""
    type: Literal["", "pdf", "picture", "office", "text"] = ""
    since: Day | None = None
    until: Day | None = None
    sort: Literal["relevance", "day"] = "relevance"
    page: Annotated[int, Field(ge=1, le=1_000)] = 1
    limit: Annotated[int, Field(ge=1, le=200)] = 20

    @model_validator(mode="after")
    def _in_order(self) -> PapersSearched:
        in_order(self.since, self.until, "until")
        return self


class ExcerptOut(Schema):
    """A stretch of text; marked: it is what was searched."""

    text: str
    marked: bool


class PaperFoundOut(Schema):
    """A paper that was found. page: where the words stand; null: only in its title or numbers.

    confidence: of recognised signs, 0 to 1; null where they were not recognised but told.
    """

    label: str
    number: str
    title: str
    formed_on: date
    dossier_no: str
    dossier_title: str
    customer_no: str
    page: int | None
    pages: list[int]
    way: str
    confidence: float | None
    excerpt: list[ExcerptOut]


class PapersFoundOut(Schema):
    """What was found within your reach. more: there are others than the `total` that were told apart."""

    total: int
    more: bool
    page: int
    pages: int
    items: list[PaperFoundOut]


class PaperPageOut(Schema):
    """What one page says."""

    no: int
    text: str
    way: str
    confidence: float | None


class PaperTextOut(Schema):
    """What a paper says. state: queued, read, nothing, failed; blank: on paper only."""

    label: str
    state: str
    error: str
    left_out: int
    pages: list[PaperPageOut]


class ReadingProgressOut(Schema):
    """How many documents stand how."""

    queued: int
    read: int
    nothing: int
    failed: int
    is_running: bool


class ReadAgainIn(Asked):
    """paper: a label; blank: every failed document."""

    paper: Annotated[str, Field(max_length=24)] = ""


class ReadAgainOut(Schema):
    """How many documents wait to be read again."""

    documents: int


@router.get("/paper-texts", response={200: PapersFoundOut, **PROBLEMS})
def found(request: HttpRequest, asked: Query[PapersSearched]) -> dict[str, Any]:
    """The papers within your reach that say all of the words."""
    told = asked.model_dump(exclude={"page", "limit"})
    who: dict[str, Any] = {"actor": actor_of(request), "on": business_day()}
    answer = acts.search(**who, wanted=Wanted(**told), page=asked.page, a_page=asked.limit)
    return {
        "items": [_found(hit) for hit in answer.hits],
        **{name: getattr(answer, name) for name in ("total", "more", "page", "pages")},
    }


@router.get("/paper-texts/{label}", response={200: PaperTextOut, **PROBLEMS})
def text(request: HttpRequest, label: Label) -> dict[str, Any]:
    """What one paper says, page by page."""
    actor, on = actor_of(request), business_day()
    pages = list(texts.pages_of(actor, on, label))
    reading = texts.reading_of(dossiers.get_paper(actor, label, on=on))
    return {
        "label": label,
        "state": reading.state if reading else "",
        "error": reading.error if reading else "",
        "left_out": reading.left_out if reading else 0,
        "pages": [PaperPageOut.from_orm(page) for page in pages],
    }


@router.get("/paper-readings", response={200: ReadingProgressOut, **PROBLEMS})
def progress(request: HttpRequest) -> Any:
    """How far the reading of all papers is."""
    return texts.progress(actor_of(request))


@router.post("/paper-readings/again", response={200: ReadAgainOut, **PROBLEMS})
@once()
def read_again(request: HttpRequest, body: ReadAgainIn) -> Status[Any]:
    """Let what could not be read be tried again."""
    actor, on = actor_of(request), business_day()
    document = dossiers.get_paper(actor, body.paper, on=on).document_id if body.paper else None
    return Status(200, {"documents": acts.read_again(actor=actor, on=on, document_id=document)})


def _found(hit: Hit) -> dict[str, Any]:
    paper, customer = hit.paper, hit.paper.dossier.customer
    return {
        **{name: getattr(paper, name) for name in ("label", "number", "title", "formed_on")},
        "dossier_no": paper.dossier.no,
        "dossier_title": paper.dossier.title,
        "customer_no": customer.no if customer else "",
        **{name: getattr(hit, name) for name in ("page", "way", "confidence")},
        "pages": list(hit.pages),
        "excerpt": [{"text": piece.text, "marked": piece.marked} for piece in hit.excerpt],
    }
