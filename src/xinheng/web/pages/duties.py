"""What is due: the list of all rooms, the month, tasks ordered and done."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.base.kernel.periods import add_months, month_of
from xinheng.base.kernel.working_days import is_working_day
from xinheng.operations.duties import queries as duties
from xinheng.operations.duties import services as acts
from xinheng.operations.duties.values import EVERY, TASK_KINDS, TASK_STATES, DuesWanted
from xinheng.reports import services as room
from xinheng.runs.services import business_day
from xinheng.web.pages import duties_words
from xinheng.web.pages.duties_forms import ResultForm, TaskForm, WhyForm
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.errors import FieldsRefused
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.hold_words import headings
from xinheng.web.pages.trying import tried

A_PAGE = 50
BACK = timedelta(days=62)
AHEAD: dict[str, str | Promise] = {
    "7": _("within a week"),
    "31": _("within a month"),
    "92": _("within a quarter"),
}
WHOSE: dict[str, str | Promise] = {"mine": _("mine")}
COLUMNS: list[tuple[str, Any, str]] = [
    ("due", _("Due on"), ""), ("kind", _("Kind"), ""), ("", _("Matter due"), ""), ("owner", _("Owner"), ""),
    ("", _("State"), ""),
]  # fmt: skip
SORTS = ("due", "kind", "owner")
IN_A_DAY = 4  # entries of a day that the month names


def asked(request: HttpRequest) -> DuesWanted:
    """The filters and the order that the address names; anything else in it is passed over."""
    told, sort = request.GET, request.GET.get("sort", "due")
    state, kind = told.get("state", "open"), told.get("kind", "")
    return DuesWanted(
        text=told.get("q", "").strip()[:100],
        owner=actor_of(request).login if told.get("whose") == "mine" else told.get("owner", "")[:150],
        kind=kind if kind in duties.ROOMS else "",
        state=state if state in duties_words.STATES else "",
        sort=sort if sort.removeprefix("-") in SORTS else "due",
    )


def _ahead(request: HttpRequest) -> int:
    told = request.GET.get("ahead", "31")
    return int(told) if told in AHEAD else 31


def _found(request: HttpRequest) -> tuple[Any, list[Any]]:
    actor, on = actor_of(request), business_day()
    gathered = duties.gather(actor, since=on - BACK, until=on + timedelta(days=_ahead(request)), on=on)
    return gathered, duties.chosen(gathered, asked(request), on=on)


@signed_in
@require_GET
def due_list(request: HttpRequest) -> HttpResponse:
    """Everything due that the reader may know of, late first."""
    actor, on, wanted = actor_of(request), business_day(), asked(request)
    gathered, found = _found(request)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    late = [one for one in gathered.dues if one.done_on is None and one.is_late(on)]
    told = {
        "page": page,
        "lines": duties_words.due_lines(page, on=on),
        "wanted": wanted,
        "counted": {
            "late": len(late), "mine": sum(one.owner == actor.login for one in late),
            "open": sum(one.done_on is None for one in gathered.dues),
        },
        "cut": [str(duties.ROOMS[code]) for code in gathered.cut],
        "states": list(duties_words.STATES.items()),
        "kinds": list(duties.ROOMS.items()),
        "whose": request.GET.get("whose", ""),
        "whoses": list(WHOSE.items()),
        "ahead": str(_ahead(request)),
        "aheads": list(AHEAD.items()),
        "columns": headings(request, COLUMNS, wanted.sort),
        "query": request.GET.urlencode(),
        "may_export": actor.may("exports.read"),
        "may_write": actor.may("duties.write"),
    }  # fmt: skip
    return render(request, "duties/list.html", told)


@signed_in
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The filtered list as Excel."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "duties.read")
    wanted = asked(request)
    told = {"text": wanted.text, "owner": wanted.owner, "kind": wanted.kind, "state": wanted.state}
    content = room.export_dues(actor=actor, on=on, dues=_found(request)[1], told=told)
    return workbook_answer(content, f"due-{on.isoformat()}.xlsx")


@signed_in
@require_GET
def month_view(request: HttpRequest) -> HttpResponse:
    """One month with what is due on each of its days."""
    actor, on = actor_of(request), business_day()
    month = month_of(_day(request, on))
    wanted = asked(request)
    gathered = duties.gather(actor, since=month.first, until=month.last, on=on)
    found = duties.chosen(gathered, DuesWanted(owner=wanted.owner, kind=wanted.kind), on=on)
    by_day: dict[date, list[Any]] = {}
    for line in duties_words.due_lines((one for one in found if one.due_on in month), on=on):
        by_day.setdefault(line["one"].due_on, []).append(line)
    weeks = calendar.Calendar().monthdatescalendar(month.first.year, month.first.month)
    chosen = _day(request, on)
    told = {
        "month": month,
        "before": add_months(month.first, -1),
        "after": add_months(month.first, 1),
        "weeks": [[_cell(day, by_day.get(day, []), month, on) for day in week] for week in weeks],
        "day": chosen if "day" in request.GET else None,
        "lines": by_day.get(chosen, []) if "day" in request.GET else [],
        "days": sorted(by_day.items()),
        "kinds": list(duties.ROOMS.items()),
        "wanted": wanted,
        "whose": request.GET.get("whose", ""),
        "whoses": list(WHOSE.items()),
    }
    return render(request, "duties/month.html", told)


def _cell(day: date, lines: list[Any], month: Any, on: date) -> dict[str, Any]:
    return {
        "day": day, "lines": lines[:IN_A_DAY], "more": max(len(lines) - IN_A_DAY, 0), "inside": day in month,
        "today": day == on, "rest": not is_working_day(day),
    }  # fmt: skip


def _day(request: HttpRequest, on: date) -> date:
    try:
        return date.fromisoformat(request.GET.get("day") or request.GET.get("month", ""))
    except ValueError:
        return on


@signed_in
def order_task(request: HttpRequest) -> HttpResponse:
    """Order something to be done."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "duties.write")
    form = TaskForm(request.POST if request.method == "POST" else None, on=on, initial={"due_on": on})
    kept = (
        tried(request, form, lambda: acts.order_task(actor=actor, on=on, new=form.new()))
        if form.is_bound
        else None
    )
    if kept is not None:
        messages.success(request, _("The task is ordered."))
        return redirect("duty_task", kept.pk)
    return render(request, "duties/order.html", {"form": form}, status=422 if form.is_bound else 200)


