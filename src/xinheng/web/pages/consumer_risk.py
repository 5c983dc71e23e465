"""Consumer risk: the lists of a run with its charts, runs and what came of them, the plan handed over."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.judgements.consumers import queries as consumers
from xinheng.judgements.consumers import services as acts
from xinheng.judgements.consumers.values import LEVELS, Wanted
from xinheng.operations.collection import services as collection
from xinheng.reports import queries as lists
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.web.pages.consumer_risk_forms import OutcomeForm, RunForm, faults_of
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.trying import tried

A_PAGE = 50
LISTS = lists.CONSUMER_LISTS
TABS: list[tuple[str, str | Promise]] = [
    ("risks", _("Risk list")), ("warnings", _("Warning table")), ("plan", _("Dunning plan")),
    ("over", _("Collection period")), ("fees", _("Fee control")), ("points", _("Credit points")),
    ("accuracy", _("Accuracy")), ("runs", _("Risk runs")),
]  # fmt: skip
TONES = {"risks": 3, "warnings": 3, "plan": 4}  # where the level stands
OF_LEVEL = {"high": "bad", "risk": "warn", "none": "good", "not_assessable": ""}
CONSUMER_IN = {"plan": 1}  # the column of the consumer's number; elsewhere the first
FIGURES = {"money", "number", "share", "count"}


def asked(request: HttpRequest) -> Wanted:
    """The filters that the address names; anything else in it is passed over."""
    told, run = request.GET, request.GET.get("run", "")
    return Wanted(
        text=told.get("q", "").strip()[:100],
        level=told.get("level", "") if told.get("level", "") in {*LEVELS, "at_risk"} else "",
        voltage=told.get("voltage", "") if told.get("voltage", "") in consumers.VOLTAGE_WORDS else "",
        run=int(run) if run.isascii() and run.isdigit() and len(run) < 19 else None,
    )


@signed_in
@require_GET
def consumer_risk(request: HttpRequest, what: str = "risks") -> HttpResponse:
    """One of the lists, filtered; above the first the risk indicator chart and the trend."""
    if what not in LISTS:
        raise Http404
    actor, on, wanted = actor_of(request), business_day(), asked(request)
    listed, rows = lists.listed_consumers(actor, what, wanted, on=on)
    page = Paginator(range(len(rows)), A_PAGE).get_page(request.GET.get("page"))
    places = list(page.object_list)
    part = listed.part(rows, places[0], places[-1] + 1) if places else []
    told = {
        "what": what, "title": listed.title, "tabs": TABS, "page": page, "wanted": wanted,
        "heads": _heads(listed),
        "lines": [_line(what, row, on) for row in part],
        "levels": _levels() if "level" in listed.filters else [],
        "voltages": list(consumers.VOLTAGE_WORDS.items()) if "voltage" in listed.filters else [],
        "query": request.GET.urlencode(), "empty": listed.empty,
        "may_export": actor.may("exports.read"), "may_write": actor.may("consumers.write"),
        "may_hand_over": actor.may("collection.assign"),
        "run": consumers.runs(actor).first() if wanted.run is None else consumers.run(actor, wanted.run),
        "methods": consumers.METHODS,
        **(lists.consumer_charts(actor) if what == "risks" else {}),
        **_forms(what, actor, on),
    }  # fmt: skip
    return render(request, "consumer_risk/list.html", told)


def _heads(listed: Any) -> list[tuple[Any, str]]:
    shown = [one for one in listed.columns if one.listed]
    return [(one.title, "xh-num" if one.kind in FIGURES else "") for one in shown]


def _levels() -> list[tuple[str, str | Promise]]:
    return [("at_risk", _("at risk or at high risk")), *consumers.LEVEL_WORDS.items()]


def _forms(what: str, actor: Actor, on: Any) -> dict[str, Any]:
    if not actor.may("consumers.write"):
        return {}
    if what in {"risks", "runs"}:
        return {"run_form": RunForm(initial={"month": on})}
    return {"outcome_form": OutcomeForm()} if what == "accuracy" else {}


def _line(what: str, row: dict[str, Any], on: Any) -> dict[str, Any]:
    listed = LISTS[what]
    cells = [
        {"value": reports.in_words(value, column.kind), "kind": column.kind, "listed": column.listed}
        for column, value in zip(listed.columns, listed.cells(row, on), strict=True)
    ]
    if what == "runs":
        cells[0]["href"] = f"{reverse('consumer_risk')}?run={row['run'].pk}"
    elif what != "accuracy":
        place = CONSUMER_IN.get(what, 0)
        cells[place]["href"] = reverse("consumer_risk_one", args=[cells[place]["value"]])
    if what in TONES:
        cells[TONES[what]]["tone"] = OF_LEVEL[row["level"]]
        cells[TONES[what]]["is_mark"] = True
    told = {"cells": [cell for cell in cells if cell["listed"]]}
    if what == "runs":
        told["run"] = row["run"].pk
    return told


@signed_in
@require_GET
def export_list(request: HttpRequest, what: str) -> HttpResponse:
    """The filtered list as Excel."""
    if what not in LISTS:
        raise Http404
    actor, on = actor_of(request), business_day()
    access.require(actor, "consumers.read")
    content = reports.export_consumers(actor=actor, on=on, what=what, wanted=asked(request))
    return workbook_answer(content, f"consumer-{what}-{on.isoformat()}.xlsx")


@signed_in
@require_GET
def print_run(request: HttpRequest) -> HttpResponse:
    """The outputs of a run as PDF."""
    actor, on, wanted = actor_of(request), business_day(), asked(request)
    access.require(actor, "consumers.read")
    content = reports.print_consumers(actor=actor, on=on, wanted=wanted)
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="consumer-risk-{on.isoformat()}.pdf"'
    return answer


@signed_in
@require_POST
def make_run(request: HttpRequest) -> HttpResponse:
    """Judge every consumer for a month."""
    actor, on, form = actor_of(request), business_day(), RunForm(request.POST)
    access.require(actor, "consumers.write")
    if tried(request, form, lambda: acts.run_risk(actor=actor, on=on, month=form.cleaned_data["month"])):
        messages.success(request, gettext("The run is kept."))
    else:
        messages.error(request, faults_of(form))
    return redirect("consumer_risk")


@signed_in
@require_POST
def record_outcome(request: HttpRequest, run_id: int) -> HttpResponse:
    """Take what came of a run from the bills."""
    acts.record_outcome(actor=actor_of(request), on=business_day(), run_id=run_id)
    messages.success(request, gettext("What came is kept beside what was foretold."))
    return redirect("consumer_risk_list", "accuracy")


@signed_in
@require_POST
def tell_outcome(request: HttpRequest) -> HttpResponse:
    """Keep what came of a run as people counted it."""
    actor, on, form = actor_of(request), business_day(), OutcomeForm(request.POST)
    access.require(actor, "consumers.write")
    if tried(request, form, lambda: acts.tell_outcome(actor=actor, on=on, **form.told())):
        messages.success(request, gettext("What came is kept beside what was foretold."))
    else:
        messages.error(request, faults_of(form))
    return redirect("consumer_risk_list", "accuracy")


@signed_in
@require_POST
def hand_over(request: HttpRequest) -> HttpResponse:
    """Open cases for arrears and give them to collectors, the largest loss to the strongest."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "consumers.read")
    collection.refresh(actor=actor, on=on)
    done = collection.assign(actor=actor, on=on)
    told = {"assigned": done.assigned, "left": done.left}
    messages.success(
        request, gettext("%(assigned)s cases were given to collectors, %(left)s stay an ordered list.") % told
    )
    return redirect("consumer_risk_list", "plan")


urlpatterns = [
    path("consumer-risk/", consumer_risk, name="consumer_risk"),
    path("consumer-risk/lists/<str:what>/", consumer_risk, name="consumer_risk_list"),
    path("consumer-risk/lists/<str:what>/export/", export_list, name="export_consumer_risk"),
    path("consumer-risk/paper/", print_run, name="print_consumer_risk"),
    path("consumer-risk/run/", make_run, name="run_consumer_risk"),
    path("consumer-risk/runs/<int:run_id>/outcome/", record_outcome, name="record_consumer_risk"),
    path("consumer-risk/outcome/", tell_outcome, name="tell_consumer_risk"),
    path("consumer-risk/plan/hand-over/", hand_over, name="hand_over_consumer_risk"),
]
