"""Rating runs: the list, one run with its tables, what stands behind a cell, replay, a new run."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.language import reads_chinese
from xinheng.base.packs import queries as packs
from xinheng.facts.customers import queries as customers
from xinheng.judgements.ratings import queries as ratings
from xinheng.judgements.ratings import services as rating
from xinheng.judgements.scorecards import queries as scorecards
from xinheng.reports import queries as reports
from xinheng.reports import services as room
from xinheng.reports.services import figure_text
from xinheng.reports.values import CellLine, Move
from xinheng.runs import services as runs
from xinheng.web.pages.edge import actor_of, go_to, signed_in, wants_part
from xinheng.web.pages.errors import FieldsRefused
from xinheng.web.pages.scales import Badge, Scale, scale_by

SHOWN_RUNS = 50
RECENT = timedelta(days=14)
CELL = ("grade", "previous_grade", "section", "region", "moved")
WIDE = 5  # grades from which on the table of moves takes the whole width


@signed_in
@require_GET
def rating_runs(request: HttpRequest) -> HttpResponse:
    """The runs there were, the newest first, and those that lately failed."""
    actor = actor_of(request)
    runs_, offered = ratings.runs(actor), _policies()
    chosen = request.GET.get("policy", "")
    if chosen in dict(offered):
        runs_ = runs_.filter(policy_code=chosen)
    page = Paginator(runs_, SHOWN_RUNS).get_page(request.GET.get("page"))
    told = {
        "page": page,
        "listed": [_listed(run) for run in page],
        "failed": ratings.failed_runs(actor, since=runs.business_day() - RECENT),
        "may_run": actor.may("ratings.run"),
        "policies": offered,
        "chosen": chosen,
    }
    return render(request, "ratings/list.html", told)


def _listed(run: Any) -> dict[str, Any]:
    """One run of the list with the share of each grade."""
    scale = scale_by(run.policy_sha256)
    total = max(1, sum(run.counts.values()))
    shares = [
        {"badge": scale.badge(grade), "customers": number, "percent": round(100 * number / total, 2)}
        for grade in (*scale.grades, "")
        if (number := run.counts.get(grade, 0)) or grade
    ]
    return {"run": run, "policy": scale.policy_name or run.policy_code, "shares": shares}


@signed_in
@require_GET
def rating_run(request: HttpRequest, run_id: int) -> HttpResponse:
    """One run: how the grades fall, in all and by industry, who moved, and what it was made from."""
    actor, on = actor_of(request), runs.business_day()
    access.require(actor, "ratings.read", f"run:{run_id}")
    run = ratings.get_run(run_id)
    scale = scale_by(run.policy_sha256)
    sections = room.in_full(room.SECTIONS)
    shares = reports.run_shares(actor, run_id, on=on)
    by_section = reports.run_shares(actor, run_id, by="industry_section", on=on)
    moves = reports.migration(actor, run_id, on=on)
    here = reverse("run_cell", args=[run_id])
    links = {grade: f"{here}?grade={grade or '-'}" for grade in (*scale.grades, "")}
    told = {
        "run": run,
        "scale": scale,
        "total": sum(share.customers for share in shares),
        "tiles": _tiles(shares, scale),
        "distribution": room.grade_distribution(shares, scale.grades, links) if shares else None,
        "industries": room.grades_by_group(by_section, scale.grades, sections) if by_section else None,
        "table": _table(by_section, scale, sections),
        "matrix": _matrix(moves, scale),
        "moves": room.moves(moves, scale.grades) if any(m.grade != m.previous_grade for m in moves) else None,
        "is_wide": len(scale.grades) > WIDE,
        "moved": [_moved(actor, run_id, turn, moves, scale) for turn in ("worse", "better")],
        "may_export": actor.may("exports.read"),
        "before": _other_version(actor, run),
        "is_challenged": actor.may("scorecards.read")
        and scorecards.compared_runs(actor).filter(pk=run_id).exists(),
    }
    return render(request, "ratings/run.html", told)


def _other_version(actor: Actor, run: Any) -> Any:
    """The run of the policy before this one, where it was made by another version."""
    earlier = ratings.runs(actor).filter(policy_code=run.policy_code, as_of__lt=run.as_of)
    before = earlier.order_by("-as_of", "-id").first()
    return before if before and before.policy_version != run.policy_version else None


def _tiles(shares: list[Any], scale: Scale) -> list[dict[str, Any]]:
    counts: dict[str, int] = {}
    for share in shares:
        counts[share.grade] = counts.get(share.grade, 0) + share.customers
    total = sum(counts.values()) or 1
    grades = [*scale.grades, *([""] if counts.get("") else [])]
    return [
        {
            "badge": scale.badge(grade),
            "key": grade or "-",
            "customers": counts.get(grade, 0),
            "percent": figure_text(counts.get(grade, 0) / total, "share"),
        }
        for grade in grades
    ]


def _table(shares: list[Any], scale: Scale, sections: dict[str, str]) -> dict[str, Any]:
    """The industries as rows, the grades as columns; the largest industry first."""
    counts: dict[str, dict[str, int]] = {}
    for share in shares:
        counts.setdefault(share.group, {})[share.grade] = share.customers
    grades = [*scale.grades, *([""] if any("" in row for row in counts.values()) else [])]
    rows: list[dict[str, Any]] = [
        {
            "key": group or "-",
            "name": sections.get(group, group),
            "total": sum(row.values()),
            "cells": [(grade or "-", row.get(grade, 0)) for grade in grades],
        }
        for group, row in counts.items()
    ]
    rows.sort(key=lambda row: -row["total"])
    return {"badges": [scale.badge(grade) for grade in grades], "rows": rows}


def _matrix(moves: list[Move], scale: Scale) -> list[dict[str, Any]]:
    """From which grade (row) to which (column): how many, and whether that is better or worse."""
    counts = {(move.previous_grade, move.grade): move.customers for move in moves}
    return [
        {
            "badge": scale.badge(before),
            "cells": [
                {"grade": now, "customers": counts.get((before, now), 0), "turn": scale.turn(before, now)}
                for now in scale.grades
            ],
        }
        for before in scale.grades
        if moves
    ]


def _moved(actor: Actor, run_id: int, turn: str, moves: list[Move], scale: Scale) -> dict[str, Any]:
    """Those that became worse, or better: how many, and the largest steps."""
    lines = reports.moved(actor, run_id, worse=turn == "worse", on=runs.business_day())
    headings = {"worse": _("Became worse"), "better": _("Became better")}
    return {
        "turn": turn,
        "heading": headings[turn],
        "customers": sum(m.customers for m in moves if scale.turn(m.previous_grade, m.grade) == turn),
        "lines": [_cell_line(line, scale) for line in lines],
    }


def _cell_line(line: CellLine, scale: Scale) -> dict[str, Any]:
    return {
        "line": line,
        "badge": scale.badge(line.grade),
        "before": scale.badge(line.previous_grade),
        "turn": scale.turn(line.previous_grade, line.grade),
        "section": room.word(room.SECTIONS, line.section),
        "score": "" if line.score is None else figure_text(line.score, "points"),
        "state": room.word(room.STATES, line.state),
    }


@signed_in
@require_GET
def run_cell(request: HttpRequest, run_id: int) -> HttpResponse:
    """The customers behind one cell of a run's tables."""
    actor, on = actor_of(request), runs.business_day()
    run = ratings.get_run(run_id)
    scale = scale_by(run.policy_sha256)
    cell = {name: request.GET[name][:20] for name in CELL if request.GET.get(name)}
    text = request.GET.get("after", "")
    after = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
    lines, more = reports.cell_lines(actor, run_id, cell=cell, after=after, on=on)
    told = {
        "run": run,
        "scale": scale,
        "cell": {**cell, "section_word": room.word(room.SECTIONS, cell.get("section", ""))},
        "badge": _cell_badge(cell, "grade", scale),
        "before": _cell_badge(cell, "previous_grade", scale),
        "rows": [_cell_line(line, scale) for line in lines],
        "after": lines[-1].customer_id if more else None,
    }
    return render(request, "ratings/cell.html", told)


