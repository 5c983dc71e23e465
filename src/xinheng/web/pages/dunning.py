"""Runs of reminders: planned, simulated, looked at item by item, sent or undone."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from xinheng.facts.customers import queries as customers
from xinheng.operations.dunning import queries as dunning
from xinheng.operations.dunning import services as acts
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.web.pages import dunning_words
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.trying import dressed, tried

A_PAGE = 50


class UndoForm(forms.Form):
    """Why a run is given up."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300)


@signed_in
@require_GET
def run_list(request: HttpRequest) -> HttpResponse:
    """Every run, the newest first, and what waits today."""
    actor, on = actor_of(request), business_day()
    page = Paginator(dunning.runs(actor), A_PAGE).get_page(request.GET.get("page"))
    told = {
        "page": page,
        "lines": [dunning_words.run_line(row) for row in page],
        "on": on,
        "may_plan": actor.may("dunning.write") and actor.scope.reach == "everything",
    }
    return render(request, "dunning/runs.html", told)


@signed_in
@require_POST
def plan(request: HttpRequest) -> HttpResponse:
    """Plan today's reminders, or refresh what was planned and not sent."""
    run = acts.plan_run(actor=actor_of(request), on=business_day())
    return redirect("dunning_run", run.pk)


@signed_in
@require_GET
def preview(request: HttpRequest) -> HttpResponse:
    """What a run of a day would do with what is known now; nothing is written."""
    actor, today = actor_of(request), business_day()
    on = _day(request.GET.get("on", ""), today)
    among = None if actor.scope.reach == "everything" else customers.visible(actor, on=today)
    made = dunning.preview(actor, among, on=on)
    shown = made.letters.sort("due_minor", descending=True).head(A_PAGE)
    named = customers.numbers_and_names(shown["customer_id"].to_list())
    told = {
        "on": on,
        "counts": dunning_words.counted(made.counts),
        "letters": made.letters.height,
        "lines": [dunning_words.planned_letter(row, named, on) for row in shown.iter_rows(named=True)],
        "most": A_PAGE,
    }
    return render(request, "dunning/preview.html", told)


@signed_in
@require_GET
def run_page(request: HttpRequest, run_id: int) -> HttpResponse:
    """One run: what it decided on each item and why, and who could not be reached."""
    return _run(request, run_id, UndoForm())


def _run(request: HttpRequest, run_id: int, form: forms.Form) -> HttpResponse:
    actor, on = actor_of(request), business_day()
    run = dunning.run(actor, run_id)
    decision, text = request.GET.get("decision", ""), request.GET.get("q", "").strip()[:100]
    rows = dunning.items(actor, run_id, on=on, decision=decision, text=text)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    may = actor.scope.reach == "everything" and run.state in ("planned", "sending")
    dressed(form)
    told = {
        **dunning_words.run_line(run),
        "page": page,
        "lines": [dunning_words.item_line(row) for row in page],
        "counts": dunning_words.counted(run.counts),
        "decisions": list(dunning.DECISIONS.items()),
        "decision": decision,
        "q": text,
        "missing": dunning.missing_of(actor, run, on=on)[:A_PAGE],
        "form": form,
        "may_send": may and actor.may("dunning.send") and (run.state == "sending" or run.on == on),
        "may_undo": may and run.state == "planned" and actor.may("dunning.write"),
        "is_old": run.state == "planned" and run.on != on,
        "may_export": actor.may("exports.read"),
    }
    return render(request, "dunning/run.html", told, status=422 if form.is_bound else 200)


@signed_in
@require_POST
def send(request: HttpRequest, run_id: int) -> HttpResponse:
    """Send the letters of a run, or go on with one that was cut off."""
    run = acts.send_run(actor=actor_of(request), on=business_day(), run_id=run_id)
    words = ngettext("%(number)s letter is on its way.", "%(number)s letters are on their way.", run.letters)
    messages.success(request, words % {"number": run.letters})
    return redirect("dunning_run", run_id)


@signed_in
@require_POST
def undo(request: HttpRequest, run_id: int) -> HttpResponse:
    """Give a run up before anything of it was sent."""
    actor, on = actor_of(request), business_day()
    form = UndoForm(request.POST)
    told: dict[str, Any] = {"actor": actor, "on": on, "run_id": run_id}
    if tried(request, form, lambda: acts.undo_run(**told, **form.cleaned_data)) is None:
        return _run(request, run_id, form)
    messages.success(request, _("The run was given up; nothing was sent."))
    return redirect("dunning")


@signed_in
@require_GET
def export(request: HttpRequest, run_id: int) -> HttpResponse:
    """A run as Excel: its items with decision and reason, and its letters."""
    actor, on = actor_of(request), business_day()
    content = reports.export_dunning_run(actor=actor, on=on, run_id=run_id)
    return workbook_answer(content, f"dunning-run-{run_id}.xlsx")


def _day(text: str, today: date) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return today


urlpatterns = [
    path("dunning/", run_list, name="dunning"),
    path("dunning/plan/", plan, name="plan_dunning"),
    path("dunning/preview/", preview, name="dunning_preview"),
    path("dunning/runs/<int:run_id>/", run_page, name="dunning_run"),
    path("dunning/runs/<int:run_id>/send/", send, name="send_dunning"),
    path("dunning/runs/<int:run_id>/undo/", undo, name="undo_dunning"),
    path("dunning/runs/<int:run_id>/export/", export, name="export_dunning_run"),
]
