"""What all customers within reach owe, on any day and as people knew it on any day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.facts.receivables import queries as receivables
from xinheng.reports import queries as events
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.web.pages.edge import actor_of, signed_in, wants_part
from xinheng.web.pages.exports import workbook_answer

EVENTS_A_PAGE = 200


@signed_in
@require_GET
def ledger(request: HttpRequest) -> HttpResponse:
    """The ageing of the ledger within reach; it is counted after the page stands, from every bill."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "receivables.read")
    as_of = _day(request.GET.get("as_of")) or on
    known_on = _day(request.GET.get("known_on"))
    told: dict[str, Any] = {"as_of": min(as_of, on), "known_on": known_on, "on": on}
    if not wants_part(request):
        return render(request, "ledger/ledger.html", told)
    told["currencies"] = _by_currency(actor, as_of=told["as_of"], known_on=known_on)
    return render(request, "ledger/figures.html", told)


def _day(text: str | None) -> date | None:
    try:
        return parse_date(text or "")
    except ValueError:
        return None


def _by_currency(actor: Actor, *, as_of: date, known_on: date | None) -> list[dict[str, Any]]:
    """Each currency by itself: buckets, totals, and whether they come to bills less receipts."""
    everyone = actor.scope.reach == "everything"
    seen = None if everyone else customers.visible(actor, on=business_day())
    rows = receivables.ageing(seen, as_of=as_of, known_on=known_on)
    control = {one.currency: one for one in receivables.control_total(seen, as_of=as_of, known_on=known_on)}
    found = []
    for total in receivables.totals(seen, as_of=as_of, known_on=known_on):
        buckets = [row for row in rows if row.currency == total.currency]
        aged = sum((row.amount for row in buckets), Money(0, total.currency))
        of_facts = control.get(total.currency, Money(0, total.currency))
        found.append(
            {
                "total": total,
                "buckets": [(reports.word(reports.BUCKETS, row.bucket.code), row) for row in buckets],
                "aged": aged,
                "control": of_facts,
                "agrees": aged - total.prepaid == of_facts,
            }
        )
    return found


@signed_in
@require_GET
def risk_events(request: HttpRequest) -> HttpResponse:
    """Late payments, bills not paid when due, inability told: filtered, a page at a time."""
    actor, on = actor_of(request), business_day()
    wanted, page = _wanted(request), _page(request.GET.get("page", ""))
    found = events.risk_events(actor, wanted, on=on, skip=(page - 1) * EVENTS_A_PAGE, most=EVENTS_A_PAGE)
    told = {
        "found": found,
        "wanted": wanted,
        "on": on,
        "kinds": [(code, word, found.counts[code]) for code, word in events.RISK_EVENTS.items()],
        "before": page - 1,
        "after": page + 1 if page * EVENTS_A_PAGE < found.total else 0,
        "may_export": actor.may("exports.read"),
    }
    return render(request, "ledger/events.html", told)


@signed_in
@require_GET
def export_risk_events(request: HttpRequest) -> HttpResponse:
    """The same events, all of them, as Excel."""
    on = business_day()
    content = reports.export_risk_events(actor=actor_of(request), on=on, wanted=_wanted(request))
    return workbook_answer(content, f"credit-risk-events-{on.isoformat()}.xlsx")


def _wanted(request: HttpRequest) -> events.RiskWanted:
    event = request.GET.get("event", "")
    return events.RiskWanted(
        event=event if event in events.RISK_EVENTS else "",
        text=request.GET.get("q", "")[:100],
        as_of=_day(request.GET.get("as_of")),
        since=_day(request.GET.get("since")),
    )


def _page(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 7 else 1


urlpatterns = [
    path("ledger/", ledger, name="ledger"),
    path("ledger/events/", risk_events, name="risk_events"),
    path("ledger/events/export/", export_risk_events, name="export_risk_events"),
]
