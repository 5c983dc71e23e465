"""What may be posted: pure decisions."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from babel.numbers import is_currency

from xinheng.base.kernel.money import Money
from xinheng.facts.receivables.errors import DayRefused, FieldRefused
from xinheng.facts.receivables.values import KINDS, PURPOSES, NewBill, NewReceipt

FIRST_DAY, LAST_DAY = date(1950, 1, 1), date(2999, 12, 31)
LARGEST_MINOR = 10**17  # sums of many such amounts still fit the database's integers


def check_bill(bill: NewBill, *, on: date) -> None:
    """Refuse an unnamed, empty, impossible or future bill."""
    check_text("bill_no", bill.bill_no, longest=60)
    check_amount(bill.amount, above_zero=False)
    check_text("segment", bill.segment, longest=20, may_be_empty=True)
    check_one_of("kind", bill.kind, KINDS)
    check_text("arises_from", bill.arises_from, longest=60, may_be_empty=True)
    if bill.arises_from == bill.bill_no:
        raise FieldRefused(field="arises_from", value=bill.arises_from)
    check_day("billed_on", bill.billed_on, latest=on)
    check_day("due_on", bill.due_on, earliest=bill.billed_on)


def check_receipt(receipt: NewReceipt, *, on: date) -> None:
    """Refuse an unnamed, empty, impossible or future receipt."""
    check_text("receipt_no", receipt.receipt_no, longest=60)
    check_text("method", receipt.method, longest=20, may_be_empty=True)
    check_text("reference", receipt.reference, longest=200, may_be_empty=True)
    check_text("payer", receipt.payer, longest=200, may_be_empty=True)
    check_text("order_no", receipt.order_no, longest=40, may_be_empty=True)
    check_one_of("purpose", receipt.purpose, PURPOSES)
    check_amount(receipt.amount)
    check_day("received_on", receipt.received_on, latest=on)


def check_text(field: str, text: str, *, longest: int, may_be_empty: bool = False) -> None:
    """Refuse a text that is empty, padded, too long or holds control characters."""
    fits = text == text.strip() and len(text) <= longest and text.isprintable()
    if not fits or not (text or may_be_empty):
        raise FieldRefused(field=field, value=text[:80])


def check_one_of(field: str, told: str, known: Collection[str]) -> None:
    """Refuse a word that is none of those known."""
    if told not in known:
        raise FieldRefused(field=field, value=told[:80])


def check_amount(amount: Money, *, above_zero: bool = True) -> None:
    """Refuse nothing, too much, an unknown currency and, where asked, money below zero."""
    if not is_currency(amount.currency):
        raise FieldRefused(field="currency", value=amount.currency)
    if amount.minor == 0 or abs(amount.minor) > LARGEST_MINOR or (above_zero and amount.minor < 0):
        raise FieldRefused(field="amount", value=str(amount))


def check_day(field: str, day: date, *, earliest: date = FIRST_DAY, latest: date = LAST_DAY) -> None:
    """Refuse a day outside the two, which are themselves allowed."""
    if not earliest <= day <= latest:
        raise DayRefused(field=field, value=day, earliest=earliest, latest=latest)
