"""The forms on the ledgers of privacy."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.money import Money
from xinheng.facts.archive.values import Upload
from xinheng.facts.privacy.values import EXTRACTS, NewCheck, NewExtract, NewPartner, Shared
from xinheng.web.pages.acting import day_field
from xinheng.web.pages.privacy_forms import PrivacyForm, several

LIST_HINT = _("Numbers of persons, apart by spaces: P-000001 P-000002.")


class PickForm(PrivacyForm):
    """An act on one row of a ledger. rows: of `known`, pairs of key and words."""

    row = forms.TypedChoiceField(label=_("Which row"), coerce=int)

    def prepare(self) -> None:
        """The rows that wait."""
        self.offer("row", self.known["rows"])


class IdentityForm(PickForm):
    """How we know who asks."""

    proof = forms.CharField(label=_("Identity checked by"), max_length=100)


class AnswerForm(PickForm):
    """What we answer."""

    places = {"identity_unchecked": "row"}
    text = forms.CharField(label=_("Our answer"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    is_refused = forms.BooleanField(label=_("We turn it down"), required=False)


class DecisionForm(PickForm):
    """Yes or no, by another than who asked."""

    verdict = forms.ChoiceField(
        label=_("Decision"), choices=[("yes", _("approve it")), ("no", _("turn it down"))]
    )
    why = forms.CharField(label=_("Reason"), max_length=300, required=False)


class PartnerForm(PrivacyForm):
    """A receiver with its agreement."""

    name = forms.CharField(label=_("Receiving partner"), max_length=200)
    agreement_no = forms.CharField(label=_("Agreement no."), max_length=60)
    purposes = several(_("Purposes"), required=True)
    items = several(_("Data items"), required=True)
    from_on = day_field(_("First day"), required=True)
    until_on = day_field(_("Last day"), required=True)
    file = forms.FileField(label=_("The signed agreement"))

    def prepare(self) -> None:
        """Of the document chosen."""
        self.offer("purposes", [(one.code, one.words) for one in self.rules.purposes])
        self.offer("items", [(one.code, one.words) for one in self.rules.items])

    def partner(self) -> NewPartner:
        """As the room takes it."""
        told = self.cleaned_data
        return NewPartner(
            self.rules.code, told["name"], told["agreement_no"], tuple(told["purposes"]),
            tuple(told["items"]), told["from_on"], told["until_on"],
        )  # fmt: skip


class EndPartnerForm(PickForm):
    """Why an agreement ends."""

    why = forms.CharField(label=_("Reason"), max_length=300)


class ShareForm(PickForm):
    """What goes to a partner."""

    persons = forms.CharField(label=_("Persons"), max_length=2000, help_text=LIST_HINT)
    purpose = forms.ChoiceField(label=_("Purpose"))
    items = several(_("Data items"), required=True)
    way = forms.CharField(label=_("How it goes"), max_length=100)

    def prepare(self) -> None:
        """Of the document chosen."""
        super().prepare()
        self.offer("purpose", [(one.code, one.words) for one in self.rules.purposes])
        self.offer("items", [(one.code, one.words) for one in self.rules.items])

    def shared(self) -> Shared:
        """As the room takes it."""
        told = self.cleaned_data
        return Shared(tuple(told["persons"].split()), told["purpose"], tuple(told["items"]), told["way"])


class ExtractForm(PrivacyForm):
    """A request from outside."""

    kind = forms.ChoiceField(label=_("Kind of extract"))
    recipient = forms.CharField(label=_("Given to"), max_length=200)
    purpose = forms.CharField(label=_("What the data is for"), max_length=300)
    rests_on = forms.CharField(
        label=_("Rests on"), max_length=300, help_text=_("The article, order or consent.")
    )
    persons = forms.CharField(label=_("Persons"), max_length=2000, help_text=LIST_HINT)
    items = several(_("Data items"))
    from_on = day_field(_("First day"), required=True)
    until_on = day_field(_("Last day"), required=True)
    letter_no = forms.CharField(label=_("Introduction letter no."), max_length=60, required=False)
    letter_from = forms.CharField(label=_("Letter from"), max_length=200, required=False)
    fee = forms.DecimalField(
        label=_("Fee (yuan)"), required=False, min_value=0, max_digits=12, decimal_places=2
    )
    file = forms.FileField(label=_("The letter or order"), required=False)

    def prepare(self) -> None:
        """What the document lets out."""
        self.offer("kind", [(code, EXTRACTS[code]) for code in self.rules.extracts])
        self.offer("items", [(one.code, one.words) for one in self.rules.items])

    def extract(self) -> NewExtract:
        """As the room takes it."""
        told = self.cleaned_data
        paper = Upload(told["file"].name, told["file"].read()) if told["file"] else None
        fee = Money.of(told["fee"]) if told["fee"] else None
        return NewExtract(
            self.rules.code, told["kind"], told["recipient"], told["purpose"], told["rests_on"],
            tuple(told["persons"].split()), tuple(told["items"]), told["from_on"], told["until_on"],
            told["letter_no"], told["letter_from"], fee, paper,
        )  # fmt: skip


class TrainingForm(PrivacyForm):
    """Who was trained in what."""

    login = forms.CharField(label=_("Login of the person"), max_length=150)
    topic = forms.CharField(label=_("Topic"), max_length=200)
    on = day_field(_("Training day"), required=True)


class CheckForm(PrivacyForm):
    """A check; what failed says what is to be done about it."""

    code = forms.ChoiceField(label=_("Safety check"))
    on = day_field(_("Checked on"), required=True)
    owner = forms.CharField(label=_("Who puts right what failed (login)"), max_length=150, required=False)
    note = forms.CharField(label=_("Note"), max_length=500, required=False)

    def prepare(self) -> None:
        """A field for each point of each check of the document: filled where the point failed."""
        self.offer("code", [(one.code, one.words) for one in self.rules.checks])
        for rule in self.rules.checks:
            for point in rule.points:
                label = f"{rule.words}: {point.words}"
                self.fields[f"{rule.code}:{point.code}"] = forms.CharField(
                    label=label, max_length=300, required=False,
                    help_text=_("Empty: it passes. Else what is to be put right."),
                )  # fmt: skip

    def check(self) -> NewCheck:
        """As the room takes it."""
        told = self.cleaned_data
        head = f"{told['code']}:"
        failed = {
            name.removeprefix(head): value
            for name, value in told.items()
            if name.startswith(head) and value.strip()
        }
        return NewCheck(self.rules.code, told["code"], told["on"], failed, told["owner"], told["note"])


class OutcomeForm(PickForm):
    """What came of it."""

    outcome = forms.CharField(label=_("Outcome"), max_length=300)
