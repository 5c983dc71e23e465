"""What goes through the door: the rules of cash application as written, and what was proposed and decided."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Literal

import polars as pl
from pydantic import Field

from xinheng.base.kernel.money import Money
from xinheng.judgements.policies.values import Part, Worded

Case = Literal[
    "named_equal", "named_fee", "named_part", "exact", "statement", "discount", "all_open", "oldest_sum",
    "exact_oldest", "exact_fee", "subset", "subset_doubtful", "named_over", "named_short", "oldest",
    "remainder",
]  # fmt: skip
Pays = Literal["", "oldest_first", "by_statement"]
State = Literal["applied", "waiting", "rejected", "undone", "superseded"]
STATES: tuple[State, ...] = ("applied", "waiting", "rejected", "undone", "superseded")
SORTS = ("confidence", "amount", "received", "customer")
WRITE_DOWNS = ("fee", "discount")  # of what a short payment is excused
BANK_STATES = ("unknown", "posted", "aside")
Percent = Annotated[Decimal, Field(gt=0, lt=100)]
Yuan = Annotated[Decimal, Field(ge=0, le=10_000, decimal_places=2)]


class Way(Part):
    """A way to find what a receipt pays. confidence: 0 to 1, what share of its matches are right."""

    way: Case
    confidence: Annotated[Decimal, Field(ge=0, le=1)]
    zh: str
    en: str


class Discount(Part):
    """Percent off what is paid within so many days of billing."""

    percent: Percent
    within_days: Annotated[int, Field(ge=0, le=365)]


class CustomerRule(Part):
    """How some customers pay. fee_upto: what a bank may keep of a payment, instead of the general figure."""

    customers: Annotated[tuple[str, ...], Field(min_length=1)]
    pays: Pays = ""
    discount: Discount | None = None
    fee_upto: Yuan | None = None


class Payer(Part):
    """Who else pays for a customer: a name or an account as the bank writes it."""

    customer: str
    name: str = ""
    account: str = ""


class MatchingRules(Part):
    """The rules of cash application, checked. ways: asked in this order, those left out are not asked."""

    kind: Literal["matching_rules"]
    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
    version: Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,19}$")]
    name: Worded
    about: Worded
    automatic_from: Annotated[Decimal, Field(ge=0, le=1)]  # this confidence and more is applied at once
    automatic_upto: Annotated[Decimal, Field(gt=0)] | None = (
        None  # larger receipts go to a person; major units
    )
    shortest_name: Annotated[int, Field(ge=3, le=20)]  # signs of a bill number that must be met
    most_lines: Annotated[int, Field(ge=2, le=30)]  # of which subsets are looked for, the oldest of more
    most_by_chance: Annotated[Decimal, Field(gt=0)]  # subsets expected to add up by accident; more: doubtful
    fee_upto: Yuan  # what a bank may keep of a payment, in major units of its currency
    fee_share: Annotated[Decimal, Field(gt=0, le=1)]  # and at most this share of the payment
    accounts: dict[Literal["fee", "discount"], str]  # of the books, for what is written down
    ways: Annotated[tuple[Way, ...], Field(min_length=1)]
    rules: tuple[CustomerRule, ...] = ()
    payers: tuple[Payer, ...] = ()


@dataclass(frozen=True)
class Proposed:
    """What a pass over receipts and open lines found.

    proposals: receipt_id, way, confidence (0 to 1), alternatives (how many sets of lines fit as well,
    this one included), write_down ("fee", "discount" or ""), write_down_minor. A receipt has one at most.
    pairs: receipt_id, source ("receipt", "credit" or "write_down"), credit_line (null: no credit bill),
    line, minor (above zero), in the order they are settled.
    """

    proposals: pl.DataFrame
    pairs: pl.DataFrame


@dataclass(frozen=True)
class Outcome:
    """What a run came to, in receipts and in money."""

    run: int
    receipts: int
    applied: int
    waiting: int
    unmatched: int
    applied_minor: dict[str, int] = field(default_factory=dict)  # by currency
    ways: dict[str, int] = field(default_factory=dict)  # receipts by way, applied or waiting


@dataclass(frozen=True)
class Wanted:
    """Which proposals are asked for, and in which order."""

    text: str = ""  # customer, receipt or payer
    state: str = "waiting"
    way: str = ""
    run: int = 0
    sort: str = "-confidence"


@dataclass(frozen=True)
class ChosenLine:
    """What a person says a receipt pays of a bill. credit_bill_no: instead, a credit bill pays it."""

    bill_no: str
    amount: Money
    credit_bill_no: str = ""


@dataclass(frozen=True)
class BankTaken:
    """What a bank statement came to, in lines. posted: as receipts; unknown: nobody knows who paid."""

    new: int
    known_before: int
    posted: int
    unknown: int
