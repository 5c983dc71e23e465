"""How losses are expected, as a document says it: buckets, rates, scenarios, entries, and who signs."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from xinheng.judgements.policies.values import ApprovalStep, Code, Mark, Marked, Note, Part, Source, Worded

Basis = Literal["arisen", "overdue"]
Method = Literal["given", "flow", "migration"]
METHODS: tuple[Method, ...] = ("given", "flow", "migration")
Percent = Annotated[Decimal, Field(ge=0, le=100)]
Amount = Annotated[Decimal, Field(ge=0)]
PolicyCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
PolicyVersion = Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,19}$")]


class AgeBucket(Worded):
    """A range of age, its end included; days or months, neither in the last one, which has no end.

    By `overdue` days count from the due day, and upto_days 0 is what is not due. By `arisen` age counts
    from the day of billing; upto_months 12 is the day a year later, included.
    """

    code: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,19}$")]
    upto_days: Annotated[int, Field(ge=0, le=36500)] | None = None
    upto_months: Annotated[int, Field(ge=1, le=1200)] | None = None


class GroupRates(Part):
    """Loss rates in percent, one a bucket. group: a grade or a segment; "" is everybody else."""

    group: Annotated[str, Field(max_length=20)] = ""
    percent: Annotated[tuple[Percent, ...], Field(min_length=2)]
    mark: Mark
    clause: str = ""
    note: Note = None


class Given(Part):
    """Rates that somebody decided."""

    basis: Basis
    buckets: Annotated[tuple[AgeBucket, ...], Field(min_length=2)]
    rates: Annotated[tuple[GroupRates, ...], Field(min_length=1)]


class Measured(Part):
    """Rates taken from the ledger itself.

    observed_months: how long a past is looked at. step_months: the time in which a balance moves on to the
    next bucket (migration). least_amount: yuan that reached the first bucket, below which a group is not
    measured alone and takes the rates of the whole.
    """

    basis: Basis = "overdue"
    buckets: Annotated[tuple[AgeBucket, ...], Field(min_length=2)]
    observed_months: Annotated[int, Field(ge=2, le=120)]
    step_months: Annotated[int, Field(ge=1, le=12)] = 1
    least_amount: Amount = Decimal(0)
    mark: Mark
    note: Note = None


class Scenario(Worded):
    """One way the economy may go: how likely, and by what the past rate is multiplied then."""

    code: Code
    probability: Annotated[Decimal, Field(ge=0, le=1)]
    factor: Annotated[Decimal, Field(ge=0, le=10)]


class Forward(Part):
    """The look ahead: the scenarios' probabilities add up to one."""

    scenarios: Annotated[tuple[Scenario, ...], Field(min_length=1)]
    mark: Mark
    note: Note = None


class Accounts(Part):
    """The two accounts of the entry."""

    loss: Worded
    allowance: Worded


class TaxRule(Marked):
    """When bad debts may be deducted from taxable income, as a hint to who files the papers.

    report_months overdue, with a special report; or small_months overdue and a single amount of at most
    small_amount yuan or small_share of the year's revenue.
    """

    report_months: Annotated[int, Field(ge=1, le=600)]
    small_months: Annotated[int, Field(ge=1, le=600)]
    small_amount: Amount
    small_share: Annotated[Decimal, Field(ge=0, le=1)]


class LossMatrix(Part):
    """How losses are expected. method: the one that allowances go by; the others stand beside it."""

    kind: Literal["loss_matrix"]
    code: PolicyCode
    version: PolicyVersion
    name: Worded
    about: Worded
    source: Source
    method: Method
    portfolios: Literal["whole", "grade", "segment"]
    grading: PolicyCode = ""  # the rating policy whose grades are the portfolios
    given: Given
    flow: Measured
    migration: Measured
    forward: Forward
    accounts: Accounts
    tax: TaxRule
    chain: Annotated[tuple[ApprovalStep, ...], Field(min_length=1)]

    def table(self, method: Method) -> Given | Measured:
        """The buckets, and where its rates come from, of one method."""
        tables: dict[str, Given | Measured] = {
            "given": self.given, "flow": self.flow, "migration": self.migration,
        }  # fmt: skip
        return tables[method]
