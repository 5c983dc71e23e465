"""Documents of terms: read as a table by grade, adopted, changed by a text that goes through the chain."""

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
from xinheng.judgements.terms import queries as terms
from xinheng.judgements.terms import services
from xinheng.runs.services import business_day
from xinheng.web.pages import terms_words
from xinheng.web.pages.acting import day_field
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.policy_list import named
from xinheng.web.pages.trying import dressed, tried


class AdoptForm(forms.Form):
    """From which day shipped terms hold."""

    places = {"policy_day_taken": "effective_from"}
    effective_from = day_field(_("Holds from"), required=True)


class ChangeForm(forms.Form):
    """The text of a further version, why it changes, and from which day it is to hold."""

    places = {
        "policy_invalid": "text", "policy_header_invalid": "text", "policy_version_exists": "text",
        "policy_day_taken": "effective_from", "day_gone_by": "effective_from", "draft_unreadable": "text",
    }  # fmt: skip
    text = forms.CharField(
        label=_("The text"),
        max_length=300_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 28, "class": "form-control xh-code", "spellcheck": "false"}),
        help_text=_("Give it a version of its own. Terms granted before stay until the next grade."),
    )
    purpose = forms.CharField(label=_("What the change is for"), max_length=600)
    effective_from = day_field(_("Holds from"), required=True)


@signed_in
@require_GET
def document_list(request: HttpRequest) -> HttpResponse:
    """The terms in force, the shipped ones never adopted here, and the changes on their way."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "terms.read")
    told = {
        "rows": [
            {"kept": kept, "name": named(kept), "grades": len(terms.load(kept.text).grades)}
            for kept in packs.documents_in_force(terms.KIND, on=on)
        ],
        "packs": [{"pack": pack, "name": named(pack.header)} for pack in packs.not_adopted(terms.KIND)],
        "drafts": [
            {"draft": one, "name": named(one), "state": packs.DRAFT_STATES[one.state],
             "address": reverse("terms_change", args=[one.pk])}
            for one in (packs.drafts(actor, terms.KIND)[:20] if actor.may("policies.read") else ())
        ],
        "may_adopt": actor.may("policies.adopt"),
    }  # fmt: skip
    return render(request, "terms/documents.html", told)


@signed_in
@require_GET
def document(request: HttpRequest, code: str) -> HttpResponse:
    """One document of terms: what each grade entitles to, with the marks of the source."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "terms.read")
    kept = packs.in_force(terms.KIND, code, on=on)
    told = {
        "kept": kept,
        **_read(terms.load(kept.text)),
        "may_change": actor.may("policies.draft") and actor.may("approvals.submit"),
    }
    return render(request, "terms/document.html", told)


def _read(held: Any) -> dict[str, Any]:
    return {
        "document": held,
        "name": terms_words.text_of(held.name),
        "about": terms_words.text_of(held.about),
        "source": terms_words.text_of(held.source),
        "heads": terms_words.heads_of(held),
        "rows": terms_words.rows_of(held),
        "rules": terms_words.rules_of(held),
    }


@signed_in
def adopt(request: HttpRequest, code: str) -> HttpResponse:
    """Adopt shipped terms from a day on, once they were read; until then they are a draft."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "policies.adopt", f"terms:{code}")
    pack = next((one for one in packs.not_adopted(terms.KIND) if one.header.code == code), None)
    if pack is None:
        raise PolicyUnknown(code=code, version="")
    sent = request.POST if request.method == "POST" else None
    form = AdoptForm(sent, initial={"effective_from": on})
    dressed(form)
    told: dict[str, Any] = {"actor": actor, "on": on, "kind": terms.KIND, "text": pack.text}
    kept = tried(request, form, lambda: adopting.adopt(**told, **form.cleaned_data))
    if kept:
        said = {"name": named(kept), "version": kept.version, "day": kept.effective_from}
        messages.success(request, gettext("%(name)s %(version)s holds from %(day)s.") % said)
        return redirect("terms_documents")
    shown = {"form": form, **_read(terms.load(pack.text))}
    return render(request, "terms/adopt.html", shown, status=422 if form.is_bound else 200)


@signed_in
def change(request: HttpRequest, code: str) -> HttpResponse:
    """Send a further version through the chain of approval; nothing is kept of a text that is wrong."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "policies.draft", f"terms:{code}")
    access.require(actor, "approvals.submit", f"terms:{code}")
    kept = packs.in_force(terms.KIND, code, on=on)
    sent = request.POST if request.method == "POST" else None
    form = ChangeForm(sent, initial={"text": kept.text, "effective_from": on})
    dressed(form)
    told: dict[str, Any] = {"actor": actor, "on": on, "code": code}
    draft = tried(request, form, lambda: services.propose_version(**told, **form.cleaned_data))
    if draft:
        messages.success(request, gettext("The change waits for approval."))
        return redirect("terms_change", draft.pk)
    shown = {"form": form, "kept": kept, "name": named(kept)}
    return render(request, "terms/change.html", shown, status=422 if form.is_bound else 200)


@signed_in
@require_GET
def change_page(request: HttpRequest, draft_id: int) -> HttpResponse:
    """A further version on its way: as it would read, its text, and where it is decided on."""
    actor = actor_of(request)
    access.require(actor, "terms.read")
    draft = packs.draft(actor, draft_id)
    if draft.kind != terms.KIND:
        return redirect("draft", draft_id)
    text = packs.revisions(draft_id)[0].text
    told = {"draft": draft, "state": packs.DRAFT_STATES[draft.state], "text": text, **_read(terms.load(text))}
    return render(request, "terms/change_page.html", told)


urlpatterns = [
    path("terms/documents/", document_list, name="terms_documents"),
    path("terms/changes/<int:draft_id>/", change_page, name="terms_change"),
    path("terms/documents/<slug:code>/", document, name="terms_document"),
    path("terms/documents/<slug:code>/adopt/", adopt, name="adopt_terms"),
    path("terms/documents/<slug:code>/change/", change, name="change_terms"),
]
