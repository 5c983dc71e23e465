"""The forms of plans, returned payments and write-offs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils.dateparse import parse_date
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.facts.receivables import queries as receivables
from xinheng.facts.receivables.values import NewInstalment
from xinheng.web.pages.acting import ActForm, Words, day_field
from xinheng.web.pages.ledger_forms import MoneyForm, Suggesting, amount_field, bill_words, money_of, worded


class _OfBill(MoneyForm):
    """A form about one bill, in the bill's currency."""

    bill_no = forms.CharField(max_length=60, widget=forms.HiddenInput)

    def subject(self) -> list[tuple[Words, Words]]:
        """The bill."""
        return bill_words(self)

    def currency_meant(self) -> str:
        """The bill's."""
        bill = receivables.bill_now(self.seen.customer, self.cleaned_data.get("bill_no", ""))
        return bill.amount.currency if bill else "CNY"


class PlanForm(_OfBill):
    """The instalments, a line each: the day and the amount."""

    places: ClassVar[Mapping[str, str]] = {"plan_unfit": "instalments"}
    instalments = forms.CharField(
        label=_("Instalments"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("A line each, day and amount: 2026-09-30 10,000.00. Together they are the bill."),
    )  # fmt: skip
    agreed_on = day_field(_("Agreed on"), hint=_("Today if left empty."))
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def at_first(self) -> dict[str, Any]:
        """The plan that holds, to be changed."""
        bill_no = str(self.asked.get("bill_no", ""))
        mine = customers.visible(self.seen.actor, on=self.seen.on).filter(pk=self.seen.customer.pk)
        parts = receivables.instalments(mine, as_of=self.seen.on, bill_no=bill_no)
        lines = [
            f"{due.isoformat()} {Money(minor, currency)}"
            for due, minor, currency in parts.select("due_on", "amount_minor", "currency").iter_rows()
        ]
        return {"instalments": "\n".join(lines)}

    def clean(self) -> dict[str, Any]:
        """Each line as an instalment."""
        told = super().clean()
        if "instalments" in told:
            try:
                told["instalments"] = tuple(
                    self._instalment(line, row)
                    for row, line in enumerate(told["instalments"].splitlines(), start=1)
                    if line.strip()
                )
            except forms.ValidationError as error:
                self.add_error("instalments", error)
        return told

    def _instalment(self, line: str, row: int) -> NewInstalment:
        day, _space, amount = line.strip().replace("\t", " ").partition(" ")
        due = _day(day)
        if due is None or not amount.strip():
            words = gettext("Line %(row)s is not a day and an amount: %(line)s")
            raise forms.ValidationError(words % {"row": row, "line": line.strip()[:60]})
        return NewInstalment(due, money_of(amount, self.currency_meant()))


class EndPlanForm(ActForm):
    """The bill whose plan ends, from when, and why."""

    bill_no = forms.CharField(max_length=60, widget=forms.HiddenInput)
    ended_on = day_field(_("Ends on"), hint=_("Today if left empty."))
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def subject(self) -> list[tuple[Words, Words]]:
        """The bill."""
        return bill_words(self)


class ReturnForm(ActForm):
    """The payment that went back, when and why, and what that costs the customer."""

    places: ClassVar[Mapping[str, str]] = {"bill_posted": "fee_bill_no"}
    receipt_no = forms.CharField(max_length=60, widget=forms.HiddenInput)
    returned_on = day_field(_("Returned on"), hint=_("Today if left empty."))
    reason = forms.CharField(label=_("Reason"), max_length=200)
    fee_bill_no = forms.CharField(
        label=_("Number of a bill for the fee"), max_length=60, required=False,
        help_text=_("Empty: no fee is asked for."),
    )  # fmt: skip
    fee = forms.CharField(label=_("Fee"), max_length=40, required=False)

    def subject(self) -> list[tuple[Words, Words]]:
        """The receipt."""
        receipt_no = str(self["receipt_no"].value() or "")
        return [(_("Receipt"), receipt_no)] if receipt_no else []

    def clean(self) -> dict[str, Any]:
        """The fee as money; its bill and its amount come together."""
        told = self.cleaned_data
        if bool(told.get("fee_bill_no")) != bool(told.get("fee")):
            self.add_error("fee", gettext("A fee needs the number of its bill and an amount."))
        elif told.get("fee"):
            try:
                told["fee"] = money_of(told["fee"], "CNY")
            except forms.ValidationError as error:
                self.add_error("fee", error)
        return told


class WriteOffForm(_OfBill):
    """How much of a bill is given up in the books, and why."""

    places: ClassVar[Mapping[str, str]] = {"more_than_open": "amount"}
    amount = amount_field()
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def at_first(self) -> dict[str, Any]:
        """All that is open."""
        bill = receivables.bill_now(self.seen.customer, str(self.asked.get("bill_no", "")))
        return {"amount": bill.open.decimal} if bill else {}


class _OfWriteOff(MoneyForm):
    """A form about one write-off, in the currency of its bill."""

    write_off_id = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**62)

    def kept(self) -> dict[str, Any]:
        """The write-off as it stands; empty where there is none."""
        sent = getattr(self, "data", {})  # not there yet where the first values are asked for
        told = self.asked.get("write_off_id") or sent.get("write_off_id")
        mine = customers.visible(self.seen.actor, on=self.seen.on).filter(pk=self.seen.customer.pk)
        rows = receivables.written_off(mine, as_of=self.seen.on).iter_rows(named=True)
        return next((row for row in rows if str(row["write_off_id"]) == str(told)), {})

    def subject(self) -> list[tuple[Words, Words]]:
        """The bill, and what of it is written off."""
        kept = self.kept()
        if not kept:
            return []
        left = Money(kept["left_minor"], kept["currency"])
        return [(_("Bill"), kept["bill_no"]), (_("Written off"), worded(left))]

    def at_first(self) -> dict[str, Any]:
        """All that is still written off."""
        kept = self.kept() if "write_off_id" in self.asked else {}
        return {"amount": Money(kept["left_minor"], kept["currency"]).decimal} if kept else {}

    def currency_meant(self) -> str:
        """The bill's."""
        return str(self.kept().get("currency", "CNY"))


class TakeBackWriteOffForm(_OfWriteOff):
    """How much of a write-off comes back, and why."""

    places: ClassVar[Mapping[str, str]] = {"more_than_written_off": "amount"}
    amount = amount_field()
    reason = forms.CharField(label=_("Reason"), max_length=200)


class RecoverForm(_OfWriteOff):
    """Which receipt pays how much of what was written off."""

    places: ClassVar[Mapping[str, str]] = {
        "more_than_written_off": "amount",
        "more_than_left": "amount",
        "receipt_unknown": "receipt_no",
        "receipt_void": "receipt_no",
        "payment_returned": "receipt_no",
    }
    receipt_no = forms.CharField(label=_("With the receipt"), max_length=60, widget=Suggesting)
    amount = amount_field()
    recovered_on = day_field(_("Recovered on"), hint=_("Today if left empty."))

    def prepare(self) -> None:
        """Offer the receipts with something left."""
        items = receivables.open_items(self.seen.customer, as_of=self.seen.on)
        widget: Any = self.fields["receipt_no"].widget
        widget.offered = [(one.no, f"{one.on.isoformat()} · {worded(one.left)}") for one in items.receipts]


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None
