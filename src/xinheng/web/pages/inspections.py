"""Inspections: the work list, the route of a day, findings, who inspects, and what it was good for."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.judgements.theft import queries as theft
from xinheng.operations.inspections import queries as inspections
from xinheng.operations.inspections import services as acts
from xinheng.operations.inspections.values import Wanted
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.web.pages import inspections_forms as shapes
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.trying import tried

A_PAGE = 50
LISTS = reports.INSPECTION_LISTS
LEVEL_TONES = {"high": "bad", "medium": "warn", "low": "warn", "none": "good"}


def asked(request: HttpRequest) -> Wanted:
    """The filters that the address names."""
    told = request.GET
    return Wanted(
        text=told.get("q", "").strip()[:100], state=told.get("state", "")[:10],
        level=told.get("level", "")[:14], area=told.get("area", "")[:40], inspector=told.get("who", "")[:150],
        kind=told.get("kind", "")[:6], planned_on=day_in(told.get("day", "")),
    )  # fmt: skip


def day_in(text: str) -> date | None:
    """A day of an address; None where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@signed_in
@require_GET
def inspection_list(request: HttpRequest, what: str = "work") -> HttpResponse:
    """The work list or the findings, filtered; the route of a day goes area by area."""
    if what not in LISTS:
        raise Http404
    actor, on, wanted = actor_of(request), business_day(), asked(request)
    listed = LISTS[what]
    page = Paginator(listed.rows(actor, wanted), A_PAGE).get_page(request.GET.get("page"))
    columns = listed.columns()
    told = {
        "here": what, "title": listed.title, "page": page, "wanted": wanted,
        "heads": [(one.title, "" if one.kind in {"text", "date"} else "xh-num") for one in columns],
        "lines": [_line(row, listed.cells(row), columns) for row in page],
        "states": [("work", gettext("on the work list")), *inspections.STATE_WORDS.items()],
        "levels": list(theft.LEVEL_WORDS.items())[:3],
        "kinds": list(inspections.KIND_WORDS.items()),
        "people": _people(actor) if actor.may("inspections.read") else [],
        "query": request.GET.urlencode(), "may_export": actor.may("exports.read"),
        "may_write": actor.may("inspections.write"),
        "plan": shapes.PlanForm(on=on, initial={"planned_on": on}) if what == "work" else None,
        "own": actor.login, "today": on,
    }  # fmt: skip
    return render(request, "inspections/list.html", told)


def _line(row: Any, cells: tuple[Any, ...], columns: Any) -> dict[str, Any]:
    return {
        "no": cells[0],
        "cells": [
            {"value": reports.in_words(value, column.kind), "kind": column.kind}
            for value, column in zip(cells[1:], columns[1:], strict=True)
        ],
        "tone": LEVEL_TONES.get(getattr(row, "level", ""), ""),
    }


def _people(actor: Any) -> list[tuple[str, str]]:
    logins = list(inspections.inspectors(actor).values_list("login", flat=True))
    return list(people.names_by_login(logins).items())


@signed_in
def open_page(request: HttpRequest) -> HttpResponse:
    """Open a case from a tip or of one's own."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "inspections.write")
    first = {"consumer_no": request.GET.get("consumer", "")[:40]}
    form = shapes.OpenForm(request.POST if request.method == "POST" else None, on=on, initial=first)
    kept = (
        tried(request, form, lambda: acts.open_case(actor=actor, on=on, new=form.new()))
        if form.is_bound
        else None
    )
    if kept:
        messages.success(request, _("The case is open."))
        return redirect("inspection", kept.no)
    status = 422 if form.is_bound else 200
    return render(request, "inspections/open.html", {"form": form}, status=status)


@signed_in
@require_POST
def plan(request: HttpRequest) -> HttpResponse:
    """Give the weightiest open cases to the teams of a day."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "inspections.write")
    form = shapes.PlanForm(request.POST, on=on)
    told = tried(request, form, lambda: acts.plan_day(actor=actor, on=on, **form.cleaned_data))
    if told is None:
        messages.error(request, " ".join(str(one) for errors in form.errors.values() for one in errors))
        return redirect("inspections")
    words = gettext("%(given)s cases are given, %(left)s stay on the list.")
    messages.success(request, words % {"given": told.given, "left": told.left})
    return redirect("inspections")


