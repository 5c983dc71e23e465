"""Sudden events and new business laid over the forecasts, and taken back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xinheng.base.access import services as access
from xinheng.judgements.demand import queries as demand
from xinheng.judgements.demand import services as acts
from xinheng.judgements.demand.services import Overlay
from xinheng.judgements.demand.values import LEVELS, Capacity, NewOverlay
from xinheng.runs.services import business_day
from xinheng.web.pages.acting import day_field
from xinheng.web.pages.demand_words import kwh_text
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.trying import dressed, tried

SIZES = ("new_kva", "more_kva", "less_kva", "closed_kva")


def _size(label: Any) -> forms.DecimalField:
    told: dict[str, Any] = {"required": False, "decimal_places": 2, "max_digits": 12}
    return forms.DecimalField(label=label, min_value=Decimal(0), **told)


class OverlayForm(forms.Form):
    """What is laid over: a percentage, kWh a day, or the capacity of new business."""

    places = {"forecast_node_unknown": "node"}
    title = forms.CharField(label=_("Event"), max_length=120)
    level = forms.ChoiceField(label=_("Forecast of"), choices=list(demand.LEVEL_WORDS.items()))
    node = forms.CharField(
        label=_("No. of the consumer or area, or code of the industry"), required=False, max_length=40,
        help_text=_("Empty for the whole company."),
    )  # fmt: skip
    since = day_field(_("From"), required=True)
    until = day_field(_("Up to"), hint=_("Empty: for good."))
    percent = forms.DecimalField(
        label=_("Percent"), required=False, max_digits=7, decimal_places=2,
        help_text=_("Of base and outside factors; -30 for a loss of three tenths."),
    )  # fmt: skip
    kwh_a_day = forms.DecimalField(
        label=_("Or kWh a day"), required=False, max_digits=14, decimal_places=3,
        help_text=_("With a minus where use falls away."),
    )  # fmt: skip
    new_kva = _size(_("Or new capacity, kVA"))
    more_kva = _size(_("Capacity added, kVA"))
    less_kva = _size(_("Capacity reduced, kVA"))
    closed_kva = _size(_("Capacity closed, kVA"))
    utilisation = forms.DecimalField(
        label=_("Use of the capacity"), required=False, min_value=Decimal("0.0001"), max_value=Decimal(1),
        decimal_places=4, max_digits=5, help_text=_("A share around the clock, as 0.35."),
    )  # fmt: skip
    ramp_months = forms.IntegerField(label=_("Months until full use"), required=False, min_value=0)
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def overlay(self) -> NewOverlay:
        """What the form tells."""
        told = self.cleaned_data
        sizes = [told[name] for name in SIZES]
        capacity = Capacity(*(one or Decimal(0) for one in sizes)) if any(sizes) else None
        return NewOverlay(
            level=told["level"], node=told["node"].strip(), title=told["title"], since=told["since"],
            until=told["until"], reason=told["reason"], percent=told["percent"],
            kwh_a_day=told["kwh_a_day"], capacity=capacity, kind="expansion" if capacity else "event",
            utilisation=told["utilisation"] or Decimal(1), ramp_months=told["ramp_months"] or 0,
        )  # fmt: skip


class WithdrawForm(forms.Form):
    """Why an overlay is taken back."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


def _line(one: Overlay) -> dict[str, Any]:
    return {
        "one": one, "kind": demand.KIND_WORDS[one.kind], "level": demand.LEVEL_WORDS[one.level],
        "kwh": "" if one.wh_a_day is None else kwh_text(one.wh_a_day, signed=True),
    }  # fmt: skip


@signed_in
def overlay_list(request: HttpRequest) -> HttpResponse:
    """The overlays, and a form to lay one."""
    actor, on = actor_of(request), business_day()
    with_withdrawn = request.GET.get("withdrawn") == "1"
    rows = demand.overlays(actor, on=on, with_withdrawn=with_withdrawn)
    sent = request.POST if request.method == "POST" else None
    level, node = request.GET.get("level", ""), request.GET.get("node", "")[:40]
    first = {"since": on, "level": level if level in LEVELS else "company", "node": node}
    form = OverlayForm(sent, initial=first)
    dressed(form)
    if sent is not None:
        access.require(actor, "demand.run")
        kept = tried(request, form, lambda: acts.lay_overlay(actor=actor, on=on, new=form.overlay()))
        if kept:
            messages.success(request, gettext("The event is laid over; the base forecast is as it was."))
            return redirect("demand_overlays")
    told = {
        "here": "overlays",
        "lines": [_line(one) for one in rows],
        "with_withdrawn": with_withdrawn,
        "may_run": actor.may("demand.run"),
        "form": form if actor.may("demand.run") else None,
    }
    return render(request, "demand/overlays.html", told, status=422 if sent is not None else 200)


@signed_in
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """Take an overlay back; it stays on record."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "demand.run", f"overlay:{number}")
    one = demand.overlay(actor, number, on=on)
    sent = request.POST if request.method == "POST" else None
    form = WithdrawForm(sent)
    dressed(form)
    told: dict[str, Any] = {"actor": actor, "on": on, "number": number}
    kept = tried(request, form, lambda: acts.withdraw_overlay(**told, **form.cleaned_data))
    if kept:
        messages.success(request, gettext("It no longer counts and stays on record."))
        return redirect("demand_overlays")
    shown = {"form": form, "here": "overlays", **_line(one)}
    return render(request, "demand/withdraw.html", shown, status=422 if sent is not None else 200)


urlpatterns = [
    path("demand/overlays/", overlay_list, name="demand_overlays"),
    path("demand/overlays/<int:number>/withdraw/", withdraw, name="withdraw_overlay"),
]
