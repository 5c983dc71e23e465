"""What goes through the door: buckets as written, ageing as asked and found, proofs, confirmations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from xinheng.base.kernel.language import reads_chinese
from xinheng.base.kernel.money import Money
from xinheng.base.kernel.periods import add_months
from xinheng.facts.archive.values import Upload
from xinheng.judgements.policies.values import Code, Marked, Part, Source, Worded

Dimension = Literal[
    "customer", "group", "salesperson", "unit", "region", "grade", "industry", "segment", "kind"
]
DIMENSIONS: tuple[Dimension, ...] = (
    "customer", "group", "salesperson", "unit", "region", "grade", "industry", "segment", "kind",
)  # fmt: skip
OF_THE_LINE = ("segment", "kind")  # dimensions of a bill; the others are of its customer
Language = Literal["zh-hans", "en"]
Form = Literal["statement", "letter"]
Way = Literal["post", "courier", "email", "fax", "chat", "by_hand"]
Cause = Literal["timing", "missing_bill", "missing_receipt", "dispute", "error"]
CampaignKind = Literal["quarterly", "yearly", "other"]
FORMS: tuple[Form, ...] = ("letter", "statement")
WAYS: tuple[Way, ...] = ("post", "courier", "email", "fax", "chat", "by_hand")
CAUSES: tuple[Cause, ...] = ("timing", "missing_bill", "missing_receipt", "dispute", "error")
CAMPAIGN_KINDS: tuple[CampaignKind, ...] = ("quarterly", "yearly", "other")
STATES = ("drawn", "sent", "agreed", "differs", "settled")
SORTS = ("made", "customer", "balance", "reply_by", "state")


class BucketSet(Marked):
    """One way to cut ageing. upto: the last day or year of each bucket; a last bucket has no end.

    counts_from: due_on counts days past due, billed_on the age of the claim.
    """

    code: Code
    counts_from: Literal["due_on", "billed_on"]
    unit: Literal["days", "years"]
    upto: Annotated[tuple[Annotated[int, Field(ge=0, le=36_500)], ...], Field(min_length=1, max_length=24)]

    @property
    def codes(self) -> tuple[str, ...]:
        """A code a bucket: "0" up to it is not due, "1-30", ">360"; of years "y0-1", "y>5"."""
        unit, begins = ("y" if self.unit == "years" else ""), (0, *self.upto[:-1])
        made = []
        for begin, end in zip(begins, self.upto, strict=True):
            first = begin if self.unit == "years" else begin + 1
            made.append(f"{unit}{first}-{end}")
        if self.unit == "days" and self.upto[0] == 0:
            made[0] = "not_due"
        return (*made, f"{unit}>{self.upto[-1]}")

    def last_days(self, as_of: date) -> list[date]:
        """The earliest day of each bucket but the last, which takes all before; in the order of buckets."""
        if self.unit == "days":
            return [as_of - timedelta(days=days) for days in self.upto]
        return [add_months(as_of, -12 * years) for years in self.upto]


class AgeingBuckets(Part):
    """The document of buckets, checked. usual: the set a page begins with."""

    kind: Literal["ageing_buckets"]
    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
    version: Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,19}$")]
    name: Worded
    about: Worded
    source: Source
    usual: Code
    sets: Annotated[tuple[BucketSet, ...], Field(min_length=1, max_length=20)]

    def chosen(self, code: str) -> BucketSet:
        """The set of a code, else the usual one."""
        return next((one for one in self.sets if one.code == code), self.first)

    @property
    def first(self) -> BucketSet:
        """The usual set."""
        return next(one for one in self.sets if one.code == self.usual)


def text_of(words: Worded) -> str:
    """The words in the reader's language."""
    return words.zh if reads_chinese() else words.en


@dataclass(frozen=True)
class AgeingAsked:
    """Which ageing: cut by a set of buckets, gathered by a dimension, of lines that pass the filters.

    text: finds customers. of and key: only what has this key in another dimension; key "": what has none.
    sort: a column of the frame, "-" before it for the largest first. known_on: only what was told by a day.
    """

    by: Dimension = "customer"
    buckets: str = ""
    currency: str = ""
    text: str = ""
    kind: str = ""
    of: str = ""
    key: str = ""
    sort: str = "-total"
    known_on: date | None = None


@dataclass(frozen=True)
class AgeingLine:
    """What one customer, unit, region … has open in one currency, by bucket.

    key and name: of the dimension; "" is none told. buckets: in the order of the set. total: of the buckets.
    overdue: all but what is not due; None where the set counts the age of claims.
    disputed: of it contested. prepaid: receipts that no bill has taken, beside the buckets; None where
    the dimension is of the bill, for a receipt has none.
    """

    key: str
    name: str
    currency: str
    bills: int
    buckets: tuple[Money, ...]
    total: Money
    overdue: Money | None
    disputed: Money
    prepaid: Money | None


