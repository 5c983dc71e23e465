"""What a grade entitles to, as a document says it. No code knows a number of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from xinheng.judgements.policies.values import (
    ApprovalStep,
    Code,
    Mark,
    Marked,
    Note,
    Part,
    Source,
    Worded,
)

Days = Annotated[int, Field(ge=0, le=3650)]
Share = Annotated[Decimal, Field(ge=-1, le=1)]
Percent = Annotated[Decimal, Field(ge=-100, le=100)]


class Stated(Part):
    """Something the source gave, we assumed, or the source lost."""

    mark: Mark
    clause: str = ""
    note: Note = None


class Paying(Stated):
    """How a grade pays. On account: at most `days`, or `months` counted from the delivery, whichever is set.

    at_least: the fewest days of credit. cycle: no longer than one purchase cycle. soft: "in principle", so
    that later payment may be asked for as an exception; else nobody lets it pass.
    """

    how: Literal["credit", "delivery", "prepaid"]
    days: Days | None = None
    months: Annotated[int, Field(ge=1, le=60)] | None = None
    at_least: Days | None = None
    cycle: bool = False
    soft: bool = False


class Pricing(Stated):
    """The lowest price in percent of one measure: -5 is five percent below it. soft: in principle."""

    against: Literal["control", "market", "lowest"] = "control"
    floor_percent: Percent
    soft: bool = True


class Discount(Stated):
    """The largest discount, in percent."""

    at_most_percent: Annotated[Decimal, Field(ge=0, le=100)]


class Promise(Stated):
    """Days from a regular order to its delivery; without days it is promised case by case.

    review: an order is taken only once it was examined and the finding noted.
    """

    days: Days | None = None
    review: bool = False


class Rush(Stated):
    """Whether an order may be pushed in before others."""

    allowed: Literal["allow", "ask", "refuse"]


class Settling(Stated):
    """Ways of settling that are taken; any other is refused."""

    ways: Annotated[
        tuple[Literal["transfer", "cash", "bill_of_exchange", "pledge", "set_off"], ...],
        Field(min_length=1),
    ]


class Cooperation(Stated):
    """Whether anything is sold to the grade at all."""

    allowed: Literal["yes", "ask", "no"]


class Ceiling(Stated):
    """The most a grade may owe: the smallest of what is set, from the grade and from the record.

    amount: yuan. purchases: times its usual purchase. months: times its usual monthly purchases of a year.
    step_percent: of the ceiling, by which a limit rises at one review. Nothing set: the site must set it.
    """

    amount: Annotated[int, Field(ge=0)] | None = None
    purchases: Annotated[Decimal, Field(gt=0, le=100)] | None = None
    months: Annotated[Decimal, Field(gt=0, le=60)] | None = None
    step_percent: Annotated[Decimal, Field(gt=0, le=100)] | None = None


class Grade(Worded):
    """What one grade entitles to. A part that is left out sets no bound."""

    grade: str
    paying: Paying
    pricing: Pricing | None = None
    discount: Discount | None = None
    promise: Promise | None = None
    rush: Rush | None = None
    settling: Settling | None = None
    cooperation: Cooperation | None = None
    ceiling: Ceiling | None = None


class Downgrade(Stated):
    """So many breaches in one calendar quarter lower the mode of payment one step; the grade stays.

    grace_days: days late that are no breach.
    """

    breaches: Annotated[int, Field(ge=1, le=99)]
    grace_days: Days = 0


class History(Stated):
    """One purchase is the mean of the last `orders`; fewer than `at_least`: the next grade's terms hold."""

    orders: Annotated[int, Field(ge=2, le=100)]
    at_least: Annotated[int, Field(ge=2, le=100)]


class MarginStep(Part):
    """From a margin on, so many days at most; 0: cash."""

    margin: Share
    days: Days


class Margins(Stated):
    """The margin of a product bounds the days of credit. mixed: the line allowed least, or each its own."""

    mixed: Literal["shortest", "each"] = "shortest"
    below_days: Days = 0  # below the lowest margin named
    steps: Annotated[tuple[MarginStep, ...], Field(min_length=1)]


class Answer(Stated):
    """Natural hours until an inquiry or a letter is answered."""

    hours: Annotated[int, Field(ge=1, le=8760)]


class Visits(Stated):
    """The grades whose customers are called or visited every calendar quarter."""

    grades: Annotated[tuple[str, ...], Field(min_length=1)]


class Measure(Marked):
    """What so many breaches in a quarter lead to. percent: by how much the limit falls."""

    code: Code
    breaches: Annotated[int, Field(ge=1, le=99)]
    what: Literal["suspend", "reduce_limit"]
    percent: Annotated[int, Field(ge=1, le=100)] | None = None


class Reward(Marked):
    """What quarters without a breach let somebody propose; nothing of it holds without approval."""

    code: Code
    quarters: Annotated[int, Field(ge=1, le=40)]
    what: Literal["raise_limit", "discount", "more_days"]
    by: Annotated[int, Field(ge=1, le=1000)]  # percent, or days


class Slot(Marked):
    """A rule whose text is lost: its place is kept, and it never fires."""

    code: Code


class TermsPolicy(Part):
    """Terms by grade, the best grade first. code: that of the rating policy whose grades they are.

    ungraded: terms of payment where no approved grade is valid. exceptions: who approves an exception.
    """

    kind: Literal["terms"]
    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
    version: Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,19}$")]
    name: Worded
    about: Worded
    source: Source
    grades: Annotated[tuple[Grade, ...], Field(min_length=1)]
    ungraded: Paying
    exceptions: Annotated[tuple[ApprovalStep, ...], Field(min_length=1)]
    downgrade: Downgrade | None = None
    history: History | None = None
    margins: Margins | None = None
    answer: Answer | None = None
    visits: Visits | None = None
    measures: tuple[Measure, ...] = ()
    rewards: tuple[Reward, ...] = ()
    slots: tuple[Slot, ...] = ()

    def place_of(self, grade: str) -> int | None:
        """The place of a grade, from 0; None: the document does not name it."""
        return next((place for place, one in enumerate(self.grades) if one.grade == grade), None)
