"""What statements and trade invoices hand to those who ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from xinheng.base.kernel.money import Money


@dataclass(frozen=True)
class Line:
    """One line of the statements, as lines.yaml lists it."""

    code: str
    name: str  # Chinese
    name_en: str
    statement: str  # balance, income, cash_flow, memo
    total: bool = False
    also: tuple[str, ...] = ()  # other names it is printed under


@dataclass(frozen=True)
class NewStatement:
    """A statement to be posted. figures: code of a line -> closing or flow, opening or flow before (分)."""

    period_end: date
    figures: Mapping[str, tuple[int, int | None]]
    months: int = 12
    currency: str = "CNY"
    is_consolidated: bool = False
    opinion: str = ""


@dataclass(frozen=True)
class Figure:
    """One line of one statement; opening None: not told."""

    line: Line
    amount: Money
    opening: Money | None


@dataclass(frozen=True)
class Check:
    """One sum of a statement that does not add up, as told and as it should be.

    code: a sum of lines.yaml, or "opening_is_prior_closing". grave: makes the statement "unverified".
    """

    code: str
    line: Line
    told: Money
    expected: Money
    grave: bool


@dataclass(frozen=True)
class StatementView:
    """One period's statement, its last version, with what is wrong about it."""

    period_end: date
    months: int
    version: int
    currency: str
    is_consolidated: bool
    opinion: str  # unqualified, emphasis, qualified, adverse, disclaimer, "": not audited or not told
    is_consistent: bool  # False: "unverified"
    told_on: date
    figures: tuple[Figure, ...]  # in the order of lines.yaml
    checks: tuple[Check, ...]  # those that failed

    def amount(self, code: str) -> Money | None:
        """The figure of a line; None: not told."""
        return next((figure.amount for figure in self.figures if figure.line.code == code), None)


@dataclass(frozen=True)
class TableRow:
    """One line over several statements; None: not told in that one."""

    line: Line
    amounts: tuple[Money | None, ...]


@dataclass(frozen=True)
class StatementTable:
    """Statements side by side, the newest first."""

    statements: tuple[StatementView, ...]
    rows: tuple[TableRow, ...]


@dataclass(frozen=True)
class TradeMonth:
    """One month of what the customer sold and bought, without tax, void invoices left out."""

    month: date  # its first day
    sold: Money
    bought: Money


@dataclass(frozen=True)
class Counterparty:
    """One buyer or supplier of the customer in the months looked at."""

    name: str
    invoices: int
    net: Money
    share: float  # of the side's net money, 0 to 1


@dataclass(frozen=True)
class TradeSide:
    """Sales or purchases over the months looked at."""

    side: str  # sale, purchase
    invoices: int  # void ones left out
    void: int
    red_letter: int  # below zero, not void
    net: Money
    tax: Money
    counterparties: int
    largest: tuple[Counterparty, ...]


@dataclass(frozen=True)
class TradeSummary:
    """A customer's own trade, by its VAT invoices."""

    first_on: date
    last_on: date
    months: tuple[TradeMonth, ...]  # oldest first, without a gap
    sides: tuple[TradeSide, ...]  # sale, purchase
