"""Search in papers: what they say, with the place marked; how far reading is, and what could not be read."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.facts.dossiers import queries as dossiers
from xinheng.facts.texts import queries as texts
from xinheng.facts.texts import services as acts
from xinheng.facts.texts.errors import WordsMissing
from xinheng.facts.texts.values import SORTS, TYPES, Found, Wanted
from xinheng.reports import services as room
from xinheng.runs.services import business_day
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.exports import workbook_answer

A_PAGE = 20
FAILED_A_PAGE = 50
PAGES_SHOWN = 10
TYPE_WORDS: dict[str, str | Promise] = {
    "pdf": _("PDF and OFD"), "picture": _("Picture"), "office": _("Office file"), "text": _("Text or e-mail"),
}  # fmt: skip
SORT_WORDS: dict[str, str | Promise] = {"relevance": _("What fits best"), "day": _("The newest paper")}
WAY_WORDS: dict[str, str | Promise] = {"ocr": _("recognised"), "mixed": _("partly recognised")}
STATE_WORDS: dict[str, str | Promise] = {
    "queued": _("waits to be read"), "read": _("its text is read"), "nothing": _("nothing to read on it"),
    "failed": _("could not be read"),
}  # fmt: skip


def asked(request: HttpRequest) -> Wanted:
    """What the address asks for; anything else in it is passed over."""
    told = request.GET
    sort, kind = told.get("sort", ""), told.get("type", "")
    return Wanted(
        text=told.get("q", "").strip()[:120],
        customer=told.get("customer", "").strip()[:40],
        kind=told.get("kind", "")[:40],
        type=kind if kind in TYPES else "",
        since=_day(told.get("since", "")),
        until=_day(told.get("until", "")),
        sort=sort if sort in SORTS else "relevance",
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@signed_in
@require_GET
def search_page(request: HttpRequest) -> HttpResponse:
    """The papers within reach that say what was typed."""
    actor, on, wanted = actor_of(request), business_day(), asked(request)
    access.require(actor, "texts.read", "texts")
    number = request.GET.get("page", "1")
    found, refused = None, ""
    if wanted.text:
        try:
            at = int(number) if number.isdecimal() and len(number) < 6 else 1
            found = acts.search(actor=actor, on=on, wanted=wanted, page=at, a_page=A_PAGE)
        except WordsMissing as refusal:
            refused = str(refusal)
    told = {
        "wanted": wanted,
        "found": found,
        "refused": refused,
        "lines": _lines(found, on) if found else [],
        "page": Paginator(range(found.total), A_PAGE).get_page(found.page) if found else None,
        "kinds": [(code, kind.words) for code, kind in dossiers.kinds(on).items()],
        "types": list(TYPE_WORDS.items()),
        "sorts": list(SORT_WORDS.items()),
        "progress": texts.progress(actor),
        "query": request.GET.urlencode(),
        "may_export": actor.may("exports.read"),
    }
    return render(request, "texts/search.html", told, status=422 if refused else 200)


def _lines(found: Found, on: date) -> list[dict[str, Any]]:
    kinds = dossiers.kinds(on)
    lines = []
    for hit in found.hits:
        kind = kinds.get(hit.paper.dossier.kind)
        lines.append(
            {
                "hit": hit,
                "kind": kind.words if kind else hit.paper.dossier.kind,
                "way": WAY_WORDS.get(hit.way, ""),
                "sure": None if hit.confidence is None else round(100 * hit.confidence),
                "others": [no for no in hit.pages if no != hit.page],
            }
        )
    return lines


@signed_in
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """What was found, for Excel."""
    actor, on = actor_of(request), business_day()
    content = room.export_found_papers(actor=actor, on=on, wanted=asked(request))
    return workbook_answer(content, f"papers-found-{on.isoformat()}.xlsx")


@signed_in
@require_GET
def paper_text(request: HttpRequest, label: str) -> HttpResponse:
    """What a paper says, page by page, with what was searched marked."""
    actor, on = actor_of(request), business_day()
    pages = Paginator(texts.pages_of(actor, on, label), PAGES_SHOWN)
    paper, words = dossiers.get_paper(actor, label, on=on), request.GET.get("q", "")[:120]
    reading = texts.reading_of(paper)
    page = pages.get_page(request.GET.get("page") or _holding(request.GET.get("no", "")))
    told = {
        "paper": paper,
        "reading": reading,
        "state": STATE_WORDS[reading.state] if reading else _("on paper only"),
        "page": page,
        "pages": [
            {"one": one, "pieces": texts.marked(one.text, words), "way": WAY_WORDS.get(one.way, "")}
            for one in page
        ],
        "words": words,
        "may_try": reading is not None and reading.state == "failed" and actor.may("texts.write"),
    }
    return render(request, "texts/paper.html", told)


def _holding(no: str) -> int:
    """The page of the list on which a page of the paper stands."""
    return (int(no) - 1) // PAGES_SHOWN + 1 if no.isdecimal() and 0 < len(no) < 6 else 1


@signed_in
@require_GET
def reading_page(request: HttpRequest) -> HttpResponse:
    """How far the reading of all papers is, and which could not be read."""
    return _reading(request, actor_of(request))


def _reading(request: HttpRequest, actor: Actor) -> HttpResponse:
    on, progress = business_day(), texts.progress(actor)
    page = Paginator(texts.failed(actor, on), FAILED_A_PAGE).get_page(request.GET.get("page"))
    readings = texts.readings_of([one.document_id for one in page])
    told = {
        "progress": progress,
        "share": round(100 * progress.share),
        "page": page,
        "lines": [{"paper": one, "reading": readings[one.document_id]} for one in page],
        "may_try": actor.may("texts.write"),
    }
    return render(request, "texts/reading.html", told)


@signed_in
@require_POST
def try_again(request: HttpRequest) -> HttpResponse:
    """Let one failed document, or all of them, be read again."""
    actor, on = actor_of(request), business_day()
    label = request.POST.get("paper", "")
    document = dossiers.get_paper(actor, label, on=on).document_id if label else None
    done = acts.read_again(actor=actor, on=on, document_id=document)
    words = ngettext("%(n)s document waits to be read.", "%(n)s documents wait to be read.", done)
    messages.success(request, words % {"n": done})
    return redirect("texts_reading")


urlpatterns = [
    path("texts/", search_page, name="texts"),
    path("texts/export/", export, name="export_texts"),
    path("texts/reading/", reading_page, name="texts_reading"),
    path("texts/again/", try_again, name="texts_again"),
    path("texts/papers/<str:label>/", paper_text, name="paper_text"),
]
