"""Acts on the facts of a credit file: told, verified, settled where two channels disagree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.language import reads_chinese
from xinheng.facts.customers import queries as customers
from xinheng.facts.customers import services as files
from xinheng.facts.customers.values import CreditFile, FiledItem, Item, NewFact, ToldFact
from xinheng.web.pages.acting import Act, ActForm, Words, day_field
from xinheng.web.pages.customer_file import CHANNELS, VERIFICATIONS, value_text
from xinheng.web.pages.seen import Seen

OWN_ITEM = "-"
HINTS: dict[str, Any] = {
    "money": _("An amount in yuan, as 1,234.50."),
    "number": _("A number."),
    "count": _("A whole number."),
    "share": _("A share from 0 to 1, as 0.25."),
    "industry": _("GB/T 4754: a section letter or 2 to 4 digits."),
}


class FactForm(ActForm):
    """One fact with where it comes from; the field of the value follows the item."""

    places: ClassVar[Mapping[str, str]] = {
        "channel_missing": "channel",
        "source_missing": "source",
        "value_invalid": "value",
        "consent_missing": "item",
        "item_unknown": "own_item",
    }
    item = forms.ChoiceField(label=_("File item"))
    own_item = forms.CharField(
        label=_("Item of your own"),
        max_length=60,
        required=False,
        help_text=_("Letters, digits and _, or Chinese signs. It waits on the list of items to classify."),
    )
    key = forms.CharField(
        label=_("Case number or account"), max_length=120, required=False, help_text=_("Which of many it is.")
    )
    value = forms.CharField(label=_("What is told"), max_length=2000)
    channel = forms.ChoiceField(label=_("Channel"), help_text=_("By which way it came."))
    source = forms.CharField(
        label=_("Source"),
        max_length=200,
        required=False,
        help_text=_("What can be looked up: a document, a person, an agency."),
    )
    true_on = day_field(_("True on"), hint=_("Today if left empty."))

    def prepare(self) -> None:
        """The items by dimension, and the fields that the chosen one needs."""
        known = customers.catalogue()
        self.fields["item"].choices = [*_items_by_dimension(self.seen, known), (OWN_ITEM, _("another item…"))]  # type: ignore[attr-defined]
        self.fields["item"].widget.attrs |= {
            "hx-get": reverse("customer_act", args=[self.seen.customer.no, "tell"]),
            "hx-target": "#act",
            "hx-swap": "outerHTML",
        }
        self.fields["channel"].choices = [("", gettext("Choose…")), *CHANNELS.items()]  # type: ignore[attr-defined]
        code = self.data.get("item") if self.is_bound else self.asked.get("item")
        item = known.get(code or next(iter(known)))
        if item is not None:
            self._follow(item)
        if item is not None or code != OWN_ITEM:
            del self.fields["own_item"]

    def _follow(self, item: Item) -> None:
        self.fields["value"] = value_field(item, label=_("What is told"))
        self.fields["source"].required = item.needs_source
        if not item.many:
            del self.fields["key"]

    def clean(self) -> dict[str, Any]:
        """An item of one's own is named."""
        told = self.cleaned_data
        if told.get("item") == OWN_ITEM and not told.get("own_item", "").strip():
            self.add_error("own_item", gettext("Name the item."))
        return told


def value_field(item: Item, *, label: Words) -> forms.CharField:
    """The field for a value of an item: what the item offers, a calendar, or a text."""
    field = forms.CharField(label=str(label), max_length=2000, help_text=HINTS.get(item.type, ""))
    if item.type == "choice":
        chinese = reads_chinese()
        offered = [(code, zh if chinese else en) for code, zh, en in item.choices]
        field.widget = forms.Select(choices=[("", "—"), *offered])
    elif item.type == "yes_no":
        field.widget = forms.Select(choices=[("", "—"), ("yes", _("yes")), ("no", _("no"))])
    elif item.type == "date":
        field.widget = forms.DateInput(attrs={"type": "date"})
    elif item.type == "text":
        field.widget = forms.Textarea(attrs={"rows": 2})
    return field


def _items_by_dimension(seen: Seen, known: Mapping[str, Item]) -> list[tuple[str, list[tuple[str, str]]]]:
    personal = seen.customer.kind == "person"
    return [
        (
            one.name,
            [
                (item.code, item.name)
                for item in known.values()
                if item.dimension == one.number and (personal or not item.personal)
            ],
        )
        for one in customers.dimensions()
    ]


