"""Saving a draft while one types: when it was saved, or why it was not, without leaving the page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.template.loader import render_to_string
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xinheng.base.access import services as access
from xinheng.base.kernel.refusal import Refusal
from xinheng.base.packs import services as drafting
from xinheng.judgements.policies import queries as policies
from xinheng.judgements.policies.errors import PolicyInvalid
from xinheng.runs.services import business_day
from xinheng.web.pages.edge import actor_of, note, signed_in
from xinheng.web.pages.workshop import revision_of, seen_text
from xinheng.web.pages.workshop_forms import placed, sent_values


@signed_in
@require_POST
def autosave_draft(request: HttpRequest, draft_id: int) -> JsonResponse:
    """Save what was typed so far, as text or as values of the form; all of it, or nothing."""
    actor, told = actor_of(request), request.POST
    access.require(actor, "policies.draft", f"draft:{draft_id}")
    try:
        if "text" in told:
            text = told["text"].replace("\r\n", "\n")
        else:
            text = policies.edited(seen_text(request, draft_id), sent_values(told))
        kept = drafting.save_draft(
            actor=actor, on=business_day(), draft_id=draft_id, revision=revision_of(request), text=text,
            is_kept=False,
        )  # fmt: skip
    except Refusal as refusal:
        if refusal.status == 403:
            raise
        note(request, refusal)
        return JsonResponse(_refused(refusal), status=refusal.status)
    at = timezone.localtime(kept.changed_at).strftime("%H:%M")
    return JsonResponse(
        {"said": _("Saved %(at)s") % {"at": at}, "revision": kept.revision, **_faults(request, text)}
    )


def _refused(refusal: Refusal) -> dict[str, Any]:
    """Why nothing was saved, and whether typing on helps: not where somebody else saved meanwhile."""
    field, cause = (str(refusal.params.get(name, "")) for name in ("field", "cause"))
    return {
        "problem": _("Not saved: %(why)s") % {"why": refusal},
        "is_over": refusal.status in (404, 409),
        "places": {field: [cause]} if field else {},
    }


def _faults(request: HttpRequest, text: str) -> dict[str, Any]:
    """What is wrong with the text: as a list, and beside the values of the form."""
    found = policies.faults_of(text)
    try:
        places = placed(policies.fields_of(text), found)
    except PolicyInvalid:
        places = {}
    return {
        "faults": render_to_string("policies/faults.html", {"faults": found}, request),
        "places": {place: causes for place, causes in places.items() if place},
    }


urlpatterns = [
    path("workshop/drafts/<int:draft_id>/autosave/", autosave_draft, name="autosave_draft"),
]
