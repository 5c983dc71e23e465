"""The catalogue: every indicator is a formula with its card beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from xinheng.indicators.values import Card

WHOLE = {"CNY", "count", "months"}  # units measured in whole numbers; all others are fractions


@dataclass(frozen=True)
class Day:
    """The day measured, as formulas ask for it."""

    as_of: date

    @property
    def month(self) -> int:
        """The number of its calendar month, counted from year 0."""
        return self.as_of.year * 12 + self.as_of.month - 1

    def back(self, months: int) -> date:
        """The same day so many months before, clipped to that month's last day (RR-04)."""
        year, month = divmod(self.month - months, 12)
        first_of_next = date(year + (month == 11), (month + 1) % 12 + 1, 1)
        last = (first_of_next - date(year, month + 1, 1)).days
        return date(year, month + 1, min(self.as_of.day, last))


@dataclass(frozen=True)
class Formula:
    """A card and the expression that gives its figure from the rows of one kind.

    The expression is an Ibis aggregate over a customer's rows (over its one row for statements).
    """

    card: Card
    rows: str  # which prepared rows it reads: a key of formulas.ROWS
    expression: Callable[[Any, Day], Any]


FORMULAS: dict[str, Formula] = {}
Expression = Callable[[Any, Day], Any]


@dataclass(frozen=True)
class Family:
    """What indicators of a subject share: the rows they read, where they are written, what missing means."""

    subject: str
    rows: str
    source: str
    missing: str
    missing_en: str

    def but(self, **other: str) -> Family:
        """The same family with another source or another meaning of missing."""
        return replace(self, **other)

    def indicator(
        self, name: str, name_en: str, unit: str, better: str = ""
    ) -> Callable[[Expression], Expression]:
        """Puts the formula below it into the catalogue, under the function's own name."""

        def register(expression: Expression) -> Expression:
            code = expression.__name__
            assert code not in FORMULAS, f"{code} stands twice in the catalogue"
            card = Card(
                code, name, name_en, unit, self.subject, self.source, self.missing, self.missing_en, better
            )
            FORMULAS[code] = Formula(card, self.rows, expression)
            return expression

        return register
