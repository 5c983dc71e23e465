"""Consumers of the utility: the list, and new accounts."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.facts.metering import queries as metering
from xinheng.facts.metering import services as acts
from xinheng.facts.metering.values import VOLTAGES, ConsumerWanted
from xinheng.reports import services as room
from xinheng.runs.services import business_day
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.hold_words import headings
from xinheng.web.pages.metering_forms import ConsumerForm
from xinheng.web.pages.trying import tried

A_PAGE = 50
SORTS = {"no": "consumer_no", "name": "name_key", "industry": "industry", "opened": "opened_on"}
STATES = {"open": _("supplied"), "closed": _("closed")}
COLUMNS: list[tuple[str, Any, str]] = [
    ("name", _("Consumer"), ""),
    ("no", _("Consumer number"), ""),
    ("industry", _("Industry"), ""),
    ("", _("Area"), ""),
    ("", _("Unit"), ""),
    ("", _("Voltage"), ""),
    ("", _("Capacity, kVA"), "xh-num"),
    ("opened", _("Supplied since"), ""),
    ("", _("State"), ""),
]


def asked(request: HttpRequest) -> ConsumerWanted:
    """The filters that the address names; anything else in it is passed over."""
    told = request.GET
    voltage, state = told.get("voltage", ""), told.get("state", "")
    return ConsumerWanted(
        text=told.get("q", "").strip()[:100],
        area=told.get("area", "")[:40],
        unit_code=told.get("unit", "")[:40],
        industry=told.get("industry", "")[:10],
        voltage=voltage if voltage in VOLTAGES else "",
        state=state if state in STATES else "",
        customer_no=told.get("customer", "")[:40],
    )


@signed_in
@require_GET
def consumer_list(request: HttpRequest) -> HttpResponse:
    """The consumers within reach that pass the filters."""
    actor, on, wanted = actor_of(request), business_day(), asked(request)
    sort = request.GET.get("sort", "no")
    sort = sort if sort.removeprefix("-") in SORTS else "no"
    order, language = SORTS[sort.removeprefix("-")], get_language() or ""
    rows = metering.consumers(actor, wanted).order_by(f"-{order}" if sort.startswith("-") else order, "pk")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    told = {
        "here": "list",
        "page": page,
        "lines": lines_of(list(page), on),
        "wanted": wanted,
        "columns": headings(request, COLUMNS, sort),
        "areas": area_choices(actor),
        "units": _unit_choices(actor, on),
        "sections": [
            *((one.code, f"{one.code} {one.name(language)}") for one in customers.sections()),
            ("unknown", gettext("industry not told")),
        ],
        "voltages": list(VOLTAGES.items()),
        "states": list(STATES.items()),
        "query": request.GET.urlencode(),
        "may_export": actor.may("exports.read"),
        "may_write": actor.may("metering.write"),
        "is_filtered": wanted != ConsumerWanted(),
    }
    return render(request, "metering/list.html", told)


def lines_of(rows: list[Any], on: Any) -> list[dict[str, Any]]:
    """Consumers with how they are supplied now."""
    supplied = metering.supplies_now([row.pk for row in rows])
    return [
        {
            "one": row,
            "supply": supplied.get(row.pk),
            "voltage": VOLTAGES[supplied[row.pk].voltage] if row.pk in supplied else "",
            "state": STATES["closed" if row.closed_on and row.closed_on <= on else "open"],
            "tone": "" if row.closed_on and row.closed_on <= on else "good",
        }
        for row in rows
    ]


def area_choices(actor: Actor) -> list[tuple[str, str]]:
    """The areas of the grid for a filter, those below set in."""
    rows = metering.areas(actor)[:2000]
    return [(one.code, "　" * (one.path.count("/") - 2) + one.name) for one in rows]


def _unit_choices(actor: Actor, on: Any) -> list[tuple[str, str]]:
    return [(one.code, one.name) for one in metering.unit_figures(actor, on=on)]


@signed_in
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The filtered consumers as Excel."""
    actor, on = actor_of(request), business_day()
    content = room.export_metered_consumers(actor=actor, on=on, wanted=asked(request))
    return workbook_answer(content, f"consumers-{on.isoformat()}.xlsx")


@signed_in
def new_consumer(request: HttpRequest) -> HttpResponse:
    """Open an account by hand; a number that is taken and a wrong licence are refused (PWR-05)."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "metering.write", "consumers")
    sent = request.POST if request.method == "POST" else None
    form = ConsumerForm(sent, initial={"opened_on": on}, areas=area_choices(actor), units=unit_names())
    if sent is not None:
        kept = tried(request, form, lambda: acts.open_consumer(actor=actor, on=on, new=form.new()))
        if kept is not None:
            messages.success(request, gettext("Account %(no)s is open.") % {"no": kept.consumer_no})
            return redirect("metering_consumer", kept.consumer_no)
    told = {"form": form, "heading": _("Open an account"), "act": _("Open it"), "consumer_no": ""}
    return render(request, "metering/new.html", told, status=422 if sent is not None else 200)


def unit_names() -> list[tuple[str, str]]:
    """The units of the organisation for a form."""
    return [(code, name) for code, (_path, name) in sorted(people.unit_paths().items())]


urlpatterns = [
    path("consumers/", consumer_list, name="metering"),
    path("consumers/new/", new_consumer, name="new_consumer"),
    path("consumers/export/", export, name="export_metered_consumers"),
]
