"""Acts on the credit of one customer: a word on a limit, the status and terms of the account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.texts import halfwidth
from xinheng.judgements.limits import queries as credit
from xinheng.judgements.limits import services as limits
from xinheng.judgements.limits.values import NewLimit, NewProfile
from xinheng.web.pages import hold_words
from xinheng.web.pages.acting import Act, ActForm, Words, day_field
from xinheng.web.pages.credit_line import REACHES, SAID, WAYS
from xinheng.web.pages.ledger_forms import MoneyForm
from xinheng.web.pages.seen import Seen

STATES = [("limited", _("an amount")), *SAID.items()]


def _segment_field() -> forms.CharField:
    return forms.CharField(
        label=_("Credit segment"), max_length=20, required=False, help_text=_("Left empty: over all.")
    )


class LimitForm(MoneyForm):
    """One word on a limit; below what is owed it asks once more."""

    state = forms.ChoiceField(label=_("What holds"), choices=STATES)
    amount = forms.CharField(
        label=_("Amount"), max_length=40, required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=_("Kind"), choices=list(credit.KINDS.items()),
        help_text=_(
            "A temporary limit replaces the fixed one for its time; insured and guaranteed parts add."
        ),
    )  # fmt: skip
    reach = forms.ChoiceField(label=_("Whose"), choices=list(REACHES.items()))
    component = forms.ChoiceField(
        label=_("Part"), required=False, choices=[("", _("all that is owed")), *credit.PARTS.items()],
        help_text=_("A sub-limit of one part is fixed and of the customer itself."),
    )  # fmt: skip
    segment = _segment_field()
    from_on = day_field(_("From"), hint=_("Today if left empty."))
    until_on = day_field(_("Last day"), hint=_("Left empty: until told otherwise."))
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    below = forms.BooleanField(label=_("Below what is owed: I know"), required=False)

    def prepare(self) -> None:
        """What asks once more is shown when it is needed."""
        if not (self.is_bound and "below" in self.data):
            self.fields["below"].widget = forms.HiddenInput()

    def subject(self) -> list[tuple[Words, Words]]:
        """What holds, what is owed, and the orders that are held."""
        known = credit.credit_facts(self.seen.customer, on=self.seen.on)
        currency = known.head.exposure.currency
        held = len(credit.held_of(self.seen.customer))
        return [
            (_("Limit"), hold_words.limit_told(known.head.limit, currency)),
            (_("Exposure"), hold_words.amount(known.head.exposure.minor, currency)),
            (_("Held orders"), str(held)),
        ]

    def currency_meant(self) -> str:
        """The account's."""
        segment = str(self.cleaned_data.get("segment") or "")
        known = credit.credit_facts(self.seen.customer, on=self.seen.on, segment=segment)
        return str(known.head.exposure.currency)

    def clean(self) -> dict[str, Any]:
        """An amount where there is one; below what is owed only with a word that it is known."""
        if not self.cleaned_data.get("amount"):
            self.cleaned_data.pop("amount", None)
        told = super().clean()
        if not self.errors and self._is_below(told) and not told.get("below"):
            self.fields["below"].widget = forms.CheckboxInput(attrs={"class": "form-check-input"})
            self.add_error("below", self._warning())
        return told

    def _is_below(self, told: dict[str, Any]) -> bool:
        if told["kind"] not in ("fixed", "temporary") or told["reach"] != "own" or told["component"]:
            return False
        if told["state"] in ("unlimited", "withdrawn"):
            return False
        known = credit.credit_facts(self.seen.customer, on=self.seen.on, segment=told["segment"])
        return (told["amount"].minor if told.get("amount") else 0) < known.head.exposure.minor

    def _warning(self) -> str:
        held = len(credit.held_of(self.seen.customer))
        stays = ngettext(
            "%(n)s held order stays held", "%(n)s held orders stay held", held
        ) % {"n": held}  # fmt: skip
        return gettext(
            "The customer owes more than that. No shipped goods are taken back; new orders are held, "
            "%(held)s, and orders that passed are checked again before delivery. "
            "Tick it to set the limit all the same."
        ) % {"held": stays}


class ProfileForm(ActForm):
    """Status, class, review, terms of an account; what is left as it is stays."""

    status = forms.ChoiceField(label=_("Status of the account"), required=False)
    payment = forms.ChoiceField(label=_("Agreed way of payment"), required=False)
    terms_days = forms.IntegerField(
        label=_("Agreed days of credit"), required=False, min_value=0, max_value=3650
    )
    risk_class = forms.CharField(label=_("Risk class"), max_length=10, required=False)
    review_on = day_field(_("Next review"))
    dunning_level = forms.IntegerField(
        label=_("Level of reminders"), required=False, min_value=0, max_value=99
    )
    segment = _segment_field()
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def at_first(self) -> dict[str, Any]:
        """The account as it stands."""
        account = credit.credit_facts(self.seen.customer, on=self.seen.on).account
        names = ("status", "payment", "terms_days", "risk_class", "review_on", "dunning_level")
        return {name: getattr(account, name) for name in names} if account else {}

    def prepare(self) -> None:
        """The choices."""
        self.fields["status"].choices = list(credit.STATUSES.items())  # type: ignore[attr-defined]
        self.fields["payment"].choices = list(WAYS.items())  # type: ignore[attr-defined]


def _who(seen: Seen) -> dict[str, Any]:
    return {"actor": seen.actor, "on": seen.on, "customer_no": seen.customer.no}


def _set_limit(seen: Seen, told: dict[str, Any]) -> object:
    told = {name: value for name, value in told.items() if name != "below"}
    return limits.set_limit(**_who(seen), limit=NewLimit(**told))


def _set_profile(seen: Seen, told: dict[str, Any]) -> object:
    told = dict(told)
    told["risk_class"] = halfwidth(told["risk_class"]).strip()
    return limits.set_profile(**_who(seen), profile=NewProfile(**told))


ACTS = [
    Act(
        "limit", "limits.write", "credit_line", _("Set a limit"), _("Set it"), _("The limit is set."),
        LimitForm, _set_limit, place="credit_line",
        hint=_("What was said before stays on record. Held orders pass when they are checked again."),
    ),
    Act(
        "credit-profile", "limits.write", "credit_line", _("Status and terms"), _("Keep it"),
        _("The account is changed."), ProfileForm, _set_profile, place="credit_line",
        confirm=_("Change the account? A held or stopped account holds or rejects orders."),
    ),
]  # fmt: skip
