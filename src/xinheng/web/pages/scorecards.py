"""Scorecards: the cards that rate silently beside a policy, and how both did on each run."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.packs import queries as packs
from xinheng.judgements.policies import services as policies
from xinheng.judgements.ratings import queries as ratings
from xinheng.judgements.scorecards import queries
from xinheng.judgements.scorecards import services as scorecards
from xinheng.judgements.scorecards.values import Outcome
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.web.pages.acting import day_field
from xinheng.web.pages.compared_cards import badges, side_by_side
from xinheng.web.pages.comparisons import policy_choices
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.policy_list import KIND, named
from xinheng.web.pages.scales import policy_scale
from xinheng.web.pages.simulated_words import index_text, index_word
from xinheng.web.pages.trying import dressed, tried

SHOWN = 50


class ChallengeForm(forms.Form):
    """Which card rates beside which policy, and from which day on."""

    places = {
        "policy_not_in_force": "since",
        "policy_invalid": "card",
        "policy_unknown": "card",
        "not_a_scorecard": "card",
        "challenger_unusable": "card",
    }
    champion = forms.ChoiceField(label=_("Beside which policy"))
    card = forms.ChoiceField(
        label=_("Card"), help_text=_("A draft, a version or a shipped pack that grades by points.")
    )
    since = day_field(_("From"), required=True, hint=_("It rates on each run from this day on."))

    def __init__(self, actor: Actor, on: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = packs.documents_in_force(KIND, on=on)
        self.fields["champion"].choices = [(one.code, named(one)) for one in held]  # type: ignore[attr-defined]
        self.fields["card"].choices = policy_choices(actor)  # type: ignore[attr-defined]
        dressed(self)


class EndedForm(forms.Form):
    """What counts as bad after the day of a run."""

    places = {"window_open": "within_months"}
    late_days = forms.IntegerField(
        label=_("Bad: days late"), min_value=0, max_value=3650, initial=Outcome.late_days
    )
    within_months = forms.IntegerField(
        label=_("Months waited"), min_value=1, max_value=120, initial=Outcome.within_months
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dressed(self)


@signed_in
@require_GET
def scorecard_list(request: HttpRequest) -> HttpResponse:
    """The challengers that rate and those that ended, and the runs they rated on."""
    actor, on = actor_of(request), business_day()
    found = list(queries.challengers(actor).order_by("-since", "-id"))
    may_compare = actor.may("ratings.read")
    runs: Any = queries.compared_runs(actor) if may_compare else []
    page: Any = Paginator(runs, SHOWN).get_page(request.GET.get("page"))
    told = {
        "running": [(one, _named(one)) for one in found if not _has_ended(one, on)],
        "ended": [(one, _named(one)) for one in found if _has_ended(one, on)],
        "page": page,
        "may_compare": may_compare,
        "may_fit": _may_challenge(actor),
    }
    return render(request, "scorecards/list.html", told)


def _has_ended(one: Any, on: date) -> bool:
    return one.until is not None and one.until <= on


def _named(one: Any) -> str:
    """The card's name in the reader's language."""
    return policy_scale(policies.load(one.text)).policy_name


def _may_challenge(actor: Actor) -> bool:
    return actor.may("scorecards.fit") and actor.may("policies.read")


@signed_in
def challenge_policy(request: HttpRequest) -> HttpResponse:
    """Let a card rate silently beside a policy."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "scorecards.fit")
    sent = request.POST if request.method == "POST" else None
    form = ChallengeForm(actor, on, sent, initial={"since": on, "card": request.GET.get("card", "")})
    if request.method == "POST" and (added := tried(request, form, lambda: _added(actor, on, form))):
        told = {"card": f"{added.code}@{added.version}", "champion": added.champion}
        messages.success(request, gettext("%(card)s rates beside %(champion)s and changes no grade.") % told)
        return redirect("challenger", added.pk)
    return render(request, "scorecards/challenge.html", {"form": form}, status=422 if form.is_bound else 200)


def _added(actor: Actor, on: date, form: ChallengeForm) -> Any:
    asked = form.cleaned_data
    _label, text = packs.text_named(actor, KIND, asked["card"])
    return scorecards.challenge(
        actor=actor, on=on, champion=asked["champion"], text=text, since=asked["since"]
    )


@signed_in
@require_POST
def retire_challenger(request: HttpRequest, challenger_id: int) -> HttpResponse:
    """Let a challenger rate no more; what it gave is kept."""
    ended = scorecards.retire(actor=actor_of(request), on=business_day(), challenger_id=challenger_id)
    told = {"card": f"{ended.code}@{ended.version}", "until": ended.until}
    messages.success(request, gettext("%(card)s rates no more from %(until)s on.") % told)
    return redirect("challenger", challenger_id)


@signed_in
@require_GET
def challenger_page(request: HttpRequest, challenger_id: int) -> HttpResponse:
    """One challenger, and what it gave on each run."""
    actor, on = actor_of(request), business_day()
    one = queries.challenger(actor, challenger_id)
    page = Paginator(queries.challenged(actor, challenger_id), SHOWN).get_page(request.GET.get("page"))
    rows = [
        {
            "run": run,
            "grades": badges(run.counts or {}),
            "unstable": index_text(run.unstable),
            "word": "" if run.unstable is None else index_word(run.unstable),
        }
        for run in page
    ]
    told = {
        "one": one,
        "name": _named(one),
        "has_ended": _has_ended(one, on),
        "rows": rows,
        "page": page,
        "whole": actor.scope.reach == "everything",
        "may_compare": actor.may("ratings.read"),
        "may_fit": actor.may("scorecards.fit"),
    }
    return render(request, "scorecards/challenger.html", told)


@signed_in
@require_GET
def compared_run(request: HttpRequest, run_id: int) -> HttpResponse:
    """The policy in force and its challengers on one run, side by side."""
    actor, on = actor_of(request), business_day()
    form = EndedForm(request.GET if "late_days" in request.GET else None)
    found = None
    if form.is_bound:
        found = tried(
            request,
            form,
            lambda: queries.side_by_side(actor, run_id, on=on, outcome=Outcome(**form.cleaned_data)),
        )
    is_ended = found is not None
    if found is None:
        found = queries.side_by_side(actor, run_id, on=on)
    told = {
        "run": ratings.get_run(run_id),
        "form": form,
        "is_ended": is_ended,
        "whole": actor.scope.reach == "everything",
        "may_export": actor.may("exports.read"),
        **side_by_side(found),
    }
    refused = form.is_bound and not is_ended
    return render(request, "scorecards/compared.html", told, status=422 if refused else 200)


@signed_in
@require_GET
def export_compared(request: HttpRequest, run_id: int) -> HttpResponse:
    """One run side by side, as a workbook; with how it ended where that was asked and is known."""
    form = EndedForm(request.GET)
    outcome = Outcome(**form.cleaned_data) if form.is_valid() else None
    content = reports.export_side_by_side(
        actor=actor_of(request), on=business_day(), run_id=run_id, outcome=outcome
    )
    return workbook_answer(content, f"scorecards-run-{run_id}.xlsx")


urlpatterns = [
    path("scorecards/", scorecard_list, name="scorecards"),
    path("scorecards/challenge/", challenge_policy, name="challenge_policy"),
    path("scorecards/<int:challenger_id>/", challenger_page, name="challenger"),
    path("scorecards/<int:challenger_id>/retire/", retire_challenger, name="retire_challenger"),
    path("scorecards/runs/<int:run_id>/", compared_run, name="compared_run"),
    path("scorecards/runs/<int:run_id>/export/", export_compared, name="export_compared"),
]
