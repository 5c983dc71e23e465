"""Forms of inspections: cases, visits, evidence, findings, signatures and appeals."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.clock import timestamp
from xinheng.operations.inspections import queries as inspections
from xinheng.operations.inspections.values import (
    BreachFacts,
    Drawn,
    NewCase,
    NewExhibit,
    NewFinding,
    TheftFacts,
    VisitTold,
)
from xinheng.web.pages.acting import day_field
from xinheng.web.pages.drawings import drawing_in
from xinheng.web.pages.trying import dressed

SOURCES = [(code, inspections.SOURCE_WORDS[code]) for code in ("tip", "own")]
TAKEN = "image/*,application/pdf,text/csv,.xlsx"  # what a phone offers
PHASES = [(1, _("one phase")), (3, _("three phases"))]


def _figure(label: Any, *, hint: Any = "", required: bool = False, places: int = 3) -> forms.DecimalField:
    """A figure, entered with the digits of a phone."""
    widget = forms.NumberInput(attrs={"inputmode": "decimal", "step": "any", "min": 0})
    return forms.DecimalField(
        label=label, help_text=hint, required=required, min_value=0, max_digits=14, decimal_places=places,
        widget=widget,
    )  # fmt: skip


def _people() -> Any:
    return forms.MultipleChoiceField(label=_("Inspectors"), widget=forms.CheckboxSelectMultiple)


class InspectionForm(forms.Form):
    """A form in the look of the house, whose choices are those of the rules of the day."""

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on, self.rules = on, inspections.in_force(on)
        self.offer()
        dressed(self)

    def offer(self) -> None:
        """Give the fields their choices."""

    def choose(self, name: str, rows: Any, *, blank: Any = None) -> None:
        """Offer coded rows in a field."""
        first = [] if blank is None else [("", blank)]
        field: Any = self.fields[name]
        field.choices = [*first, *((one.code, one.words) for one in rows)]

    def offer_people(self) -> None:
        """Offer those who have a work pass."""
        field: Any = self.fields["inspectors"]
        field.choices = inspections.with_work_pass()


class OpenForm(InspectionForm):
    """A case from a tip or of one's own."""

    places = {"consumer_unknown": "consumer_no", "inspection_open_already": "consumer_no"}
    consumer_no = forms.CharField(label=_("Consumer no."), max_length=40)
    source = forms.ChoiceField(label=_("Where it comes from"), choices=SOURCES)
    reason = forms.CharField(
        label=_("Why it is inspected"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )

    def new(self) -> NewCase:
        """As the room takes it."""
        return NewCase(**self.cleaned_data)


class AssignForm(InspectionForm):
    """Who inspects, and when."""

    inspectors = _people()
    planned_on = day_field(_("Planned on"), required=True)
    skill = forms.ChoiceField(label=_("Skill needed"), required=False)

    def offer(self) -> None:
        """Give the fields their choices."""
        self.offer_people()
        self.choose("skill", self.rules.skills, blank="—")


class VisitForm(InspectionForm):
    """What a visit saw."""

    places = {"visited_at": "at"}
    day = day_field(_("Visited on"), required=True)
    at = forms.TimeField(label=_("Hour"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    inspectors = _people()
    meter_no = forms.CharField(label=_("Meter no."), max_length=40, required=False)
    seals = forms.CharField(
        label=_("Seals"), max_length=300, required=False, help_text=_("Numbers, and how they look.")
    )
    load_kw = _figure(_("Measured load (kW)"))
    clamp_amperes = _figure(_("Clamp reading (A)"))
    met = forms.CharField(label=_("Met on site"), max_length=200, required=False)
    note = forms.CharField(
        label=_("On site"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def offer(self) -> None:
        """Give the fields their choices."""
        self.offer_people()

    def told(self) -> VisitTold:
        """As the room takes it."""
        values = dict(self.cleaned_data)
        moment = timezone.make_aware(datetime.combine(values.pop("day"), values.pop("at")))
        return VisitTold(visited_at=moment, inspectors=tuple(values.pop("inspectors")), **values)


class ExhibitForm(InspectionForm):
    """A piece of evidence, from the camera of the phone or a file."""

    kind = forms.ChoiceField(label=_("Piece of evidence"))
    file = forms.FileField(
        label=_("Photograph or file"),
        widget=forms.FileInput(attrs={"accept": TAKEN, "capture": "environment"}),
    )  # fmt: skip
    place = forms.CharField(label=_("Place"), max_length=200, required=False)
    note = forms.CharField(label=_("What it shows"), max_length=300, required=False)

    def offer(self) -> None:
        """Give the fields their choices."""
        self.choose("kind", self.rules.exhibits)

    def new(self) -> NewExhibit:
        """As the room takes it: taken now."""
        values = self.cleaned_data
        return NewExhibit(values["kind"], timestamp(), values["place"], values["note"])


class FindingForm(InspectionForm):
    """What every finding says."""

    places = {"finding_incomplete": "inspectors"}
    found_on = day_field(_("Found on"), required=True)
    inspectors = _people()
    note = forms.CharField(
        label=_("In words"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def offer(self) -> None:
        """Give the fields their choices."""
        self.offer_people()

    def head(self) -> dict[str, Any]:
        """What every finding says, as the room takes it."""
        values = self.cleaned_data
        return {
            "found_on": values["found_on"],
            "inspectors": tuple(values["inspectors"]),
            "note": values["note"],
        }

    def new(self) -> NewFinding:
        """Nothing found."""
        return NewFinding("none", **self.head())


class TheftForm(FindingForm):
    """Theft, and what its quantity is reckoned from."""

    method = forms.ChoiceField(label=_("How"))
    basis = forms.ChoiceField(label=_("Quantity is reckoned"))
    use = forms.ChoiceField(label=_("Use"), choices=list(inspections.USE_WORDS.items()))
    price = _figure(_("Price (yuan a kWh)"), required=True, places=6)
    kva = _figure(_("Rated capacity (kVA)"), hint=_("Without a meter: of what was connected."))
    amperes = _figure(_("Nominal current (A)"), hint=_("Through the meter."))
    phases = forms.TypedChoiceField(label=_("Phases"), coerce=int, choices=PHASES, initial=1)
    ratio = _figure(_("Ratio of the transformers"), hint=_("Empty: 1."))
    days = forms.IntegerField(
        label=_("Days of theft"), required=False, min_value=1, max_value=36500,
        help_text=_("Empty: cannot be found out, the rule sets them."),
    )  # fmt: skip
    hours = _figure(_("Hours a day"), hint=_("Empty: as the rule says for the use."))
    kwh = _figure(_("Quantity by own evidence (kWh)"))
    billed_kwh = _figure(_("Billed of the same time (kWh)"))
    times = _figure(_("Penalty, times the fee"), hint=_("Empty: as the rule says."))

    def offer(self) -> None:
        """Give the fields their choices."""
        self.offer_people()
        self.choose("method", self.rules.methods)
        edition = self.rules.edition(self.on)
        basis: Any = self.fields["basis"]
        basis.choices = (
            [(one, inspections.BASIS_WORDS[one]) for one in edition.theft.bases] if edition else []
        )
        basis.initial = "private_tap"

    def new(self) -> NewFinding:
        """As the room takes it."""
        names = ("basis", "price", "use", "kva", "amperes", "phases", "days", "hours", "kwh", "times")
        told = {name: self.cleaned_data[name] for name in names}
        more = {name: value for name in ("ratio", "billed_kwh") if (value := self.cleaned_data[name])}
        facts = TheftFacts(**told, **more)
        return NewFinding("theft", method=self.cleaned_data["method"], theft=facts, **self.head())


class BreachForm(FindingForm):
    """A breach of use, and what its money is reckoned from."""

    breach = forms.ChoiceField(label=_("Breach of use"))
    is_residential = forms.BooleanField(label=_("Residential consumer"), required=False)
    kw = _figure(_("Capacity (kW)"), hint=_("Over the contract, suspended or passed on."))
    base_price = _figure(_("Base price (yuan a kW and month)"), hint=_("With a two-part tariff only."))
    months = forms.IntegerField(
        label=_("Months"), required=False, min_value=1, max_value=1200,
        help_text=_("Empty: cannot be found out."),
    )  # fmt: skip
    occasions = forms.IntegerField(label=_("Occasions"), min_value=1, max_value=999, initial=1)
    kwh = _figure(_("Quantity at the wrong price (kWh)"))
    price = _figure(_("Price due (yuan a kWh)"), places=6)
    low_price = _figure(_("Price paid (yuan a kWh)"), places=6)
    times = _figure(_("Penalty, times the fee"), hint=_("Empty: as the rule says."))

    def offer(self) -> None:
        """Give the fields their choices."""
        self.offer_people()
        edition = self.rules.edition(self.on)
        self.choose("breach", edition.breaches if edition else ())

    def new(self) -> NewFinding:
        """As the room takes it."""
        values = self.cleaned_data
        told = {
            name: values[name] for name in ("is_residential", "base_price", "months", "occasions", "times")
        }
        more = {name: values[name] for name in ("kw", "kwh", "price", "low_price") if values[name]}
        return NewFinding("breach", breach=BreachFacts(values["breach"], **told, **more), **self.head())


class WhyForm(InspectionForm):
    """Why something is taken back."""

    why = forms.CharField(label=_("Reason"), max_length=300)


class AppealForm(InspectionForm):
    """What the consumer contests."""

    places = {"appeal_too_late": "told_on"}
    words = forms.CharField(
        label=_("What the consumer contests"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    told_on = day_field(_("Came on"), required=True)


class DecideForm(InspectionForm):
    """What becomes of an appeal."""

    result = forms.ChoiceField(label=_("Decision"), choices=list(inspections.RESULT_WORDS.items()))
    why = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class SignForm(InspectionForm):
    """Who signs the notice, drawn by hand."""

    role = forms.ChoiceField(
        label=_("Role"), choices=list(inspections.ROLE_WORDS.items()), initial="consumer"
    )
    name = forms.CharField(label=_("Name"), max_length=120)
    refused = forms.BooleanField(
        label=_("The consumer refuses to sign"), required=False, help_text=_("A witness then signs.")
    )
    drawing = forms.CharField(required=False, widget=forms.HiddenInput)

    def drawn(self) -> Drawn:
        """As the room takes it."""
        values = self.cleaned_data
        return Drawn(values["role"], values["name"], drawing_in(values["drawing"]), values["refused"])


class InspectorForm(InspectionForm):
    """Who inspects."""

    places = {"person_unknown": "login"}
    login = forms.CharField(label=_("Login"), max_length=150)
    pass_no = forms.CharField(label=_("Work pass no."), max_length=40)
    skills = forms.MultipleChoiceField(label=_("Skills"), required=False, widget=forms.CheckboxSelectMultiple)
    a_day = forms.IntegerField(label=_("Cases a day"), min_value=0, max_value=99, initial=4)

    def offer(self) -> None:
        """Give the fields their choices."""
        self.choose("skills", self.rules.skills)


class PlanForm(InspectionForm):
    """For which day cases are given to teams."""

    planned_on = day_field(_("Plan the day"), required=True)


class ManyForm(InspectionForm):
    """How many suspects become cases."""

    most = forms.IntegerField(label=_("How many"), min_value=1, max_value=500, initial=20)
