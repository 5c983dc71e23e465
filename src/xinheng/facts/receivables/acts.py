"""Single acts on the ledger. Each locks what it draws on, so nothing is settled or spent twice."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.facts.receivables import drawing, errors, plans, rules, telling
from xinheng.facts.receivables.models import Bill, Receipt, ReceiptVoiding, Settlement, Voiding
from xinheng.facts.receivables.values import NewBill, NewReceipt, NewSettlement, bill_replaced


@transaction.atomic
def post_bill(*, actor: Actor, on: date, customer_no: str, bill: NewBill) -> Bill:
    """Post one bill; below zero it is a credit bill.

    Refuses: AccessDenied, CustomerUnknown, FieldRefused, DayRefused, BillPosted; BillUnknown and BillVoid
    of the bill it arises from; CreditTooLarge.
    """
    customer_id = allowed(actor, on, customer_no)
    rules.check_bill(bill, on=on)
    of = drawing.arising_from(customer_id, bill)
    drawing.check_credit(customer_id, bill, of)
    posted = new_bill(customer_id, bill, told_on=on, of=of)
    record_act(actor, on, "receivables.post_bill", customer_no, after=_words(posted))
    return posted


@transaction.atomic
def void_bill(
    *, actor: Actor, on: date, customer_no: str, bill_no: str, reason: str, voided_on: date | None = None
) -> Voiding:
    """Cancel a bill from a day on (the business day unless told). A settled one is refused.

    Refuses: AccessDenied, CustomerUnknown, BillUnknown, BillVoid, BillSettled, FieldRefused, DayRefused,
    BillWrittenOff.
    """
    customer_id = allowed(actor, on, customer_no)
    rules.check_text("reason", reason, longest=200)
    bill = drawing.locked_bill(customer_id, bill_no)
    day = voided_on or on
    rules.check_day("voided_on", day, earliest=bill.billed_on, latest=max(on, bill.billed_on))
    drawn = Q(bill=bill) | Q(credit_bill=bill)
    if drawing.written_off_minor(bill):
        raise errors.BillWrittenOff(bill_no=bill_no)
    if drawing.standing_settlements(drawn):
        raise errors.BillSettled(bill_no=bill_no)
    voiding = _void(bill, voided_on=day, told_on=drawing.told_day(drawn, on=on), reason=reason)
    bill_replaced.send(Bill, bill=bill, by=None)
    record_act(actor, on, "receivables.void_bill", customer_no, before=_words(bill), reason=reason)
    return voiding


@transaction.atomic
def correct_bill(*, actor: Actor, on: date, customer_no: str, corrected: NewBill, reason: str) -> Bill:
    """Post a bill anew under its number: the wrong one never was, and both stay to be seen.

    What had settled the wrong bill settles the new one as far as it fits; the rest is free again.
    A plan of instalments stays where the amount does.
    Refuses: AccessDenied, CustomerUnknown, BillUnknown, BillVoid, FieldRefused, DayRefused, CreditTooLarge,
    BillWrittenOff, PlanStands.
    """
    customer_id = allowed(actor, on, customer_no)
    rules.check_bill(corrected, on=on)
    rules.check_text("reason", reason, longest=200)
    wrong = drawing.locked_bill(customer_id, corrected.bill_no)
    drawn = Q(bill=wrong) | Q(credit_bill=wrong)
    of = drawing.arising_from(customer_id, corrected)
    drawing.check_credit(customer_id, corrected, of)
    if drawing.written_off_minor(wrong):
        raise errors.BillWrittenOff(bill_no=wrong.bill_no)
    plan = plans.fitting(wrong, corrected)
    settlements = drawing.standing_settlements(drawn)
    told_on = max(wrong.told_on, drawing.told_day(drawn, on=on))
    for settlement in settlements:
        drawing.take_back(settlement, told_on=told_on)
    _void(wrong, voided_on=wrong.billed_on, told_on=told_on, reason=reason)
    posted = new_bill(customer_id, corrected, told_on=told_on, of=of, replaces=wrong)
    if plan:
        plans.carry_over(plan, posted)
    for settlement in settlements:
        drawing.move(settlement, wrong, posted, told_on=told_on)
    bill_replaced.send(Bill, bill=wrong, by=posted)
    told = {"before": _words(wrong), "after": _words(posted), "reason": reason}
    record_act(actor, on, "receivables.correct_bill", customer_no, **told)
    return posted


@transaction.atomic
def post_receipt(*, actor: Actor, on: date, customer_no: str, receipt: NewReceipt) -> Receipt:
    """Post money that came in; until it settles bills it is a prepayment.

    Refuses: AccessDenied, CustomerUnknown, FieldRefused, DayRefused, ReceiptPosted.
    """
    customer_id = allowed(actor, on, customer_no)
    rules.check_receipt(receipt, on=on)
    try:
        with transaction.atomic():
            posted = Receipt.objects.create(
                customer_id=customer_id,
                receipt_no=receipt.receipt_no,
                received_on=receipt.received_on,
                amount_minor=receipt.amount.minor,
                currency=receipt.amount.currency,
                method=receipt.method,
                reference=receipt.reference,
                payer=receipt.payer,
                purpose=receipt.purpose,
                order_no=receipt.order_no,
                told_on=on,
            )
    except IntegrityError:
        raise errors.ReceiptPosted(receipt_no=receipt.receipt_no) from None
    telling.tell((posted, posted.amount_minor))
    after = {"receipt_no": posted.receipt_no, "received_on": posted.received_on, "amount": receipt.amount}
    record_act(actor, on, "receivables.post_receipt", customer_no, after=after)
    return posted


@transaction.atomic
def void_receipt(*, actor: Actor, on: date, customer_no: str, receipt_no: str, reason: str) -> ReceiptVoiding:
    """Say that the money of a receipt never came. One that settles bills is refused.

    Refuses: AccessDenied, CustomerUnknown, ReceiptUnknown, ReceiptVoid, ReceiptSpent, FieldRefused.
    """
    customer_id = allowed(actor, on, customer_no)
    rules.check_text("reason", reason, longest=200)
    receipt = drawing.locked_receipt(customer_id, receipt_no)
    if drawing.standing_settlements(Q(receipt=receipt)):
        raise errors.ReceiptSpent(receipt_no=receipt_no)
    told_on = max(receipt.told_on, drawing.told_day(Q(receipt=receipt), on=on))
    voiding = ReceiptVoiding.objects.create(receipt=receipt, told_on=told_on, reason=reason)
    telling.tell((receipt, -receipt.amount_minor))
    before = {"receipt_no": receipt_no, "amount": Money(receipt.amount_minor, receipt.currency)}
    record_act(actor, on, "receivables.void_receipt", customer_no, before=before, reason=reason)
    return voiding


@transaction.atomic
def settle(*, actor: Actor, on: date, customer_no: str, settlement: NewSettlement) -> Settlement:
    """Clear part of a bill with a receipt or a credit bill of the same customer and currency.

    Refuses: AccessDenied, CustomerUnknown, BillUnknown, BillVoid, ReceiptUnknown, ReceiptVoid, NotCredit,
    SourceUnclear, CurrencyDiffers, MoreThanOpen, MoreThanLeft, FieldRefused, DayRefused.
    """
    customer_id = allowed(actor, on, customer_no)
    rules.check_amount(settlement.amount)
    bill, source = drawing.locked_pair(customer_id, settlement)
    drawing.check_days(settlement, bill, source, on=on)
    drawing.check_room(settlement, bill, source)
    posted = drawing.draw(bill, source, settlement.amount.minor, settled_on=settlement.settled_on, told_on=on)
    record_act(actor, on, "receivables.settle", customer_no, after=_settled_words(posted, settlement))
    return posted


@transaction.atomic
def reverse_settlement(
    *, actor: Actor, on: date, customer_no: str, settlement_id: int, reason: str
) -> Settlement:
    """Take a settlement back: it never was, from its own day on, and was told until today.

    Refuses: AccessDenied, CustomerUnknown, SettlementUnknown, SettlementReversed, FieldRefused.
    """
    customer_id = allowed(actor, on, customer_no)
    rules.check_text("reason", reason, longest=200)
    settlement = drawing.locked_settlement(customer_id, settlement_id)
    reversal = drawing.take_back(settlement, told_on=on)
    before = {"settlement": settlement.pk, "settled_on": settlement.settled_on,
              "amount": Money(settlement.amount_minor, settlement.bill.currency)}  # fmt: skip
    record_act(actor, on, "receivables.reverse_settlement", customer_no, before=before, reason=reason)
    return reversal


def allowed(actor: Actor, on: date, customer_no: str, act: str = "receivables.write") -> int:
    """The customer an actor may act on. Refuses: AccessDenied, CustomerUnknown."""
    require(actor, act, f"customer:{customer_no}")
    return customers.get(actor, customer_no, on=on).pk


def record_act(actor: Actor, on: date, act: str, customer_no: str, **told: Any) -> None:
    """Write an act on a customer's ledger on the trail."""
    record(actor=actor, act=act, subject=f"customer:{customer_no}", on=on, **told)


