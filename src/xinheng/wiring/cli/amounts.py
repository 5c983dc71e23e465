"""Amounts and rates as people type them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

import typer
from django.utils.translation import gettext as _

from xinheng.base.kernel.money import Money


def money_of(text: str, currency: str = "CNY") -> Money:
    """The amount of a text such as 1234.50; anything else, and a part of a cent, is refused."""
    found = Money.of(decimal_of(text), currency)
    if found.decimal != Decimal(text):
        raise typer.BadParameter(_("%(text)s is not an amount such as 1234.50.") % {"text": text})
    return found


def decimal_of(text: str) -> Decimal:
    """The number of a text; anything else is refused."""
    try:
        found = Decimal(text)
    except InvalidOperation:
        raise typer.BadParameter(_("%(text)s is not an amount such as 1234.50.") % {"text": text}) from None
    if not found.is_finite() or abs(found) >= 10**13:
        raise typer.BadParameter(_("%(text)s is not an amount such as 1234.50.") % {"text": text})
    return found
