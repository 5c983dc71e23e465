"""What may be posted of orders: pure decisions."""

from __future__ import annotations

from datetime import date

from babel.numbers import is_currency

from xinheng.base.kernel.money import Money
from xinheng.facts.orders.errors import OrderFieldRefused
from xinheng.facts.orders.values import NewDelivery, NewOrder

FIRST_DAY, LAST_DAY = date(1950, 1, 1), date(2999, 12, 31)
LARGEST_MINOR = 10**17  # sums of many such amounts still fit the database's integers
LONGEST_TERMS = 3_650


def check_order(order: NewOrder, *, on: date) -> None:
    """Refuse an unnamed, empty, impossible or future order."""
    check_text("order_no", order.order_no, longest=60)
    check_text("segment", order.segment, longest=20, may_be_empty=True)
    check_amount(order.amount, above_zero=True)
    check_day("ordered_on", order.ordered_on, latest=on)
    check_day("ship_on", order.ship_on, earliest=order.ordered_on)
    if order.terms_days is not None and not 0 <= order.terms_days <= LONGEST_TERMS:
        raise OrderFieldRefused(field="terms_days", value=order.terms_days)


def check_delivery(delivery: NewDelivery, *, ordered_on: date, on: date) -> None:
    """Refuse an unnamed, empty, impossible or future delivery, and one before the order."""
    check_text("delivery_no", delivery.delivery_no, longest=60)
    check_amount(delivery.amount)
    check_day("delivered_on", delivery.delivered_on, earliest=ordered_on, latest=on)


def check_text(field: str, text: str, *, longest: int, may_be_empty: bool = False) -> None:
    """Refuse a text that is empty, padded, too long or holds control characters."""
    fits = text == text.strip() and len(text) <= longest and text.isprintable()
    if not fits or not (text or may_be_empty):
        raise OrderFieldRefused(field=field, value=text[:80])


def check_amount(amount: Money, *, above_zero: bool = False) -> None:
    """Refuse nothing, too much, an unknown currency and, where asked, money below zero."""
    if not is_currency(amount.currency):
        raise OrderFieldRefused(field="currency", value=amount.currency)
    if amount.minor == 0 or abs(amount.minor) > LARGEST_MINOR or (above_zero and amount.minor < 0):
        raise OrderFieldRefused(field="amount", value=str(amount))


def check_day(field: str, day: date, *, earliest: date = FIRST_DAY, latest: date = LAST_DAY) -> None:
    """Refuse a day outside the two, which are themselves allowed."""
    if not earliest <= day <= latest:
        raise OrderFieldRefused(field=field, value=day)