@signed_in
@require_GET
def task_page(request: HttpRequest, task_id: int) -> HttpResponse:
    """One task: what, by when, what it came to."""
    return _task(request, task_id)


TASK_ACTS: dict[str, dict[str, Any]] = {
    "finish": {"label": _("Done"), "button": _("Note it as done"), "form": ResultForm, "confirm": ""},
    "withdraw": {
        "label": _("Take the task back"), "button": _("Withdraw the task"), "form": WhyForm,
        "confirm": _("A withdrawn task does not come back. Withdraw it?"),
    },
}  # fmt: skip


def _task(request: HttpRequest, task_id: int, **bound: Any) -> HttpResponse:
    actor, on = actor_of(request), business_day()
    row = duties.get_task(actor, task_id)
    may = {
        "finish": actor.may("duties.write") or row.owner == actor.login,
        "withdraw": actor.may("duties.write"),
    }
    told = {
        "row": row,
        "state": TASK_STATES[row.state],
        "kind": TASK_KINDS[row.kind],
        "every": EVERY[row.every],
        "is_late": (row.done_on or on) > row.due_on and row.state != "withdrawn",
        "forms": [
            {"code": code, "act": act, "form": bound.get(code) or act["form"](), "is_open": code in bound}
            for code, act in TASK_ACTS.items()
            if may[code] and row.state == "open"
        ],
    }
    return render(request, "duties/task.html", told, status=422 if bound else 200)


@signed_in
@require_POST
def act_on_task(request: HttpRequest, task_id: int, act: str) -> HttpResponse:
    """Finish a task or withdraw it."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "duties.read", f"task:{task_id}")
    if act not in TASK_ACTS:
        raise FieldsRefused(fields=act)
    form = TASK_ACTS[act]["form"](request.POST)
    does: dict[str, Any] = {"finish": acts.finish_task, "withdraw": acts.withdraw_task}
    told = {"actor": actor, "on": on, "task_id": task_id}
    if tried(request, form, lambda: does[act](**told, **form.cleaned_data)) is None:
        return _task(request, task_id, **{act: form})
    messages.success(request, _("It is noted."))
    return redirect("duty_task", task_id)


urlpatterns = [
    path("duties/", due_list, name="duties"),
    path("duties/export/", export, name="export_duties"),
    path("duties/month/", month_view, name="duties_month"),
    path("duties/tasks/order/", order_task, name="order_duty_task"),
    path("duties/tasks/<int:task_id>/", task_page, name="duty_task"),
    path("duties/tasks/<int:task_id>/do/<str:act>/", act_on_task, name="duty_task_act"),
]
