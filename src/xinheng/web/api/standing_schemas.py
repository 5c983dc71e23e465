"""The shapes of the list of customers by how they stand, and of what is taken away."""

from __future__ import annotations

from datetime import date
from typing import Literal

from ninja import Schema
from pydantic import Field

from xinheng.reports.values import Order, SortKey, Wanted
from xinheng.web.api.customer_schemas import Section, Size, Status
from xinheng.web.api.fields import LARGEST_ID, USUAL_LIMIT
from xinheng.web.api.schemas import MoneyOut

Sort = Literal[
    "no", "name", "industry", "region", "salesperson", "grade", "approved", "review", "balance", "overdue",
    "turnover",
    "-no", "-name", "-industry", "-region", "-salesperson", "-grade", "-approved", "-review", "-balance",
    "-overdue", "-turnover",
]  # fmt: skip


class StandingsWanted(Schema):
    """Which customers, and in which order; `-` before a key turns the order round."""

    q: str = Field("", max_length=100, description="Part of a name, pinyin initials, a number or code.")
    grade: str = Field("", max_length=12, description="A grade of the latest run; - for not graded.")
    approved: str = Field("", max_length=12, description="A grade that stands; - for none.")
    industry_section: Section = Field("", description="A letter of GB/T 4754.")
    region: str = Field("", max_length=20)
    size_class: Size = ""
    status: Status = ""
    salesperson: str = Field("", max_length=150, description="The login of who answers for them.")
    unit: str = Field("", max_length=40, description="A unit's code; those below it count.")
    overdue: bool = Field(default=False, description="Only those that are overdue.")
    lacking: Literal["", "grade", "approved", "review", "salesperson", "balance", "overdue", "turnover"] = (
        Field("", description="Only those without a value to sort by; a sorted list leaves them out.")
    )
    sort: Sort = "no"

    def wanted(self) -> Wanted:
        """The filters."""
        same = (
            "grade",
            "approved",
            "region",
            "size_class",
            "salesperson",
            "unit",
            "status",
            "overdue",
            "lacking",
        )
        told = {name: getattr(self, name) for name in same}
        return Wanted(text=self.q, section=self.industry_section, **told)

    def order(self, after: int | None = None) -> Order:
        """The order, and the customer behind whom to go on."""
        key: SortKey = self.sort.removeprefix("-")  # type: ignore[assignment]
        return Order(key, self.sort.startswith("-"), after)


class StandingsAsked(StandingsWanted):
    """Which customers, in which order, and which page. after: the `next` of the page before."""

    after: int | None = Field(None, ge=1, le=LARGEST_ID)
    limit: int = Field(USUAL_LIMIT, ge=1, le=200)


class ApprovedOut(Schema):
    """The grade that stands by the policy of the run. valid_until: the last day it gives terms."""

    grade: str
    since: date
    review_due_on: date | None
    valid_until: date | None
    is_expired: bool


class StandingOut(Schema):
    """A customer and how it stands. Amounts null: not measured. Blank: not told, not graded."""

    no: str
    name: str
    kind: str
    uscc: str
    industry_section: str
    region: str
    size_class: str
    status: str
    salesperson: str
    unit: str
    grade: str
    previous_grade: str
    approved: ApprovedOut | None
    balance: MoneyOut | None
    overdue: MoneyOut | None
    turnover: MoneyOut | None
    longest_overdue_days: int | None


class StandingsOut(Schema):
    """One page. run_id, graded_as_of: the run of the grades. measured_on: the day of the figures.

    total: how many match; null where counting them would keep you waiting, /standings/size tells it.
    """

    items: list[StandingOut]
    next: str | None
    total: int | None
    run_id: int | None
    graded_as_of: date | None
    measured_on: date | None


class SizeOut(Schema):
    """How many customers match, and how many of them have no value to sort by."""

    total: int
    lacking: int


class RatedOut(Schema):
    """What the newest run of one policy says. state: graded, incomplete, not_applicable."""

    policy_code: str
    run_id: int
    as_of: date
    state: str
    grade: str


class GradeInForceOut(ApprovedOut):
    """The grade that stands by one policy."""

    policy_code: str
    role: str


class ArrearsOut(Schema):
    """What is open in one currency, and of it overdue."""

    open: MoneyOut
    overdue: MoneyOut
    prepaid: MoneyOut
    bills: int
    overdue_bills: int


class CaseOut(Schema):
    """An event that called a review which nobody has done yet."""

    policy_code: str
    event: str
    evidence: str
    called_on: date
    due_on: date


class ConsumerNowOut(Schema):
    """One electricity account by the last risk run; level blank: not judged yet."""

    consumer_no: str
    level: str
    voltage: str
    chance: float
    expected_late: MoneyOut
    as_of: date | None
    is_cash_only: bool
    inspections: list[str]


class CreditNowOut(Schema):
    """One customer's credit today. grade: the approved one, else the newest run's, else "not rated".

    rated, approved, cases: null without the right to see ratings; arrears: null without that to see the
    ledger, [] where nothing was ever billed. risk: the worst level of its electricity accounts, null where
    none was judged. consumers: null without the right to see consumer risk.
    """

    customer_no: str
    customer_name: str
    on: date
    grade: str | None
    rated: list[RatedOut] | None
    approved: list[GradeInForceOut] | None
    arrears: list[ArrearsOut] | None
    risk: str | None
    consumers: list[ConsumerNowOut] | None
    cases: list[CaseOut] | None