def _cell_badge(cell: dict[str, str], name: str, scale: Scale) -> Badge | None:
    return scale.badge(cell[name]) if name in cell else None


@signed_in
@require_POST
def replay_run(request: HttpRequest, run_id: int) -> HttpResponse:
    """Compute a stored run again and say whether the result is the same; names customers within reach."""
    actor = actor_of(request)
    found = rating.replay(actor=actor, run_id=run_id)
    named: list[str] = []
    if found.differences:
        seen = customers.visible(actor, on=runs.business_day()).filter(no__in=found.differences)
        named = list(seen.order_by("no").values_list("no", flat=True))
    details = [one for one in found.details if one.customer_no in named]
    told = {"found": found, "named": named, "details": details, "run_id": run_id}
    return render(request, "ratings/replay.html", told)


class StartForm(forms.Form):
    """By which policy and as of which day to rate."""

    policy = forms.ChoiceField(label=_("Policy"), widget=forms.Select(attrs={"class": "form-select"}))
    as_of = forms.DateField(
        label=_("As of"), widget=forms.DateInput(attrs={"type": "date", "class": "form-control"})
    )

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"as_of": on.isoformat()}, **kwargs})
        self.fields["policy"].choices = _policies()  # type: ignore[attr-defined]
        self.on = on

    def clean_as_of(self) -> date:
        """A day gone by, or the business day."""
        day: date = self.cleaned_data["as_of"]
        if day > self.on:
            raise forms.ValidationError(_("The day lies in the future."))
        return day


