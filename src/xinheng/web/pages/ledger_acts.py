"""Acts on a customer's ledger: bills, receipts and what settles what. Nothing posted is ever changed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from xinheng.facts.receivables import services as ledger
from xinheng.facts.receivables.values import (
    NewBill,
    NewPlan,
    NewReceipt,
    NewRecovery,
    NewReturn,
    NewSettlement,
)
from xinheng.web.pages import claim_forms as claims
from xinheng.web.pages import ledger_forms as asking
from xinheng.web.pages.acting import Act
from xinheng.web.pages.seen import Seen


def _who(seen: Seen) -> dict[str, Any]:
    return {"actor": seen.actor, "on": seen.on, "customer_no": seen.customer.no}


def _bill(told: dict[str, Any]) -> NewBill:
    days = told["billed_on"], told["due_on"]
    of = {"kind": told["kind"], "arises_from": told["arises_from"]}
    return NewBill(told["bill_no"], *days, told["amount"], **of)


def _post_bill(seen: Seen, told: dict[str, Any]) -> object:
    return ledger.post_bill(**_who(seen), bill=_bill(told))


def _correct_bill(seen: Seen, told: dict[str, Any]) -> object:
    return ledger.correct_bill(**_who(seen), corrected=_bill(told), reason=told["reason"])


def _void_bill(seen: Seen, told: dict[str, Any]) -> object:
    return ledger.void_bill(**_who(seen), **told)


def _post_receipt(seen: Seen, told: dict[str, Any]) -> object:
    return ledger.post_receipt(**_who(seen), receipt=NewReceipt(**_but(told, "currency")))


def _void_receipt(seen: Seen, told: dict[str, Any]) -> object:
    return ledger.void_receipt(**_who(seen), **told)


def _settle(seen: Seen, told: dict[str, Any]) -> object:
    return ledger.settle(**_who(seen), settlement=NewSettlement(**told))


def _but(told: dict[str, Any], name: str) -> dict[str, Any]:
    return {each: value for each, value in told.items() if each != name}


def _agree_plan(seen: Seen, told: dict[str, Any]) -> object:
    return ledger.agree_plan(**_who(seen), plan=NewPlan(**told))


def _end_plan(seen: Seen, told: dict[str, Any]) -> object:
    return ledger.end_plan(**_who(seen), **told)


def _return_payment(seen: Seen, told: dict[str, Any]) -> object:
    day, fee = told["returned_on"] or seen.on, None
    if told["fee_bill_no"]:
        fee = NewBill(told["fee_bill_no"], day, day, told["fee"], kind="fee")
    returned = NewReturn(told["receipt_no"], told["reason"], day, fee)
    return ledger.return_payment(**_who(seen), returned=returned)


def _write_off(seen: Seen, told: dict[str, Any]) -> object:
    return ledger.write_off(**_who(seen), **told)


def _take_back_write_off(seen: Seen, told: dict[str, Any]) -> object:
    return ledger.take_back_write_off(**_who(seen), **told)


def _recover(seen: Seen, told: dict[str, Any]) -> object:
    return ledger.recover(**_who(seen), recovery=NewRecovery(**told))


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
        hint=_("The money never came: entered by mistake. A payment that bounced is returned instead."),
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
    Act(
        "plan", WRITE, "payments", _("Agree on instalments"), _("Agree"), _("The instalments are agreed on."),
        claims.PlanForm, _agree_plan, when="ever",
        hint=_("From the day agreed on the bill is due by its instalments; the earliest is paid first."),
        confirm=_("Agree on these instalments?"),
    ),
    Act(
        "end-plan", WRITE, "payments", _("End the instalments"), _("End them"),
        _("The bill is due as a whole again."), claims.EndPlanForm, _end_plan, when="ever",
        confirm=_("End this plan? The whole bill is due on its own day again."),
    ),
    Act(
        "return-payment", WRITE, "payments", _("Return a payment"), _("It was returned"),
        _("The payment is returned; the bills it had settled are open again."),
        claims.ReturnForm, _return_payment, when="ever",
        hint=_("Until that day the money counted; from that day on the bills it settled are open again."),
        confirm=_("Did this payment go back?"),
    ),
    Act(
        "write-off", "receivables.write_off", "payments", _("Write off"), _("Ask to write it off"),
        _("It is written off, or waits for those who sign."), claims.WriteOffForm, _write_off, when="ever",
        hint=_("The claim stays and may still be paid; it only leaves the open balance."),
        confirm=_("Write this off?"),
    ),
    Act(
        "take-back-write-off", "receivables.write_off", "payments", _("Take a write-off back"),
        _("Take it back"), _("The bill is open again."), claims.TakeBackWriteOffForm, _take_back_write_off,
        when="ever", confirm=_("Take this write-off back?"),
    ),
    Act(
        "recover", WRITE, "payments", _("Recover what was written off"), _("Recover"),
        _("The receipt paid what was written off."), claims.RecoverForm, _recover, when="ever",
        confirm=_("Settle what was written off with this receipt?"),
    ),
]  # fmt: skip
