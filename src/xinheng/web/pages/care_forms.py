"""Forms of letters, visits, matters, leaving and files."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.money import Money
from xinheng.operations.care import queries as care
from xinheng.operations.care.values import NewEntry, NewMatter, NewStanding, NewVisit
from xinheng.web.pages.acting import day_field
from xinheng.web.pages.trying import dressed


def code_choices(rows: Any, *, blank: Any = None) -> list[tuple[str, Any]]:
    """Codes of the rules with their words."""
    first = [] if blank is None else [("", blank)]
    return [*first, *((one.code, one.words) for one in rows)]


class CareForm(forms.Form):
    """A form in the look of the house, whose choices are those of the rules of the day."""

    places = {"customer_unknown": "customer_no"}

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rules = care.in_force(on)
        self.offer()
        dressed(self)

    def offer(self) -> None:
        """Give the fields their choices."""

    def choose(self, name: str, rows: Any, *, blank: Any = None) -> None:
        """Offer rows of the rules in a field."""
        field: Any = self.fields[name]
        field.choices = code_choices(rows, blank=blank)


class EntryForm(CareForm):
    """A line of the register."""

    kind = forms.ChoiceField(label=_("Kind"))
    direction = forms.ChoiceField(
        label=_("Direction"), choices=[("in", _("from the customer")), ("out", _("to the customer"))]
    )
    customer_no = forms.CharField(
        label=_("Customer no."), max_length=40, required=False,
        help_text=_("Empty: not known yet, the line waits to be joined to a file."),
    )  # fmt: skip
    party = forms.CharField(
        label=_("Party as told"), max_length=200, required=False,
        help_text=_("Empty: the customer's name."),
    )  # fmt: skip
    sender = forms.CharField(label=_("Sender"), max_length=120)
    receiver = forms.CharField(label=_("Receiver"), max_length=120)
    about = forms.CharField(label=_("Subject matter"), max_length=200)
    passed_on = day_field(_("Passed on"), required=True)
    note = forms.CharField(
        label=_("Note"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    is_confidential = forms.BooleanField(
        label=_("Confidential: what it says is hidden from others"), required=False
    )

    def offer(self) -> None:
        """Kinds of items passed."""
        self.choose("kind", self.rules.register_.kinds)

    def new(self) -> NewEntry:
        """As the room takes it."""
        return NewEntry(**self.cleaned_data)


class JoinForm(CareForm):
    """Whose file a line belongs to."""

    customer_no = forms.CharField(label=_("Customer no."), max_length=40)


class PaperForm(CareForm):
    """The letter or fax itself."""

    file = forms.FileField(label=_("File"))


class VisitForm(CareForm):
    """A meeting to come."""

    customer_no = forms.CharField(label=_("Customer no."), max_length=40)
    occasion = forms.ChoiceField(label=_("Occasion"))
    planned_on = day_field(_("Planned on"), required=True)
    owner = forms.CharField(label=_("Owner (login)"), max_length=150, required=False)
    level = forms.ChoiceField(label=_("Level of reception"), required=False)
    purpose = forms.CharField(label=_("Purpose of the visit"), max_length=200, required=False)

    def offer(self) -> None:
        """Occasions and levels."""
        self.choose("occasion", self.rules.occasions)
        self.choose("level", self.rules.levels, blank=_("as the customer is received"))

    def new(self) -> NewVisit:
        """As the room takes it."""
        told = {name: value for name, value in self.cleaned_data.items() if name != "customer_no"}
        return NewVisit(**told)


class RecordForm(CareForm):
    """What a meeting was."""

    happened_on = day_field(_("Held on"), required=True)
    report = forms.CharField(
        label=_("Contact report"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    people = forms.CharField(
        label=_("Ours who were there (logins)"), max_length=500, required=False,
        help_text=_("Separated by commas; empty: the owner."),
    )  # fmt: skip
    met = forms.CharField(label=_("Whom they met"), max_length=200, required=False)
    verified_at = forms.TimeField(
        label=_("Contact person and number verified at"), required=False,
        widget=forms.TimeInput(attrs={"type": "time"}),
    )  # fmt: skip


class WhyForm(CareForm):
    """Why something is not done."""

    why = forms.CharField(label=_("Reason"), max_length=300)


class MatterForm(CareForm):
    """Something to be followed to its end."""

    customer_no = forms.CharField(label=_("Customer no."), max_length=40)
    kind = forms.ChoiceField(label=_("Kind"))
    what = forms.CharField(
        label=_("What is the matter"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    place = forms.CharField(label=_("Unit, order or vehicle"), max_length=120, required=False)
    reported_on = day_field(_("Reported on"), required=True)
    reported_by = forms.CharField(label=_("Reported by"), max_length=120)
    owner = forms.CharField(label=_("Owner (login)"), max_length=150, required=False)
    amount = forms.DecimalField(
        label=_("Amount (CNY)"), required=False, min_value=0, max_digits=17, decimal_places=2
    )
    is_confidential = forms.BooleanField(
        label=_("Confidential: what it says is hidden from others"), required=False
    )

    def offer(self) -> None:
        """Kinds of matters."""
        self.choose("kind", self.rules.matters)

    def new(self) -> NewMatter:
        """As the room takes it."""
        told = {name: value for name, value in self.cleaned_data.items() if name != "customer_no"}
        return NewMatter(**{**told, "amount": Money.of(told["amount"] or 0)})


class ConfirmForm(CareForm):
    """Who at the customer confirmed the result."""

    confirmed_by = forms.CharField(label=_("Confirmed by (at the customer)"), max_length=120)


class ResultForm(CareForm):
    """How a matter ended."""

    result = forms.CharField(label=_("Result"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


class StandingForm(CareForm):
    """How a customer is to be received."""

    customer_no = forms.CharField(label=_("Customer no."), max_length=40)
    level = forms.ChoiceField(label=_("Level of reception"))
    stage = forms.ChoiceField(label=_("Stage of the relation"))
    is_promising = forms.BooleanField(label=_("A promising new customer"), required=False)
    why = forms.CharField(label=_("Reason"), max_length=300, required=False)
    places = {**CareForm.places, "care_stage_refused": "stage"}

    def offer(self) -> None:
        """Levels and stages."""
        self.choose("level", self.rules.levels)
        self.choose("stage", self.rules.stages)

    def new(self) -> NewStanding:
        """As the room takes it."""
        told = {name: value for name, value in self.cleaned_data.items() if name != "customer_no"}
        return NewStanding(**told)


class OpinionForm(CareForm):
    """How satisfied a customer says it is: a field for each item of the rules."""

    customer_no = forms.CharField(label=_("Customer no."), max_length=40)
    said_on = day_field(_("Said on"), required=True)
    words = forms.CharField(label=_("In its own words"), max_length=500, required=False)

    def offer(self) -> None:
        """An answer for each item."""
        levels = code_choices(self.rules.satisfaction.levels, blank=_("no answer given"))
        for item in self.rules.satisfaction.items:
            self.fields[item.code] = forms.ChoiceField(label=item.words, choices=levels, required=False)

    def answers(self) -> dict[str, str]:
        """The level by item."""
        return {item.code: self.cleaned_data[item.code] for item in self.rules.satisfaction.items}


class DepartureForm(CareForm):
    """Who leaves, and who takes over."""

    login = forms.CharField(label=_("Leaver (login)"), max_length=150)
    successor = forms.CharField(label=_("Successor (login)"), max_length=150)
    receiver = forms.CharField(label=_("Receiver of the data (login)"), max_length=150)
    leaves_on = day_field(_("Leaves on"), required=True)
    places = {"care_done": "login"}


class ItemForm(CareForm):
    """What the system does not know of."""

    words = forms.CharField(label=_("Item handed over"), max_length=200)


class SignForm(CareForm):
    """A signature for one item."""

    item = forms.IntegerField(widget=forms.HiddenInput())
    missing = forms.CharField(label=_("What is missing"), max_length=300, required=False)


class EvaluationForm(CareForm):
    """What a file is worth."""

    customer_no = forms.CharField(label=_("Customer no."), max_length=40)
    finding = forms.CharField(label=_("Finding"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class DocumentForm(CareForm):
    """A version of a controlled document."""

    title = forms.CharField(label=_("Title of the document"), max_length=120)
    version = forms.CharField(label=_("Version"), max_length=20)
    place = forms.CharField(label=_("Where the master lies"), max_length=120)
    receivers = forms.CharField(
        label=_("Distribution list"), widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A receiver a line; outer customers by name."),
    )  # fmt: skip


class CopyForm(CareForm):
    """A copy given."""

    document_id = forms.ChoiceField(label=_("Controlled document"))
    receiver = forms.CharField(label=_("Receiver"), max_length=120)
    why = forms.CharField(
        label=_("Reason"), max_length=300, required=False,
        help_text=_("Needed where the receiver is not on the list."),
    )  # fmt: skip
