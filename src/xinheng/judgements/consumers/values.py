"""What consumer risk hands to pages, API and command line."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from xinheng.base.kernel.money import Money

LEVELS = ("high", "risk", "none", "not_assessable")


@dataclass(frozen=True)
class Wanted:
    """Which rows of a list. level, voltage, grade: "" all; over: only those beyond their days."""

    text: str = ""
    level: str = ""
    voltage: str = ""
    run: int | None = None


@dataclass(frozen=True)
class Accuracy:
    """What a run foretold of one voltage class and month against what came of it, in yuan.

    at_risk includes high_risk. foretold: of all at risk; foretold_high: of those at high risk alone.
    found, found_high: foretold and late. found_amount: the late amount of those at risk.
    """

    run_id: int | None
    month: date
    voltage: str
    at_risk: int
    high_risk: int
    foretold: Decimal
    foretold_high: Decimal
    late: int
    late_amount: Decimal
    found: int | None
    found_high: int | None
    found_amount: Decimal | None
    by_amount: Decimal
    by_amount_high: Decimal
    by_number: Decimal
    by_number_high: Decimal

    @property
    def precision(self) -> float | None:
        """Of the consumers at risk, the share that was late; None where nobody was or nothing is known."""
        return None if self.found is None or not self.at_risk else self.found / self.at_risk

    @property
    def recall(self) -> float | None:
        """Of the late consumers, the share that was at risk; None where nobody was late."""
        return None if self.found is None or not self.late else self.found / self.late

    @property
    def money_recall(self) -> float | None:
        """Of the late money, the share of consumers at risk; None where none was late."""
        known = self.found_amount is not None and self.late_amount
        return float(self.found_amount / self.late_amount) if known else None  # type: ignore[operator]


@dataclass(frozen=True)
class FigureRow:
    """A line of a table of figures: its name, its values as printed, and how they come about."""

    name: str
    values: tuple[str, ...]
    how: str = ""


@dataclass(frozen=True)
class FigureTable:
    """A table of figures with its headings; code as in the specification of the figures."""

    code: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[FigureRow, ...]


@dataclass(frozen=True)
class Demerited:
    """One demerit as it counts on a day. points, cash: what it still takes; 0 before it begins or after."""

    entry_id: int
    code: str
    name: str
    points: int
    cash: int
    whole: int
    from_on: date
    until_on: date
    subject: str
    reason: str
    told_by: str


@dataclass(frozen=True)
class Points:
    """The points of a consumer on a day and every demerit in force; is_cash_only: pays in cash only."""

    consumer_no: str
    on: date
    start: int
    points: int
    band: str
    band_name: str
    cash: int
    is_cash_only: bool
    demerits: tuple[Demerited, ...]


@dataclass(frozen=True)
class NewDemerit:
    """A demerit to keep. subject: what raised it, which raises it once; points: by hand another number."""

    consumer_no: str
    code: str
    from_on: date
    reason: str = ""
    subject: str = ""
    points: int | None = None


@dataclass(frozen=True)
class RunAsked:
    """What a run is about: the month whose bills are judged; grades of the day are of the policy named."""

    month: date
    note: str = ""


@dataclass(frozen=True)
class Now:
    """The risk of one customer's consumers by the last run: a row each, and the run's day (None: none)."""

    as_of: date | None
    month: date | None
    rows: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class ConsumerNow:
    """One electricity account of a customer by the last risk run; level blank: not judged yet.

    inspections: numbers of open inspection cases, where the reader may see them.
    """

    consumer_no: str
    level: str = ""
    voltage: str = ""
    chance: float = 0.0
    expected_late: Money = field(default_factory=lambda: Money(0))
    as_of: date | None = None
    is_cash_only: bool = False
    inspections: tuple[str, ...] = ()
