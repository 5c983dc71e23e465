"""Writing off: out of the open balance from a day on, while the claim stays and may still be paid."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from xinheng.base.approvals import services as approvals
from xinheng.base.approvals.values import Chain, Matter, Step, Title
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.receivables import drawing, errors, policy, rules, telling
from xinheng.facts.receivables.acts import allowed, record_act
from xinheng.facts.receivables.models import Bill, Settlement, WriteOff, WriteOffReturn
from xinheng.facts.receivables.values import NewRecovery, NewSettlement, WriteOffMatrix

KIND = "write_off"  # of the requests for approval
ACT = "receivables.write_off"


@transaction.atomic
def write_off(
    *, actor: Actor, on: date, customer_no: str, bill_no: str, reason: str, amount: Money | None = None
) -> WriteOff:
    """Ask to write off what is open on a bill, or a part of it; where nobody has to sign it is done at once.

    Who signs stands in the document of write-offs, by amount in yuan; a claim in another currency goes the
    longest way. Once signed, it is off the open balance from the day of the last signature.
    Refuses: AccessDenied, CustomerUnknown, BillUnknown, BillVoid, NotCredit, MoreThanOpen, CurrencyDiffers,
    WriteOffPending, FieldRefused, and what approvals refuse.
    """
    customer_id = allowed(actor, on, customer_no, ACT)
    rules.check_text("reason", reason, longest=200)
    bill = drawing.locked_bill(customer_id, bill_no)
    asked = amount or Money(drawing.open_minor(bill), bill.currency)
    _check_room(bill, asked)
    if WriteOff.objects.filter(bill=bill, state="asked").exists():
        raise errors.WriteOffPending(bill_no=bill_no)
    matrix, rule = policy.write_off_matrix(on)
    kept = WriteOff.objects.create(
        bill=bill,
        amount_minor=asked.minor,
        asked_on=on,
        asked_by=actor.login,
        reason=reason,
        rule=rule,
    )
    chain = chain_for(matrix, asked)
    if chain.steps:
        kept.request = approvals.submit(
            actor=actor, on=on, kind=KIND, subject=f"write_off:{kept.pk}",
            title=_title(customer_no, bill, asked), chain=chain,
        )  # fmt: skip
        kept.save(update_fields=["request"])
    told = {"write_off": kept.pk, "bill_no": bill_no, "amount": asked, "signed": bool(chain.steps)}
    record_act(actor, on, ACT, customer_no, after=told, reason=reason)
    if not chain.steps:
        _carry_out(kept, bill, on=on)
    return kept


@transaction.atomic
def take_back_write_off(
    *, actor: Actor, on: date, customer_no: str, write_off_id: int, reason: str, amount: Money | None = None
) -> WriteOffReturn:
    """Take a write-off back, or a part of it: from today on the bill is open again.

    Refuses: AccessDenied, CustomerUnknown, WriteOffUnknown, WriteOffNotWritten, MoreThanWrittenOff,
    FieldRefused.
    """
    customer_id = allowed(actor, on, customer_no, ACT)
    rules.check_text("reason", reason, longest=200)
    kept = _locked(customer_id, write_off_id)
    assert kept.told_on is not None
    back = amount or Money(_left(kept), kept.bill.currency)
    returned = _return(kept, back, day=on, told_on=max(on, kept.told_on), reason=reason)
    told = {"write_off": kept.pk, "bill_no": kept.bill.bill_no, "amount": back}
    record_act(actor, on, "receivables.take_back_write_off", customer_no, after=told, reason=reason)
    return returned


@transaction.atomic
def recover(*, actor: Actor, on: date, customer_no: str, recovery: NewRecovery) -> WriteOffReturn:
    """A receipt pays what was written off: so much comes back to the bill, and the receipt settles it.

    Refuses: AccessDenied, CustomerUnknown, WriteOffUnknown, WriteOffNotWritten, MoreThanWrittenOff,
    ReceiptUnknown, ReceiptVoid, PaymentReturned, MoreThanLeft, CurrencyDiffers, FieldRefused, DayRefused.
    """
    customer_id = allowed(actor, on, customer_no)
    amount, receipt_no = recovery.amount, recovery.receipt_no
    rules.check_amount(amount)
    kept = _locked(customer_id, recovery.write_off_id)
    bill, day = kept.bill, recovery.recovered_on or on
    assert kept.written_off_on is not None
    receipt = drawing.locked_receipt(customer_id, receipt_no)
    earliest = max(kept.written_off_on, receipt.received_on)
    rules.check_day("settled_on", day, earliest=earliest, latest=on)
    assert kept.told_on is not None
    told_on = max(on, kept.told_on, receipt.told_on)
    returned = _return(kept, amount, day=day, told_on=told_on, receipt=receipt)
    settlement = NewSettlement(bill.bill_no, day, amount, receipt_no=receipt_no)
    drawing.check_room(settlement, bill, receipt)
    drawing.draw(bill, receipt, amount.minor, settled_on=day, told_on=told_on)
    told = {"write_off": kept.pk, "bill_no": bill.bill_no, "receipt_no": receipt_no, "amount": amount}
    record_act(actor, on, "receivables.recover", customer_no, after=told)
    return returned


def follow(actor: Actor, on: date, matter: Matter) -> None:
    """What follows a decision on a write-off, in its transaction: signed, it is carried out."""
    kept = WriteOff.objects.select_related("bill").get(pk=int(matter.subject.removeprefix("write_off:")))
    if matter.state == "approved":
        bill = drawing.locked_bill(kept.bill.customer_id, kept.bill.bill_no)
        _check_room(bill, Money(kept.amount_minor, bill.currency))
        kept.bill = bill
        _carry_out(kept, bill, on=on)
        amount = Money(kept.amount_minor, bill.currency)
        told = {"write_off": kept.pk, "bill_no": bill.bill_no, "amount": amount}
        act = "receivables.carry_out_write_off"
        record_act(actor, on, act, bill.customer.no, after=told, reason=kept.reason)
    elif matter.state in ("rejected", "withdrawn"):
        kept.state = "refused"
        kept.save(update_fields=["state"])


def chain_for(matrix: WriteOffMatrix, amount: Money) -> Chain:
    """Who signs for an amount: the first row it fits in; another currency fits in the last one only."""
    in_yuan = amount.currency == "CNY"
    row = next(row for row in matrix.rows if row.up_to is None or (in_yuan and amount.decimal <= row.up_to))
    return Chain(
        tuple(Step(one.code, one.zh, one.en, one.roles, one.sign, one.within_days) for one in row.steps)
    )


def _carry_out(kept: WriteOff, bill: Bill, *, on: date) -> None:
    kept.state, kept.written_off_on = "written", max(on, bill.billed_on)
    kept.told_on = max(on, bill.told_on)
    kept.save()
    telling.tell((bill, -kept.amount_minor))
    _settle(kept, kept.amount_minor, day=kept.written_off_on, told_on=kept.told_on)


def _return(kept: WriteOff, amount: Money, *, day: date, told_on: date, **of: Any) -> WriteOffReturn:
    left = _left(kept)
    if amount.currency != kept.bill.currency:
        raise errors.CurrencyDiffers(
            bill_no=kept.bill.bill_no, expected=kept.bill.currency, currency=amount.currency
        )
    if not 0 < amount.minor <= left:
        left_money = Money(left, kept.bill.currency)
        raise errors.MoreThanWrittenOff(bill_no=kept.bill.bill_no, left=left_money, amount=amount)
    telling.tell((kept.bill, amount.minor))
    _settle(kept, -amount.minor, day=day, told_on=told_on)
    return WriteOffReturn.objects.create(
        write_off=kept, returned_on=day, amount_minor=amount.minor, told_on=told_on, **of
    )


def _settle(kept: WriteOff, minor: int, *, day: date, told_on: date) -> None:
    Settlement.objects.create(
        bill=kept.bill, write_off=kept, settled_on=day, amount_minor=minor, told_on=told_on
    )


def _locked(customer_id: int, write_off_id: int) -> WriteOff:
    """A write-off that was carried out, its bill locked."""
    rows = WriteOff.objects.select_related("bill").filter(bill__customer_id=customer_id)
    found = rows.filter(pk=write_off_id).first()
    if found is None:
        raise errors.WriteOffUnknown(write_off=write_off_id)
    found.bill = drawing.locked_bill(customer_id, found.bill.bill_no)
    if found.state != "written":
        raise errors.WriteOffNotWritten(write_off=write_off_id)
    return found


def _left(kept: WriteOff) -> int:
    returned = WriteOffReturn.objects.filter(write_off=kept).values_list("amount_minor", flat=True)
    return kept.amount_minor - sum(returned)


def _check_room(bill: Bill, asked: Money) -> None:
    rules.check_amount(asked)
    if bill.amount_minor < 0:
        raise errors.NotCredit(bill_no=bill.bill_no)
    if asked.currency != bill.currency:
        raise errors.CurrencyDiffers(bill_no=bill.bill_no, expected=bill.currency, currency=asked.currency)
    left = drawing.open_minor(bill)
    if asked.minor > left:
        raise errors.MoreThanOpen(bill_no=bill.bill_no, open=Money(left, bill.currency), amount=asked)


def _title(customer_no: str, bill: Bill, amount: Money) -> Title:
    zh = f"核销坏账：{customer_no} 账单 {bill.bill_no} {amount}"
    return Title(zh, f"Write off: {customer_no} bill {bill.bill_no} {amount}")
