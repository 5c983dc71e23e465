"""What the reports hand to pages, API and command line."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from xinheng.base.kernel.money import Money
from xinheng.facts.receivables.values import Totals
from xinheng.judgements.consumers.values import ConsumerNow

SortKey = Literal[
    "no", "name", "industry", "region", "salesperson", "grade", "approved", "review", "balance", "overdue",
    "turnover",
]  # fmt: skip
SORT_KEYS: tuple[SortKey, ...] = (
    "no", "name", "industry", "region", "salesperson", "grade", "approved", "review", "balance", "overdue",
    "turnover",
)  # fmt: skip
MEASURED_KEYS: frozenset[str] = frozenset({"balance", "overdue", "turnover"})
RATED_KEYS: frozenset[str] = frozenset({"grade", "approved", "review"})
INCOMPLETE_KEYS: frozenset[str] = MEASURED_KEYS | RATED_KEYS | {"salesperson"}  # a customer may have none
Form = Literal["xlsx", "csv", "parquet"]  # Excel speaks to people; CSV and Parquet give codes to programs
Printed = Literal["xlsx", "pdf"]  # what people print
NOT_GRADED = "-"  # a filter's word for customers the run could not grade


@dataclass(frozen=True)
class ToldDifference:
    """One thing that differs between two policies, in the reader's words; blank where a side lacks it.

    part: of the policy. name, code: which of the part. field: what of it. kind: for marks and programs.
    """

    kind: Literal["added", "removed", "changed", "moved"]
    kind_word: str
    part: str
    code: str
    name: str
    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Wanted:
    """Which customers a list shows. An empty text filters nothing.

    text: part of a name, pinyin initials or a code. grade: one grade of the latest run, or NOT_GRADED.
    approved: one approved grade by the policy of that run, or NOT_GRADED for customers without.
    section: a letter of GB/T 4754. unit: a unit's code, its sub-units included. lacking: customers that
    have no value for this sort key, so no place in that order.
    """

    text: str = ""
    grade: str = ""
    approved: str = ""
    section: str = ""
    region: str = ""
    size_class: str = ""
    salesperson: str = ""
    unit: str = ""
    status: str = ""
    overdue: bool = False
    lacking: str = ""


@dataclass(frozen=True)
class Order:
    """The order of a list and the place in it: after or before the customer with this id."""

    key: SortKey = "no"
    descending: bool = False
    after: int | None = None
    before: int | None = None
    likely: str = ""  # a typed text; where few are found, those it likeliest means come first


@dataclass(frozen=True)
class ApprovedGrade:
    """The grade that stands for a customer by one policy.

    since: the day it holds from. review_due_on: when it is looked at again. valid_until: the last day it
    gives terms; None: no end. is_expired: that day is over.
    """

    policy_code: str
    role: str
    grade: str
    since: date
    review_due_on: date | None
    valid_until: date | None
    is_expired: bool


@dataclass(frozen=True)
class ProposedGrade:
    """What the newest run of one policy says of a customer. state: graded, incomplete, not_applicable."""

    policy_code: str
    policy_sha256: str
    run_id: int
    as_of: date
    state: str
    grade: str


@dataclass(frozen=True)
class OpenCase:
    """An event that called a review which nobody has done yet."""

    policy_code: str
    event: str
    evidence: str
    called_on: date
    due_on: date


@dataclass(frozen=True)
class CreditNow:
    """What is known of one customer's credit on a day. sees_…: whether the reader may see that part.

    rated: by the newest run of each policy; empty: not rated. approved: the grades that stand. arrears: a
    row a currency; empty: never billed. consumers: its electricity accounts that were judged, pay in cash
    only or are inspected; empty: none, or the reader may not see consumer risk.
    """

    customer_no: str
    customer_name: str
    on: date
    sees_grades: bool
    sees_arrears: bool
    rated: tuple[ProposedGrade, ...]
    approved: tuple[ApprovedGrade, ...]
    arrears: tuple[Totals, ...]
    cases: tuple[OpenCase, ...]
    consumers: tuple[ConsumerNow, ...] = ()

    @property
    def risk(self) -> str:
        """The worst level of its electricity accounts; blank: not assessed."""
        levels = [one.level for one in self.consumers]
        return next((level for level in ("high", "risk", "none", "not_assessable") if level in levels), "")

    @property
    def grade(self) -> str:
        """The grade that stands and has not expired, else that of the newest run; blank: not rated."""
        standing = [one.grade for one in self.approved if not one.is_expired]
        return next((grade for grade in (*standing, *(one.grade for one in self.rated)) if grade), "")


@dataclass(frozen=True)
class Line:
    """One customer of a list. None means not measured, empty text not told."""

    customer_id: int
    no: str
    name: str
    kind: str
    uscc: str
    id_number: str  # of a person, masked unless the reader may see it
    section: str
    region: str
    size_class: str
    status: str
    salesperson: str
    unit: str
    grade: str
    previous_grade: str
    rank: int | None
    approved: ApprovedGrade | None
    balance: Money | None
    overdue: Money | None
    turnover: Money | None
    longest_overdue_days: int | None

    @property
    def currency(self) -> str:
        """Of the measured amounts; nothing where none was measured."""
        amounts = (self.balance, self.overdue, self.turnover)
        return next((amount.currency for amount in amounts if amount is not None), "")


@dataclass(frozen=True)
class Listing:
    """One page of a list.

    total: how many customers match; None where counting them would keep the reader waiting (`count`
    gives it). lacking: how many of them have no place in this order, likewise.
    """

    lines: tuple[Line, ...]
    total: int | None
    lacking: int | None
    first: bool  # nothing before this page
    last: bool  # nothing after it
    run_id: int | None
    as_of: date | None  # the day of the grades
    measured_on: date | None  # the day of the figures


@dataclass(frozen=True)
class Sizes:
    """How many customers match, and how many of them have no place in the order asked for."""

    total: int
    lacking: int


@dataclass(frozen=True)
class Portfolio:
    """All customers a reader may see at once; amounts by currency, none where nothing was measured."""

    customers: int
    balances: tuple[Money, ...] = ()
    overdue: tuple[Money, ...] = ()
    measured_on: date | None = None


@dataclass(frozen=True)
class Move:
    """Customers that had one grade in the run before and have another now."""

    previous_grade: str
    grade: str
    customers: int


@dataclass(frozen=True)
class Choices:
    """What the filters of the list offer."""

    regions: tuple[str, ...] = ()
    salespeople: tuple[tuple[str, str], ...] = ()  # login, name
    units: tuple[tuple[str, str], ...] = field(default=())  # code, name


@dataclass(frozen=True)
class GradeLine:
    """One grade of a summary; "" is not graded. Shares are percent with one decimal; None: of nothing."""

    grade: str
    word: str
    customers: int
    share: Decimal | None
    running: int  # customers of this grade and the better ones
    running_share: Decimal | None
    amounts: dict[str, Money]  # measure -> what these customers were billed
    amount_shares: dict[str, Decimal | None]


@dataclass(frozen=True)
class IndustryLine:
    """One industry of a summary: its customers by grade."""

    section: str
    counts: dict[str, int]
    customers: int


@dataclass(frozen=True)
class GradeSummary:
    """One rating run as a department reports it, or (run_id 0) the approved grades of a day.

    Of the customers the reader may see.
    """

    run_id: int
    as_of: date
    policy_code: str
    policy_name: str
    policy_version: str
    grades: tuple[str, ...]  # best first
    lines: tuple[GradeLine, ...]
    customers: int
    industries: tuple[IndustryLine, ...]
    moves: tuple[Move, ...]
    currency: str
    totals: dict[str, Money]  # measure -> of all grades
    before: date | None = None  # of approved grades: the day the moves are counted from


@dataclass(frozen=True)
class ApprovedLine:
    """One customer whose grade stands. kind: accepted, override, exception, fallback or event."""

    no: str
    name: str
    section: str
    region: str
    grade: str
    kind: str
    since: date
    review_due_on: date | None
    approved_by: str
    is_expired: bool


@dataclass(frozen=True)
class CellLine:
    """One customer behind a cell of a run's tables."""

    customer_id: int
    no: str
    name: str
    section: str
    region: str
    previous_grade: str
    grade: str
    state: str
    score: float | None


