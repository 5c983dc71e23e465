"""The forms of one advance, and the acts they lead to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.money import Money
from xinheng.facts.archive.values import Upload
from xinheng.judgements.advances import queries as advances
from xinheng.judgements.advances import services as acts
from xinheng.judgements.advances.values import NewAdvance, NewPayout, Terms
from xinheng.web.pages import advances_words
from xinheng.web.pages.acting import day_field
from xinheng.web.pages.trying import dressed

LONGEST_MONTHS, LONGEST_DAYS, CENT = 120, 365, Decimal("0.01")


def amount_field(
    label: Any, *, required: bool = True, hint: Any = "", least: Decimal = CENT
) -> forms.DecimalField:
    """An amount in yuan."""
    return forms.DecimalField(
        label=label, required=required, min_value=least, max_digits=15, decimal_places=2, help_text=hint
    )


def months_field(label: Any, *, required: bool = True) -> forms.IntegerField:
    """A number of months."""
    return forms.IntegerField(label=label, required=required, min_value=0, max_value=LONGEST_MONTHS)


def days_field() -> forms.IntegerField:
    """Days on top of the months."""
    return forms.IntegerField(
        label=_("and days"), required=False, min_value=0, max_value=LONGEST_DAYS, initial=0
    )


class Plain(forms.Form):
    """A form in the look of the house."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dressed(self)

    def terms(self, limit: str = "limit", months: str = "months", days: str = "days") -> Terms:
        """Limit and period as typed."""
        told = self.cleaned_data
        return Terms(Money.of(told[limit]), told[months], told.get(days) or 0)


class AdvanceForm(Plain):
    """A request, and what the agreement states."""

    places = {"no_advance_policy": "limit"}
    limit = amount_field(_("Amount, yuan"), hint=_("The most that is to be open at a time."))
    months = months_field(_("Months"))
    days = days_field()
    purpose = forms.CharField(label=_("Purpose"), max_length=300)
    contract_no = forms.CharField(label=_("Contract no."), max_length=60)
    contract_end_on = day_field(_("Contract ends"))
    agreed_limit = amount_field(
        _("Amount in the agreement, yuan"),
        required=False,
        hint=_("As the supplementary agreement, or a new customer's contract, states it."),
    )
    agreed_months = months_field(_("Months in the agreement"), required=False)
    agreed_days = days_field()

    def new(self) -> NewAdvance:
        """As the room takes it."""
        told = self.cleaned_data
        is_agreed = told["agreed_limit"] is not None and told["agreed_months"] is not None
        agreed = self.terms("agreed_limit", "agreed_months", "agreed_days") if is_agreed else None
        return NewAdvance(self.terms(), told["purpose"], told["contract_no"], told["contract_end_on"], agreed)


class PaperForm(Plain):
    """A paper of the request."""

    kind = forms.ChoiceField(label=_("Paper"))
    file = forms.FileField(label=_("File"))
    is_sealed = forms.BooleanField(label=_("I saw the official seal on it"), required=False)

    def offer(self, names: Mapping[str, str]) -> None:
        """Offer the papers the policy describes."""
        self.fields["kind"].choices = list(names.items())  # type: ignore[attr-defined]


class WhyForm(Plain):
    """Why a request is to be made an exception; blank where it is none."""

    why = forms.CharField(
        label=_("Reason"), max_length=300, required=False, help_text=_("Needed where it is an exception.")
    )


class PayoutForm(Plain):
    """Money paid out."""

    paid_on = day_field(_("Paid out on"), required=True)
    amount = amount_field(_("Amount, yuan"))
    what = forms.ChoiceField(label=_("For"), choices=list(advances.WHATS.items()))
    note = forms.CharField(label=_("Note"), max_length=300, required=False)


class RepaymentForm(Plain):
    """Money paid back."""

    repaid_on = day_field(_("Paid back on"), required=True)
    amount = amount_field(_("Amount, yuan"))
    note = forms.CharField(label=_("Note"), max_length=300, required=False)


class ChangeForm(Plain):
    """Another limit or period."""

    places = {"no_grade": "limit"}
    limit = amount_field(_("Amount, yuan"), least=Decimal(0))
    months = months_field(_("Months"))
    days = days_field()
    why = forms.CharField(label=_("Reason"), max_length=300)


class NextTermForm(Plain):
    """What was agreed for after the contract."""

    form = forms.CharField(label=_("Form of the next term"), max_length=300)


@dataclass(frozen=True)
class AdvanceAct:
    """One act on an advance: where it is offered, and the service it leads to."""

    label: str | Promise
    button: str | Promise
    done: str | Promise
    form: type[Plain]
    do: Callable[[dict[str, Any], Any], object]
    states: tuple[str, ...]
    confirm: str | Promise = ""


