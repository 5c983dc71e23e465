"""Figures in words: one way to write money, shares, days and what was not measured."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xinheng.base.kernel.money import Money


def figure_text(figure: Any, unit: str, currency: str = "CNY") -> str:
    """One figure with its unit, in the reader's language. None: not measured, never zero.

    unit: CNY (money, minor units of the currency), share (0 to 1), days, months, years, count, ratio,
    points, yes_no, text.
    """
    if figure is None:
        return _("not measured")
    if unit == "yes_no" or isinstance(figure, bool):
        return _yes_no(figure)
    if isinstance(figure, date):
        return figure.isoformat()
    if unit == "text" or isinstance(figure, str | Money):
        return str(figure)
    if unit == "CNY":
        money = Money(int(figure), currency)
        return str(money) if currency == "CNY" else f"{money} {currency}"
    return _number(Decimal(str(figure)), unit)


def told_text(figure: Any, unit: str) -> str:
    """One figure of a policy or of a reason; unlike measured money, theirs is in yuan."""
    if unit == "CNY" and isinstance(figure, Decimal | int | float):
        return _("%(amount)s CNY") % {"amount": f"{_rounded(Decimal(str(figure)), '0.01'):,}"}
    return figure_text(figure, unit)


def _number(number: Decimal, unit: str) -> str:
    if unit == "share":
        return f"{_rounded(number * 100, '0.1')}%"
    if unit in ("days", "months", "years"):
        return _with_unit(_trimmed(_rounded(number, "0.1")), unit)
    if unit == "count":
        return _trimmed(_rounded(number, "0.1"))
    return _trimmed(_rounded(number, "0.001"))


def _with_unit(text: str, unit: str) -> str:
    plural = 1 if text in ("1", "-1") else 2
    templates = {
        "days": ngettext("%(number)s day", "%(number)s days", plural),
        "months": ngettext("%(number)s month", "%(number)s months", plural),
        "years": ngettext("%(number)s year", "%(number)s years", plural),
    }
    return templates[unit] % {"number": text}


def _yes_no(figure: Any) -> str:
    words = {"yes": _("yes"), "no": _("no"), "unknown": _("unknown"), "true": _("yes"), "false": _("no")}
    if isinstance(figure, bool | int | Decimal):
        return words["yes"] if figure else words["no"]
    return words.get(str(figure).lower(), str(figure))


def _rounded(number: Decimal, place: str) -> Decimal:
    return number.quantize(Decimal(place), rounding=ROUND_HALF_UP)


def _trimmed(number: Decimal) -> str:
    text = f"{number:,}"
    return text.rstrip("0").rstrip(".") if "." in text else text
