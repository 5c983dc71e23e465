"""Drawing on bills and receipts: what is locked, what is left, and the rows that say so.

Locks are taken in one order everywhere, bills by key and then the receipt, so acts wait and never cross.
Without row locks (SQLite) the transaction itself holds the only right to write.
"""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, Max, OuterRef, Q, Sum

from xinheng.base.kernel.money import Money
from xinheng.facts.receivables import errors, rules, telling
from xinheng.facts.receivables.models import (
    Bill,
    Receipt,
    ReceiptVoiding,
    ReturnedPayment,
    Settlement,
    Voiding,
)
from xinheng.facts.receivables.values import NewBill, NewSettlement


def locked_bill(customer_id: int, bill_no: str) -> Bill:
    """The last version of the bill, locked; refuses BillUnknown and BillVoid."""
    return _locked_bills(customer_id, [bill_no])[bill_no]


def arising_from(customer_id: int, told: NewBill) -> Bill | None:
    """The bill that a claim arises from, locked; refuses BillUnknown and BillVoid. None: it names none."""
    return locked_bill(customer_id, told.arises_from) if told.arises_from else None


def locked_receipt(customer_id: int, receipt_no: str) -> Receipt:
    """The receipt, locked; refuses ReceiptUnknown, ReceiptVoid and PaymentReturned."""
    rows = Receipt.objects.select_for_update()
    receipt = rows.filter(customer_id=customer_id, receipt_no=receipt_no).first()
    if receipt is None:
        raise errors.ReceiptUnknown(receipt_no=receipt_no)
    if ReceiptVoiding.objects.filter(receipt=receipt).exists():
        raise errors.ReceiptVoid(receipt_no=receipt_no)
    if ReturnedPayment.objects.filter(receipt=receipt).exists():
        raise errors.PaymentReturned(receipt_no=receipt_no)
    return receipt


def locked_pair(customer_id: int, told: NewSettlement) -> tuple[Bill, Bill | Receipt]:
    """The bill and what settles it, both locked."""
    if bool(told.receipt_no) == bool(told.credit_bill_no):
        raise errors.SourceUnclear
    bill_nos = [told.bill_no, told.credit_bill_no] if told.credit_bill_no else [told.bill_no]
    bills = _locked_bills(customer_id, bill_nos)
    bill = bills[told.bill_no]
    if bill.amount_minor < 0:
        raise errors.NotCredit(bill_no=bill.bill_no)
    if told.receipt_no:
        return bill, locked_receipt(customer_id, told.receipt_no)
    if bills[told.credit_bill_no].amount_minor > 0:
        raise errors.NotCredit(bill_no=told.credit_bill_no)
    return bill, bills[told.credit_bill_no]


def locked_settlement(customer_id: int, settlement_id: int) -> Settlement:
    """A standing settlement with its bill locked; refuses SettlementUnknown and SettlementReversed."""
    rows = Settlement.objects.select_related("bill").filter(bill__customer_id=customer_id)
    rows = rows.filter(write_off__isnull=True)
    found = rows.filter(pk=settlement_id).first()
    if found is None:
        raise errors.SettlementUnknown(settlement=settlement_id)
    lock([found.bill_id, *([found.credit_bill_id] if found.credit_bill_id else [])])
    if found.reverses_id or Settlement.objects.filter(reverses=found).exists():
        raise errors.SettlementReversed(settlement=settlement_id)
    return found


def check_days(told: NewSettlement, bill: Bill, source: Bill | Receipt, *, on: date) -> None:
    """A bill is settled after both it and the money are there, and not in the future."""
    there = source.received_on if isinstance(source, Receipt) else source.billed_on
    rules.check_day("settled_on", told.settled_on, earliest=max(bill.billed_on, there), latest=on)


def check_room(told: NewSettlement, bill: Bill, source: Bill | Receipt) -> None:
    """Refuse another currency, more than the bill has open, more than the source has left."""
    for currency in (source.currency, told.amount.currency):
        if currency != bill.currency:
            raise errors.CurrencyDiffers(bill_no=bill.bill_no, expected=bill.currency, currency=currency)
    if told.amount.minor > (left_open := open_minor(bill)):
        open_money = Money(left_open, bill.currency)
        raise errors.MoreThanOpen(bill_no=bill.bill_no, open=open_money, amount=told.amount)
    left = left_minor(source)
    if told.amount.minor > left:
        source_no = source.receipt_no if isinstance(source, Receipt) else source.bill_no
        raise errors.MoreThanLeft(source_no=source_no, left=Money(left, bill.currency), amount=told.amount)


def left_minor(source: Bill | Receipt) -> int:
    """What a receipt or credit bill can still settle."""
    if isinstance(source, Receipt):
        return source.amount_minor - _sum(Q(receipt=source))
    return -source.amount_minor - _sum(Q(credit_bill=source))


def draw(bill: Bill, source: Bill | Receipt, minor: int, *, settled_on: date, told_on: date) -> Settlement:
    """Write the settlement down. Nothing is told before what it speaks of."""
    telling.tell((bill, -minor), (source, minor if isinstance(source, Bill) else -minor))
    return Settlement.objects.create(
        bill=bill,
        receipt=source if isinstance(source, Receipt) else None,
        credit_bill=source if isinstance(source, Bill) else None,
        settled_on=settled_on,
        amount_minor=minor,
        told_on=max(told_on, bill.told_on, source.told_on),
    )


