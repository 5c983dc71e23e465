"""The forms of what is due: tasks, types of units, reports, breaches and what is decided on them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xinheng.base.access import queries as people
from xinheng.base.kernel.money import Money
from xinheng.operations.duties import queries as duties
from xinheng.operations.duties.values import (
    EVERY,
    RESULTS,
    TASK_KINDS,
    Decision,
    NewIncident,
    NewLine,
    NewTask,
    NewType,
)
from xinheng.web.pages.acting import day_field
from xinheng.web.pages.trying import dressed

HUNDRED = 100


class Plain(forms.Form):
    """A form in the look of the house; asks for the choices of a day."""

    def __init__(self, *args: Any, on: date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if on is not None:
            self.prepare(on)
        dressed(self)

    def prepare(self, on: date) -> None:
        """Offer the choices of a day."""

    def offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        """The choices of one field."""
        field: Any = self.fields[name]
        field.choices = choices


def unit_choices() -> list[tuple[str, str]]:
    """Every unit by code."""
    return [(code, code) for code in sorted(people.units_by_code())]


class TaskForm(Plain):
    """Something to be done by a day."""

    places = {"duty_unit_unknown": "unit_code"}
    title = forms.CharField(label=_("What is to be done"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=list(TASK_KINDS.items()))
    unit_code = forms.ChoiceField(label=_("Unit that owes it"))
    owner = forms.CharField(label=_("Owner (login)"), max_length=150, required=False)
    due_on = day_field(_("Due on"), required=True)
    every = forms.ChoiceField(label=_("How often"), choices=list(EVERY.items()), required=False)
    standing = forms.ChoiceField(
        label=_("Standing duty it serves"), required=False,
        help_text=_("A duty without a task done in a period counts as not performed."),
    )  # fmt: skip

    def prepare(self, on: date) -> None:
        """Offer units and standing duties."""
        self.offer("unit_code", list(unit_choices()))
        found = [("", "—")]
        for code, document in duties.lists(on).items():
            for one in document.lists:
                words = duties.worded(one)
                found += [
                    (f"{code}:{one.code}.{each.code}", f"{words} · {duties.worded(each)}")
                    for each in one.duties
                ]
        self.offer("standing", list(found))

    def new(self) -> NewTask:
        """As the room takes it."""
        told = self.cleaned_data
        pack, _colon, duty = told["standing"].partition(":")
        return NewTask(
            told["title"], told["unit_code"], told["due_on"], told["owner"], told["every"], told["kind"],
            pack, duty
        )  # fmt: skip


class ResultForm(Plain):
    """What a task came to."""

    result = forms.CharField(label=_("Result"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class WhyForm(Plain):
    """A reason."""

    why = forms.CharField(label=_("Reason"), max_length=300)


class TypeForm(Plain):
    """What a unit is, and so owes."""

    places = {"duty_unit_unknown": "unit_code"}
    unit_code = forms.ChoiceField(label=_("Unit"))
    which = forms.ChoiceField(label=_("What it is"))
    owner = forms.CharField(label=_("Owner (login)"), max_length=150, required=False)
    until_on = day_field(_("No longer so from"), hint=_("Empty: until told otherwise."))

    def prepare(self, on: date) -> None:
        """Offer units and the types of every document."""
        self.offer("unit_code", list(unit_choices()))
        documents = [(code, one, one.types) for code, one in duties.calendars(on).items()]
        lists = [(code, one, one.lists) for code, one in duties.lists(on).items()]
        found = [
            (f"{code}:{each.code}", f"{duties.worded(document.name)} · {duties.worded(each)}")
            for code, document, types in (*documents, *lists)
            for each in types
        ]
        self.offer("which", list(dict(found).items()))

    def new(self) -> NewType:
        """As the room takes it."""
        pack, _colon, type_code = self.cleaned_data["which"].partition(":")
        return NewType(pack, type_code, self.cleaned_data["owner"], self.cleaned_data["until_on"])


class ReportForm(Plain):
    """A report handed in: its texts and files, as its calendar asks for them."""

    is_nil = forms.BooleanField(
        label=_("Nil return"), required=False,
        help_text=_("Nothing to tell is a return too, where the calendar takes it.")
    )  # fmt: skip

    def ask(self, report: Any) -> None:
        """The fields of one report."""
        for part in report.parts:
            area = forms.Textarea(attrs={"rows": 4, "class": "form-control"})
            self.fields[f"text_{part.code}"] = forms.CharField(
                label=duties.worded(part), max_length=20_000, required=False, widget=area
            )
        for need in report.needs:
            self.fields[f"file_{need.code}"] = forms.FileField(label=duties.worded(need), required=False)
        if not report.nil:
            del self.fields["is_nil"]
        dressed(self)

    def texts(self) -> dict[str, str]:
        """Part to text."""
        told = self.cleaned_data.items()
        return {name.removeprefix("text_"): text for name, text in told if name.startswith("text_")}

    def sent(self) -> list[tuple[str, Any]]:
        """Pairs of what is needed and the file sent for it."""
        told = self.cleaned_data.items()
        return [
            (name.removeprefix("file_"), file) for name, file in told if name.startswith("file_") and file
        ]


class BreachForm(Plain):
    """A breach: who, when, what was wrong."""

    places = {
        "duty_unit_unknown": "unit_code",
        "duty_document_unknown": "kind",
        "lateness_not_repeated": "kind",
    }
    kind = forms.ChoiceField(label=_("Kind of breach"))
    cause = forms.CharField(
        label=_("Vehicle, hand-over or case"), max_length=120,
        help_text=_("One and the same for all that belongs to one incident.")
    )  # fmt: skip
    what = forms.CharField(label=_("What happened"), max_length=200)
    happened_on = day_field(_("Happened on"), required=True)
    person = forms.CharField(label=_("Who answers for it (login)"), max_length=150)
    unit_code = forms.ChoiceField(label=_("Unit"))
    item = forms.CharField(label=_("Paper"), max_length=120, required=False)
    defects = forms.MultipleChoiceField(
        label=_("What is wrong with the paper"), required=False, widget=forms.CheckboxSelectMultiple
    )
    count = forms.IntegerField(label=_("How many"), min_value=1, max_value=10_000, initial=1, required=False)

    def prepare(self, on: date) -> None:
        """Offer the kinds of every scheme in force."""
        self.offer("unit_code", list(unit_choices()))
        kinds: list[tuple[str, str]] = []
        defects: dict[str, str] = {}
        for code, scheme in duties.schemes(on).items():
            for kind in scheme.kinds:
                scope = scheme.scope(kind.scope)
                kinds.append((f"{code}:{kind.code}", f"{duties.worded(scope)} · {duties.worded(kind)}"))
                defects |= {one.code: duties.worded(one) for one in kind.defects}
        self.offer("kind", list(kinds))
        self.offer("defects", list(defects.items()))

    def new(self) -> NewIncident:
        """As the room takes it."""
        told = self.cleaned_data
        pack, _colon, kind = told["kind"].partition(":")
        line = NewLine(kind, told["item"], tuple(told["defects"]), told["count"] or 1)
        return NewIncident(
            pack, told["cause"], told["what"], told["happened_on"], told["person"], told["unit_code"], (line,)
        )  # fmt: skip


class ConfirmForm(Plain):
    """How a fine is confirmed."""

    places = {"fine_outside_range": "amount", "cut_outside_range": "share", "cut_not_due": "share"}
    severity = forms.ChoiceField(label=_("How grave"), required=False)
    amount = forms.DecimalField(label=_("Fine"), required=False, min_value=0, max_digits=15, decimal_places=2)
    criticism = forms.BooleanField(label=_("Criticism in place of a fine"), required=False)
    share = forms.DecimalField(
        label=_("Cut of performance pay, percent"), required=False, min_value=0, max_value=100,
        max_digits=5, decimal_places=2
    )  # fmt: skip
    pay = forms.DecimalField(
        label=_("Performance pay of the month"), required=False, min_value=0, max_digits=15, decimal_places=2
    )

    def ask(self, kinds: Any, scope: Any) -> None:
        """Only what the scheme leaves to a person."""
        severities = {one.code: duties.worded(one) for kind in kinds for one in kind.severities}
        self.offer("severity", [("", "—"), *severities.items()])
        if not severities:
            del self.fields["severity"], self.fields["amount"]
        if not any(kind.criticism for kind in kinds):
            del self.fields["criticism"]
        if scope is None or scope.cut is None:
            del self.fields["share"], self.fields["pay"]

    def decision(self, currency: str) -> Decision:
        """As the room takes it."""
        told = self.cleaned_data
        amount, share, pay = told.get("amount"), told.get("share"), told.get("pay")
        return Decision(
            None if amount is None else Money.of(amount, currency), told.get("severity", ""),
            None if share is None else share / HUNDRED, None if pay is None else Money.of(pay, currency),
            criticism=told.get("criticism", False),
        )  # fmt: skip


class AppealForm(Plain):
    """What is put forward against a fine."""

    text = forms.CharField(
        label=_("What you put forward"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )


class AppealDecisionForm(Plain):
    """How an appeal ends."""

    result = forms.ChoiceField(label=_("Outcome"), choices=list(RESULTS.items()))
    amount = forms.DecimalField(
        label=_("Reduced to"), required=False, min_value=0, max_digits=15, decimal_places=2
    )
    why = forms.CharField(label=_("Reason"), max_length=300)


class SettleForm(Plain):
    """How a fine was settled."""

    how = forms.CharField(label=_("How it was settled"), max_length=200)


class CorrectedForm(Plain):
    """When something was put right."""

    corrected_on = day_field(_("Put right on"), required=True)


class FeedForm(Plain):
    """A calendar subscribed to."""

    name = forms.CharField(label=_("Where you read it"), max_length=60, initial=_("my telephone"))
