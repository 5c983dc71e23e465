"""Rankings of suspects: those that were made, those that were learned, and starting one in the queue."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.judgements.theft import queries as theft
from xinheng.reports import services as reports
from xinheng.runs import services as runs
from xinheng.web.pages.edge import actor_of, go_to, signed_in, wants_part
from xinheng.web.pages.errors import FieldsRefused

SHOWN = 30


@signed_in
@require_GET
def run_list(request: HttpRequest) -> HttpResponse:
    """The rankings that were made, and what was learned from findings with its figures."""
    actor = actor_of(request)
    told = {
        "here": "runs", "may_run": actor.may("theft.run"),
        "rankings": [
            {"row": one, "levels": [one.levels.get(code, 0) for code in theft.LEVEL_WORDS]}
            for one in theft.runs(actor)[:SHOWN]
        ],
        "level_heads": list(theft.LEVEL_WORDS.values()),
        "learned": [_learned(one) for one in theft.learned(actor)[:SHOWN]],
    }  # fmt: skip
    return render(request, "theft/runs.html", told)


def _learned(row: Any) -> dict[str, Any]:
    figures = {name: row.report.get(name) for name in ("auc", "average_precision")}
    return {
        "row": row,
        "figures": [
            (name.upper()[:3], f"{value:.3f}") for name, value in figures.items() if value is not None
        ],
        "precision": [
            (k, reports.share_text(value)) for k, value in (row.report.get("precision_at") or {}).items()
        ],
    }


@signed_in
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Queue a ranking, or learning one from findings."""
    actor = actor_of(request)
    access.require(actor, "theft.run")
    what = request.POST.get("what", "")
    begin = {"rank": runs.enqueue_ranking, "learn": runs.enqueue_learning}.get(what)
    if begin is None:
        raise FieldsRefused(fields="what")
    return go_to(request, reverse("theft_progress", args=[what, begin(actor.login)]))


@signed_in
@require_GET
def progress(request: HttpRequest, what: str, job: str) -> HttpResponse:
    """How a queued ranking stands; goes to the suspects when it is done."""
    access.require(actor_of(request), "theft.run")
    if len(job) > 60 or what not in {"rank", "learn"}:
        raise FieldsRefused(fields="job")
    state = runs.job_state(job)
    if state.state == "done":
        return go_to(request, reverse("theft" if what == "rank" else "theft_runs"))
    page = "theft/progress_note.html" if wants_part(request) else "theft/progress.html"
    return render(request, page, {"state": state, "job": job, "what": what})


urlpatterns = [
    path("theft/runs/", run_list, name="theft_runs"),
    path("theft/runs/start/", start, name="start_theft"),
    path("theft/runs/progress/<str:what>/<str:job>/", progress, name="theft_progress"),
]