@dataclass(frozen=True)
class Aged:
    """An ageing: its lines, their sum a currency, and the control total of each where it was reckoned."""

    as_of: date
    set: BucketSet
    by: Dimension
    lines: tuple[AgeingLine, ...]  # of the page
    number: int  # lines in all
    sums: tuple[AgeingLine, ...]
    controls: tuple[ControlSum, ...]
    from_file: bool  # whether the columnar file answered, else the database did


@dataclass(frozen=True)
class ControlSum:
    """Of one currency: what is open less what is prepaid and plus what is written off, against the facts."""

    currency: str
    shown: Money
    facts: Money

    @property
    def agrees(self) -> bool:
        """Whether both are the same, to the cent."""
        return self.shown == self.facts


@dataclass(frozen=True)
class StatementLine:
    """One document of a statement or letter; amounts of money we received are below zero."""

    what: str  # bill, credit, receipt, voided, returned, prepaid
    no: str
    on: date
    due_on: date | None
    amount: Money
    open: Money  # of a letter: what is left; of a statement: the running balance


@dataclass(frozen=True)
class Account:
    """One customer's account in one currency on a day.

    opening: the balance at the end of the day before `from_on`; of a letter zero. balance: what the lines
    come to, which is what the ledger says. Above zero the customer owes us, below zero we owe it.
    """

    currency: str
    from_on: date | None
    opening: Money
    lines: tuple[StatementLine, ...]
    balance: Money


@dataclass(frozen=True)
class Wanted:
    """Which confirmations, in which order."""

    text: str = ""
    state: str = ""
    campaign: int = 0
    late: bool = False
    sort: str = "-made"


@dataclass(frozen=True)
class NewConfirmation:
    """A letter of what is open on a day, or a statement of what moved from a day on; answered by another.

    company: ours, as it stands at the head. from_on: of a statement.
    """

    form: Form
    company: str
    as_of: date
    reply_by: date
    from_on: date | None = None
    language: Language = "zh-hans"


@dataclass(frozen=True)
class NewSending:
    """How a confirmation went out. deliver: it is yet to go, by e-mail from here, with the sealed PDF."""

    way: Way
    address: str
    sent_on: date
    reference: str = ""  # number of the parcel or message
    deliver: bool = False


@dataclass(frozen=True)
class NewAnswer:
    """What the customer answered. theirs: a figure a currency where it is not ours; slip: as it came back."""

    agrees: bool
    answered_by: str
    answered_on: date
    theirs: Mapping[str, Money] = field(default_factory=dict)
    is_sealed: bool = False
    note: str = ""
    slip: Upload | None = None


@dataclass(frozen=True)
class NewDifference:
    """One line of what explains a difference. amount: what it adds to their figure; may be below zero."""

    cause: Cause
    amount: Money
    owner: str  # login
    until_on: date
    no: str = ""
    note: str = ""


@dataclass(frozen=True)
class Likely:
    """A document near the day that may explain a difference. amount: what it would add to their figure."""

    cause: Cause
    what: str
    no: str
    on: date
    amount: Money
    fits: bool  # it alone is what is not explained


@dataclass(frozen=True)
class Selection:
    """Whom a campaign asks: any, or customers whose balance is at least so much; and of one group."""

    least: Decimal = Decimal(0)  # in the major unit of each currency, of what is owed either way
    unit: str = ""
    region: str = ""
    salesperson: str = ""
    owing_only: bool = False


@dataclass(frozen=True)
class NewCampaign:
    """A round of confirmations: as of a day, answers by another, for a selection of customers."""

    name: str
    kind: CampaignKind
    as_of: date
    reply_by: date
    company: str
    selection: Selection = field(default_factory=Selection)
    language: Language = "zh-hans"


@dataclass(frozen=True)
class Coverage:
    """How far a campaign is, in one currency: letters and money at each stage; shares 0 to 1."""

    currency: str
    chosen: int
    chosen_money: Money  # sum of balances without their sign
    sent: int
    answered: int
    answered_money: Money
    confirmed: int
    confirmed_money: Money
    silent: int

    @property
    def answered_share(self) -> float | None:
        """Of the letters; None where there are none."""
        return self.answered / self.chosen if self.chosen else None

    @property
    def confirmed_share(self) -> float | None:
        """Of the money; None where there is none."""
        return self.confirmed_money.minor / self.chosen_money.minor if self.chosen_money.minor else None
