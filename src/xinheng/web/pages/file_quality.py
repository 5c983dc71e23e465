"""How well the credit files within reach are kept, how old items may be, and which wait to be classified."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from xinheng.base.access import services as access
from xinheng.facts.customers import queries as customers
from xinheng.facts.customers import services as files
from xinheng.facts.customers.values import Item
from xinheng.reports.services import figure_text
from xinheng.runs.services import business_day
from xinheng.web.pages.edge import actor_of, signed_in, wants_part
from xinheng.web.pages.trying import dressed, tried


@signed_in
@require_GET
def file_quality(request: HttpRequest) -> HttpResponse:
    """Completeness and staleness of the files within reach; the figures come after the page stands."""
    actor = actor_of(request)
    access.require(actor, "customers.read")
    if not wants_part(request):
        return render(request, "customers/quality.html")
    found = customers.data_quality(actor, on=business_day())
    told = {
        "quality": found,
        "completeness": _share(found.completeness),
        "staleness": _share(found.staleness),
        "rows": [
            {"row": row, "completeness": _share(row.completeness), "staleness": _share(row.staleness)}
            for row in sorted(found.items, key=lambda one: (one.completeness is None, one.completeness))
        ],
        "may_write": actor.may("customers.write"),
    }
    return render(request, "customers/quality_figures.html", told)


def _share(share: Any) -> str:
    """A share in words; of nobody at all there is none."""
    return gettext("n/a") if share is None else figure_text(share, "share")


class ClassifyForm(forms.Form):
    """Where an item of the site's own belongs."""

    item = forms.CharField(max_length=60, widget=forms.HiddenInput)
    zh = forms.CharField(label=_("Chinese name"), max_length=60)
    en = forms.CharField(label=_("English name"), max_length=60, required=False)
    dimension = forms.TypedChoiceField(label=_("Dimension"), coerce=int)
    credit = forms.ChoiceField(
        label=_("Class"), choices=[("moral", _("moral credit")), ("asset", _("asset credit"))]
    )
    stale_after_months = forms.IntegerField(
        label=_("Out of date after months"),
        required=False,
        min_value=1,
        max_value=600,
        help_text=_("Never if left empty."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dimension"].choices = [(one.number, one.name) for one in customers.dimensions()]  # type: ignore[attr-defined]
        dressed(self)


class AgeForm(forms.Form):
    """After how many months an item is out of date."""

    item = forms.CharField(max_length=60, widget=forms.HiddenInput)
    stale_after_months = forms.IntegerField(
        label=_("Out of date after months"),
        required=False,
        min_value=1,
        max_value=600,
        help_text=_("Never if left empty."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dressed(self)


@signed_in
def age_limit(request: HttpRequest) -> HttpResponse:
    """Say when facts of an item are out of date."""
    actor = actor_of(request)
    access.require(actor, "customers.write")
    sent = request.POST if request.method == "POST" else None
    code = (sent or request.GET).get("item", "")[:60]
    item = customers.catalogue().get(code)
    first = {"item": code, "stale_after_months": item.stale_after_months if item else None}
    form = AgeForm(sent, initial=first)

    def keep() -> Any:
        months = form.cleaned_data["stale_after_months"]
        return files.set_age_limit(actor=actor, on=business_day(), item=code, months=months)

    if tried(request, form, keep):
        messages.success(request, gettext("The limit is kept; what is older is marked from now on."))
        return redirect("file_quality")
    told = {
        "form": form,
        "item": item.name if item else code,
        "heading": _("Set when an item is out of date"),
    }
    return render(request, "customers/classify.html", told, status=422 if form.is_bound else 200)


@signed_in
def classify_item(request: HttpRequest) -> HttpResponse:
    """Give an item that nobody classified its dimension, class and names."""
    actor = actor_of(request)
    access.require(actor, "customers.write")
    code = request.GET.get("item", "")[:60]
    sent = request.POST if request.method == "POST" else None
    form = ClassifyForm(sent, initial={"item": code, "zh": code, "en": code})

    def keep() -> Any:
        told = form.cleaned_data
        item = Item(
            told["item"], told["dimension"], told["credit"], told["zh"], told["en"],
            stale_after_months=told["stale_after_months"],
        )  # fmt: skip
        return files.classify_item(actor=actor, on=business_day(), item=item)

    if tried(request, form, keep):
        messages.success(request, gettext("The item stands in its dimension now."))
        return redirect("file_quality")
    told = {"form": form, "item": form["item"].value(), "heading": _("Classify an item")}
    return render(request, "customers/classify.html", told, status=422 if form.is_bound else 200)


urlpatterns = [
    path("customers/quality/", file_quality, name="file_quality"),
    path("customers/quality/classify/", classify_item, name="classify_item"),
    path("customers/quality/age/", age_limit, name="age_limit"),
]
