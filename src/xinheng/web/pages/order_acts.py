"""Acts on the orders of one customer: taken with its check, changed, delivered, billed, ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.texts import halfwidth
from xinheng.facts.orders import queries as orders
from xinheng.facts.orders import services as moving
from xinheng.facts.orders.errors import OrderUnknown
from xinheng.facts.orders.values import NewDelivery, NewOrder, OrderNow
from xinheng.facts.receivables.values import NewBill
from xinheng.judgements.limits import services as limits
from xinheng.web.pages import hold_words
from xinheng.web.pages.acting import Act, Words, day_field
from xinheng.web.pages.consumer_risk_hints import cash_only_told
from xinheng.web.pages.ledger_forms import MoneyForm, amount_field, currency_field, worded
from xinheng.web.pages.seen import Seen

KINDS = [("standard", _("standard")), ("rush", _("rush"))]
FIELDS = {"order_posted": "order_no", "order_currency_differs": "amount", "below_delivered": "amount"}


class NewOrderForm(MoneyForm):
    """An order as the customer placed it."""

    places: ClassVar[Mapping[str, str]] = FIELDS
    order_no = forms.CharField(label=_("Order number"), max_length=60)
    ordered_on = day_field(_("Day ordered"), required=True)
    ship_on = day_field(_("Planned day of delivery"), required=True)
    amount = amount_field(_("With tax."))
    currency = currency_field()
    payment = forms.ChoiceField(label=_("Way of payment"), choices=list(hold_words.PAYMENTS.items()))
    terms_days = forms.IntegerField(
        label=_("Days of credit asked for"), required=False, min_value=0, max_value=3650,
        help_text=_("Left empty: as agreed with the customer."),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS)
    segment = forms.CharField(
        label=_("Credit segment"), max_length=20, required=False, help_text=_("Left empty: the only one.")
    )

    def at_first(self) -> dict[str, Any]:
        """Ordered today, on account."""
        return {"ordered_on": self.seen.on, "ship_on": self.seen.on, "currency": "CNY"}

    def subject(self) -> list[tuple[Words, Words]]:
        """The flag of who pays in cash only."""
        return cash_only_told(self.seen)

    def clean_currency(self) -> str:
        """In capital letters."""
        return halfwidth(self.cleaned_data["currency"]).upper()


class OfOrder(MoneyForm):
    """A form about one order of the customer, which it shows."""

    places: ClassVar[Mapping[str, str]] = FIELDS
    order_no = forms.CharField(max_length=60, widget=forms.HiddenInput)

    @property
    def order(self) -> OrderNow | None:
        """The order the form is about; None where the customer has none such."""
        named = (getattr(self, "data", None) or self.asked).get("order_no")
        try:
            return orders.order_now(self.seen.customer, str(named or ""))
        except OrderUnknown:
            return None

    def subject(self) -> list[tuple[Words, Words]]:
        """The order as it stands."""
        order = self.order
        if order is None:
            return []
        return [
            (_("Order no."), order.order_no),
            (_("Amount"), worded(order.amount)),
            (_("Delivered"), worded(order.delivered)),
            (_("Billed"), worded(order.billed)),
        ]

    def currency_meant(self) -> str:
        """The order's."""
        return self.order.amount.currency if self.order else "CNY"


class ChangeForm(OfOrder):
    """The order as it is from now on, and why."""

    ship_on = day_field(_("Planned day of delivery"), required=True)
    amount = amount_field(_("With tax. What got worse is checked, and may hold the order."))
    payment = forms.ChoiceField(label=_("Way of payment"), choices=list(hold_words.PAYMENTS.items()))
    terms_days = forms.IntegerField(
        label=_("Days of credit asked for"), required=False, min_value=0, max_value=3650
    )
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def at_first(self) -> dict[str, Any]:
        """The order as it stands."""
        order = self.order
        if order is None:
            return {}
        told = {name: getattr(order, name) for name in ("ship_on", "payment", "terms_days")}
        return {**told, "amount": order.amount.decimal}


class DeliverForm(OfOrder):
    """Goods that left."""

    places: ClassVar[Mapping[str, str]] = {
        **FIELDS,
        "delivery_posted": "delivery_no",
        "more_than_delivered": "amount",
        "order_not_passed": "amount",
    }
    delivery_no = forms.CharField(label=_("Delivery number"), max_length=60)
    delivered_on = day_field(_("Day delivered"), required=True)
    amount = amount_field(_("With tax. Below zero: goods came back."))

    def at_first(self) -> dict[str, Any]:
        """Today, all that is undelivered."""
        left = {"amount": self.order.undelivered.decimal} if self.order else {}
        return {"delivered_on": self.seen.on, **left}


