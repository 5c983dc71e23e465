"""The forms of persons and of the ledgers of privacy, and the acts they lead to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.money import Money
from xinheng.facts.privacy import queries as privacy
from xinheng.facts.privacy import services as acts
from xinheng.facts.privacy.values import (
    BASES,
    CAUSES,
    DEALINGS,
    REQUESTS,
    ROLES,
    Answer,
    NewAgreement,
    NewDealing,
    NewPerson,
    NewRequest,
    PrivacyRules,
)
from xinheng.web.pages.acting import day_field
from xinheng.web.pages.trying import dressed

PLACES = {
    "person_exists": "name",
    "consent_required": "purposes",
    "collection_way_not_listed": "way",
    "customer_unknown": "customer_no",
    "another_must_decide": None,
}


class PrivacyForm(forms.Form):
    """A form of the room, with the choices of a privacy document."""

    places: Mapping[str, Any] = PLACES

    def __init__(
        self, sent: Any = None, files: Any = None, *, known: Mapping[str, Any] | None = None
    ) -> None:
        self.known = dict(known or {})
        super().__init__(
            sent, files, initial={"on": self.known.get("on"), "scheme": self.known.get("scheme")}
        )
        self.prepare()
        dressed(self)

    def prepare(self) -> None:
        """Offer the choices."""

    def offer(self, field: str, choices: Iterable[tuple[Any, Any]]) -> None:
        """The choices of a field; one that has none to choose is left out of an optional form."""
        chosen: Any = self.fields[field]
        chosen.choices = list(choices)

    @property
    def rules(self) -> PrivacyRules:
        """The document the form speaks of."""
        found: PrivacyRules = self.known["rules"]
        return found


def several(label: Any, *, required: bool = False, hint: Any = "") -> forms.MultipleChoiceField:
    """Several of a list, as boxes to tick."""
    return forms.MultipleChoiceField(
        label=label, required=required, widget=forms.CheckboxSelectMultiple, help_text=hint
    )


def _paired(rows: Iterable[Any]) -> list[tuple[str, str]]:
    return [(one.code, one.words) for one in rows]


class AgreementForm(PrivacyForm):
    """What a person agrees to."""

    purposes = several(_("Purposes"), required=True)
    separate = several(
        _("Agreed to by itself"), hint=_("Marketing and sensitive data need a consent of their own.")
    )
    notice = forms.ChoiceField(label=_("Notice shown"))
    way = forms.ChoiceField(label=_("Way of collecting"))
    basis = forms.ChoiceField(label=_("What it rests on"), choices=list(BASES.items()))
    guardian = forms.CharField(label=_("Guardian"), max_length=60, required=False)
    until_on = day_field(_("Last day"))

    def prepare(self) -> None:
        """Purposes, items and notices of the document."""
        self.offer("purposes", _paired(self.rules.purposes))
        alone = [one for one in self.rules.purposes if one.separate]
        self.offer("separate", _paired([*alone, *(one for one in self.rules.items if one.sensitive)]))
        self.offer("notice", [(one.name, one.name) for one in self.rules.notices])
        self.offer("way", _paired(self.rules.ways))

    def agreement(self) -> NewAgreement:
        """As the room takes it."""
        told = self.cleaned_data
        return NewAgreement(
            tuple(told["purposes"]), told["way"], told["notice"], tuple(told["separate"]), told["basis"],
            told["guardian"], told["until_on"],
        )  # fmt: skip


class PersonForm(AgreementForm):
    """A person, with each item of the necessity list."""

    name = forms.CharField(label=_("Full name of the person"), max_length=60)
    role = forms.ChoiceField(label=_("Role of the person"), choices=list(ROLES.items()))
    customer_no = forms.CharField(label=_("Customer no. (where there is one)"), max_length=40, required=False)
    born_on = day_field(_("Born on"))
    field_order = ("name", "role", "customer_no", "born_on")

    def prepare(self) -> None:
        """A field for each item that may be kept, and for no other."""
        super().prepare()
        for item in self.rules.items:
            label = f"{item.words} ◆" if item.sensitive else item.words
            self.fields[f"item_{item.code}"] = forms.CharField(label=label, max_length=200, required=False)

    def person(self) -> NewPerson:
        """As the room takes it."""
        told = self.cleaned_data
        items = {
            one.code: told[f"item_{one.code}"] for one in self.rules.items if told[f"item_{one.code}"].strip()
        }
        return NewPerson(
            self.rules.code, told["role"], told["name"], self.agreement(), items, told["customer_no"].strip(),
            told["born_on"],
        )  # fmt: skip


class ChangeForm(PrivacyForm):
    """Items to correct; an empty field takes the item away."""

    def prepare(self) -> None:
        """What is kept now."""
        self.fields["name"] = forms.CharField(
            label=_("Full name of the person"), max_length=60, initial=self.known["person"].name
        )
        for item in self.rules.items:
            value = self.known["person"].items.get(item.code)
            if value is not None and (not item.sensitive or self.known["unmasked"]):
                self.fields[f"item_{item.code}"] = forms.CharField(
                    label=item.words, max_length=200, required=False, initial=value
                )

    def items(self) -> dict[str, str]:
        """Items with their new values."""
        return {
            name.removeprefix("item_"): value
            for name, value in self.cleaned_data.items()
            if name.startswith("item_")
        }


class WithdrawForm(PrivacyForm):
    """Which purpose a person withdraws from."""

    purpose = forms.ChoiceField(label=_("Purpose"))
    why = forms.CharField(label=_("In the person's words"), max_length=300, required=False)

    def prepare(self) -> None:
        """The purposes of the document."""
        self.offer("purpose", _paired(self.rules.purposes))


class DealingForm(PrivacyForm):
    """What happened with the person."""

    kind = forms.ChoiceField(label=_("Kind of dealing"), choices=list(DEALINGS.items()))
    on = day_field(_("Day"), required=True)
    amount = forms.DecimalField(
        label=_("Amount (yuan)"), required=False, min_value=0, max_digits=15, decimal_places=2
    )
    text = forms.CharField(label=_("In words"), max_length=500, required=False)
    is_open = forms.BooleanField(label=_("Not paid or settled yet"), required=False)

    def dealing(self) -> NewDealing:
        """As the room takes it."""
        told = self.cleaned_data
        amount = Money.of(told["amount"]) if told["amount"] is not None else None
        return NewDealing(told["kind"], told["on"], amount, told["text"], told["is_open"])


class EndForm(PrivacyForm):
    """Something that was open is over."""

    dealing = forms.TypedChoiceField(label=_("Kind of dealing"), coerce=int)
    ended_on = day_field(_("Ended on"), required=True)

    def prepare(self) -> None:
        """The open ones."""
        rows = [one for one in self.known["dealings"] if one.ended_on is None]
        self.offer("dealing", [(one.pk, f"{DEALINGS[one.kind]} {one.on}") for one in rows])


class RequestForm(PrivacyForm):
    """What the person asks."""

    kind = forms.ChoiceField(label=_("The person asks"), choices=list(REQUESTS.items()))
    on = day_field(_("Asked on"), required=True)
    way = forms.CharField(label=_("How it came"), max_length=60)
    what = forms.CharField(label=_("In the person's words"), max_length=500, required=False)
    proof = forms.CharField(
        label=_("Identity checked by"), max_length=100, required=False,
        help_text=_("As ID card seen, or called back on the kept number. Empty: not checked yet."),
    )  # fmt: skip

    def request(self) -> NewRequest:
        """As the room takes it."""
        told = self.cleaned_data
        return NewRequest(told["kind"], told["on"], told["way"], told["what"], told["proof"])


class EraseForm(PrivacyForm):
    """Why the data is to be erased."""

    cause = forms.ChoiceField(label=_("Cause"), choices=list(CAUSES.items()))
    why = forms.CharField(label=_("Reason"), max_length=300)


@dataclass(frozen=True)
class PersonAct:
    """Something done on the page of a person."""

    label: Any
    done: Any
    form: type[PrivacyForm]
    do: Callable[[dict[str, Any], Any], object]
    right: str = "privacy.write"
    button: Any = ""
    confirm: Any = ""


PERSON_ACTS = {
    "request": PersonAct(
        _("Take in a request"), _("The request is kept."), RequestForm,
        lambda told, form: acts.receive_request(**told, new=form.request()),
    ),
    "consent": PersonAct(
        _("Add a consent"), _("The consent stands in the ledger."), AgreementForm,
        lambda told, form: acts.give_consent(**told, new=form.agreement()),
    ),
    "withdraw": PersonAct(
        _("Withdraw a consent"), _("The consent is withdrawn from today on."), WithdrawForm,
        lambda told, form: acts.withdraw_consent(**told, **form.cleaned_data),
    ),
    "dealing": PersonAct(
        _("Note a dealing"), _("The dealing is kept."), DealingForm,
        lambda told, form: acts.tell_dealing(**told, new=form.dealing()),
    ),
    "end": PersonAct(
        _("Note that something is paid or settled"), _("It is noted as over."), EndForm,
        lambda told, form: acts.end_dealing(
            actor=told["actor"], on=told["on"], dealing_id=form.cleaned_data["dealing"],
            ended_on=form.cleaned_data["ended_on"],
        ),
    ),
    "change": PersonAct(
        _("Correct the data"), _("The data is corrected."), ChangeForm,
        lambda told, form: acts.change_person(**told, items=form.items(), name=form.cleaned_data["name"]),
    ),
    "erase": PersonAct(
        _("Ask for erasure"), _("The erasure is asked for; another person decides."), EraseForm,
        lambda told, form: acts.ask_erasure(**told, **form.cleaned_data),
        confirm=_("What is erased cannot be brought back. Ask for it?"),
    ),
}  # fmt: skip


def person_form(code: str, file: Any, on: date, *, unmasked: bool, sent: Any = None) -> PrivacyForm:
    """The form of one act on a person."""
    known = {
        "rules": file.rules,
        "person": file.person,
        "dealings": file.dealings,
        "on": on,
        "unmasked": unmasked,
    }
    return PERSON_ACTS[code].form(sent, known=known)


def answer_of(form: Any) -> Answer:
    """An answer as the room takes it."""
    told = form.cleaned_data
    return Answer(told["text"], told["is_refused"])


def scheme_choices(on: date) -> list[tuple[str, str]]:
    """Every document, by its name."""
    return [(one.code, one.name.words) for one in privacy.schemes(on)]
