"""The forms of contracts: a draft, and each act on the page of one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.money import Money
from xinheng.facts.contracts import queries as contracts
from xinheng.facts.contracts import services as acts
from xinheng.facts.contracts.values import (
    EVENT_WORDS,
    RECORD_WORDS,
    ContractChange,
    Draft,
    NewRecord,
    PartyTold,
    Signed,
    exact_money,
)
from xinheng.web.pages.acting import day_field
from xinheng.web.pages.trying import dressed

RUNNING = ("signed", "performing", "changed")
UNSIGNED = ("draft", "legal", "countersign", "to_sign")


def amount_field(label: Any, **told: Any) -> forms.DecimalField:
    """An amount that is not below zero."""
    return forms.DecimalField(label=label, min_value=0, max_digits=17, decimal_places=2, **told)


class Plain(forms.Form):
    """A form in the look of the house."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dressed(self)


class DraftForm(Plain):
    """A contract as it is drafted; guarantors, one a line."""

    places = {"customer_unknown": "customer_no", "customer_closed": "customer_no"}
    customer_no = forms.CharField(label=_("Customer no."), max_length=40)
    unit = forms.ChoiceField(label=_("Department"))
    kind = forms.ChoiceField(label=_("Kind of contract"))
    title = forms.CharField(label=_("Name of the contract"), max_length=200)
    matter = forms.CharField(label=_("What the contract is about"), max_length=500)
    amount = amount_field(_("Amount with tax"), help_text=_("0 for a frame without an amount."))
    currency = forms.CharField(label=_("Currency"), max_length=3, initial="CNY")
    terms = forms.CharField(label=_("Payment and delivery"), max_length=500, required=False)
    demand = forms.CharField(
        label=_("Purchase demand"), max_length=500, required=False,
        help_text=_("Asked where the process of this kind begins with it."),
    )  # fmt: skip
    outside_no = forms.CharField(label=_("Number of the other side"), max_length=60, required=False)
    handler = forms.CharField(label=_("Handler (login)"), max_length=150, required=False)
    effective_on = day_field(_("Effective from"))
    due_on = day_field(_("Last day to perform"))
    ends_on = day_field(_("Last day it holds"))
    ours = forms.CharField(label=_("Our side"), max_length=200, required=False)
    guarantors = forms.CharField(
        label=_("Guarantors"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}), help_text=_("One a line."),
    )  # fmt: skip

    def new(self) -> Draft:
        """As the room takes it."""
        told = dict(self.cleaned_data)
        told.pop("customer_no")
        parties = [PartyTold("ours", told.pop("ours"))]
        parties += [PartyTold("guarantor", line) for line in told.pop("guarantors").splitlines()]
        amount = exact_money(told.pop("amount"), told.pop("currency").upper())
        named = tuple(one for one in parties if one.name.strip())
        return Draft(**told, amount=amount, parties=named)


