"""One paper of a dossier: what it is, its versions, its pages, and what may be done to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.base.secrecy import queries as grades
from xinheng.facts.dossiers import queries as dossiers
from xinheng.facts.dossiers import services as acts
from xinheng.runs.services import business_day
from xinheng.web.pages.dossier_forms import ConfirmForm, EndForm, PlaceForm
from xinheng.web.pages.dossier_words import paper as shown
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.errors import FieldsRefused
from xinheng.web.pages.trying import tried

FORMS: dict[str, tuple[str, Any, Any, Any, Callable[..., Any]]] = {
    "file": ("dossiers.file", _("File it"), _("File it"), _("The paper is filed."), ConfirmForm),
    "place": (
        "dossiers.write",
        _("Sort it into a line"),
        _("Sort it in"),
        _("The paper is sorted in."),
        PlaceForm,
    ),
    "end": ("dossiers.file", _("Take it out"), _("Take it out"), _("The paper is out of force."), EndForm),
}
CONFIRM = {"end": _("A paper that was taken out does not come back under its number. Take it out?")}


@signed_in
@require_GET
def paper_page(request: HttpRequest, label: str) -> HttpResponse:
    """One paper with its versions."""
    return _shown(request, label)


@signed_in
@require_POST
def act_on(request: HttpRequest, label: str, act: str) -> HttpResponse:
    """Do one of the acts of the page."""
    actor, on = actor_of(request), business_day()
    if act not in FORMS:
        raise FieldsRefused(fields=act)
    access.require(actor, FORMS[act][0], f"paper:{label}")
    paper = dossiers.get_paper(actor, label, on=on)
    form = FORMS[act][4](paper.dossier, actor, on, request.POST)
    told: dict[str, Any] = {"actor": actor, "on": on, "label": label}

    def do() -> Any:
        if act == "file":
            return acts.file_paper(**told)
        if act == "place":
            return acts.place_paper(**told, **form.cleaned_data)
        return acts.withdraw_paper(**told, **form.cleaned_data)

    if tried(request, form, do) is None:
        return _shown(request, label, **{act: form})
    messages.success(request, str(FORMS[act][3]))
    return redirect("paper", label)


@signed_in
@require_GET
def take(request: HttpRequest, label: str) -> HttpResponse:
    """The file of a paper to take away; it is not given out where its hash no longer holds."""
    paper, content = acts.take_paper(actor_of(request), label, on=business_day())
    answer = HttpResponse(content, content_type="application/octet-stream")
    name = paper.file_name or paper.title
    answer["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=name) or "attachment"
    )
    answer["Cache-Control"] = "no-store"
    answer["X-Content-SHA256"] = paper.document.sha256 if paper.document else ""
    return answer


def _shown(request: HttpRequest, label: str, **bound: forms.Form) -> HttpResponse:
    actor, on = actor_of(request), business_day()
    paper = dossiers.get_paper(actor, label, on=on)
    kind = dossiers.kind_of(paper.dossier, on)
    line = kind.line(paper.item)
    versions = [one for one in dossiers.papers_of(actor, paper.dossier, on) if one.item == paper.item]
    is_open = paper.state == "in_force" and not paper.dossier.closed_on
    told = {
        **shown(paper),
        "dossier": paper.dossier,
        "line": line.words if line else "",
        "grade": grades.grade_names(on).get(paper.secrecy, paper.secrecy),
        "versions": [shown(one) for one in versions if one.pk != paper.pk],
        "forms": _offered(paper, actor, on, bound) if is_open else [],
        "may_take": bool(paper.document) and paper.state != "destroyed" and actor.may("archive.read"),
        "may_replace": is_open and actor.may("dossiers.write"),
    }
    return render(request, "dossiers/paper.html", told, status=422 if bound else 200)


def _offered(paper: Any, actor: Any, on: Any, bound: dict[str, forms.Form]) -> list[dict[str, Any]]:
    told = []
    for code, (right, label, button, _done, form) in FORMS.items():
        if not actor.may(right) or (code == "file" and paper.filed_on):
            continue
        first = {"item": paper.item}
        made = bound.get(code) or form(paper.dossier, actor, on, initial=first)
        act = {"label": label, "button": button, "confirm": CONFIRM.get(code, "")}
        told.append({"code": code, "act": act, "form": made, "is_open": code in bound})
    return told


urlpatterns = [
    path("dossiers/papers/<str:label>/", paper_page, name="paper"),
    path("dossiers/papers/<str:label>/take/", take, name="take_paper"),
    path("dossiers/papers/<str:label>/do/<str:act>/", act_on, name="paper_act"),
]
