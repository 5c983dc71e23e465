"""Simulations: what another policy would have given on past days, who would move, and by which rule."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.packs import queries as packs
from xinheng.judgements.policies import services as policies
from xinheng.judgements.ratings import queries as ratings
from xinheng.judgements.ratings import services as rating
from xinheng.judgements.ratings.values import Plan, PolicyText
from xinheng.reports import services as reports
from xinheng.runs import services as runs
from xinheng.web.pages.acting import day_field
from xinheng.web.pages.comparisons import policy_choices
from xinheng.web.pages.edge import actor_of, go_to, signed_in, wants_part
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.policy_list import KIND
from xinheng.web.pages.simulated_words import STATES, case_side, day_told, mover_row, scales_of
from xinheng.web.pages.trying import dressed, tried

AT_ONCE = 20_000  # customers, over all days, that are rated while the reader waits
SHOWN = 100
CHOSEN = ("old", "new", "kind", "code", "turn", "section")


class StartForm(forms.Form):
    """Which policy, set against which, on which days."""

    places = {"simulation_day_ahead": "on", "not_measured": "on", "policy_not_in_force": "against"}
    new = forms.ChoiceField(label=_("Policy to simulate"))
    against = forms.ChoiceField(
        label=_("Set against"),
        required=False,
        help_text=_("The version in force on the last day, if nothing is chosen."),
    )
    on = day_field(_("Last day"), required=True)
    series = forms.IntegerField(
        label=_("Days"),
        min_value=1,
        max_value=60,
        initial=12,
        help_text=_("The last day and the month-ends before it, as far as they are measured."),
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = policy_choices(actor)
        self.fields["new"].choices = choices  # type: ignore[attr-defined]
        self.fields["against"].choices = [("", _("in force")), *choices]  # type: ignore[attr-defined]
        dressed(self)


@signed_in
@require_GET
def simulation_list(request: HttpRequest) -> HttpResponse:
    """The kept simulations, the newest first."""
    actor = actor_of(request)
    found = ratings.simulations(actor)
    page = Paginator(found, SHOWN).get_page(request.GET.get("page"))
    rows = [{"one": one, "state": STATES[one.state]} for one in page]
    told = {"rows": rows, "page": page, "may_simulate": actor.may("policies.simulate")}
    return render(request, "policies/simulations.html", told)


@signed_in
def start_simulation(request: HttpRequest) -> HttpResponse:
    """Ask what to simulate; a small base is answered at once, a large one in the background."""
    actor, on = actor_of(request), runs.business_day()
    access.require(actor, "policies.simulate")
    form = StartForm(
        actor, request.POST if request.method == "POST" else None,
        initial={"on": on, "new": request.GET.get("new", ""), "against": request.GET.get("against", "")},
    )  # fmt: skip
    if request.method == "POST":
        number = tried(request, form, lambda: _begun(actor, on, form.cleaned_data))
        if number:
            return redirect("simulation", number)
    return render(request, "policies/simulate.html", {"form": form}, status=422 if form.is_bound else 200)


def _begun(actor: Actor, on: date, asked: dict[str, Any]) -> int:
    new = PolicyText(*packs.text_named(actor, KIND, asked["new"], on=asked["on"]))
    plan = Plan(new, _against(actor, new, asked), rating.month_ends(asked["on"], asked["series"]))
    begun = rating.begin_simulation(actor=actor, on=on, plan=plan)
    if rating.sized(plan) <= AT_ONCE:
        rating.run_simulation(actor=actor, on=on, number=begun.number)
    else:
        runs.enqueue_simulation(begun.number, actor.login)
    return begun.number


def _against(actor: Actor, new: PolicyText, asked: dict[str, Any]) -> PolicyText:
    if asked["against"]:
        return PolicyText(*packs.text_named(actor, KIND, asked["against"], on=asked["on"]))
    code = policies.load(new.text, file=new.label).code
    held = packs.in_force(KIND, code, on=asked["on"])
    return PolicyText(f"{held.code}@{held.version}", held.text)


@signed_in
@require_GET
def simulation_page(request: HttpRequest, number: int) -> HttpResponse:
    """One simulation: how far it is, or what it found on a day."""
    actor = actor_of(request)
    kept = ratings.simulation(actor, number)
    under_way = kept.state in ("waiting", "running")
    if wants_part(request):
        if not under_way:
            return go_to(request, reverse("simulation", args=[number]))
        return render(request, "policies/simulation_note.html", {"kept": kept, "total": _total(kept)})
    day = next((one for one in kept.days if one.as_of.isoformat() == request.GET.get("day")), None)
    told = {
        "kept": kept,
        "state": STATES[kept.state],
        "under_way": under_way,
        "total": _total(kept),
        "day": None,
        "may_export": actor.may("exports.read"),
        "may_simulate": actor.may("policies.simulate"),
    }
    if kept.days:
        told |= day_told(kept, day or kept.days[-1])
    return render(request, "policies/simulation.html", told)


def _total(kept: Any) -> int:
    return len(kept.asked) - len(kept.not_measured)


@signed_in
@require_GET
def simulation_movers(request: HttpRequest, number: int, day: str) -> HttpResponse:
    """Who would move on a day: of one cell of the table of moves, or by one rule."""
    actor, as_of = actor_of(request), _day(day)
    kept = ratings.simulation(actor, number)
    chosen = {name: request.GET[name][:60] for name in CHOSEN if request.GET.get(name)}
    found = ratings.simulated_movers(actor, number, as_of, on=runs.business_day(), chosen=chosen)
    page = Paginator(found, SHOWN).get_page(request.GET.get("page"))
    old, new = scales_of(kept)
    told = {
        "kept": kept,
        "as_of": as_of,
        "page": page,
        "count": len(found),
        "rows": [mover_row(one, old, new) for one in page],
        "chosen": chosen,
    }
    return render(request, "policies/movers.html", told)


@signed_in
@require_GET
def simulation_case(request: HttpRequest, number: int, day: str) -> HttpResponse:
    """Why both policies grade one customer as they do."""
    actor, as_of, no = actor_of(request), _day(day), request.GET.get("no", "")[:40]
    kept = ratings.simulation(actor, number)
    case = ratings.simulated_case(actor, number, as_of, no, on=runs.business_day())
    old, new = scales_of(kept)
    sides = [case_side(case.old, old, gettext("Old policy")), case_side(case.new, new, gettext("New policy"))]
    return render(request, "policies/case.html", {"kept": kept, "case": case, "sides": sides})


@signed_in
@require_POST
def cancel_simulation(request: HttpRequest, number: int) -> HttpResponse:
    """Stop a simulation that waits or runs."""
    rating.cancel_simulation(actor=actor_of(request), on=runs.business_day(), number=number)
    messages.success(request, gettext("The simulation stops after the day it is at."))
    return redirect("simulation", number)


@signed_in
@require_POST
def discard_simulation(request: HttpRequest, number: int) -> HttpResponse:
    """Throw a simulation away."""
    rating.discard_simulation(actor=actor_of(request), on=runs.business_day(), number=number)
    messages.success(request, gettext("Simulation %(number)s is thrown away.") % {"number": number})
    return redirect("simulations")


@signed_in
@require_GET
def export_simulation(request: HttpRequest, number: int) -> HttpResponse:
    """One simulation as a workbook."""
    content = reports.export_simulation(actor=actor_of(request), on=runs.business_day(), number=number)
    return workbook_answer(content, f"simulation-{number}.xlsx")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Http404 from None


urlpatterns = [
    path("workshop/simulations/", simulation_list, name="simulations"),
    path("workshop/simulations/new/", start_simulation, name="start_simulation"),
    path("workshop/simulations/<int:number>/", simulation_page, name="simulation"),
    path("workshop/simulations/<int:number>/cancel/", cancel_simulation, name="cancel_simulation"),
    path("workshop/simulations/<int:number>/discard/", discard_simulation, name="discard_simulation"),
    path("workshop/simulations/<int:number>/export/", export_simulation, name="export_simulation"),
    path(
        "workshop/simulations/<int:number>/<str:day>/customers/", simulation_movers, name="simulation_movers"
    ),
    path("workshop/simulations/<int:number>/<str:day>/customer/", simulation_case, name="simulation_case"),
]
