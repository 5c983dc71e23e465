"""How long debts can still be enforced: the list, one debt with its arithmetic, and its proofs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from xinheng.base.access import services as access
from xinheng.facts.customers import queries as customers
from xinheng.operations.collection import queries as collection
from xinheng.operations.collection import services as acts
from xinheng.runs.services import business_day
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.survey_acts import file_answer
from xinheng.web.pages.trying import dressed, tried

A_PAGE = 50
WHICH = [("alert", _("alert reached")), ("expired", _("time is over")), ("all", _("every late debt"))]


@signed_in
@require_GET
def limitation(request: HttpRequest) -> HttpResponse:
    """Debts by how long they can still be enforced, and other times of the law."""
    actor, on = actor_of(request), business_day()
    which = request.GET.get("which", "alert")
    which = which if which in dict(WHICH) else "alert"
    found = collection.clock_lines(actor, on=on, which=which)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    told = {
        "page": page,
        "lines": page,
        "which": which,
        "whichs": WHICH,
        "alert_days": ", ".join(str(one) for one in collection.in_force(on).limitation.alert_days),
        "deadlines": [
            {"row": one, "what": collection.clock_word(one.code, on=on), "left": (one.last_day - on).days}
            for one in collection.deadlines(actor, on=on)[:A_PAGE]
        ],
    }
    return render(request, "collection/limitation.html", told)


class TakeBackForm(forms.Form):
    """Why an interruption was none."""

    event_id = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**62)
    why = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dressed(self)


@signed_in
def clock(request: HttpRequest) -> HttpResponse:
    """One debt: how its last day came about, with the proofs."""
    actor, on = actor_of(request), business_day()
    no, bill_no = request.GET.get("customer", "")[:60], request.GET.get("bill", "")[:60]
    customer = customers.get(actor, no, on=on)
    line, sentences = collection.clock_of(actor, no, bill_no, on=on)
    sent = request.POST if request.method == "POST" else None
    if sent is not None:
        access.require(actor, "collection.write", f"customer:{no}")
    form = TakeBackForm(sent)

    def take_back() -> Any:
        return acts.take_back_interruption(actor=actor, on=on, **form.cleaned_data)

    if sent is not None and tried(request, form, take_back):
        messages.success(request, gettext("It is taken back; the clock runs as before."))
        return redirect(f"{reverse('collection_clock')}?{urlencode({'customer': no, 'bill': bill_no})}")
    told = {
        "line": line,
        "sentences": sentences,
        "events": [
            {"row": one, "what": collection.interruption_word(one.code, on=on)}
            for one in collection.events_of(customer, bill_no)
        ],
        "pauses": collection.pauses_of(customer, bill_no),
        "cases": collection.cases_of(actor, customer, on=on)[:1],
        "form": form,
        "may_write": actor.may("collection.write"),
        "may_take": actor.may("archive.read"),
    }
    return render(request, "collection/clock.html", told, status=422 if form.errors else 200)


@signed_in
@require_GET
def evidence(request: HttpRequest, event_id: int) -> HttpResponse:
    """The file that proves an interruption."""
    told: dict[str, Any] = {"actor": actor_of(request), "on": business_day()}
    return file_answer(acts.read_evidence(**told, event_id=event_id))


urlpatterns = [
    path("collection/limitation/", limitation, name="collection_limitation"),
    path("collection/clock/", clock, name="collection_clock"),
    path("collection/evidence/<int:event_id>/", evidence, name="collection_evidence"),
]
