"""The approved grades of a day: how many customers hold each, by industry, and who moved since."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET

from xinheng.judgements.ratings.values import Share
from xinheng.judgements.reviews import queries as reviews
from xinheng.reports import queries as reports
from xinheng.reports import services as room
from xinheng.runs.services import business_day
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.papers import file_answer
from xinheng.web.pages.scales import policy_scale

FIRST_DAY = date(1900, 1, 1)


def _day(request: HttpRequest, name: str, on: date) -> date | None:
    """A day gone by that the address names; anything else in it is passed over."""
    try:
        asked = parse_date(request.GET.get(name, ""))
    except ValueError:
        return None
    return max(FIRST_DAY, min(asked, on)) if asked else None


def _asked(request: HttpRequest, on: date) -> dict[str, Any]:
    return {"as_of": _day(request, "as_of", on) or on, "before": _day(request, "before", on)}


@signed_in
@require_GET
def approved(request: HttpRequest) -> HttpResponse:
    """The approved grades of a day by one policy."""
    actor, on = actor_of(request), business_day()
    asked = _asked(request, on)
    terms = reviews.in_force(asked["as_of"])
    offered = reviews.approved_by(actor, on=asked["as_of"])
    wanted = request.GET.get("policy", "")[:40]
    code = (
        wanted if wanted in terms else next((one for one in offered if one in terms), next(iter(terms), ""))
    )
    told: dict[str, Any] = {
        **asked,
        "on": on,
        "policy": code,
        "policies": [(one, policy_scale(by.policy).policy_name) for one, by in terms.items()],
        "found": None,
        "query": request.GET.urlencode(),
        "may_export": actor.may("exports.read"),
    }
    if code:
        found = reports.approved_summary(actor, code, **asked, on=on)
        told |= _told(found, policy_scale(terms[code].policy))
    return render(request, "reviews/approved.html", told)


def _told(found: Any, scale: Any) -> dict[str, Any]:
    sections = room.in_full(room.SECTIONS)
    by_grade = [Share("", line.grade, line.customers) for line in found.lines]
    by_section = [
        Share(line.section, grade, number)
        for line in found.industries
        for grade, number in line.counts.items()
        if number
    ]
    counts = {(move.previous_grade, move.grade): move.customers for move in found.moves}
    return {
        "found": found,
        "scale": scale,
        "lines": [(line, scale.badge(line.grade)) for line in found.lines],
        "distribution": room.grade_distribution(by_grade, scale.grades) if found.customers else None,
        "industries": room.grades_by_group(by_section, scale.grades, sections) if by_section else None,
        "matrix": [
            (scale.badge(before), [counts.get((before, now), 0) for now in scale.grades])
            for before in scale.grades
        ]
        if found.moves
        else [],
        "moves": room.moves(found.moves, scale.grades)
        if any(move.grade != move.previous_grade for move in found.moves)
        else None,
    }


@signed_in
@require_GET
def approved_papers(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """The papers of the approved grades of a day, for Excel or as PDF."""
    on = business_day()
    kind: Any = "pdf" if form == "pdf" else "xlsx"
    content = room.export_approved(
        actor=actor_of(request), on=on, policy_code=code, **_asked(request, on), form=kind
    )
    return file_answer(content, f"approved-grades-{code}", kind)


urlpatterns = [
    path("reviews/approved/", approved, name="approved_grades"),
    path("reviews/approved/<slug:code>/papers/<str:form>/", approved_papers, name="approved_papers"),
]
