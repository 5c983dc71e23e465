"""One customer: grade and why, figures, bills, the credit file, people, history."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from xinheng.base.access import services as access
from xinheng.facts.customers import queries as customers
from xinheng.indicators import queries as indicators
from xinheng.judgements.ratings import queries as ratings
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.web.pages import customer_acts, customer_figures, customer_file, customer_judgement
from xinheng.web.pages.edge import actor_of, signed_in, wants_part
from xinheng.web.pages.figures import figure_text
from xinheng.web.pages.scales import scale_of
from xinheng.web.pages.seen import Seen

Show = Callable[[Seen, HttpRequest], dict[str, Any]]


@dataclass(frozen=True)
class Tab:
    """One part of the page, loaded when it is opened; shown to those who may do the act."""

    code: str
    label: str | Promise
    act: str
    show: Show


TABS = [
    Tab("why", _("Why this grade"), "ratings.read", customer_judgement.why),
    Tab("indicators", _("Indicators"), "indicators.read", customer_figures.measured),
    Tab("payments", _("Payments and bills"), "receivables.read", customer_figures.payments),
    Tab("business", _("Own business"), "financials.read", customer_figures.business),
    Tab("file", _("Credit file"), "customers.read", customer_file.credit_file),
    Tab("parties", _("People and parties"), "customers.read", customer_file.parties),
    Tab("assessments", _("Assessments"), "ratings.read", customer_judgement.assessments),
    Tab("history", _("History"), "customers.read", customer_judgement.history),
]


@signed_in
@require_GET
@vary_on_headers("HX-Request")
def customer_page(request: HttpRequest, no: str) -> HttpResponse:
    """The page of one customer as of a day; htmx asks for one tab of it."""
    actor, on = actor_of(request), business_day()
    seen = Seen(actor, customers.get(actor, no, on=on), on, day_asked(request, on))
    tabs = [tab for tab in TABS if actor.may(tab.act)]
    open_tab = next((tab for tab in tabs if tab.code == request.GET.get("tab")), tabs[0])
    frame = {
        "customer": seen.customer,
        "tabs": tabs,
        "open": open_tab,
        "as_of": seen.as_of,
        "on": on,
        "past": seen.past,
        "acts": customer_acts.offered(seen),
    }
    if wants_part(request):
        told = {**frame, **open_tab.show(seen, request), "body": f"customer/{open_tab.code}.html"}
        return render(request, "customer/tabs.html", told)
    return render(request, "customer/page.html", {**frame, **_head(seen)})


def day_asked(request: HttpRequest, on: date) -> date:
    """The day the page looks at: the one in the address if it is a day gone by, else the business day."""
    try:
        asked = parse_date(request.GET.get("as_of", ""))
    except ValueError:
        asked = None
    return min(asked, on) if asked else on


def _head(seen: Seen) -> dict[str, Any]:
    actor = seen.actor
    run = ratings.latest_run(None, as_of=seen.as_of) if actor.may("ratings.read") else None
    grade = ratings.grades(run.pk).filter(customer=seen.customer).first() if run else None
    scale = scale_of(run.pk if run else None)
    return {
        "run": run,
        "grade": grade,
        "badge": scale.badge(grade.grade if grade else ""),
        "turn": scale.turn(grade.previous_grade, grade.grade) if grade else "",
        "scale": scale,
        "score": _score(grade),
        "state": reports.word(reports.STATES, grade.state) if grade else "",
        "section": reports.word(reports.SECTIONS, seen.customer.industry_section),
        "size": reports.word(reports.SIZES, seen.customer.size_class),
        "kind": reports.word(reports.KINDS, seen.customer.kind),
        "id_number": access.shown(actor, "id_number", seen.customer.id_number or ""),
        "duty": customers.responsible([seen.customer], on=seen.as_of).get(seen.customer.pk),
        "figures": _figures(seen) if actor.may("indicators.read") else (),
    }


def _score(grade: Any) -> str:
    return (
        "" if grade is None or grade.score_milli is None else figure_text(grade.score_milli / 1000, "points")
    )


def _figures(seen: Seen) -> list[tuple[Any, str, bool]]:
    """The four figures of the head: name, text, whether it is bad."""
    if seen.past:
        return []
    row = indicators.standings().filter(customer=seen.customer).first()
    overdue = getattr(row, "overdue_minor", None)
    return [
        (_("Balance"), figure_text(getattr(row, "balance_minor", None), "CNY"), False),
        (_("Overdue"), figure_text(overdue, "CNY"), bool(overdue)),
        (
            _("Longest overdue"),
            figure_text(getattr(row, "longest_overdue_days", None), "days"),
            bool(getattr(row, "longest_overdue_days", None)),
        ),
        (_("Turnover 12 months"), figure_text(getattr(row, "turnover_12m_minor", None), "CNY"), False),
    ]


urlpatterns = [
    path("customers/file/<path:no>/assess/", customer_judgement.assess, name="assess"),
    path("customers/file/<path:no>/", customer_page, name="customer"),
]
