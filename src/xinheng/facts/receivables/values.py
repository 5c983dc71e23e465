"""What the ledger hands to those who ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from xinheng.base.kernel.money import Money


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
    overdue_days: int  # 0: not due, or nothing open
    settled_on: date | None  # the day it was cleared
    is_void: bool


@dataclass(frozen=True)
class PaymentMonth:
    """One month of a customer's payment curve."""

    month: date  # its first day
    billed: Money
    received: Money
    days_to_pay: float | None  # weighted by amount, of what was settled in the month
