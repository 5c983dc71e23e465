"""The questionnaires there are, how each reads, and drafts of the site's own."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.base.approvals import queries as minutes
from xinheng.base.kernel.actors import Actor
from xinheng.base.packs import queries as packs
from xinheng.base.packs import services as drafting
from xinheng.base.packs.errors import DraftChanged
from xinheng.facts.customers import queries as customers
from xinheng.judgements.ratings import services as judging
from xinheng.runs.services import business_day
from xinheng.web.pages.customer_file import CHANNELS
from xinheng.web.pages.customer_judgement import in_words
from xinheng.web.pages.edge import actor_of, note, signed_in
from xinheng.web.pages.policy_list import named
from xinheng.web.pages.survey_words import POINTS
from xinheng.web.pages.trying import tried
from xinheng.web.pages.workshop_forms import SubmitForm

KIND = "form"
EMPTY = """\
kind: form
code: my_form
version: "1"
name: {zh: 新调查表, en: New form}
source: ""
channels: [customer, observation, own_dealings]
groups:
  - {zh: 基本情况, en: Basic data, items: [address, phone]}
"""


@signed_in
@require_GET
def form_list(request: HttpRequest) -> HttpResponse:
    """Every questionnaire in force today, versions that come or ended, and the drafts one may see."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "customers.read")
    may_read = actor.may("policies.read")
    told = {
        "forms": [_listed(one) for one in customers.forms(on=on).values()],
        "versions": _versions(on) if may_read else [],
        "drafts": [_draft(one) for one in packs.drafts(actor, KIND)] if may_read else [],
        "may_draft": actor.may("policies.draft"),
        "here": "forms",
        "may_judge": actor.may("ratings.read"),
    }
    return render(request, "surveys/forms.html", told)


def _listed(form: Any) -> dict[str, Any]:
    return {
        "form": form,
        "items": len(form.items),
        "questions": len(form.questions),
        "own": bool(form.sha256),
    }


def _versions(on: Any) -> list[dict[str, Any]]:
    return [
        {
            "document": one,
            "name": named(one),
            "holds": one.effective_from <= on and (one.effective_until is None or one.effective_until > on),
            "coming": one.effective_from > on,
        }
        for one in packs.documents(KIND)
    ]


def _draft(one: Any) -> dict[str, Any]:
    return {"draft": one, "name": named(one) or _("without a name"), "state": packs.DRAFT_STATES[one.state]}


