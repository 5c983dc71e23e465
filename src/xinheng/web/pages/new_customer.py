"""Opening a customer's file: what is told at once, and like names shown before a second file is opened."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.language import reads_chinese
from xinheng.facts.customers import queries as customers
from xinheng.facts.customers import services as files
from xinheng.facts.customers.values import NewCustomer
from xinheng.runs.services import business_day
from xinheng.web.pages.acting import day_field
from xinheng.web.pages.customer_file import CHANNELS
from xinheng.web.pages.edge import actor_of, go_to, signed_in
from xinheng.web.pages.ledger_forms import money_of
from xinheng.web.pages.trying import dressed, tried


def _amount(label: Any) -> forms.CharField:
    hint = _("In yuan, as 1,234.50.")
    return forms.CharField(label=label, max_length=40, required=False, help_text=hint)


class NewCustomerForm(forms.Form):
    """What opens a file. Only the name is owed."""

    places: ClassVar[dict[str, str]] = {
        "channel_missing": "channel",
        "source_missing": "source",
        "unit_unknown": "unit_code",
        "person_unknown": "person_login",
        "customer_unknown": "parent_no",
        "customer_closed": "parent_no",
    }
    kind = forms.ChoiceField(label=_("Kind"), choices=[("company", _("Company")), ("person", _("Person"))])
    name = forms.CharField(label=_("Name"), max_length=200)
    no = forms.CharField(
        label=_("Customer no."),
        max_length=40,
        required=False,
        help_text=_("Leave it empty and the system gives the next one."),
    )
    former_names = forms.CharField(
        label=_("Former names"), max_length=600, required=False, help_text=_("Apart by semicolons.")
    )
    uscc = forms.CharField(
        label=_("Unified social credit code"),
        max_length=40,
        required=False,
        help_text=_("18 letters and digits; the last one is checked."),
    )
    org_code = forms.CharField(label=_("Organisation code"), max_length=40, required=False)
    id_number = forms.CharField(
        label=_("ID number"), max_length=40, required=False, help_text=_("For persons only.")
    )
    is_supplier = forms.BooleanField(label=_("It is a supplier of ours as well"), required=False)
    nature = forms.ChoiceField(label=_("Nature"), required=False)
    industry = forms.CharField(
        label=_("Industry code"),
        max_length=5,
        required=False,
        help_text=_("GB/T 4754: a section letter or 2 to 4 digits."),
    )
    region = forms.CharField(label=_("Region"), max_length=20, required=False)
    address = forms.CharField(label=_("Address"), max_length=300, required=False)
    founded_on = day_field(_("Founded on"))
    employees = forms.IntegerField(
        label=_("People employed"), required=False, min_value=0, max_value=2**31 - 1
    )
    revenue_minor = _amount(_("Revenue of a year"))
    assets_minor = _amount(_("Total assets"))
    parent_no = forms.CharField(
        label=_("Parent company"), max_length=40, required=False, help_text=_("Its customer number.")
    )
    unit_code = forms.ChoiceField(
        label=_("Responsible unit"), required=False, help_text=_("Your own if left empty.")
    )
    person_login = forms.ChoiceField(label=_("Responsible salesperson"), required=False)
    channel = forms.ChoiceField(label=_("Channel"), help_text=_("By which way all this came."))
    source = forms.CharField(
        label=_("Source"),
        max_length=200,
        required=False,
        help_text=_("What can be looked up: a document, a person, an agency."),
    )
    despite_like_names = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"channel": "own_dealings"}, **kwargs})
        chinese = reads_chinese()
        natures = customers.catalogue()["nature"].choices
        units, people = customers.answerable(actor, on=business_day())
        for name, offered in {
            "nature": [("", "—"), *((code, zh if chinese else en) for code, zh, en in natures)],
            "unit_code": [("", "—"), *units],
            "person_login": [("", "—"), *people],
            "channel": list(CHANNELS.items()),
        }.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]
        dressed(self)

    def clean_revenue_minor(self) -> int | None:
        """In 分; None where it is not told."""
        return self._minor("revenue_minor")

    def clean_assets_minor(self) -> int | None:
        """In 分; None where it is not told."""
        return self._minor("assets_minor")

    def _minor(self, field: str) -> int | None:
        text = self.cleaned_data[field].strip()
        if not text:
            return None
        money = money_of(text, "CNY")
        if money.minor < 0:
            raise forms.ValidationError(gettext("The amount cannot be below zero."))
        return money.minor

    def clean_former_names(self) -> tuple[str, ...]:
        """One by one."""
        told = self.cleaned_data["former_names"].replace("；", ";").split(";")
        return tuple(name.strip() for name in told if name.strip())

    def new(self) -> NewCustomer:
        """The customer to register."""
        told = {name: value for name, value in self.cleaned_data.items() if name != "despite_like_names"}
        return NewCustomer(**told)


@signed_in
def new_customer(request: HttpRequest) -> HttpResponse:
    """Open a file; like names are shown before a second one is opened for the same customer."""
    actor = actor_of(request)
    access.require(actor, "customers.write")
    form = NewCustomerForm(actor, request.POST if request.method == "POST" else None)
    like: list[Any] = []
    if form.is_bound and form.is_valid():
        despite = form.cleaned_data["despite_like_names"]
        like = [] if despite else list(customers.like_names(form.cleaned_data["name"]))
        if not like and (opened := tried(request, form, lambda: _register(form, actor))):
            return go_to(request, reverse("customer", args=[opened.no]))
    told = {"form": form, "like": like}
    return render(request, "customers/new.html", told, status=422 if form.is_bound and form.errors else 200)


def _register(form: NewCustomerForm, actor: Actor) -> Any:
    despite = form.cleaned_data["despite_like_names"]
    return files.register(actor=actor, on=business_day(), new=form.new(), despite_like_names=despite)


urlpatterns = [path("customers/new/", new_customer, name="new_customer")]
