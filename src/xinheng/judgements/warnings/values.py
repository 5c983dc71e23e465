"""What goes through the door of warnings."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from xinheng.base.kernel.money import Money
from xinheng.judgements.warnings.document import Outcome, SignalRule, WarningSignals

__all__ = [
    "SIGNS",
    "NewWarning",
    "Outcome",
    "Record",
    "SignalRule",
    "Told",
    "Wanted",
    "WarningSignals",
    "Watched",
]
SORTS = ("raised", "due", "customer", "measure", "amount")
# what a source gives: a row a cause. evidence: codes of wording.FIGURES, or words, with their figures
SIGNS: dict[str, Any] = {
    "customer_id": pl.Int64, "cause": pl.String, "measure": pl.Float64, "amount_minor": pl.Int64,
    "currency": pl.String, "evidence": pl.List(pl.Struct({"what": pl.String, "figure": pl.String})),
}  # fmt: skip


@dataclass(frozen=True)
class NewWarning:
    """What another room tells of a customer. cause: what tells it from others of the signal.

    evidence: pairs of what it is and what was found.
    """

    signal: str
    cause: str
    measure: Decimal = Decimal(0)
    amount: Money | None = None
    evidence: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Wanted:
    """Which warnings, in which order. late: past their deadline. mine: of one owner."""

    text: str = ""
    state: str = ""
    signal: str = ""
    level: str = ""
    owner: str = ""
    late: bool = False
    unowned: bool = False
    sort: str = "due"


@dataclass(frozen=True)
class Told:
    """What became of a sign: raised anew, told again as worse, or known already."""

    raised: int = 0
    worse: int = 0
    known: int = 0

    def __add__(self, other: Told) -> Told:
        return Told(self.raised + other.raised, self.worse + other.worse, self.known + other.known)


@dataclass(frozen=True)
class Watched:
    """What a night came to, by signal."""

    by_signal: dict[str, Told] = field(default_factory=dict)

    @property
    def total(self) -> Told:
        """All signals together."""
        return sum(self.by_signal.values(), Told())


@dataclass(frozen=True)
class Record:
    """How a signal did: raised in some days, closed, closed in time, and true of those closed."""

    signal: str
    raised: int
    open: int
    late: int
    closed: int
    in_time: int
    true_alarms: int
    since: date