def _keep_paper(told: dict[str, Any], form: PaperForm) -> object:
    given = form.cleaned_data
    upload = Upload(given["file"].name or "", given["file"].read())
    return acts.keep_paper(**told, kind=given["kind"], upload=upload, is_sealed=given["is_sealed"])


def _pay_out(told: dict[str, Any], form: PayoutForm) -> object:
    given = form.cleaned_data
    payout = NewPayout(given["paid_on"], Money.of(given["amount"]), given["what"], given["note"])
    return acts.pay_out(**told, payout=payout)


def _repay(told: dict[str, Any], form: RepaymentForm) -> object:
    given = form.cleaned_data
    amount = Money.of(given["amount"])
    return acts.repay(**told, repaid_on=given["repaid_on"], amount=amount, note=given["note"])


DRAFTED, RUNS = ("draft", "returned"), ("approved",)
ACTS: dict[str, AdvanceAct] = {
    "paper": AdvanceAct(
        _("Keep a paper"), _("Keep it"), _("The paper is kept unchanged."), PaperForm, _keep_paper, DRAFTED
    ),
    "submit": AdvanceAct(
        _("Submit the request"), _("Submit"), _("The request is in the chain."), WhyForm,
        lambda told, form: acts.submit(**told, why=form.cleaned_data["why"]), DRAFTED,
    ),
    "amend": AdvanceAct(
        _("Change the request"), _("Keep it"), _("The request is changed."), AdvanceForm,
        lambda told, form: acts.amend(**told, new=form.new()), DRAFTED,
    ),
    "discard": AdvanceAct(
        _("Give the request up"), _("Give it up"), _("The request is given up."), Plain,
        lambda told, _form: acts.discard(**told), ("draft",), _("Give this request up?"),
    ),
    "pay": AdvanceAct(
        _("Post a payout"), _("Post it"), _("The payout is posted; its period begins."), PayoutForm,
        _pay_out, RUNS,
    ),
    "repay": AdvanceAct(
        _("Post a repayment"), _("Post it"), _("The repayment is posted."), RepaymentForm, _repay,
        ("approved", "closed"),
    ),
    "change": AdvanceAct(
        _("Change limit or period"), _("Change it"),
        _("The change is kept: it holds at once, or once the chain has approved it."), ChangeForm,
        lambda told, form: acts.change_terms(**told, terms=form.terms(), why=form.cleaned_data["why"]), RUNS,
    ),
    "next": AdvanceAct(
        _("Agree the next term"), _("Keep it"), _("The next term is kept."), NextTermForm,
        lambda told, form: acts.agree_next_term(**told, form=form.cleaned_data["form"]),
        ("approved", "closed"),
    ),
    "close": AdvanceAct(
        _("Close to payouts"), _("Close it"), _("Nothing more is paid out on it."), Plain,
        lambda told, _form: acts.close(**told), RUNS, _("Close this advance to further payouts?"),
    ),
}  # fmt: skip


def offered(account: Any, bound: Mapping[str, forms.Form], *, on: date) -> list[dict[str, Any]]:
    """The acts that fit where an advance stands, each with its form; one that was refused stands open."""
    found = []
    for code, act in ACTS.items():
        if _fits(code, act, account):
            form = bound.get(code) or form_of(code, on=on, initial=_at_first(account.advance, on))
            found.append({"code": code, "act": act, "form": form, "is_open": code in bound})
    return found


def form_of(code: str, *sent: Any, on: date, **given: Any) -> Plain:
    """The form of an act, its fields named apart from those of the others on the page."""
    form = ACTS[code].form(*sent, auto_id=f"{code}-%s", **given)
    if isinstance(form, PaperForm):
        form.offer(advances_words.paper_names(on))
    return form


def _fits(code: str, act: AdvanceAct, account: Any) -> bool:
    advance = account.advance
    if code == "next" and (advance.contract_end_on is None or account.next_term is not None):
        return False
    if code == "repay" and not account.open.minor:
        return False
    return advance.state in act.states


def _at_first(advance: Any, on: Any) -> dict[str, Any]:
    agreed = advance.agreed_minor
    return {
        "limit": Money(advance.limit_minor).decimal, "months": advance.months, "days": advance.days,
        "purpose": advance.purpose, "contract_no": advance.contract_no,
        "contract_end_on": advance.contract_end_on, "why": "",
        "agreed_limit": None if agreed is None else Money(agreed).decimal,
        "agreed_months": advance.agreed_months, "agreed_days": advance.agreed_days,
        "paid_on": on.isoformat(), "repaid_on": on.isoformat(),
    }  # fmt: skip
