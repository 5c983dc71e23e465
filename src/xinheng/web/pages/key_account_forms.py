"""Forms of key accounts: profiles, managers, requests, service levels."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xinheng.base.access import queries as people
from xinheng.operations.key_accounts import queries as keys
from xinheng.operations.key_accounts.values import NewRequest, NewTarget
from xinheng.web.pages.acting import day_field
from xinheng.web.pages.trying import dressed


class KeyForm(forms.Form):
    """A form in the look of the house, whose choices are those of the rules of the day."""

    places = {"customer_unknown": "customer_no"}

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rules = keys.in_force(on)
        self.offer()
        dressed(self)

    def offer(self) -> None:
        """Give the fields their choices."""

    def choose(self, name: str, rows: Any) -> None:
        """Offer rows of the rules in a field."""
        field: Any = self.fields[name]
        field.choices = [(one.code, one.words) for one in rows]

    def choose_units(self, name: str) -> None:
        """Offer the units of the organisation in a field."""
        field: Any = self.fields[name]
        field.choices = [(code, named) for code, (_path, named) in sorted(people.unit_paths().items())]


class ProfileForm(KeyForm):
    """What is known of a customer; the fields are the attributes of the rules."""

    def offer(self) -> None:
        """A field an attribute: a choice, a number in its unit, or words."""
        for one in self.rules.attributes:
            label = f"{one.words} ({one.unit})" if one.unit else one.words
            if one.choices:
                choices = [("", "—"), *((choice.code, choice.words) for choice in one.choices)]
                field: forms.Field = forms.ChoiceField(label=label, choices=choices, required=False)
            elif one.allowed:
                levels = [("", "—"), *((str(level), str(level)) for level in one.allowed)]
                field = forms.ChoiceField(label=label, choices=levels, required=False)
            else:
                field = forms.CharField(label=label, max_length=200, required=False)
            self.fields[one.code] = field


class WhoseForm(KeyForm):
    """Whose profile is kept."""

    customer_no = forms.CharField(label=_("Customer no."), max_length=40)


class ManagerForm(KeyForm):
    """Who answers for key accounts of a unit."""

    unit_code = forms.ChoiceField(label=_("Unit"))
    level = forms.ChoiceField(label=_("Level of the manager"))
    login = forms.CharField(label=_("Login"), max_length=150)

    def offer(self) -> None:
        """Units and levels."""
        self.choose_units("unit_code")
        self.choose("level", self.rules.levels)


class RequestForm(KeyForm):
    """What a customer asks for."""

    customer_no = forms.CharField(label=_("Customer no."), max_length=40)
    kind = forms.ChoiceField(label=_("Service"))
    channel = forms.ChoiceField(label=_("Came in through"))
    asked_on = day_field(_("Asked on"), required=True)
    what = forms.CharField(
        label=_("What is asked for"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    contact = forms.CharField(
        label=_("Contact record"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Who called, how, and what was said: whoever meets the customer first writes it."),
    )

    def offer(self) -> None:
        """Services and channels."""
        self.choose("kind", (*self.rules.services, self.rules.enquiry))
        self.choose("channel", self.rules.levels)

    def new(self) -> NewRequest:
        """As the room takes it."""
        return NewRequest(
            **{name: value for name, value in self.cleaned_data.items() if name != "customer_no"}
        )


class TargetForm(KeyForm):
    """A service level."""

    kind = forms.ChoiceField(label=_("Service"))
    unit = forms.ChoiceField(
        label=_("Told in"),
        choices=[("percent", _("percent closed in time")), ("day", _("working days in the mean"))],
    )
    value = forms.DecimalField(label=_("Level promised"), max_digits=6, decimal_places=2)
    departments = forms.MultipleChoiceField(
        label=_("Departments that confirm it"), widget=forms.CheckboxSelectMultiple
    )

    def offer(self) -> None:
        """Services and units."""
        self.choose("kind", (*self.rules.services, self.rules.enquiry))
        self.choose_units("departments")

    def new(self) -> NewTarget:
        """As the room takes it."""
        told = self.cleaned_data
        return NewTarget(told["kind"], told["unit"], told["value"], tuple(told["departments"]))


class ConfirmForm(KeyForm):
    """For which department a service level is confirmed."""

    unit_code = forms.ChoiceField(label=_("Department"))

    def offer(self) -> None:
        """Units."""
        self.choose_units("unit_code")


class WordsForm(KeyForm):
    """A line of the contact record."""

    words = forms.CharField(
        label=_("What was said or done"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )


class ReasonForm(KeyForm):
    """Why the clock stands still."""

    reason = forms.ChoiceField(label=_("Reason"))

    def offer(self) -> None:
        """The reasons of the rules."""
        self.choose("reason", self.rules.pauses)


class ResultForm(KeyForm):
    """How a request ended."""

    result = forms.CharField(label=_("Result"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


class MarkForm(KeyForm):
    """How well a request was handled."""

    mark = forms.IntegerField(label=_("Mark, 0 to 100"), min_value=0, max_value=100)
    words = forms.CharField(label=_("Judgement"), max_length=500)
