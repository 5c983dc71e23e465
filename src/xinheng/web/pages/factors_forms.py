"""The forms of outside factors: a series, a figure of a day, an entry of the information bank."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xinheng.facts.factors.values import EFFECTS, ENTRY_KINDS, SERIES_KINDS, NewEntry, NewFigure, NewSeries
from xinheng.web.pages.acting import day_field
from xinheng.web.pages.trying import dressed


class FactorsForm(forms.Form):
    """A form in the look of the house."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dressed(self)


class SeriesForm(FactorsForm):
    """A series to be opened."""

    places = {"factor_kept": "code"}
    code = forms.CharField(
        label=_("Code"), max_length=40,
        help_text=_("Small letters, digits and _, as temperature or price_industrial; files name it so."),
    )  # fmt: skip
    name = forms.CharField(label=_("Name"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind"), choices=list(SERIES_KINDS.items()))
    unit = forms.CharField(label=_("Unit"), max_length=20, required=False)
    valid_days = forms.IntegerField(
        label=_("Current for days"), required=False, min_value=1, max_value=3660,
        help_text=_("So long after its last day a series is taken for current; empty: always."),
    )  # fmt: skip
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def new(self) -> NewSeries:
        """As the room takes it."""
        return NewSeries(**self.cleaned_data)


class FigureForm(FactorsForm):
    """The figure of a day; told again it is a correction."""

    day = day_field(_("Day"), required=True)
    value = forms.FloatField(label=_("Value"))
    source = forms.CharField(label=_("Source"), max_length=120, required=False)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def new(self) -> NewFigure:
        """As the room takes it."""
        return NewFigure(**self.cleaned_data)


class EntryForm(FactorsForm):
    """An entry of the information bank."""

    places = {"factor_unknown": "replaces"}
    kind = forms.ChoiceField(label=_("Kind"), choices=list(ENTRY_KINDS.items()))
    title = forms.CharField(label=_("Title"), max_length=120)
    industry = forms.CharField(
        label=_("Industry"), max_length=5, required=False,
        help_text=_("Letter or code of GB/T 4754, as C or C31; empty: every industry."),
    )  # fmt: skip
    effect = forms.TypedChoiceField(label=_("Effect"), coerce=int, choices=list(EFFECTS.items()), initial=0)
    valid_from = day_field(_("Valid from"), required=True)
    valid_until = day_field(_("Valid until"), required=True, hint=_("After this day it is not used."))
    source = forms.CharField(label=_("Source"), max_length=200)
    text = forms.CharField(
        label=_("Text"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    replaces = forms.CharField(label=_("Corrects entry"), max_length=20, required=False)

    def new(self) -> NewEntry:
        """As the room takes it."""
        return NewEntry(**self.cleaned_data)
