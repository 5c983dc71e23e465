"""Definitions of processes: read, adopted, changed by a text that goes through the chain of approval."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from xinheng.base.access import services as access
from xinheng.base.packs import queries as packs
from xinheng.base.packs import services as adopting
from xinheng.base.packs.errors import PolicyUnknown
from xinheng.judgements.processes import queries as processes
from xinheng.judgements.processes import services as acts
from xinheng.judgements.processes.values import text_of
from xinheng.runs.services import business_day
from xinheng.web.pages import process_words
from xinheng.web.pages.acting import day_field
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.policy_list import named
from xinheng.web.pages.trying import dressed, tried

KIND = "process"


class AdoptForm(forms.Form):
    """From which day a shipped process holds."""

    places = {"policy_day_taken": "effective_from"}
    effective_from = day_field(_("Holds from"), required=True)


class ChangeForm(forms.Form):
    """The text of a further version, why it changes, and from which day it is to hold."""

    places = {
        "policy_invalid": "text", "policy_header_invalid": "text", "policy_version_exists": "text",
        "process_differs": "text", "policy_day_taken": "effective_from", "day_gone_by": "effective_from",
        "draft_unreadable": "text",
    }  # fmt: skip
    text = forms.CharField(
        label=_("The text"),
        max_length=300_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 28, "class": "form-control xh-code", "spellcheck": "false"}),
        help_text=_("Give it a version of its own. Cases under way keep the version they began by."),
    )
    purpose = forms.CharField(label=_("What the change is for"), max_length=600)
    effective_from = day_field(_("Holds from"), required=True)


@signed_in
@require_GET
def definition_list(request: HttpRequest) -> HttpResponse:
    """The processes in force, the shipped ones never adopted here, and the changes on their way."""
    actor, on = actor_of(request), business_day()
    told = {
        "rows": [
            {"kept": kept, "name": text_of(process.name), "process": process}
            for kept, process in processes.definitions(actor, on=on)
        ],
        "packs": [{"pack": pack, "name": named(pack.header)} for pack in packs.not_adopted(KIND)],
        "drafts": [
            {"draft": one, "name": named(one), "state": packs.DRAFT_STATES[one.state],
             "address": reverse("process_change", args=[one.pk])}
            for one in (packs.drafts(actor, KIND)[:20] if actor.may("policies.read") else ())
        ],
        "may_adopt": actor.may("policies.adopt"),
    }  # fmt: skip
    return render(request, "processes/definitions.html", told)


@signed_in
@require_GET
def definition(request: HttpRequest, code: str) -> HttpResponse:
    """One process as a person reads it: lanes and who holds them, steps, forms, marks of the source."""
    actor, on = actor_of(request), business_day()
    kept, process = processes.definition(actor, code, on=on)
    told = {
        "kept": kept,
        **_read(process, on),
        "may_change": actor.may("policies.draft") and actor.may("approvals.submit"),
        "may_start": actor.may("processes.start"),
    }
    return render(request, "processes/definition.html", told)


def _read(process: Any, on: Any) -> dict[str, Any]:
    roles, unheld = process_words.role_names(), processes.unheld(process, on=on)
    return {
        "process": process,
        "name": text_of(process.name),
        "about": text_of(process.about),
        "source": text_of(process.source),
        "lanes": [
            {**process_words.lane_words(lane, roles), "unheld": lane.code in unheld} for lane in process.lanes
        ],
        "steps": [process_words.step_words(process, step) for step in process.steps],
    }


@signed_in
def adopt(request: HttpRequest, code: str) -> HttpResponse:
    """Adopt a shipped process from a day on, once it was read."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "policies.adopt", f"process:{code}")
    pack = next((one for one in packs.not_adopted(KIND) if one.header.code == code), None)
    if pack is None:
        raise PolicyUnknown(code=code, version="")
    sent = request.POST if request.method == "POST" else None
    form = AdoptForm(sent, initial={"effective_from": on})
    dressed(form)
    told: dict[str, Any] = {"actor": actor, "on": on, "kind": KIND, "text": pack.text}
    kept = tried(request, form, lambda: adopting.adopt(**told, **form.cleaned_data))
    if kept:
        said = {"name": named(kept), "version": kept.version, "day": kept.effective_from}
        messages.success(request, gettext("%(name)s %(version)s holds from %(day)s.") % said)
        if kept.effective_from > on:
            return redirect("process_definitions")
        return redirect("process_definition", code)
    shown = {"form": form, **_read(processes.load(pack.text), on)}
    return render(request, "processes/adopt.html", shown, status=422 if form.is_bound else 200)


@signed_in
def change(request: HttpRequest, code: str) -> HttpResponse:
    """Send a further version through the chain of approval; nothing is kept of a text that is wrong."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "policies.draft", f"process:{code}")
    access.require(actor, "approvals.submit", f"process:{code}")
    kept, process = processes.definition(actor, code, on=on)
    sent = request.POST if request.method == "POST" else None
    form = ChangeForm(sent, initial={"text": kept.text, "effective_from": on})
    dressed(form)
    told: dict[str, Any] = {"actor": actor, "on": on, "process": code}
    draft = tried(request, form, lambda: acts.propose_version(**told, **form.cleaned_data))
    if draft:
        messages.success(request, gettext("The change waits for approval."))
        return redirect("process_change", draft.pk)
    shown = {"form": form, "kept": kept, "name": text_of(process.name)}
    return render(request, "processes/change.html", shown, status=422 if form.is_bound else 200)


@signed_in
@require_GET
def change_page(request: HttpRequest, draft_id: int) -> HttpResponse:
    """A further version on its way: as it would read, its text, and where it is decided on."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "processes.read")
    draft = packs.draft(actor, draft_id)
    if draft.kind != KIND:
        return redirect("draft", draft_id)
    text = packs.revisions(draft_id)[0].text
    told = {
        "draft": draft,
        "state": packs.DRAFT_STATES[draft.state],
        "text": text,
        **_read(processes.load(text), on),
    }
    return render(request, "processes/change_page.html", told)


urlpatterns = [
    path("processes/changes/<int:draft_id>/", change_page, name="process_change"),
    path("processes/definitions/", definition_list, name="process_definitions"),
    path("processes/definitions/<slug:code>/", definition, name="process_definition"),
    path("processes/definitions/<slug:code>/adopt/", adopt, name="adopt_process"),
    path("processes/definitions/<slug:code>/change/", change, name="change_process"),
]