def standing_settlements(which: Q) -> list[Settlement]:
    """The settlements that were not taken back; a write-off is none."""
    taken_back = Settlement.objects.filter(reverses=OuterRef("pk"))
    rows = Settlement.objects.filter(
        which, ~Exists(taken_back), reverses__isnull=True, write_off__isnull=True
    )
    return list(rows.select_related("bill", "receipt", "credit_bill").order_by("pk"))


def told_day(which: Q, *, on: date) -> date:
    """The day an act on a bill or receipt counts as told: not before what is told of it already."""
    last: date | None = Settlement.objects.filter(which).aggregate(last=Max("told_on"))["last"]
    return max(on, last or on)


def take_back(settlement: Settlement, *, told_on: date, returned_on: date | None = None) -> Settlement:
    """Write the reversal down, of the settlement's own day, or of the day its money went back."""
    minor, source = settlement.amount_minor, settlement.receipt or settlement.credit_bill
    assert source is not None
    telling.tell((settlement.bill, minor), (source, -minor if isinstance(source, Bill) else minor))
    day = settlement.settled_on
    return Settlement.objects.create(
        bill_id=settlement.bill_id,
        receipt_id=settlement.receipt_id,
        credit_bill_id=settlement.credit_bill_id,
        settled_on=max(day, returned_on) if returned_on else day,
        amount_minor=-settlement.amount_minor,
        reverses=settlement,
        told_on=max(told_on, settlement.told_on),
    )


def written_off_minor(bill: Bill) -> int:
    """What stands written off of a bill."""
    return _sum(Q(bill=bill, write_off__isnull=False))


def open_minor(bill: Bill) -> int:
    """What is open on an ordinary bill by all that is told."""
    return bill.amount_minor - _sum(Q(bill=bill))


def check_credit(customer_id: int, told: NewBill, of: Bill | None) -> None:
    """Refuse a credit note that, with those before it, takes off more than the bill it names came to.

    A credit note that names no bill is free. Source: ARM-01.
    """
    if told.amount.minor > 0:
        credited = _credited(customer_id, told.bill_no)
        if told.amount.minor < credited:
            noted = Money(-credited, told.amount.currency)
            raise errors.CreditTooLarge(bill_no=told.bill_no, left=told.amount, amount=noted)
        return
    if of is None:
        return
    if of.amount_minor < 0:
        raise errors.NotCredit(bill_no=of.bill_no)
    if of.currency != told.amount.currency:
        currency = told.amount.currency
        raise errors.CurrencyDiffers(bill_no=of.bill_no, expected=of.currency, currency=currency)
    left = of.amount_minor - _credited(customer_id, of.bill_no, but=told.bill_no)
    if -told.amount.minor > left:
        raise errors.CreditTooLarge(bill_no=of.bill_no, left=Money(left, of.currency), amount=told.amount)


def move(settlement: Settlement, wrong: Bill, new: Bill, *, told_on: date) -> None:
    """Settle with the corrected bill what the wrong one had settled, as far as it fits."""
    bill = new if settlement.bill_id == wrong.pk else settlement.bill
    source = new if settlement.credit_bill_id == wrong.pk else settlement.receipt or settlement.credit_bill
    assert source is not None
    credit_of_wrong_sign = isinstance(source, Bill) and source.amount_minor > 0
    if bill.amount_minor < 0 or credit_of_wrong_sign or bill.currency != source.currency:
        return
    room = min(open_minor(bill), left_minor(source), settlement.amount_minor)
    if room > 0:
        day = max(settlement.settled_on, new.billed_on)
        draw(bill, source, room, settled_on=day, told_on=told_on)


def _locked_bills(customer_id: int, bill_nos: list[str]) -> dict[str, Bill]:
    rows = Bill.objects.filter(customer_id=customer_id, bill_no__in=bill_nos)
    found = lock(list(rows.values_list("pk", flat=True)))
    void = set(Voiding.objects.filter(bill__in=found).values_list("bill_id", flat=True))
    standing = {bill.bill_no: bill for bill in found if bill.pk not in void}
    for bill_no in bill_nos:
        if bill_no not in standing:
            known = any(bill.bill_no == bill_no for bill in found)
            raise errors.BillVoid(bill_no=bill_no) if known else errors.BillUnknown(bill_no=bill_no)
    return standing


def lock(ids: list[int]) -> list[Bill]:
    """Bills locked in the order of their keys."""
    return list(Bill.objects.select_for_update().filter(pk__in=ids).order_by("pk"))


def _sum(which: Q) -> int:
    return Settlement.objects.filter(which).aggregate(total=Sum("amount_minor"))["total"] or 0


def _credited(customer_id: int, bill_no: str, *, but: str = "") -> int:
    """What credit notes take off a bill by its number, all versions of it; above zero."""
    notes = Bill.objects.filter(customer_id=customer_id, arises_from__bill_no=bill_no, amount_minor__lt=0)
    void = Voiding.objects.filter(bill=OuterRef("pk"))
    total = notes.filter(~Exists(void)).exclude(bill_no=but).aggregate(total=Sum("amount_minor"))["total"]
    return -(total or 0)