def _words(bill: Bill) -> dict[str, Any]:
    amount = Money(bill.amount_minor, bill.currency)
    days = {"billed_on": bill.billed_on, "due_on": bill.due_on}
    return {"bill_no": bill.bill_no, "version": bill.version, "amount": amount, **days}


def _settled_words(posted: Settlement, told: NewSettlement) -> dict[str, Any]:
    named = {"bill_no": told.bill_no, "source": told.receipt_no or told.credit_bill_no}
    return {"settlement": posted.pk, "amount": told.amount, "settled_on": told.settled_on, **named}


def new_bill(
    customer_id: int, bill: NewBill, *, told_on: date, of: Bill | None, replaces: Bill | None = None
) -> Bill:
    """Write a checked bill down and tell it. Refuses: BillPosted."""
    try:
        with transaction.atomic():
            posted = Bill.objects.create(
                customer_id=customer_id,
                bill_no=bill.bill_no,
                version=replaces.version + 1 if replaces else 1,
                billed_on=bill.billed_on,
                due_on=bill.due_on,
                amount_minor=bill.amount.minor,
                currency=bill.amount.currency,
                segment=replaces.segment if replaces else bill.segment,
                kind=bill.kind,
                arises_from=of,
                replaces=replaces,
                told_on=told_on,
            )
    except IntegrityError:
        raise errors.BillPosted(bill_no=bill.bill_no) from None
    telling.tell((posted, posted.amount_minor))
    return posted


def _void(bill: Bill, *, voided_on: date, told_on: date, reason: str) -> Voiding:
    told_on = max(told_on, bill.told_on)
    telling.tell((bill, -bill.amount_minor))
    return Voiding.objects.create(bill=bill, voided_on=voided_on, told_on=told_on, reason=reason)
