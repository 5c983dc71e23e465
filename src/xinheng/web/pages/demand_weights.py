"""The document of weights: what holds today, and a change with its reason."""

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
from xinheng.judgements.demand import queries as demand
from xinheng.judgements.demand import services as acts
from xinheng.runs.services import business_day
from xinheng.web.pages.acting import day_field
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.trying import dressed, tried


class WeightsForm(forms.Form):
    """The whole text, from when it holds, and why it changes."""

    places = {"demand_policy_invalid": "text", "policy_version_exists": "text"}
    text = forms.CharField(
        label=_("The text"), widget=forms.Textarea(attrs={"rows": 26, "class": "form-control xh-code"}),
        help_text=_("Give it a version of its own. Runs keep the version they were made by."),
    )  # fmt: skip
    purpose = forms.CharField(label=_("Reason"), max_length=300)
    effective_from = day_field(_("Holds from"), required=True)


@signed_in
@require_GET
def weights(request: HttpRequest) -> HttpResponse:
    """The rules and weights that hold today, their versions, and changes on their way."""
    actor, on = actor_of(request), business_day()
    held = demand.weights(actor, on=on)
    may_see = actor.may("policies.read")
    told = {
        "here": "weights",
        "held": held,
        "factors": [_factor(one) for one in held.rules.factors],
        "versions": packs.documents(held.rules.kind),
        "drafts": [
            {"draft": one, "state": packs.DRAFT_STATES[one.state],
             "address": reverse("approval", args=[one.request_id]) if one.request_id else ""}
            for one in (packs.drafts(actor, held.rules.kind)[:20] if may_see else ())
        ],
        "may_change": actor.may("demand.run")
        and (actor.may("policies.adopt") or (actor.may("policies.draft") and actor.may("approvals.submit"))),
    }  # fmt: skip
    return render(request, "demand/weights.html", told)


def _factor(one: Any) -> dict[str, Any]:
    if one.series:
        source = gettext("series %(code)s") % {"code": one.series}
        against = gettext("against a year before") if one.against == "year" else f"÷ {one.neutral:g}"
        return {"one": one, "source": source, "against": against}
    if one.entries:
        source = gettext("entries: %(kind)s") % {"kind": demand.ENTRY_WORDS.get(one.entries, one.entries)}
        return {
            "one": one,
            "source": source,
            "against": gettext("%(share)s a step") % {"share": f"{one.step:.1%}"},
        }
    return {"one": one, "source": gettext("the readings of large consumers"),
            "against": gettext("against a year before")}  # fmt: skip


@signed_in
def change_weights(request: HttpRequest) -> HttpResponse:
    """Adopt the first own version, or send a further one through the chain of approval."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "demand.run")
    held = demand.weights(actor, on=on)
    sent = request.POST if request.method == "POST" else None
    form = WeightsForm(sent, initial={"text": held.text, "effective_from": on})
    dressed(form)
    if sent is not None:
        told: dict[str, Any] = {"actor": actor, "on": on}
        kept = tried(request, form, lambda: acts.propose_weights(**told, **form.cleaned_data))
        if kept:
            messages.success(request, gettext("The change is kept with its reason."))
            return redirect("demand_weights")
    shown = {"form": form, "here": "weights", "held": held}
    return render(request, "demand/change.html", shown, status=422 if sent is not None else 200)


urlpatterns = [
    path("demand/weights/", weights, name="demand_weights"),
    path("demand/weights/change/", change_weights, name="change_demand_weights"),
]
