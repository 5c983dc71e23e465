"""One dossier: its checklist with the papers, stages, history, and what may be done to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.base.audit import queries as trail
from xinheng.base.secrecy import queries as grades
from xinheng.facts.dossiers import queries as dossiers
from xinheng.facts.dossiers import services as acts
from xinheng.reports import services as room
from xinheng.runs.services import business_day
from xinheng.web.pages.dossier_forms import CloseForm, ConfirmForm, DescribeForm, LineForm, StageForm
from xinheng.web.pages.dossier_words import line, paper, share_text
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.errors import FieldsRefused
from xinheng.web.pages.papers import file_answer
from xinheng.web.pages.trail_words import act_word
from xinheng.web.pages.trying import tried

SHOWN_ENTRIES = 60


@dataclass(frozen=True)
class DossierAct:
    """Something done on the page of one dossier."""

    label: Any
    button: Any
    done: Any
    right: str
    form: Callable[..., Any]
    do: Callable[[dict[str, Any], Any], object]
    confirm: Any = ""


ACTS = {
    "line": DossierAct(
        _("Say something of a line"), _("Keep it"), _("The line is kept."), "dossiers.write", LineForm,
        lambda told, form: acts.set_line(**told, **form.told()),
    ),
    "stage": DossierAct(
        _("Move a line to another stage"), _("Move it"), _("The line stands at its new stage."),
        "dossiers.write", StageForm, lambda told, form: acts.set_stage(**told, **form.told()),
    ),
    "describe": DossierAct(
        _("Change what is told of it"), _("Keep it"), _("What is told is kept."), "dossiers.write",
        DescribeForm, lambda told, form: acts.describe(**told, **form.told()),
    ),
    "confirm": DossierAct(
        _("Confirm the draft"), _("Confirm it"), _("The dossier is confirmed."), "dossiers.file", ConfirmForm,
        lambda told, _form: acts.confirm(**told),
    ),
    "close": DossierAct(
        _("Close the dossier"), _("Close it now"), _("The dossier was closed."), "dossiers.file", CloseForm,
        lambda told, form: acts.close(**told, **form.told()),
        _("A closed dossier takes no further paper and is not opened again. Close it?"),
    ),
}  # fmt: skip


@signed_in
@require_GET
def dossier_page(request: HttpRequest, no: str) -> HttpResponse:
    """One dossier with its checklist."""
    return _shown(request, no)


@signed_in
@require_POST
def act_on(request: HttpRequest, no: str, act: str) -> HttpResponse:
    """Do one of the acts of the page."""
    actor, on = actor_of(request), business_day()
    if act not in ACTS:
        raise FieldsRefused(fields=act)
    access.require(actor, ACTS[act].right, f"dossier:{no}")
    dossier = dossiers.get_dossier(actor, no, on=on)
    form = ACTS[act].form(dossier, actor, on, request.POST)
    told: dict[str, Any] = {"actor": actor, "on": on, "no": no}
    if tried(request, form, lambda: ACTS[act].do(told, form) or True) is None:
        return _shown(request, no, **{act: form})
    messages.success(request, str(ACTS[act].done))
    return redirect("dossier", no)


@signed_in
@require_GET
def card(request: HttpRequest, no: str) -> HttpResponse:
    """The dossier as a printed card: what is told of it as the reader may see it, and its checklist."""
    actor, on = actor_of(request), business_day()
    content = room.print_dossier(actor=actor, on=on, no=no)
    return file_answer(content, f"dossier-{on.isoformat()}", "pdf")


def _shown(request: HttpRequest, no: str, **bound: forms.Form) -> HttpResponse:
    actor, on = actor_of(request), business_day()
    dossier = dossiers.get_dossier(actor, no, on=on)
    kind = dossiers.kind_of(dossier, on)
    lines = [line(now) for now in dossiers.checklist(actor, dossier, on)]
    names = {group.code: group.words for group in kind.groups}
    grouped = groupby(lines, key=lambda one: one["now"].line.group)
    state = dossiers.of_dossiers([dossier.pk], on).get(dossier.pk)
    beside = [paper(one) for one in dossiers.papers_of(actor, dossier, on) if not one.item]
    told = {
        "dossier": dossier,
        "kind": kind,
        "grade": grades.grade_names(on).get(dossier.secrecy, dossier.secrecy),
        "is_draft": kind.confirmed_by_director and not dossier.confirmed_on,
        "state": state,
        "share": share_text(state),
        "groups": [(names.get(code, ""), list(rows)) for code, rows in grouped],
        "beside": beside,
        "told": dossiers.facts_told(dossier, on),
        "facts": [(fact, text) for fact, text in dossiers.facts_of(actor, dossier, on)],
        "stages": _stages(dossier, kind),
        "history": _history(dossier),
        "may_locate": actor.may("custody.read"),
        "forms": _offered(dossier, actor, on, kind, bound),
        "may_add": actor.may("dossiers.write") and not dossier.closed_on,
        "may_print": actor.may("exports.read"),
    }
    return render(request, "dossiers/one.html", told, status=422 if bound else 200)


def _offered(
    dossier: Any, actor: Any, on: Any, kind: Any, bound: dict[str, forms.Form]
) -> list[dict[str, Any]]:
    if dossier.closed_on:
        return []
    hidden = set() if kind.confirmed_by_director and not dossier.confirmed_on else {"confirm"}
    return [
        {
            "code": code, "act": act, "form": bound.get(code) or act.form(dossier, actor, on),
            "is_open": code in bound,
        }
        for code, act in ACTS.items()
        if actor.may(act.right) and code not in hidden
    ]  # fmt: skip


def _stages(dossier: Any, kind: Any) -> list[dict[str, Any]]:
    return [
        {
            "one": step,
            "line": found.words if (found := kind.line(step.code)) else step.code,
            "before": dossiers.stage_word(step.before),
            "stage": dossiers.stage_word(step.stage),
        }
        for step in dossiers.stages_of(dossier)[:SHOWN_ENTRIES]
    ]


def _history(dossier: Any) -> list[dict[str, Any]]:
    """What was done to it, as the trail has it; values stay in the trail, of facts their names are told."""
    entries = trail.search(subject=f"dossier:{dossier.no}", outcome="done")[:SHOWN_ENTRIES]
    return [
        {"one": entry, "word": act_word(entry.act), "what": (entry.after or {}).get("title", "")}
        for entry in entries
    ]


urlpatterns = [
    path("dossiers/one/<str:no>/", dossier_page, name="dossier"),
    path("dossiers/one/<str:no>/card/", card, name="dossier_card"),
    path("dossiers/one/<str:no>/do/<str:act>/", act_on, name="dossier_act"),
]
