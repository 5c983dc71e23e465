"""Questions to texts: how far reading is, what failed, what a page says."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.facts.dossiers import queries as dossiers
from xinheng.facts.texts import folding
from xinheng.facts.texts.folding import Piece
from xinheng.facts.texts.indexing import NOT_FOUND
from xinheng.facts.texts.models import Page, Reading
from xinheng.facts.texts.reading import is_running, is_waiting, waiting
from xinheng.facts.texts.values import Progress

__all__ = [
    "failed",
    "is_running",
    "is_waiting",
    "marked",
    "pages_of",
    "progress",
    "reading_of",
    "readings_of",
    "waiting",
]


def progress(actor: Actor) -> Progress:
    """How far the reading of all documents is; figures alone, so it needs no reach. Refuses: AccessDenied."""
    access.require(actor, "texts.read", "texts")
    rows = Reading.objects.values("state").annotate(n=Count("pk")).order_by()
    told = {row["state"]: row["n"] for row in rows}
    counts = {state: told.get(state, 0) for state in ("queued", "read", "nothing", "failed")}
    return Progress(**counts, is_running=is_running())


def failed(actor: Actor, on: date) -> QuerySet[Any]:
    """The papers within reach whose document could not be read, the newest first. Refuses: AccessDenied."""
    access.require(actor, "texts.read", "texts")
    bad = Reading.objects.filter(document_id=OuterRef("document_id"), state="failed")
    rows = dossiers.papers_visible(actor, on).filter(Exists(bad)).select_related("dossier", "document")
    return rows.order_by("-pk")


def reading_of(paper: Any) -> Reading | None:
    """How far the document of a paper is read; the caller has looked whether the actor sees the paper."""
    return Reading.objects.filter(document_id=paper.document_id).first() if paper.document_id else None


def readings_of(documents: Collection[int]) -> dict[int, Reading]:
    """How far some documents are read, by their ids; the caller has looked whether the actor sees them."""
    return Reading.objects.in_bulk(list(documents))


def pages_of(actor: Actor, on: date, label: str) -> QuerySet[Page]:
    """The pages of a paper as text, in order. Refuses: AccessDenied, PaperUnknown."""
    access.require(actor, "texts.read", f"paper:{label[:24]}")
    paper = dossiers.get_paper(actor, label, on=on)
    if paper.document_id is None or paper.state in NOT_FOUND:
        return Page.objects.none()
    return Page.objects.filter(document_id=paper.document_id)


def marked(text: str, asked: str) -> list[Piece]:
    """A text with what was searched marked."""
    return folding.marked(text, folding.words_of(asked).folded)
