"""What is known of one customer's credit now, on one page: grades, arrears, risk, open cases."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from xinheng.base.kernel.language import reads_chinese
from xinheng.judgements.consumers import queries as consumers
from xinheng.judgements.reviews import queries as reviews
from xinheng.reports import queries as reports
from xinheng.reports import services as room
from xinheng.runs.services import business_day
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.scales import policy_scale, scale_by

TONES = {"high": "bad", "risk": "warn", "none": "good", "not_assessable": "", "": ""}


@signed_in
@require_GET
def credit(request: HttpRequest, no: str) -> HttpResponse:
    """One customer's credit today."""
    on = business_day()
    found = reports.credit_now(actor_of(request), no, on=on)
    terms = reviews.in_force(on)
    told = {
        "found": found,
        "rated": [_rated(one) for one in found.rated],
        "approved": [
            {"one": one, "is_late": bool(one.review_due_on and one.review_due_on < on), **_by(terms, one)}
            for one in found.approved
        ],
        "cases": [
            {"one": one, "is_late": one.due_on < on, "event": _event(terms, one), **_by(terms, one)}
            for one in found.cases
        ],
    }
    told["consumers"] = [
        {"one": one, "voltage": consumers.VOLTAGE_WORDS.get(one.voltage, ""), "tone": TONES[one.level],
         "level": consumers.LEVEL_WORDS.get(one.level, _("not assessed"))}
        for one in found.consumers
    ]  # fmt: skip
    return render(request, "customer/credit.html", told)


def _rated(one: Any) -> dict[str, Any]:
    scale = scale_by(one.policy_sha256)
    state = room.word(room.STATES, one.state)
    return {"one": one, "badge": scale.badge(one.grade), "policy": scale.policy_name, "state": state}


def _by(terms: dict[str, Any], one: Any) -> dict[str, Any]:
    """The policy in words, and the grade as it is shown; the code where it is in force no more."""
    by = terms.get(one.policy_code)
    scale = policy_scale(by.policy) if by else None
    return {
        "policy": scale.policy_name if scale else one.policy_code,
        "badge": scale.badge(one.grade) if scale and hasattr(one, "grade") else None,
    }


def _event(terms: dict[str, Any], one: Any) -> str:
    by = terms.get(one.policy_code)
    event = by.events.get(one.event) if by else None
    if event is None:
        return str(one.event)
    return str(event.zh if reads_chinese() else event.en)


urlpatterns = [path("customers/credit/<path:no>/", credit, name="customer_credit")]
