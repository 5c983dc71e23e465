"""Demand forecasts: the explorer of every node, how right forecasts were, and files to take away."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.judgements.demand import queries as demand
from xinheng.judgements.demand.errors import ForecastUnknown
from xinheng.judgements.demand.services import Run
from xinheng.judgements.demand.values import LEVELS, Curve, Node
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.web.pages.demand_words import (
    comparison_lines,
    factor_lines,
    figure_lines,
    kwh_text,
    part_table,
    tested_lines,
)
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.exports import workbook_answer

A_PAGE = 50


def run_asked(request: HttpRequest, actor: Actor) -> Run | None:
    """The run that the address names, else the last one of its frequency; None where none was made."""
    number = request.GET.get("run", "")
    if number.isascii() and number.isdigit() and len(number) < 10:
        return demand.made(actor, int(number))
    frequency = request.GET.get("frequency", "")
    wanted = [frequency] if frequency in demand.FREQUENCY_WORDS else list(demand.FREQUENCY_WORDS)
    return next((one for name in wanted if (one := demand.latest(actor, frequency=name))), None)


def node_asked(request: HttpRequest) -> Node:
    """The node that the address names; the company where it names none."""
    if consumer := request.GET.get("consumer", "").strip()[:40]:
        return Node("consumer", consumer)
    level, no = request.GET.get("level", ""), request.GET.get("node", "").strip()[:40]
    return Node(level, no) if level in LEVELS and no else Node("company")


@signed_in
@require_GET
def explorer(request: HttpRequest) -> HttpResponse:
    """The curve of a node with history, band, factors and overlays, its parts, and the nodes below."""
    actor = actor_of(request)
    found = run_asked(request, actor)
    level = request.GET.get("level", "")
    told: dict[str, Any] = {
        "here": "explorer",
        "run": found,
        "levels": list(demand.LEVEL_WORDS.items()),
        "level": level if level in LEVELS else "company",
        "frequencies": list(demand.FREQUENCY_WORDS.items()),
        "text": request.GET.get("q", "").strip()[:40],
        "query": request.GET.urlencode(),
        "may_export": actor.may("exports.read"),
        "may_run": actor.may("demand.run"),
    }
    if found:
        told |= _node_told(actor, found, node_asked(request)) | _nodes_told(request, actor, found)
    return render(request, "demand/explorer.html", told)


def _node_told(actor: Actor, found: Run, node: Node) -> dict[str, Any]:
    on = business_day()
    curve = demand.curve(actor, found, node, on=on)
    names = reports.demand_parts_named(actor, found, curve, on=on)
    return {
        "node": node,
        "curve": curve,
        "drawn": reports.demand_curve(curve, found.frequency),
        "parts_drawn": reports.demand_parts(curve, found.frequency, names) if names else None,
        "names": names,
        "parts": part_table(curve, found, names),
        "tested": tested_lines(curve.figures, found),
        "factor_lines": factor_lines(found),
        "overlays": _laid(actor, curve),
        "frequency_words": demand.FREQUENCY_WORDS[found.frequency],
        "level_words": demand.LEVEL_WORDS[node.level],
    }


def _laid(actor: Actor, curve: Curve) -> list[Any]:
    numbers = {number for one in curve.points for number in one.overlays}
    return [one for one in demand.overlays(actor, on=business_day()) if one.pk in numbers]


def _nodes_told(request: HttpRequest, actor: Actor, found: Run) -> dict[str, Any]:
    level = request.GET.get("level", "")
    level = level if level in LEVELS and level != "company" else "area"
    rows = demand.nodes(actor, found, level, on=business_day(), text=request.GET.get("q", "").strip()[:40])
    page = Paginator(range(rows.height), A_PAGE).get_page(request.GET.get("page"))
    kept = rows[list(page.object_list)] if rows.height else rows
    lines = [{"no": no, "kwh": kwh_text(watt_hours)} for no, watt_hours in kept.iter_rows()]
    return {"page": page, "nodes": lines, "node_level": level, "node_level_words": demand.LEVEL_WORDS[level]}


@signed_in
@require_GET
def accuracy(request: HttpRequest) -> HttpResponse:
    """Forecast against actual by period, what the errors come to by level, and the coverage that came."""
    actor, on = actor_of(request), business_day()
    frequency = request.GET.get("frequency", "month")
    frequency = frequency if frequency in demand.FREQUENCY_WORDS else "month"
    rows = demand.history(actor, on=on, frequency=frequency)
    level = request.GET.get("level", "")
    level = level if level in LEVELS else "company"
    shown = [one for one in rows if one.level == level]
    page = Paginator(shown, A_PAGE).get_page(request.GET.get("page"))
    last = demand.latest(actor, frequency=frequency)
    told = {
        "here": "accuracy",
        "frequency": frequency,
        "frequencies": list(demand.FREQUENCY_WORDS.items()),
        "level": level,
        "levels": [one for one in demand.LEVEL_WORDS.items() if one[0] != "consumer"],
        "figures": figure_lines(demand.figures(rows, last)),
        "page": page,
        "lines": comparison_lines(page.object_list, frequency),
        "drawn": reports.demand_errors(_drawn(shown, frequency)) if level == "company" and shown else None,
    }
    return render(request, "demand/accuracy.html", told)


def _drawn(rows: list[Any], frequency: str) -> list[tuple[str, float, float]]:
    return [
        (reports.demand_moment(one.at, frequency), one.foretold / 1000, one.actual / 1000)
        for one in reversed(rows[:60])
    ]


@signed_in
@require_GET
def export_demand(request: HttpRequest) -> HttpResponse:
    """A node's forecast, the nodes, the errors and the factors as Excel."""
    actor, on, found = _taken(request)
    content = reports.export_demand(actor=actor, on=on, run_id=found.pk, node=node_asked(request))
    return workbook_answer(content, f"demand-{found.pk}-{on.isoformat()}.xlsx")


@signed_in
@require_GET
def print_demand(request: HttpRequest) -> HttpResponse:
    """A node's forecast as PDF."""
    actor, on, found = _taken(request)
    content = reports.print_demand(actor=actor, on=on, run_id=found.pk, node=node_asked(request))
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="demand-{found.pk}-{on.isoformat()}.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer


def _taken(request: HttpRequest) -> tuple[Actor, Any, Run]:
    actor = actor_of(request)
    access.require(actor, "demand.read")
    access.require(actor, "exports.read", "demand")
    found = run_asked(request, actor)
    if found is None:
        raise ForecastUnknown(run="—")
    return actor, business_day(), found


urlpatterns = [
    path("demand/", explorer, name="demand"),
    path("demand/accuracy/", accuracy, name="demand_accuracy"),
    path("demand/export/", export_demand, name="export_demand"),
    path("demand/print/", print_demand, name="print_demand"),
]