@signed_in
@require_GET
def form_page(request: HttpRequest, code: str) -> HttpResponse:
    """One questionnaire as it reads, in the version in force or in the one asked for."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "customers.read")
    version = request.GET.get("version", "")[:20]
    form = customers.form_version(code, version) if version else customers.forms(on=on).get(code)
    if form is None:
        raise Http404
    known, asked = customers.catalogue(), judging.form_questions(form, on=on)
    told = {
        "form": form,
        "groups": [
            (one.name, [(known[code], code in form.required) for code in one.items]) for one in form.groups
        ],
        "questions": [(in_words(asked[code]) if code in asked else code) for code in form.questions],
        "channels": [CHANNELS.get(one, one) for one in form.channels],
        "points": [(POINTS[one], one in form.noted) for one in form.review],
        "versions": [one for one in _versions(on) if one["document"].code == code],
        "may_draft": actor.may("policies.draft"),
    }  # fmt: skip
    return render(request, "surveys/form.html", told)


@signed_in
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a draft with a questionnaire as it stands, or with a small sound one."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "policies.draft")
    code = request.POST.get("from", "")[:40]
    form = customers.forms(on=on).get(code)
    if code and form is None:
        raise Http404
    version = str(packs.documents(KIND).filter(code=code).count() + 2) if form else "1"
    draft = drafting.begin_draft(
        actor=actor, on=on, kind=KIND, text=customers.form_text(form, version=version) if form else EMPTY,
        started_from=f"{code}@{form.version}" if form else "",
    )  # fmt: skip
    return redirect("form_draft", draft.pk)


@signed_in
def draft_page(request: HttpRequest, draft_id: int) -> HttpResponse:
    """The text of a draft with its faults; it is saved, submitted or given up here."""
    actor = actor_of(request)
    draft = packs.draft(actor, draft_id)
    if draft.kind != KIND:
        raise Http404
    if request.method == "POST":
        return _acted(request, actor, draft)
    return _shown(request, actor, draft)


def _acted(request: HttpRequest, actor: Actor, draft: Any) -> HttpResponse:
    on, step = business_day(), request.POST.get("step", "")
    access.require(actor, "policies.draft", f"draft:{draft.pk}")
    if step == "save":
        return _saved(request, actor, draft)
    if step == "discard":
        drafting.discard_draft(actor=actor, on=on, draft_id=draft.pk)
        messages.success(request, _("The draft is given up."))
        return redirect("survey_forms")
    if step != "submit":
        raise Http404
    form = SubmitForm(request.POST)
    kept = tried(
        request,
        form,
        lambda: drafting.submit_draft(
            actor=actor, on=on, draft_id=draft.pk, revision=draft.revision, **form.cleaned_data
        ),
    )
    if kept is None:
        return _shown(request, actor, draft, status=422, submit_form=form)
    messages.success(request, _("The draft is submitted for approval."))
    return redirect("form_draft", draft.pk)


def _saved(request: HttpRequest, actor: Actor, draft: Any) -> HttpResponse:
    text, seen = request.POST.get("text", ""), request.POST.get("revision", "")
    revision = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else 0
    try:
        kept = drafting.save_draft(
            actor=actor, on=business_day(), draft_id=draft.pk, revision=revision, text=text
        )
    except DraftChanged as refusal:
        note(request, refusal)
        return _shown(request, actor, draft, status=409, text=text, problem=str(refusal))
    messages.success(request, _("Revision %(number)s is saved.") % {"number": kept.revision})
    return redirect("form_draft", draft.pk)


def _shown(request: HttpRequest, actor: Actor, draft: Any, *, status: int = 200, **more: Any) -> HttpResponse:
    saved = packs.revisions(draft.pk).get(number=draft.revision).text
    text = more.get("text", saved)
    may_change = packs.may_change(actor, draft) and draft.state in {"open", "proposed"}
    asked = minutes.of_subject("policy", f"draft:{draft.pk}").first()
    told = {
        **_draft(draft),
        "text": text,
        "faults": _faults(text),
        "may_change": may_change,
        "may_submit": may_change and actor.may("approvals.submit"),
        "submit_form": SubmitForm(initial={"effective_from": business_day()}),
        "approval": asked,
        **more,
    }
    return render(request, "surveys/form_draft.html", told, status=status)


@signed_in
@require_POST
def check(request: HttpRequest, draft_id: int) -> HttpResponse:
    """What is wrong with the text as it is typed; keeps nothing."""
    actor = actor_of(request)
    access.require(actor, "policies.draft", f"draft:{draft_id}")
    packs.draft(actor, draft_id)
    told = {"faults": _faults(request.POST.get("text", ""))}
    return render(request, "policies/faults.html", told)


def _faults(text: str) -> list[dict[str, Any]]:
    """What is wrong with the text of a form, as the page of faults shows it."""
    return [{"line": line, "words": words} for line, words in customers.form_faults(text)]


urlpatterns = [
    path("surveys/forms/", form_list, name="survey_forms"),
    path("surveys/forms/begin/", begin, name="begin_form_draft"),
    path("surveys/forms/drafts/<int:draft_id>/", draft_page, name="form_draft"),
    path("surveys/forms/drafts/<int:draft_id>/check/", check, name="check_form_draft"),
    path("surveys/forms/read/<slug:code>/", form_page, name="survey_form"),
]
