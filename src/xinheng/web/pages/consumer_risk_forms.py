"""Forms of consumer risk: a run, what came of it, points by hand, payments under way."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.money import Money
from xinheng.judgements.consumers import queries as consumers
from xinheng.judgements.consumers.values import NewDemerit
from xinheng.web.pages.acting import day_field
from xinheng.web.pages.trying import dressed


class RiskForm(forms.Form):
    """A form in the look of the house."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dressed(self)


def faults_of(form: forms.Form) -> str:
    """What is wrong with a form, in one line: said where the page it stood on is left."""
    return "; ".join(str(fault) for faults in form.errors.values() for fault in faults)


class RunForm(RiskForm):
    """The month whose bills are judged."""

    month = day_field(_("A day of the month"), required=True)


class OutcomeForm(RiskForm):
    """What came of a run in one class, as people counted it."""

    places = {"figure_negative": "late", "risk_run_unknown": "run"}
    run = forms.IntegerField(label=_("Risk run"), min_value=1)
    voltage = forms.ChoiceField(label=_("Voltage class"), choices=list(consumers.VOLTAGE_WORDS.items()))
    late = forms.IntegerField(label=_("Late consumers"), min_value=0)
    amount = forms.DecimalField(label=_("Late amount (CNY)"), min_value=0, max_digits=16, decimal_places=2)

    def told(self) -> dict[str, Any]:
        """As the room takes it."""
        values = self.cleaned_data
        return {
            "run_id": values["run"], "voltage": values["voltage"], "late": values["late"],
            "late_minor": Money.of(str(values["amount"])).minor,
        }  # fmt: skip


class DemeritForm(RiskForm):
    """Points taken by hand."""

    code = forms.ChoiceField(label=_("Demerit"))
    points = forms.IntegerField(
        label=_("Credit points"), min_value=1, max_value=10_000, required=False,
        help_text=_("Empty: as the rules say."),
    )  # fmt: skip
    from_on = day_field(_("From"), required=True)
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, rules: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["code"]
        field.choices = [(one.code, str(one)) for one in rules.demerits if one.by_hand]

    def new(self, consumer_no: str) -> NewDemerit:
        """As the room takes it."""
        return NewDemerit(consumer_no, **self.cleaned_data)


class TakeBackForm(RiskForm):
    """Why a demerit is taken back."""

    why = forms.CharField(label=_("Reason"), max_length=300)


class PaymentForm(RiskForm):
    """A payment that has not arrived."""

    amount = forms.DecimalField(label=_("Amount (CNY)"), min_value=0, max_digits=14, decimal_places=2)
    paid_on = day_field(_("Paid on"), required=True)
    reference = forms.CharField(label=_("Reference"), max_length=80)

    def told(self) -> dict[str, Any]:
        """As the room takes it."""
        values = self.cleaned_data
        return {**values, "amount": Money.of(str(values["amount"]))}


class CaseForm(RiskForm):
    """A file of case figures."""

    file = forms.FileField(label=_("File with the columns item and value (CSV or Excel)"))