@signed_in
def inspectors_page(request: HttpRequest) -> HttpResponse:
    """Who inspects, with work pass and skills."""
    actor, on = actor_of(request), business_day()
    rows = list(inspections.inspectors(actor))
    names = people.names_by_login(one.login for one in rows)
    skills = {one.code: one.words for one in inspections.in_force(on).skills}
    form = shapes.InspectorForm(request.POST if request.method == "POST" else None, on=on)
    if form.is_bound:
        access.require(actor, "inspections.decide")
        if tried(request, form, lambda: acts.set_inspector(actor=actor, on=on, **form.cleaned_data)):
            messages.success(request, _("It is kept."))
            return redirect("inspectors")
    told = {
        "here": "inspectors", "form": form if actor.may("inspections.decide") else None,
        "lines": [
            {"row": one, "name": names.get(one.login, one.login),
             "skills": "、".join(skills.get(code, code) for code in one.skills)}
            for one in rows
        ],
    }  # fmt: skip
    return render(request, "inspections/inspectors.html", told, status=422 if form.is_bound else 200)


@signed_in
@require_GET
def usefulness(request: HttpRequest) -> HttpResponse:
    """What inspections were good for: hit rate, share inspected, money, by suspicion and detector."""
    actor, on = actor_of(request), business_day()
    since, until = day_in(request.GET.get("since", "")), day_in(request.GET.get("until", ""))
    told = inspections.usefulness(actor, since=since, until=until)
    names = {one.code: str(one.name) for one in theft.detectors(on)}
    shown = {
        "here": "usefulness", "since": since, "until": until, "is_empty": not told.whole.inspected,
        "figures": [
            (label, gettext("n/a") if value is None else reports.in_words(value, kind))
            for label, value, kind in reports.usefulness_rows(told)
        ],
        "tables": [
            _table(gettext("By suspicion"), gettext("Suspicion"), told.by_level),
            _table(gettext("By detector"), gettext("Detector"), told.by_detector, names),
        ],
    }  # fmt: skip
    return render(request, "inspections/usefulness.html", shown)


def _table(title: str, first: str, hits: Any, names: dict[str, str] | None = None) -> dict[str, Any]:
    columns = reports.hit_columns(first)
    rows = [reports.hit_row(reports.hit_name(one.name, detectors=names), one) for one in hits]
    return {
        "title": title, "heads": [one.title for one in columns],
        "rows": [
            [gettext("n/a") if value is None else reports.in_words(value, column.kind)
             for value, column in zip(row, columns, strict=True)]
            for row in rows
        ],
    }  # fmt: skip


@signed_in
@require_GET
def export(request: HttpRequest, what: str) -> HttpResponse:
    """The filtered list as Excel."""
    actor, on = actor_of(request), business_day()
    if what not in LISTS:
        raise Http404
    access.require(actor, "inspections.read")
    content = reports.export_inspections(actor=actor, on=on, what=what, wanted=asked(request))
    return workbook_answer(content, f"inspections-{what}-{on.isoformat()}.xlsx")


urlpatterns = [
    path("inspections/", inspection_list, name="inspections"),
    path("inspections/lists/<str:what>/", inspection_list, name="inspection_list"),
    path("inspections/lists/<str:what>/export/", export, name="export_inspections"),
    path("inspections/open/", open_page, name="open_inspection"),
    path("inspections/plan/", plan, name="plan_inspections"),
    path("inspections/inspectors/", inspectors_page, name="inspectors"),
    path("inspections/usefulness/", usefulness, name="inspections_usefulness"),
]
