"""Where each case stands: the board of a process by lane and step, and the list of cases."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from xinheng.base.access import services as access
from xinheng.judgements.processes import queries as processes
from xinheng.judgements.processes.values import SORTS, Process, Wanted, text_of
from xinheng.reports import services as room
from xinheng.runs.services import business_day
from xinheng.web.pages import process_words
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.exports import workbook_answer

A_PAGE = 50
COLUMNS: list[tuple[str, Any]] = [  # sort key, heading
    ("customer", _("Customer")), ("", _("Process")), ("step", _("Step")), ("", _("Lane")),
    ("since", _("At this step since")), ("", _("Working days")), ("due", _("Due on")), ("", _("State")),
]  # fmt: skip
SOON = [
    ("", _("All")),
    ("overdue", _("overdue")),
    ("mine", _("my lane")),
    ("mine-overdue", _("my lane, overdue")),
]


def asked(request: HttpRequest) -> Wanted:
    """The filters and the order that the address names; anything else in it is passed over."""
    told = request.GET
    step, which, sort = told.get("step", ""), told.get("which", ""), told.get("sort", "due")
    state = told.get("state", "open")
    return Wanted(
        process=told.get("process", "")[:40],
        step=int(step) if step.isascii() and step.isdigit() and len(step) < 3 else None,
        lane=told.get("lane", "")[:48],
        state=state if state in processes.STATES or state == "" else "open",
        overdue="overdue" in which,
        mine="mine" in which,
        text=told.get("q", "").strip()[:100],
        sort=sort if sort.removeprefix("-") in SORTS else "due",
    )


@signed_in
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """The open cases of one process, a row a lane and a column a step."""
    actor, on = actor_of(request), business_day()
    known = processes.definitions(actor, on=on)
    wanted = replace(asked(request), state="open", step=None)
    process = next((one for _kept, one in known if one.code == wanted.process), None)
    if process is None and known:
        process = known[0][1]
    heaps = processes.board(actor, process, replace(wanted, process=""), on=on) if process else []
    told = {
        "process": process,
        "name": text_of(process.name) if process else "",
        "processes": [(one.code, text_of(one.name)) for _kept, one in known],
        "rows": _rows(process, heaps, on) if process else [],
        "steps": [process_words.step_words(process, step) for step in process.steps] if process else [],
        "cases": sum(heap.cases for heap in heaps),
        "overdue": sum(heap.overdue for heap in heaps),
        "warning": next((card["age"].warning for card in _cards(heaps, on) if card["age"].warning), ""),
        **_filters(request, actor, wanted, process),
    }
    return render(request, "processes/board.html", told)


def _rows(process: Process, heaps: list[Any], on: Any) -> list[dict[str, Any]]:
    """The board by lanes: in each the heaps of its own steps, and nothing where another lane acts."""
    roles = process_words.role_names()
    return [
        {
            **process_words.lane_words(lane, roles),
            "cells": [
                {
                    "heap": heap,
                    "cards": [process_words.card(case, on=on) for case in heap.first],
                    "more": heap.cases - len(heap.first),
                }
                if heap.lane == lane
                else None
                for heap in heaps
            ],
        }
        for lane in process.lanes
    ]


def _cards(heaps: list[Any], on: Any) -> list[dict[str, Any]]:
    return [process_words.card(case, on=on) for heap in heaps for case in heap.first]


def _filters(request: HttpRequest, actor: Any, wanted: Wanted, process: Process | None) -> dict[str, Any]:
    lanes = [(lane.code, text_of(lane)) for lane in process.lanes] if process else []
    steps = [(str(step.no), f"{step.no} {text_of(step)}") for step in process.steps] if process else []
    return {
        "wanted": wanted,
        "which": request.GET.get("which", ""),
        "whichs": SOON,
        "lanes": lanes,
        "step_choices": steps,
        "step_chosen": str(wanted.step or ""),
        "query": request.GET.urlencode(),
        "may_start": actor.may("processes.start"),
        "may_export": actor.may("exports.read"),
    }


@signed_in
@require_GET
def case_list(request: HttpRequest) -> HttpResponse:
    """The cases that pass the filters, those under way unless asked otherwise."""
    actor, on, wanted = actor_of(request), business_day(), asked(request)
    known = processes.definitions(actor, on=on)
    process = next((one for _kept, one in known if one.code == wanted.process), None)
    page = Paginator(processes.cases(actor, wanted, on=on), A_PAGE).get_page(request.GET.get("page"))
    told = {
        "page": page,
        "lines": [process_words.card(case, on=on) for case in page],
        "processes": [(one.code, text_of(one.name)) for _kept, one in known],
        "states": [*processes.STATES.items(), ("", _("All"))],
        "columns": _headings(request, wanted.sort),
        **_filters(request, actor, wanted, process),
    }
    return render(request, "processes/list.html", told)


def _headings(request: HttpRequest, sort: str) -> list[dict[str, Any]]:
    headings = []
    for key, label in COLUMNS:
        here = bool(key) and sort.removeprefix("-") == key
        query = request.GET.copy()
        query.pop("page", None)
        query["sort"] = f"-{key}" if here and not sort.startswith("-") else key
        order = ("descending" if sort.startswith("-") else "ascending") if here else "none"
        address = f"?{query.urlencode()}" if key else ""
        headings.append({"label": label, "address": address, "sorted": order})
    return headings


@signed_in
@require_GET
def export_cases(request: HttpRequest) -> HttpResponse:
    """The filtered cases as Excel."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "processes.read")
    content = room.export_cases(actor=actor, on=on, wanted=asked(request))
    return workbook_answer(content, f"cases-{on.isoformat()}.xlsx")


urlpatterns = [
    path("processes/", board, name="processes"),
    path("processes/cases/", case_list, name="process_cases"),
    path("processes/cases/export/", export_cases, name="export_cases"),
]
