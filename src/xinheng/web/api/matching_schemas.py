"""The shapes of cash application."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from ninja import Schema
from pydantic import Field

from xinheng.base.kernel.money import Money
from xinheng.judgements.matching.errors import ChosenAmountRefused
from xinheng.judgements.matching.values import ChosenLine
from xinheng.web.api.fields import LARGEST_ID, Amount
from xinheng.web.api.schemas import Asked, MoneyOut

Said = Annotated[str, Field(min_length=1, max_length=200)]
No = Annotated[str, Field(min_length=1, max_length=60)]


class MatchingRunOut(Schema):
    """One run. applied: money by currency."""

    id: int
    on: date
    state: str
    policy: str
    begun_by: str
    receipts: int
    applied: int
    waiting: int
    unmatched: int
    money: list[MoneyOut]
    reason: str


class MatchingWayOut(Schema):
    """What one way would find. is_sure: it would be applied at once."""

    way: str
    confidence: float
    is_sure: bool
    receipts: int
    money: MoneyOut


class MatchingPreviewOut(Schema):
    """What a run would come to, in receipts."""

    receipts: int
    applied: int
    waiting: int
    unmatched: int
    ways: list[MatchingWayOut]


class MatchedBillOut(Schema):
    """Part of a bill that is paid. source: receipt, credit or write_down."""

    bill_no: str
    amount: MoneyOut
    source: str
    credit_bill_no: str


class CashProposalOut(Schema):
    """What a receipt pays. confidence: 0 to 1; alternatives: sets of bills that fit, this one included."""

    id: int
    customer_no: str
    receipt_no: str
    received_on: date
    payer: str
    reference: str
    free: MoneyOut
    way: str
    confidence: float
    alternatives: int
    state: str
    write_down: MoneyOut | None
    decided_by: str
    reason: str
    bills: list[MatchedBillOut]


class CashAcceptIn(Asked):
    """Which proposals; all of them are applied or none."""

    proposals: Annotated[
        list[Annotated[int, Field(ge=1, le=LARGEST_ID)]], Field(min_length=1, max_length=500)
    ]


class MatchingReasonIn(Asked):
    """Why."""

    reason: Said


class ChosenLineIn(Asked):
    """What is paid of a bill; by a credit bill where one is named."""

    bill_no: No
    amount: Amount
    credit_bill_no: Annotated[str, Field(max_length=60)] = ""


class ChangedProposalIn(Asked):
    """Other bills in place of those proposed, in the currency of the receipt."""

    lines: Annotated[list[ChosenLineIn], Field(min_length=1, max_length=500)]
    reason: Annotated[str, Field(max_length=200)] = ""


class ByHandIn(Asked):
    """What a receipt of the customer pays."""

    receipt_no: No
    lines: Annotated[list[ChosenLineIn], Field(min_length=1, max_length=500)]


class TakenBackOut(Schema):
    """How many settlements were taken back."""

    settlements: int


class CashAppliedOut(Schema):
    """How many proposals were applied."""

    applied: int


class FreeMoneyOut(Schema):
    """Money of a receipt that nothing waits for. purpose: advance or deposit where it is kept for one."""

    customer_no: str
    receipt_no: str
    received_on: date
    free: MoneyOut
    payer: str
    reference: str
    purpose: str


class BankLineOut(Schema):
    """A line of a bank statement. known_by: account, alias, name, reference or hand."""

    id: int
    account: str
    serial: str
    booked_on: date
    amount: MoneyOut
    payer: str
    payer_account: str
    reference: str
    state: str
    customer_no: str
    receipt_no: str
    known_by: str
    reason: str


class BankTakenOut(Schema):
    """What a statement came to, in lines."""

    new: int
    known_before: int
    posted: int
    unknown: int


class BankFileIn(Asked):
    """account: ours, where the file does not name it. dialect: its code; else told by the headings."""

    account: Annotated[str, Field(max_length=40)] = ""
    dialect: Annotated[str, Field(max_length=20)] = ""


class BankLineAssignIn(Asked):
    """Whose money it is. remember: the payer is known the next time."""

    customer_no: Annotated[str, Field(min_length=1, max_length=40)]
    remember: bool = True


def chosen(lines: list[ChosenLineIn], currency: str) -> list[ChosenLine]:
    """Lines as the room takes them. Refuses: ChosenAmountRefused, of more places than the currency has."""
    found = [ChosenLine(line.bill_no, Money.of(line.amount, currency), line.credit_bill_no) for line in lines]
    for line, made in zip(lines, found, strict=True):
        if made.amount.decimal != line.amount:
            raise ChosenAmountRefused(amount=line.amount, bill_no=line.bill_no, currency=currency)
    return found
