"""The catalogue of indicators."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from xinheng.base.access import services as access
from xinheng.indicators import queries as indicators
from xinheng.runs.services import business_day
from xinheng.web.pages.customer_figures import SUBJECTS, card_words
from xinheng.web.pages.edge import actor_of, signed_in

UNITS: dict[str, str | Promise] = {
    "CNY": _("money"),
    "share": _("share"),
    "days": _("days"),
    "months": _("months"),
    "years": _("years"),
    "count": _("count"),
    "ratio": _("ratio"),
    "points": _("points"),
    "yes_no": _("yes or no"),
}
BETTER: dict[str, str | Promise] = {"higher": _("higher is better"), "lower": _("lower is better")}


@signed_in
@require_GET
def catalogue(request: HttpRequest) -> HttpResponse:
    """Every indicator: code, name, unit, where its formula is written, what missing means."""
    access.require(actor_of(request), "indicators.read")
    cards = indicators.catalogue()
    groups: list[dict[str, Any]] = []
    for subject, heading in SUBJECTS:
        rows = [
            {
                **card_words(card),
                "unit": UNITS.get(card.unit, card.unit),
                "better": BETTER.get(card.better, ""),
            }
            for card in cards
            if card.subject == subject
        ]
        if rows:
            groups.append({"heading": heading, "rows": rows})
    told = {
        "groups": groups,
        "count": len(cards),
        "measurement": indicators.latest_measurement(as_of=business_day()),
    }
    return render(request, "indicators/list.html", told)


urlpatterns = [path("indicators/", catalogue, name="indicators")]
