"""What the ledger hands to those who ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

import polars as pl
from django.dispatch import Signal
from pydantic import BaseModel, ConfigDict, Field

from xinheng.base.kernel.money import Money

# Sent inside the transaction of every act that changes what a customer owes, after it was written:
# moved(moves: pl.DataFrame), a row a change, with the columns customer_id, segment, currency, component
# ("receivable" or "prepaid"), due_on (null: prepaid), minor (above or below zero).
moved = Signal()
# Sent after a bill was voided or corrected: bill_replaced(bill: Bill, by: Bill | None), both as kept.
bill_replaced = Signal()


# what a claim is of: freight is money laid out for the buyer, an opening item was open before we began
KINDS = ("goods", "service", "freight", "interest", "fee", "cost", "deposit", "opening", "instrument")
PURPOSES = ("", "advance", "deposit")  # what the payer said the money is for


@dataclass(frozen=True)
class Bucket:
    """A range of days past due, both ends included; upto None: without end."""

    code: str  # "not_due", "1-30"
    from_day: int | None  # None: not due
    upto_day: int | None


STANDARD_BUCKETS = (  # day 30 belongs to the first overdue bucket
    Bucket("not_due", None, 0),
    Bucket("1-30", 1, 30),
    Bucket("31-60", 31, 60),
    Bucket("61-90", 61, 90),
    Bucket(">90", 91, None),
)


@dataclass(frozen=True)
class AgeingRow:
    """Open bills of one bucket and currency."""

    bucket: Bucket
    currency: str
    bills: int
    amount: Money


@dataclass(frozen=True)
class BillRow:
    """One bill as of a day."""

    bill_no: str
    billed_on: date
    due_on: date
    amount: Money
    open: Money
    overdue_days: int  # 0: not due, nothing open, or a credit
    settled_on: date | None  # the day it was cleared
    is_void: bool
    kind: str = "goods"
    arises_from: str = ""  # number of the bill it arose of
    instalments: int = 0  # of the plan that holds; 0: due as a whole
    next_due_on: date | None = None  # of the first open instalment, else the bill's; None: all paid
    written_off: Money | None = None  # what of it is given up in the books; None: nothing


@dataclass(frozen=True)
class PaymentMonth:
    """One month of a customer's payment curve."""

    month: date  # its first day
    billed: Money
    received: Money
    days_to_pay: float | None  # weighted by amount, of what was settled in the month


@dataclass(frozen=True)
class NewBill:
    """A bill to be posted; below zero: a credit (red-letter) bill."""

    bill_no: str
    billed_on: date
    due_on: date
    amount: Money
    segment: str = ""  # credit segment
    kind: str = "goods"  # of KINDS
    arises_from: str = ""  # number of the bill it arose of, or that a credit note takes off


@dataclass(frozen=True)
class NewReceipt:
    """Money that came in."""

    receipt_no: str
    received_on: date
    amount: Money
    method: str = ""
    reference: str = ""  # what the payer wrote
    payer: str = ""  # who paid, as the bank names them
    purpose: str = ""  # of PURPOSES; "": not said
    order_no: str = ""  # the order an advance is for


@dataclass(frozen=True)
class NewSettlement:
    """Clears part of a bill with a receipt or, where `credit_bill_no` is given, with a credit bill."""

    bill_no: str
    settled_on: date
    amount: Money
    receipt_no: str = ""
    credit_bill_no: str = ""


@dataclass(frozen=True)
class NewInstalment:
    """One part of a plan to be agreed on: so much by that day."""

    due_on: date
    amount: Money


@dataclass(frozen=True)
class NewPlan:
    """Instalments to be agreed on for a bill, the earliest due first."""

    bill_no: str
    instalments: tuple[NewInstalment, ...]
    reason: str
    agreed_on: date | None = None  # the due days hold from then on; None: the business day


@dataclass(frozen=True)
class NewReturn:
    """A payment that came back, and what that costs the customer."""

    receipt_no: str
    reason: str
    returned_on: date | None = None  # None: the business day
    fee: NewBill | None = None


@dataclass(frozen=True)
class NewRecovery:
    """Money of a receipt that pays what was written off."""

    write_off_id: int
    receipt_no: str
    amount: Money
    recovered_on: date | None = None  # None: the business day


