"""Whether an order would pass, asked before it is entered: nothing is kept and nothing is spent."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _

from xinheng.base.access import services as access
from xinheng.facts.customers import queries as customers
from xinheng.judgements.limits import queries as credit
from xinheng.judgements.limits import services as limits
from xinheng.runs.services import business_day
from xinheng.web.pages import hold_words
from xinheng.web.pages.edge import actor_of, signed_in, without_null_signs
from xinheng.web.pages.order_acts import NewOrderForm, new_order
from xinheng.web.pages.seen import Seen
from xinheng.web.pages.trying import tried

OUTCOMES: dict[str, Any] = {
    "passed": _("It would pass."),
    "held": _("It would be held."),
    "rejected": _("It would be turned down."),
}


@signed_in
def try_order(request: HttpRequest, no: str) -> HttpResponse:
    """Ask what the check of an order would come to; from there it is entered with what was typed."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "limits.check", f"customer:{no}")
    seen = Seen(actor, customers.get(actor, no, on=on), on, on)
    form = NewOrderForm(
        seen, request.GET, without_null_signs(request.POST) if request.method == "POST" else None
    )
    told: dict[str, Any] = {"actor": actor, "on": on, "customer_no": no}
    checked = tried(request, form, lambda: limits.try_order(**told, order=new_order(form.cleaned_data)))
    shown: dict[str, Any] = {"form": form, "customer": seen.customer}
    if checked is not None:
        currency = credit.credit_facts(seen.customer, on=on).head.exposure.currency
        shown |= {
            "outcome": OUTCOMES[checked.verdict],
            "passes": checked.verdict == "passed",
            "reasons": hold_words.reasons_told(checked.reasons, currency),
            "ways": hold_words.ways_told(credit.ways(checked.reasons), currency),
        }
    is_wrong = form.is_bound and checked is None
    return render(request, "orders/try.html", shown, status=422 if is_wrong else 200)


urlpatterns = [path("customers/try-order/<path:no>/", try_order, name="try_order")]
