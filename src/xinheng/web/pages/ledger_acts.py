"""Acts on a customer's ledger: bills, receipts and what settles what. Nothing posted is ever changed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from xinheng.facts.receivables import services as ledger
from xinheng.facts.receivables.values import NewBill, NewReceipt, NewSettlement
from xinheng.web.pages import ledger_forms as asking
from xinheng.web.pages.acting import Act
from xinheng.web.pages.seen import Seen


def _who(seen: Seen) -> dict[str, Any]:
    return {"actor": seen.actor, "on": seen.on, "customer_no": seen.customer.no}


def _bill(told: dict[str, Any]) -> NewBill:
    return NewBill(told["bill_no"], told["billed_on"], told["due_on"], told["amount"])


def _post_bill(seen: Seen, told: dict[str, Any]) -> object:
    return ledger.post_bill(**_who(seen), bill=_bill(told))


def _correct_bill(seen: Seen, told: dict[str, Any]) -> object:
    return ledger.correct_bill(**_who(seen), corrected=_bill(told), reason=told["reason"])


def _void_bill(seen: Seen, told: dict[str, Any]) -> object:
    return ledger.void_bill(**_who(seen), **told)


def _post_receipt(seen: Seen, told: dict[str, Any]) -> object:
    receipt = NewReceipt(told["receipt_no"], told["received_on"], told["amount"], told["method"])
    return ledger.post_receipt(**_who(seen), receipt=receipt)


def _void_receipt(seen: Seen, told: dict[str, Any]) -> object:
    return ledger.void_receipt(**_who(seen), **told)


def _settle(seen: Seen, told: dict[str, Any]) -> object:
    return ledger.settle(**_who(seen), settlement=NewSettlement(**told))


def _take_back(seen: Seen, told: dict[str, Any]) -> object:
    return ledger.reverse_settlement(**_who(seen), **told)


WRITE = "receivables.write"
ACTS = [
    Act(
        "bill", WRITE, "payments", _("Post a bill"), _("Post it"), _("The bill is posted."),
        asking.BillForm, _post_bill, place="bills", when="ever",
        confirm=_("Post this bill? What is posted is never changed, only corrected."),
    ),
    Act(
        "correct-bill", WRITE, "payments", _("Correct a bill"), _("Correct it"), _("The bill is corrected."),
        asking.CorrectForm, _correct_bill,
        hint=_("The wrong bill stays to be seen. What had settled it moves along as far as it fits."),
        confirm=_("Post the bill anew under its number?"),
    ),
    Act(
        "void-bill", WRITE, "payments", _("Void a bill"), _("Void it"), _("The bill is void."),
        asking.VoidBillForm, _void_bill, hint=_("From that day on it counts for nothing."),
        confirm=_("Void this bill?"),
    ),
    Act(
        "receipt", WRITE, "payments", _("Post a receipt"), _("Post it"), _("The receipt is posted."),
        asking.ReceiptForm, _post_receipt, place="receipts", when="ever",
        hint=_("Until it settles bills it is a prepayment."),
        confirm=_("Post this receipt? What is posted is never changed, only corrected."),
    ),
    Act(
        "void-receipt", WRITE, "payments", _("Void a receipt"), _("Void it"), _("The receipt is void."),
        asking.VoidReceiptForm, _void_receipt,
        hint=_("The money never came: a mistake, or a payment that bounced."),
        confirm=_("Void this receipt?"),
    ),
    Act(
        "settle", WRITE, "payments", _("Settle a bill"), _("Settle it"), _("The bill is settled."),
        asking.SettleForm, _settle, place="settlements", when="ever", confirm=_("Settle this amount?"),
    ),
    Act(
        "take-back", WRITE, "payments", _("Take a settlement back"), _("Take it back"),
        _("The settlement is taken back; bill and receipt are open again."),
        asking.TakeBackForm, _take_back, confirm=_("Take this settlement back?"),
    ),
]  # fmt: skip
