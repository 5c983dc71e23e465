"""The forms of the ledger: amounts read exactly, numbers of open items offered."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.money import Money
from xinheng.base.kernel.texts import halfwidth
from xinheng.facts.receivables import queries as receivables
from xinheng.reports.queries import CLAIM_KINDS, PAYMENT_PURPOSES
from xinheng.reports.services import figure_text
from xinheng.web.pages.acting import ActForm, Words, day_field
from xinheng.web.pages.consumer_risk_hints import cash_only_told

MOST = Decimal(10) ** 15


def money_of(text: str, currency: str) -> Money:
    """An amount as people type it: 1,234.50, ￥1234, －5.00元. Refuses what is none, and parts of a cent."""
    plain = halfwidth(text).strip().replace(",", "").replace(" ", "").replace("¥", "").removesuffix("元")
    try:
        amount = Decimal(plain)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or abs(amount) >= MOST:
        raise forms.ValidationError(gettext("An amount is wanted, as 1,234.50."))
    money = Money.of(amount, currency)
    if money.decimal != amount:
        raise forms.ValidationError(gettext("The amount has more decimals than the currency."))
    return money


def worded(money: Money) -> str:
    """An amount with its currency where that is not the house's own."""
    return figure_text(money.minor, "CNY", money.currency)


