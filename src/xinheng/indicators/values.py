"""What measuring hands to ratings, pages, API and command line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

Figure = Decimal | int | bool | date | None


@dataclass(frozen=True)
class Card:
    """One indicator of the catalogue."""

    code: str
    name: str  # Chinese
    name_en: str
    unit: str  # CNY (money, minor units), share (0 to 1), days, months, years, count, ratio, points
    subject: str  # dealings, payment, position, trade, statement
    source: str  # where the formula is written
    missing: str  # what "not measured" means for it, Chinese
    missing_en: str
    better: str = ""  # "higher", "lower" or "" where neither


@dataclass(frozen=True)
class Value:
    """One indicator of one customer as of a day; figure None: not measured."""

    card: Card
    as_of: date
    figure: Figure
    currency: str = "CNY"  # of money figures: the currency most of the customer's bills are in


@dataclass(frozen=True)
class Trend:
    """One indicator of one customer over the measured days, oldest first."""

    card: Card
    days: tuple[date, ...]
    figures: tuple[Figure, ...]
