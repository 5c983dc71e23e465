"""What goes through the door: what is asked of a replay, the ledger it reads, and what it came to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import polars as pl

How = Literal["table", "mean_sales", "highest_balance", "present", "unlimited"]
RunState = Literal["waiting", "running", "done", "cancelled", "failed"]
Source = Literal["files", "books"]
Outcome = Literal["good", "late", "unpaid", "open", "not_billed"]

ORDERS = {
    "order_no": pl.String,
    "customer_no": pl.String,
    "on": pl.Date,
    "ship_on": pl.Date,
    "minor": pl.Int64,
    "payment": pl.String,
    "kind": pl.String,
    "segment": pl.String,
}
DELIVERIES = {"order_no": pl.String, "customer_no": pl.String, "on": pl.Date, "minor": pl.Int64}
BILLS = {
    "bill_no": pl.String,
    "order_no": pl.String,
    "customer_no": pl.String,
    "on": pl.Date,
    "due_on": pl.Date,
    "minor": pl.Int64,
}
RECEIPTS = {"bill_no": pl.String, "customer_no": pl.String, "on": pl.Date, "minor": pl.Int64}
ENDS = {"order_no": pl.String, "on": pl.Date}
BLOCKS = {"order_no": pl.String, "on": pl.Date, "until_on": pl.Date}
LIMITS = {
    "customer_no": pl.String,
    "from_on": pl.Date,
    "until_on": pl.Date,
    "state": pl.String,
    "minor": pl.Int64,
}
ACCOUNTS = {"customer_no": pl.String, "status": pl.String, "risk_class": pl.String, "name": pl.String}


@dataclass(frozen=True)
class Note:
    """Something a reader must know of a replay: an assumption, rows left out, a rule that was not replayed.

    what: a code that wording.NOTES puts in words. told: what the words name.
    """

    what: str
    told: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class LimitsPlan:
    """Where limits come from. factor: percent of the mean month or of the highest balance."""

    how: How = "unlimited"
    factor: int = 300
    months: int = 12


@dataclass(frozen=True)
class Plan:
    """What to replay. policy: its name and text; files: names of what was handed in.

    from_on: the first day that is checked; None: when limits can be known. until_on: the last; None: the last
    told. late_days: a bill paid so many days after it was due, or later, was late. margin: percent of what
    was sold. terms_days, paid_after_days: assumed where no bill, or no receipt, is told; None: not assumed.
    """

    policy: str
    text: str
    source: Source = "files"
    files: tuple[str, ...] = ()
    limits_file: str = ""  # which of them tells limits
    mapping: str = ""
    limits: LimitsPlan = LimitsPlan()
    from_on: date | None = None
    until_on: date | None = None
    late_days: int = 30
    margin: int = 20
    currency: str = ""
    terms_days: int | None = None
    paid_after_days: int | None = None


@dataclass(frozen=True)
class Ledger:
    """A past: every table by the columns above, amounts in minor units of one currency."""

    currency: str
    orders: pl.DataFrame
    deliveries: pl.DataFrame
    bills: pl.DataFrame
    receipts: pl.DataFrame
    ends: pl.DataFrame
    blocks: pl.DataFrame
    limits: pl.DataFrame
    accounts: pl.DataFrame
    notes: tuple[Note, ...] = ()
    has_blocks: bool = False

    @property
    def documents(self) -> int:
        """How many documents were told."""
        frames = (self.orders, self.deliveries, self.bills, self.receipts, self.ends)
        return sum(frame.height for frame in frames)


@dataclass(frozen=True)
class Wanted:
    """Which orders of a replay to list."""

    verdict: str = ""
    reason: str = ""
    outcome: str = ""
    block: str = ""
    text: str = ""
    sort: str = "on"


def frame(schema: dict[str, Any]) -> pl.DataFrame:
    """No rows of the columns."""
    return pl.DataFrame(schema=schema)