class Suggesting(forms.TextInput):
    """A text field that offers some texts while one types."""

    offered: list[tuple[str, str]]

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The field and its offers."""
        offers = f"{name}-offers"
        field = super().render(
            name, value, {**(attrs or {}), "list": offers, "autocomplete": "off"}, renderer
        )
        options = format_html_join("", '<option value="{}">{}</option>', self.offered)
        return format_html('{}<datalist id="{}">{}</datalist>', field, offers, options)


class MoneyForm(ActForm):
    """A form with an amount, read once its currency is known."""

    def clean(self) -> dict[str, Any]:
        """The amount as money."""
        told = self.cleaned_data
        if "amount" in told:
            try:
                told["amount"] = money_of(told["amount"], self.currency_meant())
            except forms.ValidationError as error:
                self.add_error("amount", error)
        return told

    def currency_meant(self) -> str:
        """The currency of the amount."""
        return str(self.cleaned_data.get("currency") or "CNY")


def amount_field(hint: Any = "") -> forms.CharField:
    """An amount as text, to be read exactly."""
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    return forms.CharField(label=_("Amount"), max_length=40, help_text=hint, widget=widget)


def currency_field() -> forms.CharField:
    """A currency by its three letters."""
    return forms.CharField(label=_("Currency"), max_length=3, min_length=3, initial="CNY")


class BillForm(MoneyForm):
    """One bill."""

    places: ClassVar[Mapping[str, str]] = {
        "bill_posted": "bill_no",
        "bill_unknown": "arises_from",
        "credit_too_large": "amount",
    }
    bill_no = forms.CharField(label=_("Bill number"), max_length=60)
    billed_on = day_field(_("Billing day"), required=True)
    due_on = day_field(_("Due day"), required=True)
    amount = amount_field(_("With tax. Below zero: a credit (red-letter) bill."))
    currency = currency_field()
    kind = forms.ChoiceField(
        label=_("Kind of claim"), choices=list(CLAIM_KINDS.items()), initial="goods", required=False
    )
    arises_from = forms.CharField(
        label=_("Arises from bill"), max_length=60, required=False,
        help_text=_("The bill a fee or interest belongs to, or that a credit note takes off."),
    )  # fmt: skip

    def at_first(self) -> dict[str, Any]:
        """Billed today."""
        return {"billed_on": self.seen.on, "currency": "CNY"}

    def clean_currency(self) -> str:
        """In capital letters."""
        return halfwidth(self.cleaned_data["currency"]).upper()

    def clean_kind(self) -> str:
        """Goods where nothing is said."""
        return self.cleaned_data["kind"] or "goods"


class CorrectForm(BillForm):
    """The bill as it ought to have been, under its number."""

    reason = forms.CharField(label=_("Reason"), max_length=200)

    def at_first(self) -> dict[str, Any]:
        """The bill as it stands."""
        bill = receivables.bill_now(self.seen.customer, str(self.asked.get("bill_no", "")))
        if bill is None:
            return {}
        return {
            "billed_on": bill.billed_on,
            "due_on": bill.due_on,
            "amount": bill.amount.decimal,
            "currency": bill.amount.currency,
            "kind": bill.kind,
            "arises_from": bill.arises_from,
        }

    def clean_kind(self) -> str:
        """As it was where nothing is said."""
        bill = receivables.bill_now(self.seen.customer, self.cleaned_data.get("bill_no", ""))
        return self.cleaned_data["kind"] or (bill.kind if bill else "goods")

    def prepare(self) -> None:
        """The number stays."""
        self.fields["bill_no"].widget = forms.HiddenInput()

    def subject(self) -> list[tuple[Words, Words]]:
        """The bill as it stands."""
        return bill_words(self)


class VoidBillForm(ActForm):
    """The bill that is void, from when, and why."""

    bill_no = forms.CharField(max_length=60, widget=forms.HiddenInput)
    voided_on = day_field(_("Void from"), hint=_("Today if left empty."))
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def subject(self) -> list[tuple[Words, Words]]:
        """The bill."""
        return bill_words(self)


def bill_words(form: ActForm) -> list[tuple[Words, Words]]:
    """The bill a form is about, in words."""
    bill = receivables.bill_now(form.seen.customer, str(form["bill_no"].value() or ""))
    if bill is None:
        return []
    return [
        (_("Bill"), bill.bill_no),
        (_("Billed on"), bill.billed_on.isoformat()),
        (_("Due on"), bill.due_on.isoformat()),
        (_("Amount"), worded(bill.amount)),
        (_("Open"), worded(bill.open)),
    ]


class ReceiptForm(MoneyForm):
    """Money that came in."""

    places: ClassVar[Mapping[str, str]] = {"receipt_posted": "receipt_no"}
    receipt_no = forms.CharField(label=_("Receipt number"), max_length=60)
    received_on = day_field(_("Day received"), required=True)
    amount = amount_field()
    currency = currency_field()
    method = forms.CharField(label=_("Way of payment"), max_length=20, required=False)
    reference = forms.CharField(label=_("Payment reference"), max_length=200, required=False)
    payer = forms.CharField(label=_("Payer"), max_length=200, required=False)
    purpose = forms.ChoiceField(label=_("Purpose"), choices=list(PAYMENT_PURPOSES.items()), required=False)
    order_no = forms.CharField(label=_("Order number"), max_length=40, required=False)

    def at_first(self) -> dict[str, Any]:
        """Received today."""
        return {"received_on": self.seen.on, "currency": "CNY"}

    def subject(self) -> list[tuple[Words, Words]]:
        """The flag of who pays in cash only."""
        return cash_only_told(self.seen)

    def clean_currency(self) -> str:
        """In capital letters."""
        return halfwidth(self.cleaned_data["currency"]).upper()


class VoidReceiptForm(ActForm):
    """The receipt whose money never came, and why."""

    receipt_no = forms.CharField(max_length=60, widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def subject(self) -> list[tuple[Words, Words]]:
        """The receipt."""
        receipt_no = str(self["receipt_no"].value() or "")
        return [(_("Receipt"), receipt_no)] if receipt_no else []


class SettleForm(MoneyForm):
    """How much of which receipt, or credit bill, clears which bill."""

    places: ClassVar[Mapping[str, str]] = {
        "bill_unknown": "bill_no",
        "bill_void": "bill_no",
        "receipt_unknown": "receipt_no",
        "receipt_void": "receipt_no",
        "source_unclear": "receipt_no",
        "currency_differs": "receipt_no",
        "more_than_open": "amount",
        "more_than_left": "amount",
    }
    bill_no = forms.CharField(label=_("Bill"), max_length=60, widget=Suggesting)
    receipt_no = forms.CharField(
        label=_("With the receipt"), max_length=60, required=False, widget=Suggesting
    )
    credit_bill_no = forms.CharField(
        label=_("Or with the credit bill"), max_length=60, required=False, widget=Suggesting
    )
    amount = amount_field()
    settled_on = day_field(_("Day settled"), required=True)

    def at_first(self) -> dict[str, Any]:
        """Settled today; all that is open on the bill named."""
        bill = receivables.bill_now(self.seen.customer, str(self.asked.get("bill_no", "")))
        return {"settled_on": self.seen.on} | ({"amount": bill.open.decimal} if bill else {})

    def prepare(self) -> None:
        """Offer the open bills, and the receipts and credit bills with something left."""
        items = receivables.open_items(self.seen.customer, as_of=self.seen.on)
        for name, offered in (
            ("bill_no", items.bills),
            ("receipt_no", items.receipts),
            ("credit_bill_no", items.credit_bills),
        ):
            self.fields[name].widget.offered = [
                (one.no, f"{one.on.isoformat()} · {worded(one.left)}") for one in offered
            ]

    def currency_meant(self) -> str:
        """The bill's."""
        bill = receivables.bill_now(self.seen.customer, self.cleaned_data.get("bill_no", ""))
        return bill.amount.currency if bill else "CNY"


class TakeBackForm(ActForm):
    """The settlement that never was, and why."""

    settlement_id = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**62)
    reason = forms.CharField(label=_("Reason"), max_length=200)
