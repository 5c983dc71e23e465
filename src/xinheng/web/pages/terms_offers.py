"""An offer held against the customer's grade; nothing is kept of it."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from xinheng.base.access import services as access
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.judgements.terms import queries as terms
from xinheng.judgements.terms.values import Offer
from xinheng.runs.services import business_day
from xinheng.web.pages import terms_words
from xinheng.web.pages.acting import day_field
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.trying import dressed


class OfferForm(forms.Form):
    """What a customer is to be offered."""

    no = forms.CharField(label=_("Order or offer"), max_length=60, required=False)
    payment = forms.ChoiceField(label=_("Payment"), choices=list(terms.PAYMENTS.items()))
    terms_days = forms.IntegerField(label=_("Days of credit"), required=False, min_value=0, max_value=3650)
    product = forms.CharField(label=_("Product"), max_length=60, required=False)
    price = forms.DecimalField(
        label=_("Price of one"), required=False, min_value=0, max_digits=15, decimal_places=2
    )
    discount_percent = forms.DecimalField(
        label=_("Discount in percent"), required=False, min_value=0, max_value=100, decimal_places=2
    )
    promised_on = day_field(_("Promised for"))
    is_rush = forms.BooleanField(label=_("Rush order"), required=False)
    ways = forms.MultipleChoiceField(
        label=_("Ways of settling"), required=False, choices=list(terms.WAYS.items()),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    margins = forms.CharField(
        label=_("Margins of the lines, in percent"), required=False, max_length=200,
        help_text=_("Several with commas between: 12.5, 20"),
    )  # fmt: skip

    def clean_margins(self) -> tuple[Decimal, ...]:
        """Percentages as shares."""
        words = str(self.cleaned_data["margins"]).replace("，", ",").replace("%", "").split(",")
        try:
            told = tuple(Decimal(word.strip()) / 100 for word in words if word.strip())
        except InvalidOperation as error:
            raise forms.ValidationError(gettext("Numbers with commas between.")) from error
        if not all(each.is_finite() and -1 <= each <= 1 for each in told):
            raise forms.ValidationError(gettext("A margin lies between −100 and 100 percent."))
        return told

    def offer(self, on: Any) -> Offer:
        """As the room takes it."""
        told = {name: value for name, value in self.cleaned_data.items() if name != "no"}
        price = told.pop("price")
        ways = tuple(told.pop("ways"))
        return Offer(on, **told, ways=ways, price=None if price is None else Money.of(price))


@signed_in
@require_GET
def offer(request: HttpRequest, no: str) -> HttpResponse:
    """Hold an offer against the customer's grade; nothing is kept of it."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "terms.read", f"customer:{no}")
    customer = customers.get(actor, no, on=on)
    form = OfferForm(request.GET or None)
    dressed(form)
    found = None
    if form.is_valid():
        lines = terms.check_offer(actor, no, form.offer(on), on=on, no=form.cleaned_data["no"])
        found = [
            {
                "text": terms.told(one),
                "strength": terms.STRENGTHS[one.strength],
                "tone": terms_words.STRENGTH_TONES[one.strength],
            }
            for one in lines
        ]
    told = {
        "customer": customer,
        "form": form,
        "found": found,
        "holds": found is not None and any(one["tone"] != "note" for one in found),
        "may_ask": actor.may("terms.write"),
    }
    return render(request, "terms/offer.html", told)


urlpatterns = [path("customers/offer/<path:no>/", offer, name="terms_offer")]
