"""What the ledger refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class BillUnknown(Refusal):
    """The customer has no bill of the number."""

    code = "bill_unknown"
    status = 404
    text = _("There is no bill %(bill_no)s.")


class BillPosted(Refusal):
    """The customer has a bill of the number already."""

    code = "bill_posted"
    status = 409
    text = _("Bill %(bill_no)s is posted already. Correct or void it instead.")


class BillVoid(Refusal):
    """The bill was voided."""

    code = "bill_void"
    status = 409
    text = _("Bill %(bill_no)s is void.")


class BillSettled(Refusal):
    """A bill with settlements cannot be voided."""

    code = "bill_settled"
    status = 409
    text = _("Bill %(bill_no)s is settled in part or in full. Take its settlements back first.")


class ReceiptUnknown(Refusal):
    """The customer has no receipt of the number."""

    code = "receipt_unknown"
    status = 404
    text = _("There is no receipt %(receipt_no)s.")


class ReceiptPosted(Refusal):
    """The customer has a receipt of the number already."""

    code = "receipt_posted"
    status = 409
    text = _("Receipt %(receipt_no)s is posted already.")


class ReceiptVoid(Refusal):
    """The receipt was voided."""

    code = "receipt_void"
    status = 409
    text = _("Receipt %(receipt_no)s is void.")


class ReceiptSpent(Refusal):
    """A receipt that settles bills cannot be voided."""

    code = "receipt_spent"
    status = 409
    text = _("Receipt %(receipt_no)s settles bills. Take the settlements back first.")


class SettlementUnknown(Refusal):
    """There is no such settlement."""

    code = "settlement_unknown"
    status = 404
    text = _("There is no settlement %(settlement)s.")


class SettlementReversed(Refusal):
    """The settlement was taken back already, or is itself a taking back."""

    code = "settlement_reversed"
    status = 409
    text = _("Settlement %(settlement)s is taken back already.")


class MoreThanOpen(Refusal):
    """The settlement is larger than what is open on the bill."""

    code = "more_than_open"
    status = 409
    text = _("Only %(open)s is open on bill %(bill_no)s; %(amount)s cannot be settled.")


class MoreThanLeft(Refusal):
    """The settlement is larger than what is left of the receipt or credit bill."""

    code = "more_than_left"
    status = 409
    text = _("Only %(left)s is left of %(source_no)s; %(amount)s cannot be settled with it.")


class CurrencyDiffers(Refusal):
    """A bill is settled in its own currency only."""

    code = "currency_differs"
    text = _("Bill %(bill_no)s is in %(expected)s, not in %(currency)s.")


class SourceUnclear(Refusal):
    """A settlement needs a receipt or a credit bill, not both."""

    code = "source_unclear"
    text = _("A bill is settled with a receipt or with a credit bill: name one of the two.")


class NotCredit(Refusal):
    """A credit bill settles ordinary bills, and only a credit bill does."""

    code = "not_credit"
    text = _("Bill %(bill_no)s cannot be used so: a credit bill (below zero) settles an ordinary bill.")


class FieldRefused(Refusal):
    """A field is empty, too long or not possible."""

    code = "field_refused"
    text = _("%(field)s is empty or not possible: %(value)s.")

    def __str__(self) -> str:
        named = {**self.params, "field": str(FIELDS.get(self.params["field"], self.params["field"]))}
        return str(self.text) % named


class DayRefused(Refusal):
    """A day lies in the future, or before the day it follows."""

    code = "day_refused"
    text = _("%(field)s %(value)s must not be before %(earliest)s or after %(latest)s.")

    def __str__(self) -> str:
        named = {**self.params, "field": str(FIELDS.get(self.params["field"], self.params["field"]))}
        return str(self.text) % named


class CreditTooLarge(Refusal):
    """A credit note takes off more than the bill it names came to."""

    code = "credit_too_large"
    status = 409
    text = _("Bill %(bill_no)s leaves %(left)s to credit; a credit note of %(amount)s is too large.")


class PlanUnfit(Refusal):
    """The instalments do not make up the bill, or do not follow one another."""

    code = "plan_unfit"
    text = _("The plan of bill %(bill_no)s cannot be so, instalment %(row)s: %(cause)s")


class PlanMissing(Refusal):
    """The bill has no plan of instalments."""

    code = "plan_missing"
    status = 409
    text = _("Bill %(bill_no)s has no plan of instalments.")


class PlanStands(Refusal):
    """The bill is split into instalments that a corrected amount would not match."""

    code = "plan_stands"
    status = 409
    text = _("Bill %(bill_no)s has a plan of instalments over %(amount)s. End it, then correct the bill.")


class PaymentReturned(Refusal):
    """The money of the receipt went back."""

    code = "payment_returned"
    status = 409
    text = _("The payment %(receipt_no)s was returned; nothing is left of it.")


class BillWrittenOff(Refusal):
    """Part of the bill is written off, so it is neither void nor corrected."""

    code = "bill_written_off"
    status = 409
    text = _("Bill %(bill_no)s is written off in part or in full. Take the write-off back first.")


class WriteOffUnknown(Refusal):
    """There is no such write-off."""

    code = "write_off_unknown"
    status = 404
    text = _("There is no write-off %(write_off)s.")


class WriteOffPending(Refusal):
    """A write-off of the bill waits for signatures."""

    code = "write_off_pending"
    status = 409
    text = _("A write-off of bill %(bill_no)s waits for approval already.")


class WriteOffNotWritten(Refusal):
    """The write-off waits, or was refused: nothing of it can come back."""

    code = "write_off_not_written"
    status = 409
    text = _("Write-off %(write_off)s was not carried out.")


class MoreThanWrittenOff(Refusal):
    """More is to come back than is written off."""

    code = "more_than_written_off"
    status = 409
    text = _("Only %(left)s of bill %(bill_no)s is written off; %(amount)s cannot come back.")


class RateMissing(Refusal):
    """There is no exchange rate to value open items at."""

    code = "rate_missing"
    status = 409
    text = _("There is no rate of %(currency)s in %(into)s on %(on)s.")


class LedgerDocumentInvalid(Refusal):
    """A document of the ledger says something that cannot be."""

    code = "ledger_document_invalid"
    text = _("%(file)s, line %(line)s: %(cause)s")


FIELDS = {
    "bill_no": _("Bill number"),
    "receipt_no": _("Receipt number"),
    "amount": _("Amount"),
    "currency": _("Currency"),
    "billed_on": _("Billing day"),
    "due_on": _("Due day"),
    "received_on": _("Day received"),
    "settled_on": _("Day settled"),
    "voided_on": _("Day voided"),
    "method": _("Way of payment"),
    "kind": _("Kind of claim"),
    "arises_from": _("Arises from bill"),
    "reference": _("Payment reference"),
    "payer": _("Payer"),
    "purpose": _("Purpose of the payment"),
    "order_no": _("Order number"),
    "segment": _("Credit segment"),
    "reason": _("Reason"),
    "agreed_on": _("Day agreed"),
    "returned_on": _("Day returned"),
    "written_off_on": _("Day written off"),
}
