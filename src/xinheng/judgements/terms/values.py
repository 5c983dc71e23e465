"""What goes through the door: terms to be granted, an offer to be looked at, and what was found."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from xinheng.base.kernel.money import Money
from xinheng.judgements.terms.document import Grade, Paying, TermsPolicy

How = Literal["credit", "delivery", "prepaid"]  # on account; cash on delivery; before shipment
Strength = Literal["refuse", "ask", "tell"]  # never; with an approved exception; said and no more
Subject = Literal["price", "rush", "cooperation", "days", "settlement", "restore", "reward", "measure"]
PriceKind = Literal["control", "market", "lowest"]  # internal control price; market; the market's lowest
WAYS = ("transfer", "cash", "bill_of_exchange", "pledge", "set_off")


@dataclass(frozen=True)
class NewTerms:
    """Terms said of a customer. payment: how it pays; days: of credit, only where it pays on account.

    until_on: their last day; None: until others are granted. source: what they rest on, as
    "application:12", "grade:pts" or "breach:pts"; "" is a word by hand.
    """

    reason: str
    payment: str
    days: int | None = None
    segment: str = ""
    until_on: date | None = None
    source: str = ""


@dataclass(frozen=True)
class NewPrice:
    """What a product costs from a day on by one measure."""

    product: str
    kind: PriceKind
    price: Money
    from_on: date


@dataclass(frozen=True)
class NewRequest:
    """An exception asked for. subject_no: the order or offer it is for; until_on: its last day."""

    what: Subject
    reason: str
    subject_no: str = ""
    figure: str = ""
    until_on: date | None = None


@dataclass(frozen=True)
class Offer:
    """What a customer is to be offered, as far as it is known.

    price: of one unit of the product; margins: of each line, as shares of its price; ways: how it will
    settle. reviewed: what the examination of the order found, where the grade wants one (PTS-10).
    """

    on: date
    payment: How = "credit"
    terms_days: int | None = None
    amount: Money | None = None
    product: str = ""
    price: Money | None = None
    discount_percent: Decimal | None = None
    is_rush: bool = False
    promised_on: date | None = None
    ways: tuple[str, ...] = ()
    margins: tuple[Decimal, ...] = ()
    reviewed: str = ""


@dataclass(frozen=True)
class Purchases:
    """What one purchase and one purchase cycle of a customer are (FOU-03).

    orders: how many were looked at; cycle_days: None where there were too few to tell.
    """

    orders: int
    cap_minor: int | None
    cycle_days: int | None


@dataclass(frozen=True)
class Level:
    """The terms of payment a grade comes to. days: the most on account; None: no credit, or no bound set.

    step: the place of the grade whose terms of payment hold, from 0; lowered: by how many steps.
    """

    payment: How
    days: int | None
    months: int | None
    at_least: int | None
    step: int
    lowered: int = 0


@dataclass(frozen=True)
class Finding:
    """One thing about an offer. figure: what was offered; bound: what the grade entitles to."""

    code: str
    strength: Strength
    figure: str = ""
    bound: str = ""
    subject: Subject | Literal[""] = ""  # the exception that would clear it


@dataclass(frozen=True)
class Entitlement:
    """What a customer is entitled to on a day by one policy.

    grade: the approved one; None where none stands or its validity is over, and then nothing is granted.
    rating: the grade as it stands, valid or not. cap: the limit the grade and the record come to; None:
    no amount is set.
    """

    policy: TermsPolicy
    sha256: str
    grade: Grade | None
    rating: str
    since: date | None
    valid_until: date | None
    paying: Paying
    level: Level
    purchases: Purchases
    cap: Money | None


@dataclass(frozen=True)
class Waiting:
    """An order in the sequence of handling: by grade, then score, then day (PTS-11)."""

    order_no: str
    customer_no: str
    customer_name: str
    ordered_on: date
    ship_on: date
    undelivered: Money
    grade: str
    score: Decimal | None
    is_first: bool
    latest_on: date | None
    slack_days: int | None


@dataclass(frozen=True)
class Visiting:
    """A customer to be called or visited in a quarter; visited_on None: not yet."""

    customer_no: str
    customer_name: str
    grade: str
    visited_on: date | None = None
    how: str = ""
    note: str = ""


@dataclass(frozen=True)
class Watched:
    """What bringing terms to a day did: how many customers' terms were lowered, restored, lapsed, and the
    measures taken.
    """

    lowered: int = 0
    restored: int = 0
    lapsed: int = 0
    measures: int = 0

    def __add__(self, other: Watched) -> Watched:
        return Watched(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))


@dataclass(frozen=True)
class Wanted:
    """Which customers by their terms: every field left blank lets all pass."""

    text: str = ""
    payment: str = ""
    source: str = ""
    lowered: bool = False
