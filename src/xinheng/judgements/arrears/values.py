"""What arrears hands to pages, API and command line."""

from __future__ import annotations

from dataclasses import dataclass
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
class Accuracy:
    """Foretold against what came of one class in one month. accuracy: the smaller over the larger amount.

    at_risk, high_risk: customers foretold; late: customers that were late; found: at risk and late.
    """

    group: str
    currency: str
    month: date
    foretold: Decimal
    actual: Decimal
    accuracy: Decimal
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


LEVELS = ("high", "risk", "none", "not_assessable")
SORTS = ("late", "open", "chance", "days", "customer")


@dataclass(frozen=True)
class Wanted:
    """Which customers of the last forecast, and in which order; a minus turns it round."""

    text: str = ""
    level: str = ""
    group: str = ""
    sort: str = "-late"


@dataclass(frozen=True)
class Standing:
    """What there is: the last model and forecast (None: none), and why nothing is shown ("" where it is).

    notice: no_model (nothing was learned yet), off (naive rules were as good), no_forecast.
    """

    model: Any
    forecast: Any
    notice: str
