"""Runs of demand forecasts: started in the queue, watched while they are made, kept, proven again."""

from __future__ import annotations

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
from xinheng.judgements.demand import queries as demand
from xinheng.judgements.demand import services as acts
from xinheng.judgements.demand.values import FREQUENCIES, HORIZONS, NewRun
from xinheng.reports import services as reports
from xinheng.runs import services as runs
from xinheng.runs.services import business_day
from xinheng.web.pages.acting import day_field
from xinheng.web.pages.demand_words import factor_lines
from xinheng.web.pages.edge import actor_of, signed_in, wants_part
from xinheng.web.pages.trying import dressed, tried

A_PAGE = 30


class RunForm(forms.Form):
    """What is forecast, from which day and how far."""

    as_of = day_field(_("As of"), required=True, hint=_("Nothing of this day or later is looked at."))
    frequency = forms.ChoiceField(label=_("Frequency"), choices=list(demand.FREQUENCY_WORDS.items()))
    horizon = forms.IntegerField(
        label=_("Periods ahead"), min_value=1, max_value=max(HORIZONS.values()), initial=12,
        help_text=_("Months: up to 36; days: up to 400; hours: up to 336."),
    )  # fmt: skip
    leaf = forms.ChoiceField(
        label=_("Added up from"), choices=list(demand.LEAF_WORDS.items()),
        help_text=_("Large companies add up industries of areas; then no single consumer is forecast."),
    )  # fmt: skip
    reason = forms.CharField(label=_("Reason"), required=False, max_length=300)


@signed_in
def run_list(request: HttpRequest) -> HttpResponse:
    """The runs, and a form to start one."""
    actor, on = actor_of(request), business_day()
    sent = request.POST if request.method == "POST" else None
    form = RunForm(sent, initial={"as_of": on})
    dressed(form)
    if sent is not None:
        access.require(actor, "demand.run")
        run = tried(
            request, form, lambda: acts.begin_run(actor=actor, on=on, new=NewRun(**form.cleaned_data))
        )
        if run:
            runs.enqueue_forecast(run.pk, actor.login)
            return redirect("demand_run", run.pk)
    wanted = request.GET.get("frequency", "")
    rows = demand.runs(actor, frequency=wanted if wanted in FREQUENCIES else "")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    told = {
        "here": "runs",
        "page": page,
        "lines": [_line(one) for one in page],
        "frequency": wanted,
        "frequencies": list(demand.FREQUENCY_WORDS.items()),
        "form": form if actor.may("demand.run") else None,
    }
    return render(request, "demand/runs.html", told, status=422 if sent is not None else 200)


def _line(one: Any) -> dict[str, Any]:
    return {
        "run": one, "frequency": demand.FREQUENCY_WORDS[one.frequency], "leaf": demand.LEAF_WORDS[one.leaf],
        "state": demand.STATE_WORDS[one.state], "is_going": one.state in ("waiting", "running"),
        "share": round(100 * one.done / one.total) if one.total else 0,
    }  # fmt: skip


@signed_in
@require_GET
def run_page(request: HttpRequest, number: int) -> HttpResponse:
    """One run: how far it is, or by which models, from which files and with which factors it was made."""
    actor = actor_of(request)
    run = demand.run(actor, number)
    line = _line(run)
    if wants_part(request) and line["is_going"]:
        return render(request, "demand/progress_note.html", line)
    told = {
        **line,
        "here": "runs",
        "levels": _levels(run),
        "files": [(demand.FILE_WORDS.get(name, name), told) for name, told in run.files.items()],
    }
    if run.state == "done":
        told["factor_lines"] = factor_lines(run)
    if wants_part(request):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(request, "demand/run.html", told)


def _levels(run: Any) -> list[dict[str, Any]]:
    words = {**demand.LEVEL_WORDS, "leaf": demand.LEAF_WORDS[run.leaf]}
    return [
        {
            "level": words[level], "series": figures["series"], "short": figures["short"],
            "models": ", ".join(f"{name} ({count})" for name, count in figures["models"].items()),
            "wape": reports.share_text(figures["wape"]), "naive": reports.share_text(figures["naive_wape"]),
            "mape": reports.share_text(figures["mape"]),
            "coverage": reports.share_text(figures["coverage"]),
        }
        for level, figures in run.report.get("levels", {}).items()
    ]  # fmt: skip


@signed_in
@require_POST
def replay(request: HttpRequest, number: int) -> HttpResponse:
    """Make a run again from what it kept, and say whether it is the same."""
    actor = actor_of(request)
    if acts.replay(actor=actor, number=number):
        messages.success(request, gettext("Made again from its kept series and rules, the run is the same."))
    else:
        messages.error(request, gettext("Made again from its kept series and rules, the run differs."))
    return redirect("demand_run", number)


urlpatterns = [
    path("demand/runs/", run_list, name="demand_runs"),
    path("demand/runs/<int:number>/", run_page, name="demand_run"),
    path("demand/runs/<int:number>/replay/", replay, name="replay_demand"),
]
