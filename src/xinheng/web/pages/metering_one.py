"""One consumer: the account, its meters, what it used, what its meters reported, its bills."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.facts.metering import queries as metering
from xinheng.facts.metering import services as acts
from xinheng.facts.metering.values import MARKS, VOLTAGES
from xinheng.reports import queries as drawn
from xinheng.reports import services as room
from xinheng.runs.services import business_day
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.metering import STATES, area_choices, unit_names
from xinheng.web.pages.metering_forms import ChangeForm, JoinForm
from xinheng.web.pages.trying import tried

SPANS = (("31", _("1 month")), ("92", _("3 months")), ("366", _("1 year")), ("1100", _("3 years")))
POINT_DAYS = 7
MOST = 50  # rows of a table
WAYS = (  # right, route, whether it takes the number in its path, its words
    ("consumers.read", "consumer_risk_one", True, _("Risk")),
    ("theft.read", "theft_suspect", True, _("Suspicion")),
    ("inspections.read", "inspections", False, _("Inspections")),
    ("demand.read", "demand", False, _("Forecast")),
)


@signed_in
@require_GET
def one_consumer(request: HttpRequest, consumer_no: str) -> HttpResponse:
    """The page of one consumer."""
    actor, on = actor_of(request), business_day()
    row = metering.consumer(actor, consumer_no)
    supplies = list(metering.supplies_of(row))
    is_closed = bool(row.closed_on and row.closed_on <= on)
    told = {
        "row": row,
        "supply": metering.supply_of(row, on=on),
        "supplies": _supplies(supplies),
        "meters": metering.meters_of(row),
        "state": STATES["closed" if is_closed else "open"],
        "tone": "" if is_closed else "good",
        "may_write": actor.may("metering.write") and not is_closed,
        "may_export": actor.may("exports.read"),
        "may_read_file": actor.may("customers.read"),
        "ways": _ways(actor, row.consumer_no),
        **_measured(actor, request, row, on),
    }
    return render(request, "metering/one.html", told)


def _supplies(rows: list[Any]) -> list[dict[str, Any]]:
    return [{"row": row, "voltage": VOLTAGES[row.voltage]} for row in rows]


def _ways(actor: Actor, no: str) -> list[tuple[str, Any]]:
    """Where else the consumer is looked at; routes that this installation has."""
    found = []
    for right, route, is_path, words in WAYS:
        if not actor.may(right):
            continue
        try:
            address = reverse(route, args=[no]) if is_path else f"{reverse(route)}?{urlencode({'q': no})}"
        except NoReverseMatch:
            continue
        found.append((address, words))
    return found


def _measured(actor: Actor, request: HttpRequest, row: Any, on: Any) -> dict[str, Any]:
    chosen = request.GET.get("days", "")
    span = chosen if chosen in dict(SPANS) else "366"
    since = on - timedelta(days=int(span))
    days = metering.readings_of(actor, row.consumer_no, since=since, until=on)
    events = metering.events_of(actor, row.consumer_no, since=since, until=on)
    points = metering.quarters_of(actor, row.consumer_no, since=on - timedelta(days=60), until=on)[
        -POINT_DAYS:
    ]
    bills = metering.bills_of(actor, row.consumer_no)
    marked = [one for one in days if one.marks]
    counts = Counter(mark for one in marked for mark in one.marks)
    return {
        "spans": SPANS,
        "span": span,
        "days": len(days),
        "read": sum(one.kwh is not None for one in days),
        "total": sum(one.kwh or 0 for one in days),
        "use": drawn.use_curve(days, events) if days else None,
        "points": drawn.points_curve(points) if points else None,
        "billed": drawn.billed_use(bills[-36:]) if bills else None,
        "bills": bills[::-1][:MOST],
        "marks": [(MARKS.get(mark, mark), count) for mark, count in counts.most_common()],
        "marked": [
            {
                "day": one.day,
                "kwh": one.kwh,
                "words": ", ".join(str(MARKS.get(mark, mark)) for mark in one.marks),
            }
            for one in marked[::-1][:MOST]
        ],
        "events": events[::-1][:MOST],
    }


@signed_in
def change_supply(request: HttpRequest, consumer_no: str) -> HttpResponse:
    """Supply a consumer otherwise from a day on: another unit, area, capacity, tariff (PWR-35)."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "metering.write", f"consumer:{consumer_no}")
    row = metering.consumer(actor, consumer_no)
    now = metering.supply_of(row, on=on)
    initial: dict[str, Any] = {"from_on": on}
    if now:
        initial |= {name: getattr(now, name) for name in ("voltage", "voltage_kv", "capacity_kva", "tariff")}
        initial |= {"unit_code": now.unit.code if now.unit else "", "area": now.area.code if now.area else ""}
    sent = request.POST if request.method == "POST" else None
    form = ChangeForm(sent, initial=initial, areas=area_choices(actor), units=unit_names())
    if sent is not None:
        kept = tried(
            request,
            form,
            lambda: acts.change_supply(
                actor=actor,
                on=on,
                consumer_no=consumer_no,
                terms=form.terms(),
                from_on=form.cleaned_data["from_on"],
                reason=form.cleaned_data["reason"],
            ),
        )
        if kept is not None:
            messages.success(request, gettext("The supply is changed; what was before stays by day."))
            return redirect("metering_consumer", consumer_no)
    told = {
        "form": form,
        "heading": _("Change the supply"),
        "act": _("Change it"),
        "consumer_no": consumer_no,
    }
    return render(request, "metering/new.html", told, status=422 if sent is not None else 200)


@signed_in
def join_file(request: HttpRequest, consumer_no: str) -> HttpResponse:
    """Join the account to the credit file of who answers for it."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "metering.write", f"consumer:{consumer_no}")
    metering.consumer(actor, consumer_no)
    sent = request.POST if request.method == "POST" else None
    form = JoinForm(sent)
    if sent is not None:
        told: dict[str, Any] = {"actor": actor, "on": on, "consumer_no": consumer_no}
        kept = tried(request, form, lambda: acts.join_customer(**told, **form.cleaned_data))
        if kept is not None:
            messages.success(request, gettext("The account is joined to the credit file."))
            return redirect("metering_consumer", consumer_no)
    shown = {
        "form": form,
        "heading": _("Join to a credit file"),
        "act": _("Join it"),
        "consumer_no": consumer_no,
    }
    return render(request, "metering/new.html", shown, status=422 if sent is not None else 200)


@signed_in
@require_GET
def export_readings(request: HttpRequest, consumer_no: str) -> HttpResponse:
    """The readings of one consumer with their marks, as Excel."""
    actor, on = actor_of(request), business_day()
    told: dict[str, Any] = {"since": on - timedelta(days=1100), "until": on}
    content = room.export_metered_readings(actor=actor, on=on, consumer_no=consumer_no, **told)
    return workbook_answer(content, f"readings-{consumer_no}-{on.isoformat()}.xlsx")


urlpatterns = [
    path("consumers/one/<str:consumer_no>/", one_consumer, name="metering_consumer"),
    path("consumers/one/<str:consumer_no>/supply/", change_supply, name="change_supply"),
    path("consumers/one/<str:consumer_no>/file/", join_file, name="join_consumer"),
    path("consumers/one/<str:consumer_no>/export/", export_readings, name="export_metered_readings"),
]
