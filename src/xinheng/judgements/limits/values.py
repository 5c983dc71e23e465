"""What goes through the door: limits of a day, figures, verdicts, and the check policy as written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from xinheng.base.kernel.money import Money
from xinheng.judgements.policies import values as policies
from xinheng.judgements.policies.values import Code, Marked, RoleCode, Source, Worded

State = Literal["not_assessed", "no_credit", "unlimited", "limited", "expired"]
Kind = Literal["fixed", "temporary", "insured", "guaranteed"]
Reach = Literal["own", "group"]
Stage = Literal["order", "delivery"]
Strength = Literal["warn", "hold", "stop"]
Verdict = Literal["passed", "held", "rejected", "released"]
Check = Literal[
    "limit", "document", "first", "oldest", "overdue_share", "overdue_amount", "dunning", "late_days",
    "review", "status", "terms", "critical", "papers", "payment",
]  # fmt: skip
OrderKind = Literal["standard", "rush"]
Payment = Literal["credit", "prepaid", "delivery"]


class Rule(Marked):
    """One check of the policy. What it compares and which keys it takes depends on `check`:

    limit: exposure with the document against the limit; horizon_days: only undelivered orders planned up to
      then count; over_percent, over_amount: the excess that is let pass. Sub-limits of a component bind too.
    document: the document's value against at_most.
    first: the value of a customer's first order against at_most.
    oldest: days the oldest open bill is past due against at_most.
    overdue_share: percent of what is receivable that is more than `days` past due against at_most.
    overdue_amount: what is more than `days` past due against at_most (yuan).
    dunning: the highest level of a reminder that stands against at_most.
    late_days: how many days late the customer pays by habit against at_most.
    review: days since the next review was due against at_most.
    status: the account's status is one of `statuses`.
    terms: days of credit asked for against the days agreed and at_most more.
    papers: papers of the customer's dossiers that gate "order.check" and are missing or run out, against
      at_most (none).
    payment: the order is paid in one of the ways of `payments`, which takes a signature: who has the
      authority releases it.
    critical: the `fields` of the order that differ from what is agreed with the customer.
    An equal figure passes. classes, kinds, segments: only accounts of these risk classes, orders of these
    kinds, in these segments; none named: all of them.
    """

    code: Code
    check: Check
    stages: tuple[Stage, ...] = ("order", "delivery")
    classes: tuple[str, ...] = ()
    kinds: tuple[OrderKind, ...] = ()
    segments: tuple[str, ...] = ()
    strength: Strength = "hold"
    at_most: Annotated[int, Field(ge=0)] | None = None
    days: Annotated[int, Field(ge=0, le=3650)] = 0
    horizon_days: Annotated[int, Field(ge=0, le=3650)] | None = None
    over_percent: Annotated[int, Field(ge=0, le=100)] = 0
    over_amount: Annotated[int, Field(ge=0)] = 0
    statuses: tuple[Literal["watch", "hold", "stop"], ...] = ()
    fields: tuple[Literal["payment", "terms", "currency"], ...] = ()
    payments: tuple[Payment, ...] = ()


class Exclusion(Marked):
    """Documents that some rules are not asked about: all that is named must fit, what is left empty fits all.

    rules: codes of the rules left out; none named: every rule. at_most: the document's value (yuan).
    """

    code: Code
    rules: tuple[Code, ...] = ()
    stages: tuple[Stage, ...] = ("order", "delivery")
    classes: tuple[str, ...] = ()
    kinds: tuple[OrderKind, ...] = ()
    segments: tuple[str, ...] = ()
    payments: tuple[Payment, ...] = ()
    at_most: Annotated[int, Field(ge=0)] | None = None


class Authority(Marked):
    """What these roles may release: an excess up to an amount (yuan) and so many days overdue; none: any."""

    code: Code
    roles: Annotated[tuple[RoleCode, ...], Field(min_length=1)]
    over_at_most: Annotated[int, Field(ge=0)] | None = None
    overdue_days_at_most: Annotated[int, Field(ge=0)] | None = None


class Checks(policies.Part):
    """A check policy: its rules are asked in their order, and every one that does not pass is told.

    What an exclusion leaves out is not asked; then the rules are asked, all of them; the hardest one decides.
    authorities: who may release what; where none is named whoever has the right may release anything.
    decide_within_days: working days after which a held order that nobody decided on is reminded of.
    """

    kind: Literal["checks"]
    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
    version: Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,19}$")]
    name: Worded
    about: Worded
    source: Source
    rules: Annotated[tuple[Rule, ...], Field(min_length=1)]
    exclusions: tuple[Exclusion, ...] = ()
    authorities: tuple[Authority, ...] = ()
    decide_within_days: Annotated[int, Field(ge=0, le=250)] | None = None


@dataclass(frozen=True)
class NewLimit:
    """A word on a limit. amount: only where it is limited; 0 is no credit, and said so.

    state: limited, no_credit, unlimited, or withdrawn: what was said of the kind before holds no more.
    component: "" for all that is owed; receivable, delivered or ordered: a sub-limit of that part.
    from_on: None is the day it is told. until_on: its last day.
    """

    reason: str
    amount: Money | None = None
    state: Literal["limited", "no_credit", "unlimited", "withdrawn"] = "limited"
    kind: Kind = "fixed"
    reach: Reach = "own"
    component: str = ""
    segment: str = ""
    from_on: date | None = None
    until_on: date | None = None


@dataclass(frozen=True)
class NewProfile:
    """What is said anew of an account; None: it stays.

    payment: how it is agreed to pay: credit, prepaid or delivery; "" nothing is agreed. terms_days: days of
    credit agreed. dunning_level: the highest level of a reminder that stands, as the ledger tells it.
    """

    reason: str
    status: str | None = None
    risk_class: str | None = None
    review_on: date | None = None
    payment: str | None = None
    terms_days: int | None = None
    dunning_level: int | None = None
    segment: str = ""


@dataclass(frozen=True)
class LimitWord:
    """One word on a limit, as it was told. until_on: its last day."""

    kind: Kind
    state: str
    minor: int
    from_on: date
    until_on: date | None
    reach: Reach = "own"
    component: str = ""


@dataclass(frozen=True)
class Effective:
    """What holds on a day. minor: own limit, insured and guaranteed parts added; only for `limited`.

    kind: whether the fixed or a temporary limit holds. until: its last day.
    """

    state: State
    minor: int = 0
    insured_minor: int = 0
    guaranteed_minor: int = 0
    kind: Literal["fixed", "temporary"] = "fixed"
    until: date | None = None


@dataclass(frozen=True)
class Exposure:
    """What a customer owes us or has ordered, by component, in one currency.

    ordered: what is undelivered; held: what of that is on held or rejected orders and does not count.
    foreign: what stands in other currencies, converted.
    """

    currency: str
    receivable: int
    prepaid: int
    delivered: int
    ordered: int
    held: int
    foreign: int

    @property
    def minor(self) -> int:
        """What counts against the limit."""
        return self.receivable - self.prepaid + self.delivered + self.ordered - self.held + self.foreign


@dataclass(frozen=True)
class Group:
    """A customer at or above the one asked about that has a limit for itself and all below it."""

    no: str
    minor: int  # exposure of all of them
    limit: Effective


@dataclass(frozen=True)
class Part:
    """A component of the exposure that has a limit of its own."""

    component: str
    minor: int
    limit: Effective


@dataclass(frozen=True)
class Asked:
    """What a document asks for, as far as rules look at it."""

    payment: str = "credit"
    kind: str = "standard"
    currency: str = "CNY"
    terms_days: int | None = None


@dataclass(frozen=True)
class Document:
    """What is checked, in the account's currency: what it would add, and its whole value; None: no rate."""

    minor: int | None
    whole: int | None
    asked: Asked = Asked()