def _fact_in(file: CreditFile, wanted: str) -> tuple[FiledItem, ToldFact] | None:
    pairs = ((one, fact) for one in file.items for fact in (*one.facts, *one.history))
    return next(((one, fact) for one, fact in pairs if str(fact.id) == wanted), None)


class FactNamed(ActForm):
    """A form about one fact of the file, which it shows with its source."""

    fact_id = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**62)

    @cached_property
    def found(self) -> tuple[FiledItem, ToldFact] | None:
        """The fact the form is about, as the reader may see it; None where the file has none such.

        Only for a sensitive one is the file read unmasked, which the trail notes.
        """
        wanted, seen = str(self["fact_id"].value() or ""), self.seen
        pair = _fact_in(customers.file_of(seen.customer, on=seen.on), wanted)
        if pair and pair[1].masked and seen.actor.may("sensitive.read"):
            return _fact_in(files.read_file(actor=seen.actor, on=seen.on, no=seen.customer.no), wanted)
        return pair

    def subject(self) -> list[tuple[Words, Words]]:
        """Item, value and source of the fact."""
        if (pair := self.found) is None:
            return []
        filed, fact = pair
        return [
            (filed.item.name + (f" {filed.key}" if filed.key else ""), value_text(filed.item, fact)),
            (_("Channel"), CHANNELS.get(fact.channel, fact.channel)),
            (_("Source"), fact.source or "—"),
            (_("True on"), fact.true_on.isoformat()),
            (_("Entered by"), fact.told_by or "—"),
            (_("State"), VERIFICATIONS.get(fact.verification, fact.verification)),
        ]

    def clean_fact_id(self) -> int:
        """A fact of this very customer."""
        if self.found is None:
            raise forms.ValidationError(gettext("This customer's file has no such fact."))
        return int(self.cleaned_data["fact_id"])


class VerifyForm(FactNamed):
    """Whether a fact was found to hold, and by what."""

    places: ClassVar[Mapping[str, str]] = {"own_fact_verified": "holds"}
    holds = forms.ChoiceField(
        label=_("Verdict"),
        choices=[("yes", _("It holds")), ("no", _("It does not hold"))],
        widget=forms.RadioSelect,
    )
    evidence = forms.CharField(label=_("Evidence"), max_length=300, help_text=_("What was looked at."))


class SettleForm(FactNamed):
    """Why this fact holds and the others do not."""

    places: ClassVar[Mapping[str, str]] = {"own_fact_verified": "evidence"}
    evidence = forms.CharField(label=_("Evidence"), max_length=300, help_text=_("What was looked at."))

    def subject(self) -> list[tuple[Words, Words]]:
        """The fact that is to hold, and those that will be disputed."""
        shown, pair = super().subject(), self.found
        if pair is None:
            return shown
        filed, chosen = pair
        others = [fact for fact in filed.facts if fact.id != chosen.id and fact.value != chosen.value]
        told = [
            f"{value_text(filed.item, fact)} ({CHANNELS.get(fact.channel, fact.channel)})" for fact in others
        ]
        return [*shown, (_("Will be disputed"), "; ".join(told) or "—")]


def _tell(seen: Seen, told: dict[str, Any]) -> object:
    told = dict(told)
    own = told.pop("own_item", "").strip().lower()
    fact = NewFact(**{**told, "item": own if told["item"] == OWN_ITEM else told["item"]})
    return files.tell_fact(actor=seen.actor, on=seen.on, no=seen.customer.no, fact=fact)


def _verify(seen: Seen, told: dict[str, Any]) -> object:
    return files.verify_fact(
        actor=seen.actor, on=seen.on, fact_id=told["fact_id"], holds=told["holds"] == "yes",
        evidence=told["evidence"],
    )  # fmt: skip


def _settle(seen: Seen, told: dict[str, Any]) -> object:
    return files.settle_contradiction(
        actor=seen.actor, on=seen.on, fact_id=told["fact_id"], evidence=told["evidence"]
    )


WRITE = "customers.write"
ACTS = [
    Act(
        "tell", WRITE, "file", _("Tell a fact"), _("Keep it"),
        _("The fact is kept; what was told before stays."), FactForm, _tell, place="file",
    ),
    Act(
        "verify", WRITE, "file", _("Verify a fact"), _("Keep it"), _("The verdict is kept."),
        VerifyForm, _verify, hint=_("Nobody verifies what they entered themselves."),
    ),
    Act(
        "settle-facts", WRITE, "file", _("Settle a contradiction"), _("This one holds"),
        _("The contradiction is settled."), SettleForm, _settle,
        confirm=_("Let this fact hold and dispute the others?"),
    ),
]  # fmt: skip
