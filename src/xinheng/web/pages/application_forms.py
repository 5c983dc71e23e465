"""The form of an application: what every one asks, and the fields its rules add."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.money import Money
from xinheng.judgements.applications import queries as applications
from xinheng.judgements.applications.queries import FormField, Rules
from xinheng.judgements.applications.values import NewApplication
from xinheng.web.pages.trying import dressed

PLAIN = ("days", "payment", "kind", "reach", "segment", "until_on", "reason", "method", "why_method")
DAY = {"type": "date"}


class ApplicationForm(forms.Form):
    """What is asked for, and the fields of the rules; what is required is told when it is submitted."""

    places = {
        **dict.fromkeys(("customer_unknown", "customer_closed", "application_running"), "customer_no"),
    }
    customer_no = forms.CharField(label=_("Customer no."), max_length=40)
    amount = forms.DecimalField(
        label=_("Limit asked for (yuan)"), min_value=0, max_digits=15, decimal_places=2,
        help_text=_("0 ends the credit."),
    )  # fmt: skip
    payment = forms.ChoiceField(
        label=_("Payment"),
        choices=[
            ("credit", _("on account")),
            ("delivery", _("cash on delivery")),
            ("prepaid", _("before shipment")),
        ],
    )
    days = forms.IntegerField(label=_("Days of credit"), min_value=0, max_value=3650, initial=30)
    kind = forms.ChoiceField(
        label=_("Kind of limit"), choices=[("fixed", _("fixed limit")), ("temporary", _("temporary limit"))]
    )
    until_on = forms.DateField(
        label=_("Last day of a temporary limit"), required=False, widget=forms.DateInput(attrs=DAY)
    )
    reach = forms.ChoiceField(
        label=_("Reach"),
        choices=[("own", _("the customer itself")), ("group", _("the customer and all below it"))],
    )
    segment = forms.CharField(label=_("Credit segment"), max_length=20, required=False)
    reason = forms.CharField(label=_("Reason"), max_length=300)
    method = forms.ChoiceField(label=_("Proposal it rests on"), required=False)
    why_method = forms.CharField(label=_("Why this proposal"), max_length=300, required=False)

    def __init__(self, document: Rules, **told: Any) -> None:
        super().__init__(**told)
        methods = [(one.code, applications.worded(one)) for one in document.methods]
        self.fields["method"].choices = [("", _("as the rules choose")), *methods]  # type: ignore[attr-defined]
        self.own = document.fields
        for field in document.fields:
            self.fields[field.code] = _field(field)
        dressed(self)

    def asked(self) -> NewApplication:
        """The form as it was sent."""
        told = self.cleaned_data
        answers = {field.code: _answer(field, told[field.code]) for field in self.own}
        plain = {name: told[name] for name in PLAIN}
        return NewApplication(amount=Money.of(told["amount"]), answers=answers, **plain)


def given(one: Any) -> dict[str, Any]:
    """An application as the form shows it."""
    answers = {
        code: "\n".join(value) if isinstance(value, list) else value for code, value in one.answers.items()
    }
    amount = Money(one.amount_minor, one.currency).decimal
    plain = {name: getattr(one, name) for name in PLAIN}
    return {"customer_no": one.customer.no, "amount": amount, **plain, **answers}


def _field(field: FormField) -> forms.Field:
    told: dict[str, Any] = {"label": applications.worded(field), "required": False, "help_text": field.unit}
    if field.type == "choice":
        options = [(one.code, applications.worded(one)) for one in field.options]
        return forms.ChoiceField(choices=[("", "—"), *options], **told)
    if field.type in ("number", "money"):
        return forms.DecimalField(max_digits=15, decimal_places=2, **told)
    if field.type == "date":
        return forms.DateField(widget=forms.DateInput(attrs=DAY), **told)
    if field.type == "list":
        return forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 3}), **told)
    return forms.CharField(max_length=1000, **told)


def _answer(field: FormField, value: Any) -> Any:
    if field.type == "list":
        return [each.strip() for each in str(value).splitlines() if each.strip()]
    return "" if value in (None, "") else str(value)