Decision = Literal["granted", "conditional", "reduced", "declined"]
LetterForm = Literal["pdf", "docx"]
Security = Literal["", "guarantee", "mortgage", "pledge", "insurance", "deposit"]


@dataclass(frozen=True)
class LetterWanted:
    """What a person says of a letter: the decision, its terms, and whom to call.

    Nothing of it is free text but the address. company: one of our units; contact: one of our people or
    units; phone: digits. payment_days, prepaid_percent, limit (yuan) and security are the terms.
    tell_grade: refused and noted, unless the customer commissioned the rating and applied for its result
    to be told (LOA-03).
    """

    decision: Decision
    company: str
    contact: str
    phone: str
    payment_days: int | None = None
    prepaid_percent: int | None = None
    limit: Decimal | None = None
    security: Security = ""
    address: str = ""
    language: Literal["zh-hans", "en"] = "zh-hans"
    tell_grade: bool = False


@dataclass(frozen=True)
class DisclosureWanted:
    """What shall be given out of one decision, and to whom.

    what: "material" (the figures it was decided from) or "result" (the grade of a commissioned rating).
    """

    recipient: str
    what: Literal["material", "result"] = "material"
    role: str = ""


@dataclass(frozen=True)
class LetterPart:
    """A paragraph, or a list under its heading."""

    kind: Literal["text", "list"]
    text: str
    items: tuple[str, ...] = ()


@dataclass(frozen=True)
class Letter:
    """A letter to a customer, in words."""

    company: str
    reference: str
    day: str
    addressee: str
    subject: str
    parts: tuple[LetterPart, ...]
    closing: tuple[str, ...]
    signed: tuple[str, ...]
    footer: str


@dataclass(frozen=True)
class RowsBehind:
    """The facts one figure was made of. total: minor units, days or a number, by `how`; of all rows.

    kind: bills, invoices, statement (its lines), facts (who told what, when, by which channel) or answers.
    how: "sum", "count" or "max" where the total is the figure itself,
    else "". number: how many rows there are; `rows` are the weightiest of them.
    """

    code: str
    kind: Literal["bills", "invoices", "statement", "facts", "answers"]
    as_of: date
    how: str
    total: int | None
    unit: str
    currency: str
    number: int
    rows: tuple[dict[str, Any], ...]
    why: str = ""  # there are none
