"""The forms of confirmations, and the acts they lead to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.money import Money
from xinheng.facts.archive.values import Upload
from xinheng.operations.confirmations import queries as confirmations
from xinheng.operations.confirmations import services as acts
from xinheng.operations.confirmations.values import (
    NewAnswer,
    NewCampaign,
    NewConfirmation,
    NewDifference,
    NewSending,
    Selection,
)
from xinheng.web.pages.acting import day_field
from xinheng.web.pages.trying import dressed

ANSWER_DAYS = timedelta(days=15)  # offered; another may be typed
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]


class Plain(forms.Form):
    """A form in the look of the house."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dressed(self)


class NewForm(Plain):
    """A letter or a statement to be drawn up."""

    form = forms.ChoiceField(label=_("Form"), choices=list(confirmations.FORMS.items()))
    company = forms.CharField(label=_("Our company, as it writes"), max_length=200)
    as_of = day_field(_("As of"), required=True)
    from_on = day_field(_("From"), hint=_("Of a statement: the first day it tells."))
    reply_by = day_field(_("Reply by"), required=True)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)

    @staticmethod
    def at_first(on: date) -> dict[str, Any]:
        """The last month, answered in half a month."""
        last = on.replace(day=1) - timedelta(days=1)
        return {"as_of": last, "from_on": last.replace(day=1), "reply_by": on + ANSWER_DAYS}

    def new(self) -> NewConfirmation:
        """As the room takes it."""
        told = self.cleaned_data
        return NewConfirmation(
            told["form"], told["company"], told["as_of"], told["reply_by"], told["from_on"], told["language"]
        )


