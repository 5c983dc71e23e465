"""Files beside a fact of the file, a report from the field, or an assessment."""

from __future__ import annotations

from typing import Any, Literal

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.facts.archive import queries as kept
from xinheng.facts.archive.values import Attached, Content
from xinheng.facts.customers import queries as customers
from xinheng.facts.customers import services as files
from xinheng.judgements.ratings import services as judging
from xinheng.runs.services import business_day
from xinheng.web.pages.customer_judgement import in_words
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.survey_acts import file_answer, uploads_of
from xinheng.web.pages.survey_words import KINDS, attached_line
from xinheng.web.pages.viewing import page_image, viewer

TOLD = {"fact", "report"}


@signed_in
def papers_page(request: HttpRequest, kind: str, record_id: int) -> HttpResponse:
    """What is evidence for one record: its files, and the form to keep more."""
    actor, on = actor_of(request), business_day()
    if kind not in {*TOLD, "assessment"}:
        raise Http404
    if request.method == "POST":
        return _kept(request, actor, kind, record_id)
    access.require(actor, "archive.read", f"{kind}:{record_id}")
    record = _record(actor, kind, record_id)
    may_change = actor.may("customers.write" if kind in TOLD else "ratings.assess")
    told = {
        "record": record,
        "name": _name(kind, record),
        "tab": "assessments" if kind == "assessment" else "file",
        "files": [
            {
                **attached_line(one, reverse("paper_of_record", args=[kind, record_id, one.id])),
                "view": reverse("view_of_record", args=[kind, record_id, one.id]),
            }
            for one in _beside(actor, kind, record_id)
        ],
        "may_attach": may_change and actor.may("archive.write"),
        "address": request.path,
        "drops": True,
        "on": on,
    }
    return render(request, "surveys/papers.html", told)


def _told(kind: str) -> Literal["fact", "report"]:
    return "report" if kind == "report" else "fact"


def _record(actor: Actor, kind: str, record_id: int) -> Any:
    on = business_day()
    if kind == "assessment":
        return judging.assessment(actor, record_id, on=on)
    return files.told_record(actor, _told(kind), record_id, on=on)


def _name(kind: str, record: Any) -> str:
    if kind == "assessment":
        asked = judging.questions(on=business_day()).get(record.question)
        return in_words(asked) if asked else str(record.question)
    if kind == "report":
        return f"{KINDS[record.kind]}: {record.text[:80]}"
    known = customers.catalogue().get(record.item)
    return known.name if known else str(record.item)


def _beside(actor: Actor, kind: str, record_id: int) -> list[Attached]:
    on = business_day()
    if kind == "assessment":
        return judging.beside_assessment(actor, record_id, on=on)
    return files.beside_record(actor, _told(kind), record_id, on=on)


def _kept(request: HttpRequest, actor: Actor, kind: str, record_id: int) -> HttpResponse:
    told: dict[str, Any] = {"actor": actor, "on": business_day(), "uploads": uploads_of(request)}
    if kind == "assessment":
        kept = judging.attach_to_assessment(**told, assessment_id=record_id)
    else:
        kept = files.attach_to_record(**told, kind=_told(kind), record_id=record_id)
    messages.success(request, _("%(number)s files are kept unchanged.") % {"number": len(kept)})
    return redirect(request.path)


@signed_in
@require_GET
def take_paper(request: HttpRequest, kind: str, record_id: int, attachment_id: int) -> HttpResponse:
    """One file beside a record; it is not given out where its hash no longer holds."""
    told: dict[str, Any] = {
        "actor": actor_of(request), "on": business_day(), "attachment_id": attachment_id,
    }  # fmt: skip
    content: Content
    if kind == "assessment":
        content = judging.read_assessment_file(**told, assessment_id=record_id)
    elif kind in TOLD:
        content = files.read_record_file(**told, kind=_told(kind), record_id=record_id)
    else:
        raise Http404
    return file_answer(content)


@signed_in
@require_GET
def view_paper(request: HttpRequest, kind: str, record_id: int, attachment_id: int) -> HttpResponse:
    """One file beside a record, page by page."""
    found, document = _seen(request, kind, record_id, attachment_id)
    told = [kind, record_id, attachment_id]
    shown = {
        "name": found.file_name,
        "back": reverse("papers_of_record", args=[kind, record_id]),
        "back_name": _("Files"),
        "take": reverse("paper_of_record", args=told),
        "viewer": viewer(request, document, lambda page: reverse("page_of_record", args=[*told, page])),
    }
    return render(request, "archive/view.html", shown)


@signed_in
@require_GET
def paper_page(
    request: HttpRequest, kind: str, record_id: int, attachment_id: int, page: int
) -> HttpResponse:
    """The picture of one page of a file beside a record."""
    _found, document = _seen(request, kind, record_id, attachment_id)
    return page_image(request, document, page, f"{kind}:{record_id}")


def _seen(request: HttpRequest, kind: str, record_id: int, attachment_id: int) -> tuple[Attached, Any]:
    """A file that the reader may take, and its document."""
    actor, on = actor_of(request), business_day()
    if kind == "assessment":
        judging.assessment(actor, record_id, on=on)
    elif kind in TOLD:
        files.require_record_file(actor, _told(kind), record_id, on=on)
    else:
        raise Http404
    found = kept.get(attachment_id, subject=f"{kind}:{record_id}")
    return found, kept.document(found.sha256)


urlpatterns = [
    path("surveys/papers/<slug:kind>/<int:record_id>/", papers_page, name="papers_of_record"),
    path(
        "surveys/papers/<slug:kind>/<int:record_id>/<int:attachment_id>/", take_paper, name="paper_of_record"
    ),
    path(
        "surveys/papers/<slug:kind>/<int:record_id>/<int:attachment_id>/view/",
        view_paper,
        name="view_of_record",
    ),
    path(
        "surveys/papers/<slug:kind>/<int:record_id>/<int:attachment_id>/view/<int:page>/",
        paper_page,
        name="page_of_record",
    ),
]
