"""What goes through the door: what is asked for, proposed from which figures, previewed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from xinheng.base.kernel.money import Money

State = Literal["draft", "open", "returned", "approved", "rejected", "withdrawn"]
Payment = Literal["credit", "prepaid", "delivery"]
SORTS = ("no", "customer", "amount", "applied", "due")


@dataclass(frozen=True)
class NewApplication:
    """What is asked for. amount 0: no credit any more. until_on: last day of a temporary limit.

    answers: of the form, by the codes of its fields. method: the proposal it rests on, "" as the
    rules choose.
    """

    amount: Money
    days: int
    reason: str
    payment: Payment = "credit"
    kind: Literal["fixed", "temporary"] = "fixed"
    reach: Literal["own", "group"] = "own"
    segment: str = ""
    until_on: date | None = None
    answers: dict[str, Any] = field(default_factory=dict)
    method: str = ""
    why_method: str = ""


@dataclass(frozen=True)
class Statement:
    """The figures of a customer's last yearly statement the methods take, in minor units; None: not told.

    The mean_ figures are of opening and closing balance.
    """

    period_end: date
    current_assets: int | None = None
    inventories: int | None = None
    current_liabilities: int | None = None
    liabilities: int | None = None
    equity: int | None = None
    intangible: int | None = None
    revenue: int | None = None
    cost: int | None = None
    profit: int | None = None
    loans: int | None = None
    mean_inventories: int | None = None
    mean_receivables: int | None = None
    mean_payables: int | None = None
    mean_prepaid: int | None = None
    mean_received: int | None = None


@dataclass(frozen=True)
class Known:
    """All that the methods look at. None and empty: not known.

    purchases: billed by us in 365 days; orders: of the last ones, the newest first; highest: the highest
    balance at a month's end of the last year; references: limits others give.
    """

    grade: str = ""
    days: int = 0
    statement: Statement | None = None
    purchases: int | None = None
    orders: tuple[int, ...] = ()
    highest: int | None = None
    growth: Decimal | None = None  # percent expected
    own_funds: int | None = None
    other_sources: int | None = None
    references: tuple[int, ...] = ()


@dataclass(frozen=True)
class Proposal:
    """What one method proposes. minor None: not computable, for want of `missing`.

    inputs: every figure it took, by name, as text.
    """

    code: str
    method: str
    counts: bool
    minor: int | None
    inputs: tuple[tuple[str, str], ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Proposed:
    """The proposals side by side, and what comes of them. minor None: none of those that count is computable.

    bounds: what cut it, as code and minor units: ceiling of the grade, group limit, step below.
    """

    proposals: tuple[Proposal, ...]
    chosen: str
    minor: int | None
    bounds: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Met:
    """A condition that refuses credit and is met. what: the evidence, or bills of the ledger."""

    code: str
    what: str
    since: date


@dataclass(frozen=True)
class Wanted:
    """Which applications. mine: those one applied for; waiting: those one may sign; late: past their day."""

    text: str = ""
    state: str = ""
    rules: str = ""
    grade: str = ""
    mine: bool = False
    waiting: bool = False
    late: bool = False
    sort: str = "-no"


@dataclass(frozen=True)
class BatchRow:
    """One limit to be changed, as a file or a form told it. row: its place in the file, from 2; 0: none."""

    customer_no: str
    amount: Money
    row: int = 0


@dataclass(frozen=True)
class Selection:
    """Limits chosen by grade: every fixed limit of the grade changed by percent, or set to an amount."""

    grade: str
    percent: Decimal | None = None
    amount: Money | None = None


@dataclass(frozen=True)
class NewBatch:
    """A change of many limits: rows of a file, or a selection. origin: the file's name, or the selection."""

    rules: str
    reason: str
    origin: str
    rows: tuple[BatchRow, ...] = ()
    selection: Selection | None = None


@dataclass(frozen=True)
class NewFinding:
    """A condition told to be met. rules: their code. complaint_no: the case that shows we caused it."""

    rules: str
    condition: str
    happened_on: date
    evidence: str
    complaint_no: str = ""


@dataclass(frozen=True)
class RowFault:
    """What is wrong with a row: its place, the column, and the cause in the reader's language."""

    row: int
    field: str
    cause: str


@dataclass(frozen=True)
class Effect:
    """What a change of one limit would do. passing: held orders that would pass by it."""

    customer_no: str
    customer_name: str
    old: Money | None  # None: no limit was set, or it is without limit
    new: Money
    exposure: Money
    held: int
    passing: int

    @property
    def below(self) -> bool:
        """Whether the new limit lies below what is owed now."""
        return self.new < self.exposure


@dataclass(frozen=True)
class Preview:
    """A change of many limits before it is asked for. It can be asked for where nothing is wrong."""

    effects: tuple[Effect, ...]
    faults: tuple[RowFault, ...]

    @property
    def sums(self) -> dict[str, Any]:
        """The effects added up."""
        known = [one for one in self.effects if one.old is not None]
        return {
            "customers": len(self.effects),
            "raised": sum(one.old < one.new for one in known if one.old),
            "lowered": sum(one.new < one.old for one in known if one.old),
            "below": sum(one.below for one in self.effects),
            "passing": sum(one.passing for one in self.effects),
        }
