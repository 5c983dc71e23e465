"""The acts on a customer's file and ledger: one address each, the same page and the same manners for all."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse

from xinheng.base.access import services as access
from xinheng.facts.customers import queries as customers
from xinheng.runs.services import business_day
from xinheng.web.pages import (
    customer_profile,
    fact_acts,
    investigations,
    ledger_acts,
    limit_acts,
    order_acts,
    surveys,
    terms_acts,
)
from xinheng.web.pages.acting import Act
from xinheng.web.pages.edge import actor_of, go_to, signed_in, wants_part, without_null_signs
from xinheng.web.pages.seen import Seen
from xinheng.web.pages.trying import tried

ACTS: dict[str, Act] = {
    act.code: act
    for act in (
        *customer_profile.ACTS,
        *fact_acts.ACTS,
        *surveys.ACTS,
        *terms_acts.ACTS,
        *investigations.ACTS,
        *ledger_acts.ACTS,
        *limit_acts.ACTS,
        *order_acts.ACTS,
    )
}


def offered(seen: Seen) -> dict[str, list[dict[str, Any]]]:
    """The acts that the reader may do now, by the card that offers them; none while looking at the past."""
    found: dict[str, list[dict[str, Any]]] = {}
    times = {"ever", "closed" if seen.customer.status == "closed" else "open"}
    for act in ACTS.values():
        if act.place and not seen.past and act.when in times and seen.actor.may(act.right):
            address = reverse("customer_act", args=[seen.customer.no, act.code])
            found.setdefault(act.place, []).append({"label": act.label, "address": address})
    return found


@signed_in
def customer_act(request: HttpRequest, no: str, code: str) -> HttpResponse:
    """Ask for one act, and do it; a refusal is said beside the field it speaks of."""
    act = ACTS.get(code)
    if act is None:
        raise Http404
    actor, on = actor_of(request), business_day()
    access.require(actor, act.right, f"customer:{no}")
    seen = Seen(actor, customers.get(actor, no, on=on), on, on)
    form = act.form(seen, request.GET, without_null_signs(request.POST) if request.method == "POST" else None)
    back = f"{reverse('customer', args=[no])}?tab={act.tab}"
    kept = tried(request, form, lambda: act.do(seen, form.cleaned_data))
    if kept is not None:
        messages.success(request, str(act.done))
        return go_to(request, act.leads(seen, kept) if act.leads else back)
    told = {
        "act": act,
        "customer": seen.customer,
        "form": form,
        "subject": form.subject(),
        "back": back,
    }
    page = "customer/act_form.html" if wants_part(request) else "customer/act.html"
    return render(request, page, told, status=422 if form.is_bound else 200)


urlpatterns = [path("customers/file/<path:no>/do/<slug:code>/", customer_act, name="customer_act")]