@dataclass(frozen=True)
class SettlementsPosted:
    """What a bulk of settlements came to.

    rejected: a row a refused settlement: row (its place in the frame, from 0), field, cause (a code).
    """

    posted: int
    rejected: pl.DataFrame


@dataclass(frozen=True)
class BillPage:
    """Some bills of a customer, newest first; `after` asks for the next page, "" on the last one."""

    rows: tuple[BillRow, ...]
    after: str


@dataclass(frozen=True)
class ReceiptPage:
    """Some receipts of a customer, newest first; `after` asks for the next page, "" on the last one."""

    rows: tuple[ReceiptRow, ...]
    after: str


@dataclass(frozen=True)
class SettlementPage:
    """Some settlements of a customer, newest first; `after` asks for the next page, "" on the last one."""

    rows: tuple[SettlementRow, ...]
    after: str


@dataclass(frozen=True)
class SettlementRow:
    """Part of a bill cleared by a receipt or a credit bill; is_reversed: taken back since."""

    id: int
    settled_on: date
    bill_no: str
    receipt_no: str  # "" where a credit bill cleared it
    credit_bill_no: str
    amount: Money
    told_on: date
    is_reversed: bool


@dataclass(frozen=True)
class ReceiptRow:
    """One receipt as of a day."""

    receipt_no: str
    received_on: date
    amount: Money
    unsettled: Money  # a prepayment as long as no bill takes it
    method: str
    is_void: bool
    reference: str = ""
    payer: str = ""
    purpose: str = ""
    order_no: str = ""
    returned_on: date | None = None  # the day the money went back


@dataclass(frozen=True)
class Totals:
    """The ledger of some customers in one currency, as of a day."""

    currency: str
    open: Money  # open bills less open credit bills
    overdue: Money
    prepaid: Money  # receipts that no bill has taken
    bills: int
    overdue_bills: int


@dataclass(frozen=True)
class OpenItem:
    """A bill, receipt or credit bill of which something is left; `left` is above zero."""

    no: str
    on: date
    left: Money


@dataclass(frozen=True)
class OpenItems:
    """What may be settled, and with what; the oldest first."""

    bills: tuple[OpenItem, ...]
    receipts: tuple[OpenItem, ...]
    credit_bills: tuple[OpenItem, ...]


@dataclass(frozen=True)
class Revaluation:
    """What is open in a foreign currency, less free receipts, as it was booked and at the rate of a day."""

    open: Money
    rate: Decimal  # of the day
    booked: Money  # at the rates of the days the items are of
    worth: Money
    gain: Money  # below zero: a loss


class _Document(BaseModel):
    """What the ledger's documents have in common: closed keys, texts in both languages."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Document):
    """A text in both languages."""

    zh: str = Field(min_length=1, max_length=500)
    en: str = Field(min_length=1, max_length=500)


class ClearingStep(_Document):
    """One step within a debt; a kind that no step lists belongs to the last one."""

    code: str
    zh: str
    en: str
    kinds: tuple[str, ...] = ()


class ClearingOrder(_Document):
    """In which order a payment that is not enough clears debts."""

    kind: Literal["clearing_order"]
    code: str
    version: str
    name: Words
    source: Words
    across: tuple[Literal["named", "due_first", "least_secured", "heavier_burden", "earliest_due"], ...]
    ties: Literal["pro_rata", "earliest_billed"]
    within: tuple[ClearingStep, ...] = Field(min_length=1)


class WriteOffStep(_Document):
    """One step of approval of a write-off."""

    code: str
    zh: str
    en: str
    roles: tuple[str, ...] = Field(min_length=1)
    sign: Literal["any", "all"] = "any"
    within_days: int | None = Field(default=None, ge=1, le=365)


class WriteOffRow(_Document):
    """Up to an amount in yuan, these steps sign; None: any amount."""

    up_to: Decimal | None = Field(default=None, gt=0)
    steps: tuple[WriteOffStep, ...] = ()


class WriteOffMatrix(_Document):
    """Who signs before a claim is written off, by amount."""

    kind: Literal["write_off"]
    code: str
    version: str
    name: Words
    source: Words
    rows: tuple[WriteOffRow, ...] = Field(min_length=1)