class LegalForm(Plain):
    """What the legal check says."""

    verdict = forms.ChoiceField(
        label=_("Verdict of the test"),
        choices=[("ok", _("the clauses hold")), ("no", _("back with comments"))],
    )
    comments = forms.CharField(
        label=_("Comments"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class SignForm(Plain):
    """When it was signed and from when to when it holds."""

    signed_on = day_field(_("Signed on"), required=True)
    effective_on = day_field(_("Effective from"))
    due_on = day_field(_("Last day to perform"))
    ends_on = day_field(_("Last day it holds"))


class ChangeForm(Plain):
    """What is changed; what stays empty stays as it is."""

    signed_on = day_field(_("Changed on"), required=True)
    why = forms.CharField(label=_("Reason of the change"), max_length=300)
    amount = amount_field(_("New amount"), required=False)
    matter = forms.CharField(label=_("What the contract is about"), max_length=500, required=False)
    terms = forms.CharField(label=_("Payment and delivery"), max_length=500, required=False)
    due_on = day_field(_("Last day to perform"))
    ends_on = day_field(_("Last day it holds"))


class RecordForm(Plain):
    """Something of the performance."""

    kind = forms.ChoiceField(
        label=_("What happened"), choices=[one for one in RECORD_WORDS.items() if one[0] != "notice"]
    )
    happened_on = day_field(_("Happened on"), required=True)
    amount = amount_field(_("Amount"), required=False)
    note = forms.CharField(label=_("In words"), max_length=500)


class NoticeForm(Plain):
    """The customer is told to pay in advance."""

    told_on = day_field(_("Told on"), required=True)
    amount = amount_field(_("Amount"))
    words = forms.CharField(label=_("In words"), max_length=500)


class CureForm(Plain):
    """A breach was made good."""

    record_id = forms.ChoiceField(label=_("Breach"))
    cured_on = day_field(_("Made good on"), required=True)
    how = forms.CharField(label=_("How"), max_length=200)


class PerformedForm(Plain):
    """Both sides have performed."""

    performed_on = day_field(_("Performed on"), required=True)


class NextTermForm(Plain):
    """What comes after the contract."""

    what = forms.CharField(label=_("Agreed for the time after"), max_length=300)


class EndForm(Plain):
    """The contract ends."""

    ended_on = day_field(_("Ended on"), required=True)
    reason = forms.CharField(label=_("Reason"), max_length=300)


class VoidForm(Plain):
    """Cancel what was never signed."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


class ReopenForm(Plain):
    """An event is not finished after all."""

    event_id = forms.ChoiceField(label=_("Event"))
    why = forms.CharField(label=_("Reason"), max_length=300)


@dataclass(frozen=True)
class ContractAct:
    """An act on the page of one contract. states: where it is offered; kept: of an archived one too."""

    right: str
    label: Any
    button: Any
    done: Any
    form: type[forms.Form]
    do: Callable[[dict[str, Any], Any, str], object]
    states: tuple[str, ...]
    confirm: Any = ""
    kept: bool = False


def _money(values: dict[str, Any], currency: str) -> Money | None:
    return None if values["amount"] is None else exact_money(values["amount"], currency)


def _legal(told: dict[str, Any], form: Any, _currency: str) -> object:
    values = form.cleaned_data
    return acts.check_legally(**told, is_ok=values["verdict"] == "ok", comments=values["comments"])


def _change(told: dict[str, Any], form: Any, currency: str) -> object:
    values = form.cleaned_data
    words = {name: values[name] or None for name in ("matter", "terms", "due_on", "ends_on")}
    amount = _money(values, currency)
    return acts.change(**told, new=ContractChange(values["signed_on"], values["why"], amount, **words))


def _record(told: dict[str, Any], form: Any, currency: str) -> object:
    values = form.cleaned_data
    new = NewRecord(values["kind"], values["happened_on"], values["note"], _money(values, currency))
    return acts.record_performance(**told, new=new)


def _notice(told: dict[str, Any], form: Any, currency: str) -> object:
    values = form.cleaned_data
    amount = exact_money(values["amount"], currency)
    return acts.tell_to_pay(**told, amount=amount, told_on=values["told_on"], words=values["words"])


def _cure(told: dict[str, Any], form: Any, _currency: str) -> object:
    values = form.cleaned_data
    key = int(values["record_id"])
    return acts.cure_breach(**told, record_id=key, cured_on=values["cured_on"], how=values["how"])


def _reopen(told: dict[str, Any], form: Any, _currency: str) -> object:
    values = form.cleaned_data
    return acts.reopen_event(**told, event_id=int(values["event_id"]), why=values["why"])


def _plain(act: Callable[..., object]) -> Callable[[dict[str, Any], Any, str], object]:
    return lambda told, form, _currency: act(**told, **form.cleaned_data)


WRITE, LEDGER = "contracts.write", "contracts.ledger"
ACTS: dict[str, ContractAct] = {
    "to_legal": ContractAct(
        WRITE, _("Legal check"), _("Send to the legal check"), _("The contract is with the legal check."),
        Plain, _plain(acts.send_to_legal_check), ("draft",),
    ),
    "legal": ContractAct(
        "contracts.check", _("Legal check"), _("Keep the verdict"), _("The legal verdict is kept."),
        LegalForm, _legal, ("legal",),
    ),
    "countersign": ContractAct(
        WRITE, _("Countersigning"), _("Send to be countersigned"), _("The contract is being countersigned."),
        Plain, _plain(acts.send_to_countersign), ("countersign",),
    ),
    "sign": ContractAct(
        WRITE, _("Signing"), _("Note the signing"), _("The signing is noted; its dossier is due."), SignForm,
        lambda told, form, _currency: acts.sign(**told, signed=Signed(**form.cleaned_data)), ("to_sign",),
    ),
    "record": ContractAct(
        WRITE, _("Performance"), _("Keep it"), _("The performance is noted."), RecordForm, _record,
        (*RUNNING, "ended"), kept=True,
    ),
    "cure": ContractAct(
        WRITE, _("A breach made good"), _("Keep it"), _("The breach is made good."), CureForm, _cure,
        (*RUNNING, "ended"), kept=True,
    ),
    "performed": ContractAct(
        WRITE, _("Performed"), _("Note that it is performed"), _("The contract is performed."), PerformedForm,
        _plain(acts.finish_performance), RUNNING, kept=True,
    ),
    "notice": ContractAct(
        WRITE, _("Notice to pay in advance"), _("Note the notice"), _("The notice is noted."), NoticeForm,
        _notice, RUNNING, kept=True,
    ),
    "process": ContractAct(
        WRITE, _("End of the process"), _("End the process"), _("The process is at its end."), Plain,
        _plain(acts.end_process), (*RUNNING, "ended"), kept=True,
    ),
    "next": ContractAct(
        WRITE, _("Before it ends"), _("Keep what was agreed"), _("What comes after is noted."), NextTermForm,
        _plain(acts.agree_next_term), RUNNING,
    ),
    "file": ContractAct(
        WRITE, _("Dossier of the contract"), _("Open its dossier"), _("The dossier is open."), Plain,
        _plain(acts.open_file), (*UNSIGNED, *RUNNING, "ended"),
    ),
    "change": ContractAct(
        LEDGER, _("Change of the contract"), _("Keep the change"), _("The change is kept as a version."),
        ChangeForm, _change, RUNNING,
    ),
    "reopen": ContractAct(
        LEDGER, _("Reopen an event"), _("Cancel its clock"), _("The event is open again."), ReopenForm,
        _reopen, (*RUNNING, "ended"), _("The clock of its hand-over is cancelled. Go on?"),
    ),
    "end": ContractAct(
        WRITE, _("End the contract"), _("End it now"), _("The contract is at an end."), EndForm,
        _plain(acts.end), RUNNING, _("A contract that ended does not run again. End it?"), kept=True,
    ),
    "archive": ContractAct(
        LEDGER, _("Archive the entry"), _("Archive it"), _("The entry is archived."), Plain,
        _plain(acts.archive), (*RUNNING, "ended"), _("An archived entry is only read. Archive it?"),
    ),
    "void": ContractAct(
        LEDGER, _("Void"), _("Make it void"), _("The contract is void; its number stays."), VoidForm,
        _plain(acts.void), UNSIGNED, _("A void number is never used again. Make it void?"),
    ),
}  # fmt: skip


def act_form(code: str, row: Any, on: date, sent: Any = None) -> forms.Form:
    """The form of an act on a contract, with what is known in it."""
    days = ("signed_on", "happened_on", "told_on", "cured_on", "performed_on", "ended_on")
    first = dict.fromkeys(days, on)
    first |= {"due_on": row.due_on, "ends_on": row.ends_on, "effective_on": row.effective_on}
    if code == "change":
        first = {"signed_on": on}
    form = ACTS[code].form(sent, initial=first)
    choices: dict[str, Any] = form.fields
    if code == "cure":
        rows = contracts.records_of(row).filter(kind="breach", cured_on__isnull=True)
        choices["record_id"].choices = [(one.pk, f"{one.happened_on} {one.note}"[:80]) for one in rows]
    if code == "reopen":
        events = contracts.events_of(row).filter(reopened_on__isnull=True)
        choices["event_id"].choices = [
            (one.pk, f"{EVENT_WORDS[one.kind]} {one.finished_on}") for one in events
        ]
    return form


def offered(row: Any, actor: Any) -> list[str]:
    """The acts that the state of a contract allows and the actor may do."""
    return [
        code for code, act in ACTS.items()
        if row.state in act.states and actor.may(act.right) and (act.kept or not row.archived_on)
    ]  # fmt: skip
