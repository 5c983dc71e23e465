"""Forms of the archive room, and acts that a page offers as cards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinheng.base.access import queries as people
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.facts.custody.values import COPY_FORMS, PLACE_KINDS, WAY_WORDS
from xinheng.web.pages.acting import day_field
from xinheng.web.pages.trying import dressed

Words = str | Promise


class Plain(forms.Form):
    """A form in the look of the house."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dressed(self)


@dataclass(frozen=True)
class RoomAct:
    """Something done on a page: the right it takes, its words, its form, and the service."""

    right: str
    label: Words
    done: Words
    form: type[forms.Form]
    do: Callable[[dict[str, Any], dict[str, Any]], object]
    confirm: Words = ""
    button: Words = ""


def cards(
    acts: Mapping[str, RoomAct], actor: Actor, bound: Mapping[str, forms.Form], first: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The acts an actor may do, as cards with their forms; bound: the form that was refused."""
    return [
        {"code": code, "act": act, "form": bound.get(code) or act.form(initial=dict(first)),
         "is_open": code in bound}
        for code, act in acts.items()
        if actor.may(act.right)
    ]  # fmt: skip


def tabs(actor: Actor, here: str) -> dict[str, Any]:
    """Which view of the archive room is shown, and whether the others are the actor's to see."""
    return {"here": here, "may_see_custody": actor.may("custody.read")}


def unit_choices(on: date) -> list[tuple[str, str]]:
    """Every open unit by its code."""
    return [(one.code, one.name) for one in people.units(system_actor(), on=on)]


def unit_named(code: str) -> Any:
    """The unit of a code that a choice offered."""
    return people.units(system_actor()).get(code=code)


class HandoverForm(Plain):
    """What is to be handed over, since when, from whom to whom."""

    places = {"handover_scheme_unknown": "scheme", "dossier_unknown": "dossier_no"}
    scheme = forms.ChoiceField(label=_("Hand-over"))
    subject = forms.CharField(
        label=_("About what"), max_length=120,
        help_text=_("As the system names it: contract:7, vehicle:LSV…."),
    )  # fmt: skip
    dossier_no = forms.CharField(label=_("Dossier no."), max_length=40, required=False)
    from_unit = forms.ChoiceField(label=_("From unit"))
    to_unit = forms.ChoiceField(label=_("To unit"))
    started_on = day_field(_("Event on"), required=True)
    owner = forms.CharField(label=_("Owner (login)"), max_length=150, required=False)


class NoteForm(Plain):
    """A note, which may stay empty."""

    note = forms.CharField(label=_("Note"), max_length=300, required=False)


class WhyForm(Plain):
    """A reason."""

    why = forms.CharField(label=_("Reason"), max_length=300)


class EmptyForm(Plain):
    """Nothing but the button."""


class StepForm(Plain):
    """A place, where originals are put somewhere."""

    places = {"place_unknown": "place", "place_full": "place"}
    place = forms.CharField(
        label=_("Place (bar code)"), max_length=40, required=False,
        help_text=_("Where the bag of the dossier is put; only when originals go into their place."),
    )  # fmt: skip


class SlipForm(Plain):
    """What somebody asks to read or borrow, and what for."""

    places = {"dossier_unknown": "dossier_no", "lending_forbidden": "way", "paper_unknown": "labels"}
    dossier_no = forms.CharField(label=_("Dossier no."), max_length=40)
    way = forms.ChoiceField(
        label=_("Way of use"),
        choices=[(code, WAY_WORDS[code]) for code in ("read", "lend", "copy")],
    )  # fmt: skip
    purpose = forms.CharField(label=_("Purpose of use"), max_length=300)
    labels = forms.CharField(
        label=_("Labels of papers"), max_length=1000, required=False,
        help_text=_("Separated by blanks; empty: every original of the dossier."),
    )  # fmt: skip


class HandOutForm(Plain):
    """Until when a paper goes out."""

    places = {"original_is_out": "until", "slip_not_approved": "until"}
    until = day_field(
        _("Return day"), hint=_("Empty: the longest term. Secret papers are due to the second.")
    )


class BackForm(Plain):
    """How a paper came back."""

    pages = forms.IntegerField(label=_("Pages counted"), min_value=0, required=False)
    damage = forms.CharField(label=_("Damage found"), max_length=300, required=False)
    left_the_room = forms.BooleanField(label=_("was taken out of the reading room"), required=False)
    is_lost = forms.BooleanField(label=_("is lost"), required=False)


class ConsultForm(Plain):
    """Why somebody looks into a file."""

    places = {
        "dossier_unknown": "dossier_no",
        "grant_missing": "dossier_no",
        "lending_forbidden": "dossier_no",
    }
    dossier_no = forms.CharField(label=_("Dossier no."), max_length=40)
    purpose = forms.CharField(label=_("Purpose of use"), max_length=300)
    is_review = forms.BooleanField(label=_("I check the file for errors"), required=False)


class CorrectionForm(Plain):
    """What was wrong in a file, and what it is now."""

    field = forms.CharField(label=_("What was wrong"), max_length=80)
    old = forms.CharField(label=_("Old value"), max_length=300)
    new = forms.CharField(label=_("New value"), max_length=300)


class CountForm(Plain):
    """Which place is counted."""

    places = {"place_unknown": "place", "stock_take_closed": "place"}
    place = forms.CharField(label=_("Place (bar code)"), max_length=40)


class PlaceForm(Plain):
    """A place to be."""

    places = {"place_unknown": "inside"}
    code = forms.CharField(label=_("Bar code"), max_length=40)
    name = forms.CharField(label=_("Name of the place"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind of place"), choices=list(PLACE_KINDS.items()))
    inside = forms.CharField(
        label=_("Inside (bar code)"), max_length=40, required=False, help_text=_("Empty: a room.")
    )
    unit = forms.ChoiceField(label=_("Unit of the room"))
    capacity = forms.IntegerField(label=_("Takes at most"), min_value=1, max_value=100_000, required=False)


class PutForm(Plain):
    """What is put where."""

    places = {"custody_code_unknown": "code", "place_unknown": "place", "place_full": "place",
              "original_is_out": "code"}  # fmt: skip
    code = forms.CharField(
        label=_("Bar code of the paper or dossier"), max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    place = forms.CharField(label=_("Place (bar code)"), max_length=40)
    why = forms.CharField(label=_("Reason"), max_length=200, required=False)


class IncidentForm(Plain):
    """What happened to which file."""

    places = {"dossier_unknown": "dossier_no", "paper_unknown": "label", "person_unknown": "responsible"}
    kind = forms.ChoiceField(label=_("Kind of incident"))
    dossier_no = forms.CharField(label=_("Dossier no."), max_length=40)
    label = forms.CharField(label=_("Label of the paper"), max_length=24, required=False)
    what = forms.CharField(label=_("What happened"), max_length=500)
    happened_on = day_field(_("Happened on"), required=True)
    responsible = forms.CharField(label=_("Who answers for it (login)"), max_length=150, required=False)
    pieces = forms.IntegerField(label=_("Pieces"), min_value=1, max_value=100_000, initial=1)


class ClosingForm(Plain):
    """Who answered for an incident and what was done."""

    places = {"person_unknown": "responsible"}
    responsible = forms.CharField(label=_("Who answers for it (login)"), max_length=150, required=False)
    measures = forms.CharField(label=_("Measures taken"), max_length=500)


class SignForm(Plain):
    """Whose signature; the password, or what was drawn."""

    login = forms.CharField(label=_("Login"), max_length=150)
    password = forms.CharField(
        label=_("Password"), required=False, max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Or sign by hand below."),
    )  # fmt: skip
    drawing = forms.CharField(required=False, widget=forms.HiddenInput)


class VerifyForm(Plain):
    """Why a list is verified with gaps, or what is to be corrected."""

    exception = forms.CharField(
        label=_("Exception, or what is to be corrected"), max_length=300, required=False,
        help_text=_("Needed where papers are missing, and to send the list back."),
    )  # fmt: skip


class ListLine(Plain):
    """One line of a hand-over's list."""

    title = forms.CharField(label=_("Title"), max_length=200, required=False)
    copy_form = forms.ChoiceField(label=_("Copy form"), choices=list(COPY_FORMS.items()), required=False)
    pages = forms.IntegerField(label=_("Pages"), min_value=0, required=False)
    formed_on = day_field(_("Formed on"))
    secrecy = forms.ChoiceField(label=_("Grade of secrecy"), required=False)
    is_not_secret = forms.BooleanField(label=_("not secret"), required=False)
    is_missing = forms.BooleanField(label=_("missing"), required=False)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)
    paper_id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    item = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
