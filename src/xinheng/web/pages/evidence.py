"""Lists over all customers within reach: questionnaires, what is out of date, where assessors differ."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from xinheng.base.access import services as access
from xinheng.facts.customers import queries as customers
from xinheng.judgements.ratings import queries as ratings
from xinheng.judgements.ratings import services as judging
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.web.pages.customer_file import CHANNELS
from xinheng.web.pages.customer_judgement import panel_line
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.survey_words import STATES, TONES

A_PAGE = 50
MOST_STALE = 500


@signed_in
@require_GET
def survey_list(request: HttpRequest) -> HttpResponse:
    """The questionnaires within reach, the newest first, by state, form, person and customer."""
    actor, on = actor_of(request), business_day()
    forms, named = {code: one.name for code, one in customers.forms().items()}, request.GET
    asked = {key: named.get(key, "").strip()[:100] for key in ("state", "form", "person", "q")}
    seen = customers.surveys_seen(actor, on=on)
    found = customers.surveys_asked(
        seen,
        state=asked["state"] if asked["state"] in STATES else "",
        form=asked["form"] if asked["form"] in forms else "",
        person=asked["person"],
        text=asked["q"],
    )
    page = Paginator(found, A_PAGE).get_page(named.get("page"))
    questions = judging.questions(on=on)
    told = {
        "page": page,
        "lines": [survey_line(one, questions) for one in page],
        "asked": asked,
        "filtered": any(asked.values()),
        "states": STATES,
        "forms": list(forms.items()),
        "responses": [(forms[one.form], one, _rate(one)) for one in customers.responses(seen)],
        "here": "surveys",
        "may_export": actor.may("exports.read"),
        "may_judge": actor.may("ratings.read"),
    }
    return render(request, "surveys/list.html", told)


def _rate(one: Any) -> str:
    return f"{100 * one.answered / one.sent:.1f} %" if one.sent else ""


def survey_line(one: Any, questions: Collection[str]) -> dict[str, Any]:
    """One questionnaire as a list shows it: how much of it is answered, and what is unknown.

    questions: the codes that policies in force ask.
    """
    form = customers.form_of(one)
    items = customers.asked_items(form, one.customer.kind)
    asked = [*items, *(code for code in form.questions if code in questions)]
    told = {**one.answers, **one.questions}
    answered = sum(code in told for code in asked)
    return {
        "survey": one,
        "name": form.name,
        "channel": CHANNELS.get(one.channel, one.channel),
        "state": STATES[one.state],
        "tone": TONES[one.state],
        "answered": answered,
        "asked": len(asked),
        "percent": round(100 * answered / len(asked)) if asked else 0,
        "unknown": sum(told.get(code, "") is None for code in asked),
    }


@signed_in
@require_GET
def stale_data(request: HttpRequest) -> HttpResponse:
    """What is out of date, by who answers for the customer."""
    actor, today = actor_of(request), business_day()
    access.require(actor, "customers.read")
    reach, on = customers.visible(actor, on=today), _day(request, today)
    login = request.GET.get("person")
    told = {
        "counts": customers.stale_counts(reach, on=on),
        "rows": customers.stale_items(reach, on=on, login=login, most=MOST_STALE),
        "person": login,
        "most": MOST_STALE,
        "on": on,
        "here": "stale",
        "may_write": actor.may("customers.write"),
        "may_export": actor.may("exports.read"),
        "may_judge": actor.may("ratings.read"),
    }
    return render(request, "surveys/stale.html", told)


def _day(request: HttpRequest, today: date) -> date:
    """The day asked for, such as the last of a quarter; today where none or a later one is."""
    try:
        return min(today, date.fromisoformat(request.GET.get("as_of", "")))
    except ValueError:
        return today


@signed_in
@require_GET
def contradictory(request: HttpRequest) -> HttpResponse:
    """What the channels tell differently of one item, customer by customer."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "customers.read")
    found = customers.contradictory(customers.visible(actor, on=on), on=on, most=MOST_STALE)
    told = {
        "rows": [
            (one, [(CHANNELS.get(channel, channel), value, day) for channel, value, day in one.told])
            for one in found
        ],
        "most": MOST_STALE,
        "here": "contradictory",
        "may_judge": actor.may("ratings.read"),
        "may_export": actor.may("exports.read"),
    }
    return render(request, "surveys/contradictory.html", told)


@signed_in
@require_GET
def export(request: HttpRequest, what: str) -> HttpResponse:
    """A list of evidence as an Excel file, with the filter of its page."""
    if what not in reports.EVIDENCE:
        raise Http404
    named = request.GET
    asked = {key: named.get(key, "").strip()[:100] for key in reports.EVIDENCE[what] if key in named}
    on = business_day()
    content = reports.export_evidence(actor=actor_of(request), on=on, what=what, asked=asked)
    return workbook_answer(content, f"{what}-{on.isoformat()}.xlsx")


@signed_in
@require_GET
def assessors(request: HttpRequest) -> HttpResponse:
    """Where several people's answers lie too far apart, or people are missing."""
    actor, on = actor_of(request), business_day()
    found = ratings.panels_open(actor, on=on)
    told = {"panels": [panel_line(one) for one in found], "here": "assessors", "may_judge": True}
    return render(request, "surveys/assessors.html", told)


urlpatterns = [
    path("surveys/", survey_list, name="surveys"),
    path("surveys/stale/", stale_data, name="stale_data"),
    path("surveys/contradictory/", contradictory, name="contradictory"),
    path("surveys/export/<slug:what>/", export, name="export_evidence"),
    path("surveys/assessors/", assessors, name="assessors"),
]
