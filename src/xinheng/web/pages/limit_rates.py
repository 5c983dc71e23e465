"""Rates of exchange: what one unit of a currency is worth in yuan from a day on."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xinheng.base.access import services as access
from xinheng.base.kernel.texts import halfwidth
from xinheng.judgements.limits import queries as credit
from xinheng.judgements.limits import services as limits
from xinheng.runs.services import business_day
from xinheng.web.pages.acting import day_field
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.trying import dressed, tried

A_PAGE = 50


class RateForm(forms.Form):
    """A currency, what it is worth, and from when."""

    currency = forms.CharField(label=_("Currency"), min_length=3, max_length=3, help_text=_("As USD."))
    rate = forms.DecimalField(
        label=_("Yuan for one"), min_value=0, max_digits=18, decimal_places=8, localize=False
    )
    from_on = day_field(_("From"), required=True)

    def clean_currency(self) -> str:
        """In capital letters."""
        return halfwidth(self.cleaned_data["currency"]).upper()


@signed_in
def rates(request: HttpRequest) -> HttpResponse:
    """The rates that were told, and a form for the next one."""
    actor, on = actor_of(request), business_day()
    rows = credit.rates(actor)
    may_write = actor.may("limits.write")
    sent = request.POST if request.method == "POST" else None
    if sent is not None:
        access.require(actor, "limits.write", "rates")
    form = RateForm(sent, initial={"from_on": on})
    dressed(form)
    told: dict[str, Any] = {"actor": actor, "on": on}
    if tried(request, form, lambda: limits.set_rate(**told, **form.cleaned_data)):
        messages.success(request, gettext("The rate is kept."))
        return redirect("rates")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    shown = {"form": form, "page": page, "may_write": may_write}
    return render(request, "limits/rates.html", shown, status=422 if form.is_bound else 200)


urlpatterns = [path("limits/rates/", rates, name="rates")]