def _policies() -> list[tuple[str, str]]:
    chinese = reads_chinese()
    names: dict[str, str] = {}
    for document in packs.documents("rating"):
        names.setdefault(document.code, document.name if chinese else document.name_en)
    return list(names.items())


@signed_in
def start_run(request: HttpRequest) -> HttpResponse:
    """Ask which policy and day, have it confirmed, and queue the run."""
    actor, on = actor_of(request), runs.business_day()
    access.require(actor, "ratings.run")
    form = StartForm(request.POST or None, on=on)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        if "confirmed" not in request.POST:
            return render(request, "ratings/start.html", {"form": form, "confirm": _confirmation(form)})
        job = runs.enqueue_rating(told["policy"], told["as_of"], actor.login)
        return go_to(request, reverse("run_progress", args=[job]))
    return render(request, "ratings/start.html", {"form": form}, status=400 if form.is_bound else 200)


def _confirmation(form: StartForm) -> dict[str, Any]:
    code, day = form.cleaned_data["policy"], form.cleaned_data["as_of"]
    document = packs.in_force("rating", code, on=day)
    return {"policy": dict(_policies())[code], "code": code, "version": document.version, "as_of": day}


@signed_in
@require_GET
def run_progress(request: HttpRequest, job: str) -> HttpResponse:
    """How a queued run stands; goes to the run when it is done."""
    access.require(actor_of(request), "ratings.run")
    if len(job) > 60:
        raise FieldsRefused(fields="job")
    state = runs.job_state(job)
    if state.state == "done" and state.result:
        return go_to(request, reverse("rating_run", args=[state.result]))
    page = "ratings/progress_note.html" if wants_part(request) else "ratings/progress.html"
    return render(request, page, {"state": state, "job": job})


urlpatterns = [
    path("ratings/", rating_runs, name="ratings"),
    path("ratings/start/", start_run, name="start_run"),
    path("ratings/progress/<str:job>/", run_progress, name="run_progress"),
    path("ratings/<int:run_id>/", rating_run, name="rating_run"),
    path("ratings/<int:run_id>/customers/", run_cell, name="run_cell"),
    path("ratings/<int:run_id>/replay/", replay_run, name="replay_run"),
]