@dataclass(frozen=True)
class Figures:
    """All that the rules look at when a document of `minor` is checked. None: not known.

    beyond: undelivered orders planned after the horizon of a rule, by the days of the horizon.
    overdue: what is more than N days past due, by N.
    """

    on: date
    minor: int  # what the document would add
    document: int  # its whole value
    exposure: Exposure
    limit: Effective
    groups: tuple[Group, ...]
    status: str
    risk_class: str
    review_on: date | None
    oldest_due_on: date | None
    beyond: dict[int, int]
    overdue: dict[int, int]
    asked: Asked
    terms_agreed: int | None
    payment_agreed: str  # "": nothing is agreed
    is_convertible: bool
    segment: str = ""
    parts: tuple[Part, ...] = ()
    dunning_level: int = 0
    late_days: int | None = None
    is_first: bool = False  # the customer never ordered before
    papers: tuple[tuple[str, str], ...] = ()  # in Chinese and English, those missing or run out


@dataclass(frozen=True)
class Reason:
    """A rule that did not pass. figure: what was found; bound: what it may be; over: by how much (分)."""

    rule: str
    check: str
    strength: Strength
    cause: str
    figure: int | None = None
    bound: int | None = None
    over: int | None = None
    group_no: str = ""
    papers_zh: str = ""  # the papers that are missing or have run out
    papers_en: str = ""


@dataclass(frozen=True)
class Headroom:
    """What an account may still take on; minor None: without limit, or none known."""

    segment: str
    exposure: Exposure
    limit: Effective
    groups: tuple[Group, ...]

    @property
    def left(self) -> Money | None:
        """The tightest of the customer's own headroom and its groups'; None where none is limited."""
        sides = [(self.exposure.minor, self.limit), *((group.minor, group.limit) for group in self.groups)]
        rooms = [limit.minor - minor for minor, limit in sides if limit.state != "unlimited"]
        return Money(min(rooms), self.exposure.currency) if rooms else None


@dataclass(frozen=True)
class Checked:
    """What a check came to."""

    order_no: str
    verdict: Verdict
    reasons: tuple[Reason, ...]
    decision_id: int
