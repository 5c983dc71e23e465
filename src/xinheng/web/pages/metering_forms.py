"""The forms of metering: an account, how it is supplied from a day on, a file of what was measured."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xinheng.facts.metering.values import KINDS, VOLTAGES, NewConsumer, Terms
from xinheng.web.pages.acting import day_field
from xinheng.web.pages.trying import dressed

Choices = list[tuple[str, str]]
NOT_TOLD = [("", "—")]
UNITS = ("kWh", "Wh", "MWh", "万kWh")


class TermsForm(forms.Form):
    """How a consumer is supplied."""

    unit_code = forms.ChoiceField(label=_("Unit"), required=False)
    area = forms.ChoiceField(label=_("Area"), required=False)
    voltage = forms.ChoiceField(label=_("Voltage"), choices=list(VOLTAGES.items()))
    voltage_kv = forms.DecimalField(label=_("Voltage, kV"), required=False, min_value=0, max_digits=6)
    capacity_kva = forms.DecimalField(label=_("Capacity, kVA"), required=False, min_value=0, max_digits=12)
    tariff = forms.CharField(label=_("Tariff"), required=False, max_length=40)

    def __init__(self, *args: Any, areas: Choices, units: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [*NOT_TOLD, *areas]  # type: ignore[attr-defined]
        self.fields["unit_code"].choices = [*NOT_TOLD, *units]  # type: ignore[attr-defined]
        dressed(self)

    def terms(self) -> Terms:
        """As the room takes it."""
        return Terms(**{name: self.cleaned_data[name] for name in TermsForm.base_fields})


class ConsumerForm(TermsForm):
    """An account to be opened."""

    places = {"consumer_taken": "consumer_no", "licence_wrong": "licence", "customer_unknown": "customer_no"}
    field_order = ["consumer_no", "name", "licence", "customer_no", "industry", "address", "opened_on"]
    consumer_no = forms.CharField(label=_("Consumer number"), max_length=40)
    name = forms.CharField(label=_("Name"), max_length=200)
    licence = forms.CharField(
        label=_("Unified social credit code"),
        required=False,
        max_length=18,
        help_text=_("Of an enterprise: it is checked, and joins the account to its credit file."),
    )
    customer_no = forms.CharField(
        label=_("Customer no."),
        required=False,
        max_length=40,
        help_text=_("The credit file the account belongs to, where there is one."),
    )
    industry = forms.CharField(
        label=_("Industry"), required=False, max_length=5, help_text=_("Letter or code of GB/T 4754.")
    )
    address = forms.CharField(label=_("Address"), required=False, max_length=300)
    opened_on = day_field(_("Supplied since"), required=True)
    phases = forms.TypedChoiceField(label=_("Phases"), coerce=int, choices=[(1, "1"), (3, "3")])
    is_prepaid = forms.BooleanField(label=_("Prepaid, under fee control"), required=False)
    is_important = forms.BooleanField(label=_("Important consumer, not to be cut off"), required=False)

    def new(self) -> NewConsumer:
        """As the room takes it."""
        terms = set(TermsForm.base_fields)
        told = {name: value for name, value in self.cleaned_data.items() if name not in terms}
        return NewConsumer(**told, terms=self.terms())


class ChangeForm(TermsForm):
    """How a consumer is supplied from a day on; what was before stays by day."""

    places = {"day_before_change": "from_on"}
    from_on = day_field(_("From"), required=True)
    reason = forms.CharField(label=_("Reason"), max_length=200)


class JoinForm(forms.Form):
    """The credit file an account belongs to."""

    places = {"customer_unknown": "customer_no"}
    customer_no = forms.CharField(label=_("Customer no."), max_length=40)
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dressed(self)


class FileForm(forms.Form):
    """A file of consumers, meters or measured values."""

    kind = forms.ChoiceField(label=_("What it tells of"), choices=list(KINDS.items()), initial="readings")
    file = forms.FileField(label=_("File"))
    unit = forms.ChoiceField(
        label=_("Unit of the figures"),
        required=False,
        choices=[("", _("as the file says, else kWh")), *((unit, unit) for unit in UNITS)],
        help_text=_("A jump of about a thousand times is named and never repaired."),
    )
    first_day = day_field(_("First day of columns d01, d02 …"))
    open_unknown = forms.BooleanField(label=_("Open accounts that are not known"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dressed(self)

    def options(self) -> dict[str, Any]:
        """How the file is read, as the room takes it."""
        told = {name: self.cleaned_data[name] for name in ("unit", "first_day", "open_unknown")}
        if told["first_day"]:
            told["first_day"] = told["first_day"].isoformat()
        return {name: value for name, value in told.items() if value}
