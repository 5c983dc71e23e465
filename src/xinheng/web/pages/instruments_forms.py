"""Forms of bills of exchange and deposits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.money import Money
from xinheng.facts.instruments import services as acts
from xinheng.facts.instruments.values import (
    FORMS,
    KINDS,
    Dishonour,
    NewDeposit,
    NewDiscount,
    NewInstrument,
)
from xinheng.web.pages.trying import dressed

MOST = 10**13
Told = dict[str, Any]


def day_field(label: Any, *, required: bool = True) -> forms.DateField:
    """A day as browsers ask for it."""
    return forms.DateField(label=label, required=required, widget=forms.DateInput(attrs={"type": "date"}))


def amount_field(label: Any, *, required: bool = True) -> forms.DecimalField:
    """An amount above zero, to the cent."""
    return forms.DecimalField(
        label=label, required=required, min_value=0, max_value=MOST, max_digits=15, decimal_places=2
    )


class Form(forms.Form):
    """A form in the look of the house."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        dressed(self)


class InstrumentForm(Form):
    """An instrument a customer gave us."""

    customer_no = forms.CharField(label=_("Customer no."), max_length=40)
    no = forms.CharField(label=_("Paper number"), max_length=60)
    kind = forms.ChoiceField(label=_("Kind"), choices=list(KINDS.items()))
    form = forms.ChoiceField(label=_("Form of the paper"), choices=list(FORMS.items()))
    amount = amount_field(_("Amount"))
    currency = forms.CharField(label=_("Currency"), max_length=3, initial="CNY")
    drawer = forms.CharField(label=_("Drawer"), max_length=200)
    acceptor = forms.CharField(label=_("Acceptor"), max_length=200)
    issued_on = day_field(_("Drawn on"))
    matures_on = day_field(_("Matures on"))
    received_on = day_field(_("Received on"))
    reference = forms.CharField(
        label=_("Pays bills"), max_length=200, required=False, help_text=_("Numbers of bills, if told.")
    )
    places = {"instrument_kept": "no", "receipt_posted": "no", "customer_unknown": "customer_no"}

    def new(self) -> NewInstrument:
        """As the room takes it."""
        given = dict(self.cleaned_data)
        given.pop("customer_no")
        given["amount"] = Money.of(given["amount"], given.pop("currency").upper())
        return NewInstrument(**given)


class DoneForm(Form):
    """A day alone."""

    done_on = day_field(_("Day"))


class EndorseForm(DoneForm):
    """To whom it is passed on."""

    to_name = forms.CharField(label=_("Endorsed to"), max_length=200)


class DiscountForm(DoneForm):
    """The bank that buys it, and its rate."""

    bank = forms.CharField(label=_("Bank"), max_length=200)
    rate = forms.DecimalField(
        label=_("Rate, percent a year"), min_value=0, max_value=100, max_digits=7, decimal_places=4
    )


class DishonourForm(DoneForm):
    """Why it was not paid, and what that cost."""

    reason = forms.CharField(label=_("Reason"), max_length=180)
    costs = amount_field(_("Costs"), required=False)


class DepositForm(Form):
    """A deposit a customer has to leave."""

    customer_no = forms.CharField(label=_("Customer no."), max_length=40)
    no = forms.CharField(label=_("Deposit number"), max_length=40)
    purpose = forms.CharField(label=_("Purpose"), max_length=120)
    amount = amount_field(_("Amount"))
    due_on = day_field(_("Due on"))
    places = {"deposit_kept": "no", "customer_unknown": "customer_no"}

    def new(self) -> NewDeposit:
        """As the room takes it."""
        given = self.cleaned_data
        return NewDeposit(given["no"], given["purpose"], Money.of(given["amount"]), given["due_on"])


class DepositMoveForm(Form):
    """Money of a deposit."""

    amount = amount_field(_("Amount"))
    done_on = day_field(_("Day"))
    note = forms.CharField(label=_("Note"), max_length=200, required=False)
    places = {"refund_above_deposit": "amount", "more_than_arrears": "amount"}


@dataclass(frozen=True)
class Act:
    """One act of a page: its form, words and what it does. states: where it is offered."""

    code: str
    label: str | Promise
    form: type[Form]
    do: Callable[[Told, dict[str, Any], str], Any]
    states: tuple[str, ...] = ()
    confirm: str | Promise = ""


def _discount(told: Told, given: dict[str, Any], _currency: str) -> Any:
    return acts.discount(**told, new=NewDiscount(given["bank"], given["done_on"], given["rate"]))


def _dishonour(told: Told, given: dict[str, Any], currency: str) -> Any:
    costs = Money.of(given["costs"], currency) if given["costs"] else None
    return acts.dishonour(**told, told=Dishonour(given["done_on"], given["reason"], costs))


HELD = ("held", "presented", "endorsed", "discounted")
INSTRUMENT_ACTS = (
    Act("present", _("Present"), DoneForm, lambda told, given, _of: acts.present(**told, **given), ("held",)),
    Act("pay", _("Paid"), DoneForm, lambda told, given, _of: acts.pay(**told, **given), HELD),
    Act("endorse", _("Endorse on"), EndorseForm,
        lambda told, given, _of: acts.endorse(**told, **given), ("held",)),
    Act("discount", _("Discount"), DiscountForm, _discount, ("held",)),
    Act(
        "dishonour", _("Dishonoured"), DishonourForm, _dishonour, HELD,
        _("What it settled is open again from that day. Go on?"),
    ),
)  # fmt: skip
DEPOSIT_ACTS = (
    Act("receive", _("Receive"), DepositMoveForm,
        lambda told, given, of: acts.receive_deposit(**told, **_move(given, of, "received_on"))),
    Act("apply", _("Apply to arrears"), DepositMoveForm,
        lambda told, given, of: acts.apply_deposit(**told, **_move(given, of, "applied_on"))),
    Act("refund", _("Refund"), DepositMoveForm,
        lambda told, given, of: acts.refund_deposit(**told, **_move(given, of, "refunded_on")),
        confirm=_("Give this money back to the customer?")),
)  # fmt: skip


def _move(given: dict[str, Any], currency: str, day: str) -> dict[str, Any]:
    return {"amount": Money.of(given["amount"], currency), day: given["done_on"], "note": given["note"]}


def form_of(act: Act, sent: Any = None, *, on: date) -> Form:
    """The form of an act, empty with today's day or as it was sent."""
    return (
        act.form(sent, prefix=act.code)
        if sent is not None
        else act.form(prefix=act.code, initial={"done_on": on})
    )
