"""Forms of dossiers: opening one, what is told of it, its lines, and papers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xinheng.base.secrecy import queries as grades
from xinheng.base.secrecy import services as secrecy
from xinheng.facts.archive.values import Upload
from xinheng.facts.dossiers import queries as dossiers
from xinheng.facts.dossiers.values import FORMS, AskedFact, Kind
from xinheng.web.pages.acting import day_field
from xinheng.web.pages.trying import dressed

STATES = [
    ("not_applicable", _("is not applicable")),
    ("later", _("comes later")),
    ("asked", _("is asked after all")),
]
STAGES = ("collect", "arrange", "file", "use")


class FactForm(forms.Form):
    """A form with a field for each fact a kind asks; those about a person only for who may read them."""

    kind: Kind

    def add_facts(self, kind: Kind, known: dict[str, Any], *, sees_personal: bool) -> None:
        """Offer the facts of a kind, with the answers that are known."""
        self.kind, self.known = kind, known
        self.asked = [
            fact for fact in kind.facts if sees_personal or not fact.personal or fact.code not in known
        ]
        for fact in self.asked:
            field = _fact_field(fact)
            field.initial = known.get(fact.code)
            self.fields[f"fact_{fact.code}"] = field

    def facts(self) -> dict[str, Any]:
        """The answers; those that were not offered stay as they are."""
        told = dict(self.known)
        for fact in self.asked:
            told[fact.code] = self.cleaned_data[f"fact_{fact.code}"]
        return told


class OpenForm(FactForm):
    """A new dossier of a kind."""

    places = {"customer_unknown": "customer_no", "dossier_exists": "subject", "grade_unknown": "secrecy"}
    customer_no = forms.CharField(label=_("Customer no."), max_length=40, required=False)
    subject = forms.CharField(label=_("About which object"), max_length=100, required=False)
    title = forms.CharField(label=_("Title of the dossier"), max_length=200)
    custodian = forms.CharField(label=_("Custodian (login)"), max_length=150, required=False)
    secrecy = forms.ChoiceField(label=_("Grade of secrecy"), required=False)

    def __init__(self, kind: Kind, actor: Any, on: Any, *args: Any, **told: Any) -> None:
        super().__init__(*args, **told)
        if kind.subject == "customer":
            del self.fields["subject"]
            self.fields["customer_no"].required = True
        else:
            self.fields["subject"].required = True
        _offer_grades(self, actor, on)
        self.add_facts(kind, {}, sees_personal=True)
        dressed(self)


class DescribeForm(FactForm):
    """What is told of a dossier, anew."""

    title = forms.CharField(label=_("Title of the dossier"), max_length=200)
    custodian = forms.CharField(label=_("Custodian (login)"), max_length=150, required=False)

    def __init__(self, dossier: Any, actor: Any, on: Any, sent: Any = None) -> None:
        super().__init__(sent, initial={"title": dossier.title, "custodian": dossier.custodian})
        kind = dossiers.kind_of(dossier, on)
        self.add_facts(kind, dossier.facts, sees_personal=actor.may("sensitive.read"))
        dressed(self)

    def told(self) -> dict[str, Any]:
        """As the room takes it."""
        values = self.cleaned_data
        return {"title": values["title"], "custodian": values["custodian"], "facts": self.facts()}


class LineForm(forms.Form):
    """What a person says of a line."""

    places = {"dossier_reason_missing": "why", "line_unknown": "code"}
    code = forms.ChoiceField(label=_("Line of the checklist"))
    state = forms.ChoiceField(label=_("It"), choices=STATES)
    why = forms.CharField(label=_("Why"), max_length=300, required=False)
    until = day_field(_("Until which day"))

    def __init__(self, dossier: Any, _actor: Any, on: Any, *args: Any) -> None:
        super().__init__(*args)
        _offer_lines(self, "code", dossiers.kind_of(dossier, on))
        dressed(self)

    def told(self) -> dict[str, Any]:
        """As the room takes it."""
        return dict(self.cleaned_data)


class StageForm(forms.Form):
    """The stage a line goes to."""

    places = {"dossier_reason_missing": "why", "line_unknown": "code", "stage_skipped": "stage"}
    code = forms.ChoiceField(label=_("Line of the checklist"))
    stage = forms.ChoiceField(label=_("To stage"))
    why = forms.CharField(
        label=_("Why"), max_length=300, required=False, help_text=_("Needed on the way back.")
    )

    def __init__(self, dossier: Any, _actor: Any, on: Any, *args: Any) -> None:
        super().__init__(*args)
        _offer_lines(self, "code", dossiers.kind_of(dossier, on))
        _choices(self, "stage", [(stage, dossiers.stage_word(stage)) for stage in STAGES])
        dressed(self)

    def told(self) -> dict[str, Any]:
        """As the room takes it."""
        return dict(self.cleaned_data)


class ConfirmForm(forms.Form):
    """Nothing is asked."""

    def __init__(self, _dossier: Any, _actor: Any, _on: Any, *args: Any, **told: Any) -> None:
        super().__init__(*args, **told)


class CloseForm(forms.Form):
    """Why a dossier is closed."""

    places = {"dossier_reason_missing": "why"}
    why = forms.CharField(label=_("Why"), max_length=300)

    def __init__(self, _dossier: Any, _actor: Any, _on: Any, *args: Any) -> None:
        super().__init__(*args)
        dressed(self)

    def told(self) -> dict[str, Any]:
        """As the room takes it."""
        return dict(self.cleaned_data)


class PaperForm(forms.Form):
    """A paper that comes in."""

    places = {"line_unknown": "item", "line_taken": "item", "grade_unknown": "secrecy"}
    item = forms.ChoiceField(label=_("Line of the checklist"), required=False)
    file = forms.FileField(label=_("File"), required=False)
    title = forms.CharField(label=_("Title of this paper"), max_length=200)
    copy_form = forms.ChoiceField(label=_("Copy form"))
    has_original = forms.BooleanField(label=_("The sheet itself is kept too"), required=False)
    formed_on = day_field(_("The paper's own day"))
    valid_until = day_field(_("Holds until"))
    pages = forms.IntegerField(label=_("Number of pages"), required=False, min_value=1, max_value=100_000)
    secrecy = forms.ChoiceField(label=_("Grade of secrecy"), required=False)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, dossier: Any, actor: Any, on: Any, *args: Any, **told: Any) -> None:
        super().__init__(*args, **told)
        _offer_lines(self, "item", dossiers.kind_of(dossier, on), blank=str(_("outside the checklist")))
        _choices(self, "copy_form", [(form, dossiers.form_word(form)) for form in FORMS])
        _offer_grades(self, actor, on)
        dressed(self)

    def told(self) -> dict[str, Any]:
        """As the room takes it."""
        told = dict(self.cleaned_data)
        file = told.pop("file")
        return told | {"upload": Upload(file.name, file.read()) if file else None}


class PlaceForm(forms.Form):
    """Which line a paper answers."""

    places = {"line_unknown": "item", "line_taken": "item"}
    item = forms.ChoiceField(label=_("Line of the checklist"), required=False)
    why = forms.CharField(label=_("Why"), max_length=300, required=False)

    def __init__(self, dossier: Any, _actor: Any, on: Any, *args: Any, **told: Any) -> None:
        super().__init__(*args, **told)
        _offer_lines(self, "item", dossiers.kind_of(dossier, on), blank=str(_("outside the checklist")))
        dressed(self)


class EndForm(forms.Form):
    """Why a paper leaves."""

    places = {"dossier_reason_missing": "why"}
    state = forms.ChoiceField(
        label=_("What happened"), choices=[("withdrawn", _("wrongly put there")), ("lost", _("was lost"))]
    )
    why = forms.CharField(label=_("Why"), max_length=300)

    def __init__(self, _dossier: Any, _actor: Any, _on: Any, *args: Any, **told: Any) -> None:
        super().__init__(*args, **told)
        dressed(self)


def _fact_field(fact: AskedFact) -> Any:
    label = fact.words
    choices = [(choice.code, choice.words) for choice in fact.choices]
    told: dict[str, Any] = {"label": label, "required": fact.required}
    if fact.type == "choices":
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **told)
    if fact.type == "choice":
        return forms.ChoiceField(choices=[("", "—"), *choices], **told)
    if fact.type == "day":
        return forms.CharField(widget=forms.DateInput(attrs={"type": "date"}), max_length=10, **told)
    return forms.CharField(max_length=500, **told)


def _offer_lines(form: forms.Form, name: str, kind: Kind, blank: str = "") -> None:
    lines = [(line.code, line.words) for line in kind.lines]
    _choices(form, name, ([("", blank)] if blank else []) + lines)


def _offer_grades(form: forms.Form, actor: Any, on: Any) -> None:
    names = grades.grade_names(on)
    seen = [(code, names[code]) for code in secrecy.visible_grades(actor, on)]
    _choices(form, "secrecy", [("", str(_("as the dossier or its kind"))), *seen])


def _choices(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    field: Any = form.fields[name]
    field.choices = choices