class CampaignForm(Plain):
    """A round of letters."""

    places = {"campaign_empty": "least"}
    name = forms.CharField(label=_("Name"), max_length=100)
    kind = forms.ChoiceField(label=_("Kind of round"), choices=list(confirmations.KINDS.items()))
    company = forms.CharField(label=_("Our company, as it writes"), max_length=200)
    as_of = day_field(_("As of"), required=True)
    reply_by = day_field(_("Reply by"), required=True)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    least = forms.DecimalField(
        label=_("Balance of at least"), required=False, min_value=Decimal(0), max_digits=15, decimal_places=2,
        help_text=_("Owed either way, in the currency of the balance."),
    )  # fmt: skip
    owing_only = forms.BooleanField(label=_("Only who owes us"), required=False)
    unit = forms.CharField(label=_("Unit of the company"), required=False, max_length=120)
    region = forms.CharField(label=_("Region"), required=False, max_length=20)
    salesperson = forms.CharField(label=_("Salesperson"), required=False, max_length=60)

    @staticmethod
    def at_first(on: date) -> dict[str, Any]:
        """The last quarter, answered in half a month."""
        last = on.replace(month=(on.month - 1) // 3 * 3 + 1, day=1) - timedelta(days=1)
        return {"as_of": last, "reply_by": on + ANSWER_DAYS}

    def new(self) -> NewCampaign:
        """As the room takes it."""
        told = self.cleaned_data
        selection = Selection(
            told["least"] or Decimal(0), told["unit"], told["region"], told["salesperson"], told["owing_only"]
        )
        return NewCampaign(
            told["name"], told["kind"], told["as_of"], told["reply_by"], told["company"], selection,
            told["language"],
        )  # fmt: skip


class SendingForm(Plain):
    """How it went out."""

    way = forms.ChoiceField(label=_("How"), choices=list(confirmations.WAYS.items()))
    address = forms.CharField(label=_("Address"), max_length=300)
    sent_on = day_field(_("Sent on"), required=True)
    reference = forms.CharField(label=_("Number of the parcel or message"), max_length=100, required=False)
    deliver = forms.BooleanField(label=_("Send the sealed PDF by e-mail from here"), required=False)


class AnswerForm(Plain):
    """What the customer answered: a figure for each currency of the letter where it is not ours."""

    places = {"confirmation_invalid": "answered_by"}
    agrees = forms.ChoiceField(
        label=_("Answer"),
        choices=[("1", _("The information is proven correct")), ("0", _("It does not agree"))],
    )
    answered_by = forms.CharField(label=_("Signed by"), max_length=100)
    answered_on = day_field(_("Answered on"), required=True)
    is_sealed = forms.BooleanField(label=_("I saw their seal on it"), required=False)
    slip = forms.FileField(label=_("Reply slip"), required=False)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def ask_for(self, sides: Any) -> None:
        """Add a field for the figure of each currency."""
        for side in sides:
            currency = side.balance.currency
            self.fields[f"theirs_{currency}"] = forms.DecimalField(
                label=_("Their balance in %(currency)s") % {"currency": currency},
                required=False,
                max_digits=17,
                decimal_places=3,
                help_text=_("What they owe us by their books; below zero where we owe them. Blank: as ours."),
            )
        dressed(self)

    def new(self) -> NewAnswer:
        """As the room takes it."""
        told = self.cleaned_data
        theirs = {
            name.removeprefix("theirs_"): Money.of(value, name.removeprefix("theirs_"))
            for name, value in told.items()
            if name.startswith("theirs_") and value is not None
        }
        slip = Upload(told["slip"].name or "", told["slip"].read()) if told["slip"] else None
        return NewAnswer(
            told["agrees"] == "1", told["answered_by"], told["answered_on"], theirs, told["is_sealed"],
            told["note"], slip,
        )  # fmt: skip


class DifferenceForm(Plain):
    """What explains a difference."""

    places = {"explained_too_much": "amount"}
    currency = forms.ChoiceField(label=_("Currency"))
    cause = forms.ChoiceField(label=_("Cause"), choices=list(confirmations.CAUSES.items()))
    no = forms.CharField(label=_("Document no."), max_length=60, required=False)
    amount = forms.DecimalField(
        label=_("Amount"), max_digits=17, decimal_places=3,
        help_text=_("What it adds to their figure; below zero where it takes off."),
    )  # fmt: skip
    owner = forms.CharField(label=_("Who works it off (login)"), max_length=150)
    until_on = day_field(_("Until"), required=True)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def ask_for(self, sides: Any) -> None:
        """Offer the currencies of the letter that are not explained yet."""
        open_ones = [side.balance.currency for side in sides if side.left.minor]
        self.fields["currency"].choices = [(one, one) for one in open_ones]  # type: ignore[attr-defined]

    def new(self) -> NewDifference:
        """As the room takes it."""
        told = self.cleaned_data
        amount = Money.of(told["amount"], told["currency"])
        return NewDifference(told["cause"], amount, told["owner"], told["until_on"], told["no"], told["note"])


@dataclass(frozen=True)
class ConfirmationAct:
    """One act on a confirmation: where it is offered, and the service it leads to."""

    label: str | Promise
    button: str | Promise
    done: str | Promise
    form: type[Plain]
    do: Callable[[dict[str, Any], Any], object]
    states: tuple[str, ...]
    confirm: str | Promise = ""


def _sent(told: dict[str, Any], form: Any) -> object:
    given = form.cleaned_data
    new = NewSending(given["way"], given["address"], given["sent_on"], given["reference"], given["deliver"])
    return acts.note_sent(**told, new=new)


ACTS: dict[str, ConfirmationAct] = {
    "sent": ConfirmationAct(
        _("Note that it was sent, or reminded of"), _("Keep it"), _("It stands in the sent list."),
        SendingForm, _sent, ("drawn", "sent"),
    ),
    "answer": ConfirmationAct(
        _("Note the answer"), _("Keep it"), _("The answer is kept."), AnswerForm,
        lambda told, form: acts.note_answer(**told, new=form.new()), ("sent", "agreed", "differs"),
    ),
    "explain": ConfirmationAct(
        _("Explain a part of the difference"), _("Keep it"), _("It is explained; somebody works it off."),
        DifferenceForm, lambda told, form: acts.explain(**told, new=form.new()), ("differs",),
    ),
}  # fmt: skip


def offered(kept: Any, bound: Mapping[str, forms.Form], *, on: date) -> list[dict[str, Any]]:
    """The acts that fit where a confirmation stands, each with its form; one that was refused stands open."""
    found = []
    for code, act in ACTS.items():
        if _fits(code, act, kept):
            form = bound.get(code) or form_of(code, kept, on)
            found.append({"code": code, "act": act, "form": form, "is_open": code in bound})
    return found


def _fits(code: str, act: ConfirmationAct, kept: Any) -> bool:
    row = kept.confirmation
    if code == "sent" and not row.sha256:
        return False
    if code == "answer" and any(side.explained for side in kept.sides):
        return False
    if code == "explain" and not any(side.left.minor for side in kept.sides):
        return False
    return row.state in act.states


def form_of(code: str, kept: Any, on: date, *sent: Any) -> Any:
    """The form of an act, its fields named apart from those of the others on the page."""
    initial = {
        "sent_on": on, "answered_on": on, "until_on": on + ANSWER_DAYS,
        "address": kept.confirmation.customer.address,
    }  # fmt: skip
    form = ACTS[code].form(*sent, auto_id=f"{code}-%s", initial=None if sent else initial)
    if isinstance(form, AnswerForm | DifferenceForm):
        form.ask_for(kept.sides)
    return form
