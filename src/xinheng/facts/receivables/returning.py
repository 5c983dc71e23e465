"""Payments that came back: until the day of the return the money counted, from that day on it does not."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Q

from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.receivables import drawing, rules, telling
from xinheng.facts.receivables.acts import allowed, new_bill, record_act
from xinheng.facts.receivables.models import Receipt, ReturnedPayment
from xinheng.facts.receivables.values import NewReturn


@transaction.atomic
def return_payment(*, actor: Actor, on: date, customer_no: str, returned: NewReturn) -> ReturnedPayment:
    """Say that the money of a receipt went back; the bills it settled are open again from that day on.

    What the return costs the customer is posted as a claim of its own. A receipt entered by mistake is voided
    instead. Refuses: AccessDenied, CustomerUnknown,
    ReceiptUnknown, ReceiptVoid, PaymentReturned, FieldRefused, DayRefused, and what post_bill refuses.
    """
    customer_id = allowed(actor, on, customer_no)
    rules.check_text("reason", returned.reason, longest=200)
    receipt = _locked(customer_id, returned.receipt_no)
    day, fee = returned.returned_on or on, returned.fee
    rules.check_day("returned_on", day, earliest=receipt.received_on, latest=on)
    told_on = max(receipt.told_on, drawing.told_day(Q(receipt=receipt), on=on))
    for settlement in drawing.standing_settlements(Q(receipt=receipt)):
        drawing.take_back(settlement, told_on=told_on, returned_on=day)
    telling.tell((receipt, -receipt.amount_minor))
    fee_bill = None
    if fee:
        rules.check_bill(fee, on=on)
        fee_bill = new_bill(customer_id, fee, told_on=on, of=drawing.arising_from(customer_id, fee))
    kept = ReturnedPayment.objects.create(
        receipt=receipt, returned_on=day, told_on=told_on, reason=returned.reason, fee_bill=fee_bill
    )
    after = {
        "receipt_no": receipt.receipt_no, "amount": Money(receipt.amount_minor, receipt.currency),
        "returned_on": day, "fee_bill": fee.bill_no if fee else "",
    }  # fmt: skip
    record_act(actor, on, "receivables.return_payment", customer_no, after=after, reason=returned.reason)
    return kept


def _locked(customer_id: int, receipt_no: str) -> Receipt:
    """The receipt, after the bills it settles: locks are taken in one order everywhere."""
    settled = drawing.standing_settlements(
        Q(receipt__customer_id=customer_id, receipt__receipt_no=receipt_no)
    )
    drawing.lock([one.bill_id for one in settled])
    return drawing.locked_receipt(customer_id, receipt_no)
