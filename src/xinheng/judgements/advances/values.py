"""What goes through the door: the policy on advances as written, what is asked, and how advances stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from xinheng.base.kernel.language import reads_chinese
from xinheng.base.kernel.money import Money
from xinheng.judgements.policies.values import (
    ApprovalStep,
    Code,
    Marked,
    Parameter,
    Part,
    RoleCode,
    Source,
    Worded,
)

What = Literal["wages", "insurance", "other"]
Kind = Literal["letter", "supplement", "contract", "explanation"]
WHATS: tuple[What, ...] = ("wages", "insurance", "other")
STATES = ("draft", "submitted", "returned", "approved", "rejected", "withdrawn", "closed")
SORTS = ("asked", "customer", "limit", "open", "last_day")
NEEDED = (
    "total_cap", "new_months", "plan_months", "reconcile_months", "contract_end_months", "inactive_days",
    "appraisal_coefficient",
)  # fmt: skip


class PaperRule(Marked):
    """A paper that may be asked for. sealed: with the official seal. states_terms: limit and period."""

    code: Kind
    sealed: bool = False
    states_terms: bool = False


class NewCustomer(Marked):
    """The papers of a customer that is new, whatever its grade."""

    papers: Annotated[tuple[Kind, ...], Field(min_length=1)]


class GradeRule(Marked):
    """What customers of a grade may be advanced. cap (yuan), months: none where the site has not set them."""

    code: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9+_-]{0,11}$")]
    cap: Annotated[int, Field(ge=0)] | None
    months: Annotated[int, Field(ge=0, le=120)] | None
    none_in_principle: bool = False
    papers: Annotated[tuple[Kind, ...], Field(min_length=1)]
    chain: Annotated[tuple[ApprovalStep, ...], Field(min_length=1)]


class Alerted(Marked):
    """Who is told of major risk at once."""

    roles: Annotated[tuple[RoleCode, ...], Field(min_length=1)]


class Advances(Part):
    """The policy on advances, checked. grading: code of the policy whose approved grade decides."""

    kind: Literal["advances"]
    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
    version: Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,19}$")]
    name: Worded
    about: Worded
    source: Source
    grading: Code
    parameters: Annotated[tuple[Parameter, ...], Field(min_length=1)]
    papers: Annotated[tuple[PaperRule, ...], Field(min_length=1)]
    new_customer: NewCustomer
    grades: Annotated[tuple[GradeRule, ...], Field(min_length=1)]
    exception: ApprovalStep
    alerted: Alerted

    def number(self, code: str) -> int:
        """A parameter as a whole number; the document was checked to hold it."""
        return int(self.value(code))

    def value(self, code: str) -> Decimal:
        """A parameter."""
        found = next(one.value for one in self.parameters if one.code == code)
        assert found is not None, code
        return found

    def rule_of(self, grade: str) -> GradeRule | None:
        """The rule of a grade; None where the document has none."""
        return next((one for one in self.grades if one.code == grade), None)

    def paper(self, code: str) -> PaperRule:
        """The rule of a paper."""
        return next(one for one in self.papers if one.code == code)

    def papers_of(self, rule: GradeRule, *, is_new: bool) -> tuple[str, ...]:
        """The papers a request needs; a new customer's stand beside what its grade asks besides terms."""
        if not is_new:
            return rule.papers
        others = [one for one in rule.papers if not self.paper(one).states_terms]
        return tuple(dict.fromkeys([*self.new_customer.papers, *others]))


def text_of(words: Worded) -> str:
    """The words in the reader's language."""
    return words.zh if reads_chinese() else words.en


@dataclass(frozen=True)
class Terms:
    """An amount for a period; limit: the most that may be open at a time. days come on top of the months."""

    limit: Money
    months: int
    days: int = 0


@dataclass(frozen=True)
class NewAdvance:
    """A request. contract_end_on: last day of the service contract, None where it has none.

    agreed: limit and period as the supplementary agreement or the contract states them.
    """

    terms: Terms
    purpose: str
    contract_no: str
    contract_end_on: date | None = None
    agreed: Terms | None = None


@dataclass(frozen=True)
class Position:
    """How all advances and the customer stand on a day, in minor units of yuan.

    total: all that is advanced or may be. customer: of it the customer's, legacy debts with it. legacy: what
    is left of debts from before. arrears: overdue, on bills and advances. reconciled_on: the last signed
    reconciliation, else the day since which it owes; None: it owes nothing.
    """

    on: date
    total: int
    customer: int
    legacy: int
    arrears: int
    reconciled_on: date | None
    is_new: bool


@dataclass(frozen=True)
class Finding:
    """A rule "in principle" that is passed. figure, bound: minor units, months or days as the code says."""

    code: str
    figure: int | None = None
    bound: int | None = None


@dataclass(frozen=True)
class NewPayout:
    """Wages or social insurance paid for the customer."""

    paid_on: date
    amount: Money
    what: What = "wages"
    note: str = ""


@dataclass(frozen=True)
class NewCollection:
    """Who collects, and by which day the next step is done."""

    collector: str
    next_step_on: date
    next_step: str


@dataclass(frozen=True)
class Served:
    """What of a service is covered by money before it, or by an approved advance."""

    worth: Money
    paid: Money
    advanced: Money

    @property
    def uncovered(self) -> Money:
        """What may not be served yet."""
        return Money(max(0, (self.worth - self.paid - self.advanced).minor), self.worth.currency)

    @property
    def may_serve(self) -> bool:
        """Whether all of it may be served."""
        return self.uncovered.minor == 0


@dataclass(frozen=True)
class Totals:
    """Advances against their cap: open is paid out and not repaid, committed is what may be open."""

    open: Money
    committed: Money
    legacy: Money
    cap: Money

    @property
    def left(self) -> Money:
        """What may still be granted within the cap."""
        return Money(max(0, (self.cap - self.committed - self.legacy).minor), self.cap.currency)


@dataclass(frozen=True)
class Wanted:
    """Which advances: every field left blank lets all pass."""

    text: str = ""
    state: str = ""
    grade: str = ""
    overdue: bool = False
    excepted: bool = False
    is_open: bool = False
    sort: str = "-asked"


@dataclass(frozen=True)
class Duty:
    """Something that is to be done or looked at. since: the day it is due from; due_on: by when."""

    code: str
    customer: Any
    since: date
    due_on: date | None = None
    is_late: bool = False
    advance_id: int | None = None
    figure: Money | None = None
    person: str = ""


@dataclass(frozen=True)
class Appraisal:
    """What one person recovered in a year of what was to be recovered. rate None: nothing was."""

    person: str
    name: str
    due: Money
    recovered: Money
    coefficient: Decimal

    @property
    def rate(self) -> Decimal | None:
        """The share recovered, 0 to 1."""
        return Decimal(self.recovered.minor) / Decimal(self.due.minor) if self.due.minor else None

    @property
    def figure(self) -> Decimal | None:
        """The rate times the coefficient."""
        return None if self.rate is None else self.rate * self.coefficient
