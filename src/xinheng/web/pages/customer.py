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
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.indicators import queries as indicators
from xinheng.reports import services as reports
from xinheng.reports.services import figure_text
from xinheng.runs.services import business_day
from xinheng.web.pages import (
    advances_watched,
    applications,
    contracts,
    credit_line,
    customer_acts,
    customer_figures,
    customer_file,
    customer_judgement,
    dossiers,
    process_words,
    terms_customer,
)
from xinheng.web.pages.edge import actor_of, signed_in, wants_part
from xinheng.web.pages.scales import scale_by
from xinheng.web.pages.seen import Seen
from xinheng.web.pages.standing import standing_grades

Show = Callable[[Seen, HttpRequest], dict[str, Any]]
HEAD = {  # indicators the head of the page shows
    "balance": _("Balance"),
    "overdue_amount": _("Overdue"),
    "longest_overdue": _("Longest overdue"),
    "turnover_12m": _("Turnover 12 months"),
}
BAD_ABOVE_ZERO = {"overdue_amount", "longest_overdue"}
FIRST_DAY = date(1900, 1, 1)  # no file is older, and months can still be counted back from it


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
    Tab("credit_line", _("Credit line"), "limits.read", credit_line.credit_line),
    Tab("orders", _("Orders"), "orders.read", credit_line.customer_orders),
    Tab("terms", _("Terms"), "terms.read", terms_customer.terms_tab),
    Tab("applications", _("Applications"), "applications.read", applications.tab),
    Tab("business", _("Own business"), "financials.read", customer_figures.business),
    Tab("file", _("Credit file"), "customers.read", customer_file.credit_file),
    Tab("dossiers", _("Dossiers"), "dossiers.read", dossiers.tab),
    Tab("contracts", _("Contracts"), "contracts.read", contracts.tab),
    Tab("parties", _("People and parties"), "customers.read", customer_file.parties),
    Tab("assessments", _("Assessments"), "ratings.read", customer_judgement.assessments),
    Tab("advances", _("Advances"), "advances.read", advances_watched.tab),
    Tab("history", _("History"), "customers.read", customer_judgement.history),
]


@signed_in
@require_GET
@vary_on_headers("HX-Request")
def customer_page(request: HttpRequest, no: str) -> HttpResponse:
    """The page of one customer as of a day; htmx asks for one tab of it."""
    actor, on = actor_of(request), business_day()
    policy = request.GET.get("policy", "")[:40]
    seen = Seen(actor, customers.get(actor, no, on=on), on, day_asked(request, on), policy)
    tabs = [tab for tab in TABS if actor.may(tab.act)]
    open_tab = next((tab for tab in tabs if tab.code == request.GET.get("tab")), tabs[0])
    frame = {
        "customer": seen.customer,
        "tabs": tabs,
        "standing": standing_grades(seen),
        "open": open_tab,
        "as_of": seen.as_of,
        "on": on,
        "past": seen.past,
        "policy": policy,
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
    return max(FIRST_DAY, min(asked, on)) if asked else on


def _head(seen: Seen) -> dict[str, Any]:
    actor = seen.actor
    may_rate = actor.may("ratings.read")
    judged = [_judged(grade) for grade in customer_judgement.held_grades(seen)] if may_rate else []
    return {
        "may_rate": may_rate,
        "judged": judged[0] if judged else None,
        "others": judged[1:],
        "section": reports.word(reports.SECTIONS, seen.customer.industry_section),
        "size": reports.word(reports.SIZES, seen.customer.size_class),
        "kind": reports.word(reports.KINDS, seen.customer.kind),
        "cases": process_words.cases_of(seen),
        "id_number": access.shown(actor, "id_number", seen.customer.id_number or ""),
        "duty": customers.responsible([seen.customer], on=seen.as_of).get(seen.customer.pk),
        **(_figures(seen) if actor.may("indicators.read") else {}),
    }


def _judged(grade: Any) -> dict[str, Any]:
    """The grade by one policy, as the head of the page shows it."""
    scale = scale_by(grade.run.policy_sha256)
    score = grade.score_milli
    return {
        "run": grade.run,
        "policy": scale.policy_name,
        "badge": scale.badge(grade.grade),
        "before": grade.previous_grade,
        "turn": scale.turn(grade.previous_grade, grade.grade),
        "score": "" if score is None else figure_text(score / 1000, "points"),
        "state": reports.word(reports.STATES, grade.state),
    }


def _figures(seen: Seen) -> dict[str, Any]:
    """The figures of the head (name, text, currency, whether it is bad) and the day they are of."""
    measured_on, currency, told = _told_past(seen) if seen.past else _told_last(seen)
    figures = []
    for code, label in HEAD.items():
        figure = told.get(code)
        amount = code != "longest_overdue"
        text = str(Money(int(figure), currency)) if amount and figure is not None else ""
        unit = currency if text else ""
        bad = code in BAD_ABOVE_ZERO and bool(figure)
        figures.append((label, text or figure_text(figure, "days"), unit, bad))
    return {"figures": figures, "measured_on": measured_on}


def _told_last(seen: Seen) -> tuple[date | None, str, dict[str, Any]]:
    """Day, currency and figures of the latest measurement, from the row the list shows too."""
    row = indicators.standings().filter(customer=seen.customer).select_related("measurement").first()
    if row is None:
        return None, "", {}
    told = {
        "balance": row.balance_minor,
        "overdue_amount": row.overdue_minor,
        "longest_overdue": row.longest_overdue_days,
        "turnover_12m": row.turnover_12m_minor,
    }
    return row.measurement.as_of, row.currency, told


def _told_past(seen: Seen) -> tuple[date | None, str, dict[str, Any]]:
    """Day, currency and figures of the last measurement up to the day looked at."""
    values = indicators.values_of(seen.customer.no, as_of=seen.as_of)
    if not values:
        return None, "", {}
    return values[0].as_of, values[0].currency, {one.card.code: one.figure for one in values}


urlpatterns = [
    path("customers/file/<path:no>/assess/", customer_judgement.assess, name="assess"),
    path("customers/file/<path:no>/", customer_page, name="customer"),
]
