"""What losses hand out and take in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.money import Money
from xinheng.judgements.losses.document import METHODS, Method
from xinheng.judgements.losses.targets_document import Control

__all__ = [
    "METHODS", "METHOD_WORDS", "REGISTERS", "REGISTER_KINDS", "STATES", "TOLD", "BucketLoss",
    "ControlStanding",
    "Expected",
    "FigureIn", "Method", "NewAllowance", "NewEntry", "Portfolio", "SingleLoss", "Target", "TaxHint",
]  # fmt: skip

METHOD_WORDS: dict[str, str | Promise] = {
    "given": _("rates given by the policy"),
    "flow": _("unpaid flow of the own ledger"),
    "migration": _("migration between buckets"),
}
STATES: dict[str, str | Promise] = {
    "submitted": _("waiting for approval"),
    "approved": _("approved"),
    "returned": _("returned for correction"),
    "rejected": _("rejected"),
    "withdrawn": _("withdrawn"),
}
TOLD: dict[str, str | Promise] = {
    "total_sales": _("Sales in all, with tax (yuan)"),
    "contracts_due": _("Contracts due (number)"),
    "contracts_performed": _("Contracts performed (number)"),
    "contracts_due_amount": _("Contracts due (yuan)"),
    "contracts_done_amount": _("Contracts performed (yuan)"),
    "inventory_days": _("Days of inventory"),
    "payable_days": _("Days payable"),
}
REGISTERS: dict[str, str | Promise] = {
    "control": _("Control in three stages"),
    "improvement": _("Improvements"),
    "promise": _("Commitments"),
    "event": _("Events"),
    "complaint": _("Complaints"),
}
REGISTER_KINDS: dict[str, dict[str, str | Promise]] = {
    "improvement": {
        "archive": _("credit archive"), "consulting": _("consulting"), "process": _("way of working"),
        "other": _("other"),
    },
    "promise": {
        "congress": _("workers' congress"), "ecology": _("ecology"), "safety": _("safety"),
        "service": _("after-sales service"), "other": _("other"),
    },
    "event": {"training": _("training"), "publicity": _("publicity"), "survey": _("survey of customers")},
    "complaint": {"quality": _("quality"), "service": _("after-sales service"), "other": _("other")},
}  # fmt: skip


@dataclass(frozen=True)
class BucketLoss:
    """One bucket of a portfolio. rate: 0 to 1; applied: with the look ahead; rate is None: not measured."""

    code: str
    zh: str
    en: str
    balance: Money
    rate: Decimal | None
    applied: Decimal
    required: Money


@dataclass(frozen=True)
class Portfolio:
    """What is expected of a group ("": everybody else) in one currency."""

    group: str
    currency: str
    buckets: tuple[BucketLoss, ...]

    @property
    def balance(self) -> Money:
        """What is open."""
        return Money(sum(one.balance.minor for one in self.buckets), self.currency)

    @property
    def required(self) -> Money:
        """What is expected to be lost."""
        return Money(sum(one.required.minor for one in self.buckets), self.currency)


@dataclass(frozen=True)
class SingleLoss:
    """A debtor judged by itself. percent: of what is open, 0 to 100."""

    customer_no: str
    name: str
    balance: Money
    percent: Decimal
    required: Money
    reason: str


@dataclass(frozen=True)
class Expected:
    """Expected losses as of a day by one method. factor: the look ahead."""

    as_of: date
    method: Method
    policy: str  # code@version
    sha256: str  # blank: shipped, not adopted
    factor: Decimal
    portfolios: tuple[Portfolio, ...]
    singles: tuple[SingleLoss, ...]

    @property
    def currencies(self) -> list[str]:
        """The currencies something is open in."""
        found = {one.currency for one in self.portfolios} | {one.balance.currency for one in self.singles}
        return sorted(found)

    def balance(self, currency: str) -> Money:
        """What is open in a currency."""
        singles = sum(one.balance.minor for one in self.singles if one.balance.currency == currency)
        others = sum(one.balance.minor for one in self.portfolios if one.currency == currency)
        return Money(singles + others, currency)

    def required(self, currency: str) -> Money:
        """What is expected to be lost in a currency."""
        singles = sum(one.required.minor for one in self.singles if one.required.currency == currency)
        others = sum(one.required.minor for one in self.portfolios if one.currency == currency)
        return Money(singles + others, currency)


@dataclass(frozen=True)
class TaxHint:
    """A bill whose loss may be deducted. why: report (with a special report) or small."""

    customer_no: str
    name: str
    bill_no: str
    due_on: date
    open: Money
    why: Literal["report", "small"]


@dataclass(frozen=True)
class Target:
    """How a target stands. share: 0 to 1, None: not measured. top, bottom: what was divided by what."""

    code: str
    zh: str
    en: str
    share: float | None
    top: Decimal
    bottom: Decimal
    is_money: bool
    at_least: Decimal | None  # percent
    at_most: Decimal | None
    note: Any = None

    @property
    def state(self) -> Literal["met", "missed", "unknown"]:
        """Whether the share is where it should be, both ends included, compared exactly."""
        if self.share is None:
            return "unknown"
        percent = self.top * 100
        low = self.at_least is None or percent >= self.at_least * self.bottom
        high = self.at_most is None or percent <= self.at_most * self.bottom
        return "met" if low and high else "missed"


@dataclass(frozen=True)
class ControlStanding:
    """A control, when it was proven last, and until when that holds."""

    control: Control
    proven_on: date | None
    holds_until: date | None
    is_open: bool


@dataclass(frozen=True)
class FigureIn:
    """A figure of a month that is told."""

    what: str
    month: date
    value: Decimal


@dataclass(frozen=True)
class NewAllowance:
    """A proposal that is asked for. method: "" is that of the policy.

    opening: that of the last approved proposal before the day unless given; nothing, where there is none.
    acquired: came with debts that were taken over.
    """

    as_of: date
    currency: str = "CNY"
    method: str = ""
    opening: Money | None = None
    acquired: Money | None = None
    note: str = ""


@dataclass(frozen=True)
class NewEntry:
    """A new line of a register."""

    register: str
    what: str
    kind: str = ""
    owner: str = ""
    due_on: date | None = None
    done_on: date | None = None
    participants: int | None = None
    satisfaction: Decimal | None = None
