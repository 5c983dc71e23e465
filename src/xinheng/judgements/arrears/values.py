"""What arrears hands to pages, API and command line."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Columns:
    """Which column of a table is what.

    billed: the day on the bill, from which days to payment count. known: the day it came into the books;
    billed where not said. due: the due day, or `terms` days after the billed day where there is no column.
    paid: the day it was paid, empty while open; or `took`: days from the billed day to payment. group: the
    class of a bill, such as a segment or voltage, by which amounts are compared. marks: columns that say
    something of a bill known on the day it came.
    """

    customer: str
    billed: str
    amount: str
    bill: str = ""
    due: str = ""
    paid: str = ""
    took: str = ""
    known: str = ""
    group: str = ""
    currency: str = ""
    terms: int = 30
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rules:
    """Figures of the policy on late payment; see the document `arrears`."""

    tolerance_days: int
    least_bills: int
    least_payments: int
    risk_from: float
    high_from: float
    high_amount: Decimal
    factors: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Accuracy:
    """Foretold against what came of one class in one month. accuracy: None where it cannot be said.

    at_risk, high_risk: customers foretold; late: customers that were late; found: at risk and late.
    """

    group: str
    month: date
    foretold: Decimal
    actual: Decimal
    accuracy: Decimal | None
    at_risk: int
    high_risk: int
    late: int
    found: int

    @property
    def precision(self) -> float | None:
        """Of the customers foretold, the share that was late; None where nobody was foretold."""
        return self.found / self.at_risk if self.at_risk else None

    @property
    def recall(self) -> float | None:
        """Of the customers that were late, the share foretold; None where nobody was late."""
        return self.found / self.late if self.late else None


@dataclass(frozen=True)
class Reason:
    """One reason of a forecast: a theme, whether it raises the chance, and its figure."""

    theme: str
    raises: bool
    figures: dict[str, Any]
