"""The ladders of reminders: read in words, and changed as text that is checked line by line."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from xinheng.base.access import services as access
from xinheng.base.messages import queries as sent
from xinheng.base.packs import queries as packs
from xinheng.operations.dunning import queries as dunning
from xinheng.operations.dunning import services as acts
from xinheng.reports.services import said
from xinheng.runs.services import business_day
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.process_definitions import ChangeForm
from xinheng.web.pages.trying import dressed, tried

BASES: dict[str, Any] = {
    "due": gettext_lazy("days past due"),
    "month_end": gettext_lazy("days past the end of the month it is due in"),
    "last": gettext_lazy("days since the last reminder"),
}


def ladder_told(ladder: Any) -> dict[str, Any]:
    """A ladder as a person reads it."""
    return {
        "ladder": ladder,
        "name": said(ladder.name),
        "about": said(ladder.about),
        "levels": [
            {
                "one": one,
                "name": said(one),
                "basis": BASES[one.basis],
                "ways": ", ".join(str(sent.WAYS[way]) for way in one.ways),
                "title": said(ladder.wording(one.level).title),
            }
            for one in sorted(ladder.levels, key=lambda level: level.level)
        ],
    }


@signed_in
@require_GET
def ladder_list(request: HttpRequest) -> HttpResponse:
    """The ladders in force, and the changes on their way."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "dunning.read")
    found = dunning.ladders_in_force(on)
    adopted = set(packs.documents_in_force(dunning.KIND, on=on).values_list("code", flat=True))
    told = {
        "ladders": [
            {**ladder_told(ladder), "is_shipped": code not in adopted, "sha256": sha256}
            for code, (ladder, sha256) in found.items()
        ],
        "drafts": [
            {"draft": one, "state": packs.DRAFT_STATES[one.state]}
            for one in (packs.drafts(actor, dunning.KIND)[:20] if actor.may("policies.read") else ())
        ],
        "may_change": actor.may("policies.draft") and actor.may("approvals.submit"),
    }
    return render(request, "dunning/ladders.html", told)


@signed_in
def change_ladder(request: HttpRequest, code: str) -> HttpResponse:
    """Send a further version through the chain of approval; nothing is kept of a text that is wrong."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "policies.draft", f"policy:{code}")
    access.require(actor, "approvals.submit", f"policy:{code}")
    found = packs.documents_in_force(dunning.KIND, on=on).filter(code=code).first()
    text = found.text if found else dunning.shipped_ladder()
    sent_form = request.POST if request.method == "POST" else None
    form = ChangeForm(sent_form, initial={"text": text, "effective_from": on})
    form.fields["text"].help_text = _(
        "Give it a version of its own. A text of another code is another ladder, to be chosen for customers."
    )
    dressed(form)
    made = tried(request, form, lambda: acts.propose_ladder(actor=actor, on=on, **form.cleaned_data))
    if made:
        messages.success(request, _("The ladder is kept: a further version waits for approval."))
        return redirect("dunning_ladders")
    return render(request, "dunning/change.html", {"form": form}, status=422 if form.is_bound else 200)


urlpatterns = [
    path("dunning/ladders/", ladder_list, name="dunning_ladders"),
    path("dunning/ladders/<str:code>/change/", change_ladder, name="change_dunning_ladder"),
]