class BillForm(OfOrder):
    """The bill of what left."""

    places: ClassVar[Mapping[str, str]] = {**FIELDS, "bill_posted": "bill_no"}
    bill_no = forms.CharField(label=_("Bill number"), max_length=60)
    billed_on = day_field(_("Billing day"), required=True)
    due_on = day_field(_("Due day"), required=True)
    amount = amount_field(_("With tax. Below zero: a credit (red-letter) bill."))

    def at_first(self) -> dict[str, Any]:
        """Today, all that is not billed."""
        left = {"amount": self.order.unbilled.decimal} if self.order else {}
        return {"billed_on": self.seen.on, **left}


class EndForm(OfOrder):
    """How an order ends, and why."""

    places: ClassVar[Mapping[str, str]] = {"order_delivered": "how"}
    how = forms.ChoiceField(
        label=_("How it ends"),
        choices=[
            ("closed", _("closed: the rest is not wanted")),
            ("cancelled", _("cancelled: nothing was delivered")),
        ],
    )
    reason = forms.CharField(label=_("Reason"), max_length=200)


def _who(seen: Seen) -> dict[str, Any]:
    return {"actor": seen.actor, "on": seen.on, "customer_no": seen.customer.no}


def _take(seen: Seen, told: dict[str, Any]) -> object:
    return limits.check_order(**_who(seen), order=new_order(told))


def new_order(told: dict[str, Any]) -> NewOrder:
    """The order that a form tells of."""
    return NewOrder(**{name: value for name, value in told.items() if name != "currency"})


def _change(seen: Seen, told: dict[str, Any]) -> object:
    stands = orders.order_now(seen.customer, told["order_no"])
    kept = {name: getattr(stands, name) for name in ("ordered_on", "segment", "kind")}
    asked = {name: told[name] for name in ("order_no", "ship_on", "amount", "payment", "terms_days")}
    return moving.change_order(**_who(seen), changed=NewOrder(**kept, **asked), reason=told["reason"])


def _deliver(seen: Seen, told: dict[str, Any]) -> object:
    new = NewDelivery(told["delivery_no"], told["delivered_on"], told["amount"])
    return moving.deliver(**_who(seen), order_no=told["order_no"], delivery=new)


def _bill(seen: Seen, told: dict[str, Any]) -> object:
    new = NewBill(told["bill_no"], told["billed_on"], told["due_on"], told["amount"])
    return moving.bill_order(**_who(seen), order_no=told["order_no"], bill=new)


def _end(seen: Seen, told: dict[str, Any]) -> object:
    return moving.end_order(**_who(seen), order_no=told["order_no"], how=told["how"], reason=told["reason"])


def _to_order(_seen: Seen, done: Any) -> str:
    return reverse("order", args=[done.order_no])


ACTS = [
    Act(
        "order", "limits.check", "orders", _("New order"), _("Check and take it"),
        _("The order is taken; below stands what the check came to."), NewOrderForm, _take, place="orders",
        hint=_("The order is kept whatever the check says: passed, held with its reasons, or turned down."),
        leads=_to_order,
    ),
    Act(
        "change-order", "orders.write", "orders", _("Change"), _("Change it"), _("The order is changed."),
        ChangeForm, _change, leads=_to_order, when="ever",
    ),
    Act(
        "deliver-order", "orders.deliver", "orders", _("Deliver"), _("Post the delivery"),
        _("The delivery is posted."), DeliverForm, _deliver, leads=_to_order, when="ever",
        hint=_("Goods leave only on an order that passed its check or was released."),
    ),
    Act(
        "bill-order", "orders.bill", "orders", _("Bill"), _("Post it"), _("The bill is posted."),
        BillForm, _bill, leads=_to_order, when="ever",
        hint=_("Goods that left are billed whatever the customer owes."),
        confirm=_("Post this bill? What is posted is never changed, only corrected."),
    ),
    Act(
        "end-order", "orders.write", "orders", _("End"), _("End it"), _("The order has ended."),
        EndForm, _end, leads=_to_order, when="ever", confirm=_("End this order? It cannot go on."),
    ),
]  # fmt: skip


def moves(actor: Actor, facts: Any) -> list[dict[str, Any]]:
    """The acts that the reader may do on an order as it stands, with their addresses."""
    order = facts.order
    fits = {
        "change-order": not order.ended,
        "deliver-order": bool(order.undelivered.minor),
        "bill-order": order.unbilled.minor != 0,
        "end-order": not order.ended,
    }
    asked = urlencode({"order_no": order.order_no})
    return [
        {
            "label": act.label,
            "address": f"{reverse('customer_act', args=[facts.customer.no, act.code])}?{asked}",
        }
        for act in ACTS
        if fits.get(act.code) and actor.may(act.right)
    ]
