"""Grades of secrecy: how each is handled, who is cleared, who needs to know, how grades are changed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.secrecy import queries as grades
from xinheng.base.secrecy import services as acts
from xinheng.base.secrecy.values import NewGrade
from xinheng.runs.services import business_day
from xinheng.web.pages.acting import day_field
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.errors import FieldsRefused
from xinheng.web.pages.privacy_cells import MOST, Cell, Table
from xinheng.web.pages.retention_forms import Plain
from xinheng.web.pages.trying import tried

STATE_WORDS = {
    "open": _("waits for approval"), "approved": _("approved"), "rejected": _("turned down"),
    "withdrawn": _("taken back"),
}  # fmt: skip
TONES = {"open": "warn", "approved": "good", "rejected": "bad", "withdrawn": "note"}


class ProposalForm(Plain):
    """Another grade for a paper, or for a dossier."""

    places = {
        "paper_unknown": "label", "dossier_unknown": "label", "regrading_pending": "label",
        "secrecy_grade_unknown": "grade",
    }  # fmt: skip
    kind = forms.ChoiceField(
        label=_("What is graded"), choices=[("paper", _("one paper")), ("dossier", _("a whole dossier"))],
        required=False,
    )  # fmt: skip
    label = forms.CharField(label=_("Label of the paper, or number of the dossier"), max_length=40)
    grade = forms.ChoiceField(label=_("Grade asked for"))
    reason = forms.CharField(label=_("Reason"), max_length=300)
    until_on = day_field(_("Last day of the grade"))
    then_grade = forms.ChoiceField(label=_("Grade afterwards"), required=False)
    until_words = forms.CharField(
        label=_("Period in words"), max_length=40, required=False, help_text=_("As it stands on the paper.")
    )


class NamingForm(Plain):
    """Somebody who needs to know."""

    places = {"person_unknown": "login"}
    login = forms.CharField(label=_("Login"), max_length=150)
    grade = forms.ChoiceField(label=_("Grade of secrecy"))
    reason = forms.CharField(label=_("Reason"), max_length=300)
    until_on = day_field(_("First day it no longer holds"))


class StrikingForm(Plain):
    """Somebody who needs to know no longer."""

    places = {"naming_unknown": "naming"}
    naming = forms.IntegerField(label=_("Number of the line"), min_value=1, max_value=10**15)
    reason = forms.CharField(label=_("Reason"), max_length=300)


FORMS: dict[str, tuple[Any, type[Plain], str]] = {
    "propose": (_("Propose a grade"), ProposalForm, "dossiers.write"),
    "name": (_("Name somebody who needs to know"), NamingForm, "secrecy.write"),
    "strike": (_("Take somebody off the list"), StrikingForm, "secrecy.write"),
}
DONE = {
    "propose": _("The proposal waits for approval."),
    "name": _("The person is on the list."),
    "strike": _("The person is off the list."),
}


@signed_in
@require_GET
def secrecy(request: HttpRequest) -> HttpResponse:
    """The grades, the lists and the changes."""
    return _shown(request)


def _shown(request: HttpRequest, **bound: Plain) -> HttpResponse:
    actor, on = actor_of(request), business_day()
    access.require(actor, "dossiers.read", "secrecy")
    told = {
        "tables": [_grades(on), *_named(actor, on), _changes(request, actor, on), _masks(on)],
        "forms": [
            {
                "code": code, "label": label, "form": bound.get(code) or _form(code, on),
                "where": reverse("secrecy_act", args=[code]), "is_open": code in bound,
            }
            for code, (label, _shape, right) in FORMS.items()
            if actor.may(right)
        ],
        "scheme": grades.scheme_of(on),
    }  # fmt: skip
    return render(request, "secrecy/page.html", told, status=422 if bound else 200)


@signed_in
@require_POST
def act_on(request: HttpRequest, act: str) -> HttpResponse:
    """Propose a grade, or change the list of who needs to know."""
    actor, on = actor_of(request), business_day()
    if act not in FORMS:
        raise FieldsRefused(fields=act)
    access.require(actor, FORMS[act][2], "secrecy")
    form = _form(act, on, request.POST)

    def do() -> Any:
        values = dict(form.cleaned_data)
        if act == "propose":
            told = {"kind": values.pop("kind") or "paper", "name": values.pop("label")}
            return acts.propose(actor=actor, on=on, **told, new=NewGrade(**values))
        if act == "name":
            return acts.name_person(actor=actor, on=on, **values)
        return acts.strike_person(actor=actor, on=on, naming_id=values["naming"], reason=values["reason"])

    if tried(request, form, do) is None:
        return _shown(request, **{act: form})
    messages.success(request, str(DONE[act]))
    return redirect("secrecy")


def _form(code: str, on: Any, sent: Any = None) -> Plain:
    form = FORMS[code][1](sent)
    choices = list(grades.grade_names(on).items())
    if code == "name":
        choices = [(one.code, one.words) for one in grades.grades(on) if one.named_only]
    for name, first in (("grade", []), ("then_grade", [("", "—")])):
        if name in form.fields:
            field: Any = form.fields[name]
            field.choices = first + choices
    return form


def _grades(on: Any) -> Table:
    names, cleared = people.role_names(), grades.cleared_roles(on)
    rows = [
        [
            Cell(one.words), Cell(one.mark or "—"), Cell(_handled(one)),
            Cell(", ".join(names.get(role, role) for role in one.approvers) or "—"),
            Cell(_("in the archive room") if one.original_kept else "—"),
            Cell(", ".join(cleared[one.code]) or "—"),
            Cell(_("assumed") if one.assumed else one.clause or "—"),
        ]
        for one in grades.grades(on)
    ]  # fmt: skip
    heads = (_("Grade of secrecy"), _("Mark on the paper"), _("Handling"), _("Approved by"), _("Original"),
             _("Roles cleared up to it"), _("Source"))  # fmt: skip
    return Table(_("Grades of secrecy and clearance"), heads, rows, "")


def _handled(grade: Any) -> Any:
    if grade.forbidden:
        return _("consulted by nobody; seen by named people alone")
    if grade.room_only:
        return _("read in the archive room only")
    if grade.loan_minutes:
        return _("lent for at most %(minutes)s minutes") % {"minutes": grade.loan_minutes}
    if grade.loan_working_days:
        return _("lent for at most %(days)s working days") % {"days": grade.loan_working_days}
    return _("lent")


def _named(actor: Any, on: Any) -> list[Table]:
    if not actor.may("secrecy.write"):
        return []
    names = grades.grade_names(on)
    rows = [
        [
            Cell(one.pk), Cell(one.login), Cell(names.get(one.grade, one.grade)), Cell(one.from_on),
            Cell(one.until_on or "—"), Cell(one.reason), Cell(one.told_by),
        ]
        for one in grades.named_people(actor, on=on)[:MOST]
    ]  # fmt: skip
    heads = (_("No."), _("Login"), _("Grade of secrecy"), _("From"), _("Until (not included)"), _("Reason"),
             _("Named by"))  # fmt: skip
    empty = _("Nobody is named. The highest grade is seen by named people alone.")
    return [Table(_("Who needs to know"), heads, rows, empty)]


def _changes(request: HttpRequest, actor: Any, on: Any) -> Table:
    names, told = grades.grade_names(on), request.GET
    found = grades.regradings(actor, on=on, state=told.get("state", "")[:10], text=told.get("q", "")[:60])
    rows = [
        [
            Cell(one.subject), Cell(one.title),
            Cell(f"{names.get(one.from_grade, one.from_grade)} → {names.get(one.to_grade, one.to_grade)}"),
            Cell(one.until_on or one.until_words or "—"), Cell(one.reason),
            Cell(f"{one.proposed_by} {one.proposed_on}"), Cell(STATE_WORDS[one.state], tone=TONES[one.state]),
        ]
        for one in found[:MOST]
    ]  # fmt: skip
    heads = (_("Paper"), _("Title"), _("Change"), _("Period"), _("Reason"), _("Proposed by"), _("State"))
    empty = _("No grade was changed yet. Propose one below.")
    return Table(_("Changes of grades"), heads, rows, empty)


def _masks(on: Any) -> Table:
    rows = [[Cell(words), Cell(code)] for code, words in grades.masked_fields(on).items()]
    empty = _("No field is masked.")
    return Table(_("Fields shown masked without the right to sensitive ones"), (_("Field"), _("Code")), rows,
                 empty)  # fmt: skip


urlpatterns = [
    path("secrecy/", secrecy, name="secrecy"),
    path("secrecy/do/<str:act>/", act_on, name="secrecy_act"),
]
