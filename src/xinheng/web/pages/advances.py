"""Advances: all of them against their caps, what is to be done about them, and what was recovered."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.base.packs import queries as packs
from xinheng.base.packs import services as adopting
from xinheng.judgements.advances import queries as advances
from xinheng.judgements.advances.values import SORTS, STATES, Wanted, text_of
from xinheng.reports import services as room
from xinheng.runs.services import business_day
from xinheng.web.pages import advances_words
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.exports import workbook_answer

A_PAGE = 50
COLUMNS: list[tuple[str, Any]] = [  # sort key, heading
    ("customer", _("Customer")), ("", _("State")), ("", _("Grade")), ("limit", _("Limit")),
    ("", _("Period")), ("open", _("Open")), ("last_day", _("Last day")), ("", _("Days overdue")),
    ("asked", _("Asked on")),
]  # fmt: skip
WHICH = [
    ("", _("All")), ("open", _("with money out")), ("overdue", _("overdue")), ("excepted", _("exceptions")),
]  # fmt: skip


def asked(request: HttpRequest) -> Wanted:
    """The filters and the order that the address names; anything else in it is passed over."""
    told, which = request.GET, request.GET.get("which", "")
    state, sort = told.get("state", ""), told.get("sort", "-asked")
    return Wanted(
        text=told.get("q", "").strip()[:100],
        state=state if state in STATES else "",
        grade=told.get("grade", "")[:12],
        overdue=which == "overdue",
        excepted=which == "excepted",
        is_open=which == "open",
        sort=sort if sort.removeprefix("-") in SORTS else "-asked",
    )


@signed_in
@require_GET
def advance_list(request: HttpRequest) -> HttpResponse:
    """The advances within reach that pass the filters, and all of them against the cap."""
    actor, on, wanted = actor_of(request), business_day(), asked(request)
    policy = advances.in_force(on)
    page = Paginator(advances.advances(actor, wanted, on=on), A_PAGE).get_page(request.GET.get("page"))
    told = {
        "page": page,
        "lines": [advances_words.line(row, on=on) for row in page],
        "wanted": wanted,
        "which": request.GET.get("which", ""),
        "whichs": WHICH,
        "states": [(code, words) for code, words in advances.STATES.items()],
        "grades": [(one.code, text_of(one)) for one in policy.grades] if policy else [],
        "columns": _headings(request, wanted.sort),
        "totals": advances.totals(actor, on=on),
        "policy": policy,
        "is_shipped": any(one.header.code == "advances" for one in packs.not_adopted("advances")),
        "query": request.GET.urlencode(),
        "may_export": actor.may("exports.read"),
        "may_adopt": actor.may("policies.adopt"),
    }
    return render(request, "advances/list.html", told)


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
def export(request: HttpRequest) -> HttpResponse:
    """The filtered advances as Excel, with what is to be done and the debts from before."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "advances.read")
    content = room.export_advances(actor=actor, on=on, wanted=asked(request))
    return workbook_answer(content, f"advances-{on.isoformat()}.xlsx")


@signed_in
@require_GET
def duty_list(request: HttpRequest) -> HttpResponse:
    """What is to be done about advances within reach, the late first; one kind of it where asked."""
    actor, on = actor_of(request), business_day()
    code = request.GET.get("kind", "")
    code = code if code in advances.DUTIES else ""
    found = advances.duties_of(actor, on=on, code=code)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    told = {
        "page": page,
        "lines": [advances_words.duty(one) for one in page],
        "kinds": list(advances.DUTIES.items()),
        "kind": code,
        "may_export": actor.may("exports.read"),
    }
    return render(request, "advances/duties.html", told)


@signed_in
@require_GET
def recovered(request: HttpRequest) -> HttpResponse:
    """What each responsible person recovered in a year, for the appraisal."""
    actor, on = actor_of(request), business_day()
    year = request.GET.get("year", "")
    chosen = int(year) if year.isascii() and year.isdigit() and 1999 < int(year) <= on.year else on.year
    told = {
        "lines": advances.appraisals(actor, chosen, on=on),
        "year": chosen,
        "years": range(on.year, on.year - 6, -1),
        "is_running": chosen == on.year,
        "on": on,
    }
    return render(request, "advances/recovered.html", told)


@signed_in
@require_POST
def adopt(request: HttpRequest) -> HttpResponse:
    """Let the shipped policy on advances hold from today on."""
    actor, on = actor_of(request), business_day()
    told: dict[str, Any] = {"codes": ["advances"], "kind": "advances"}
    adopting.adopt_shipped(actor=actor, on=on, effective_from=on, **told)
    messages.success(request, _("The policy on advances is in force from today on."))
    return redirect("advances")


urlpatterns = [
    path("advances/adopt/", adopt, name="adopt_advances"),
    path("advances/", advance_list, name="advances"),
    path("advances/export/", export, name="export_advances"),
    path("advances/duties/", duty_list, name="advance_duties"),
    path("advances/recovered/", recovered, name="advances_recovered"),
]
