"""Pure decisions on customers."""

from __future__ import annotations

from datetime import date

from xinheng.base.kernel.periods import add_months
from xinheng.facts.customers.values import DealingClass

NEW_FOR_MONTHS = 12  # assumed: the source names old and new customers without a bound


def dealing_class(
    first_on: date | None,
    last_on: date | None,
    *,
    on: date,
    bound: bool = False,
    months: int = NEW_FOR_MONTHS,
) -> DealingClass:
    """The class of a customer by its first and last dealing; computed, never typed.

    bound: whether a contract runs on the day. A customer never dealt with is a future one until the first
    contract. New for so many months after the first dealing; dealing now while bound or as long after the
    last dealing, else once dealt with, the file stays open.
    """
    if first_on is None or first_on > on:
        return DealingClass("new", "now") if bound else DealingClass("future", "about")
    since = add_months(on, -months)
    lately = bound or (last_on or first_on) > since
    return DealingClass("new" if first_on > since else "old", "now" if lately else "once")
