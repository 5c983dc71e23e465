"""The credit policy and its targets, as a document says it: guidelines, controls, targets, costs, scales."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from xinheng.judgements.losses.document import Amount, Percent, PolicyCode, PolicyVersion
from xinheng.judgements.policies.values import Code, Mark, Marked, Note, Part, Source, Worded

Share = Annotated[Decimal, Field(ge=0, le=1)]
STAGES = ("before", "middle", "after")


class Guideline(Marked):
    """One sentence of the policy."""

    code: Code


class Control(Marked):
    """What is controlled before, in the middle of and after a sale; proven anew every so many months."""

    code: Code
    stage: Literal["before", "middle", "after"]
    months: Annotated[int, Field(ge=1, le=36)]


class Target(Marked):
    """Where a share in percent should be, both ends included; an end that is left out sets none."""

    at_least: Percent | None = None
    at_most: Percent | None = None


class CreditSales(Target):
    """Credit sales of all sales. total: bills of the ledger (due the day they are billed: cash), or the
    month's total as it was told.
    """

    total: Literal["ledger", "told"] = "ledger"


class Performance(Target):
    """Contracts performed of those due, in yuan; of the ledger of contracts, and of orders where it has none.

    A contract is performed by its due day with no breach open; an order is where it was fully delivered
    within grace_days of the planned day.
    """

    counted: Literal["count", "amount"] = "count"
    source: Literal["orders", "told"] = "orders"
    grace_days: Annotated[int, Field(ge=0, le=365)] = 0


class BadDebts(Target):
    """What is unpaid so many months beyond its due day, of the year's credit sales or of all open."""

    beyond_months: Annotated[int, Field(ge=1, le=600)]
    denominator: Literal["credit_sales", "receivables"] = "credit_sales"


class Overdue(Target):
    """What is overdue, of all open or of the year's credit sales."""

    denominator: Literal["receivables", "credit_sales"] = "receivables"


class Point(Part):
    """A place on the scale: so many days beyond terms score so much."""

    days: Annotated[int, Field(ge=-365, le=3650)]
    score: Annotated[Decimal, Field(ge=0, le=100)]


class IndexScale(Part):
    """The payment index: points, the earliest first, and how it goes on beyond the last of them.

    at_least: bills, below which there is no index. drop: points by which the months of the short trend
    may fall below those of the long one before it is a warning.
    """

    points: Annotated[tuple[Point, ...], Field(min_length=2)]
    days_a_point_beyond: Annotated[Decimal, Field(gt=0)]
    least: Annotated[Decimal, Field(ge=0, le=100)]
    at_least: Annotated[int, Field(ge=1, le=1000)]
    months: Annotated[int, Field(ge=1, le=60)]
    short_months: Annotated[int, Field(ge=1, le=60)]
    drop: Annotated[Decimal, Field(gt=0, le=100)]
    mark: Mark
    note: Note = None


class Costs(Part):
    """What credit costs and earns, where nothing nearer is known.

    margin_percent: of sales without tax. capital_percent: a year, on what is open. tax_percent: within
    billed amounts. bill_cost, customer_cost: yuan of administration a bill, and a customer a year.
    """

    margin_percent: Percent
    capital_percent: Percent
    tax_percent: Percent
    bill_cost: Amount
    customer_cost: Amount
    mark: Mark
    note: Note = None


class Partners(Marked):
    """Who is near a partner: years of dealing, share of money paid in time, bills paid, sales of a year."""

    years: Annotated[Decimal, Field(ge=0, le=100)]
    in_time_percent: Percent
    grace_days: Annotated[int, Field(ge=0, le=365)] = 0
    bills: Annotated[int, Field(ge=1, le=100000)]
    sales: Amount = Decimal(0)


class CreditTargets(Part):
    """The credit policy: what it wants, and by which figures it is seen whether it is so.

    sales_kinds: kinds of bills that are sales. window_months: of the figures on receivables. trend_months:
    how far back they are drawn. assessable_bills: paid bills below which a customer's risk is not told.
    """

    kind: Literal["credit_targets"]
    code: PolicyCode
    version: PolicyVersion
    name: Worded
    about: Worded
    source: Source
    guidelines: Annotated[tuple[Guideline, ...], Field(min_length=1)]
    controls: Annotated[tuple[Control, ...], Field(min_length=1)]
    credit_sales: CreditSales
    performance: Performance
    bad_debts: BadDebts
    overdue: Overdue
    sales_kinds: Annotated[tuple[str, ...], Field(min_length=1)]
    window_months: Annotated[int, Field(ge=1, le=24)]
    trend_months: Annotated[int, Field(ge=2, le=60)]
    top_debtors: Annotated[int, Field(ge=1, le=1000)]
    assessable_bills: Annotated[int, Field(ge=1, le=1000)]
    index: IndexScale
    costs: Costs
    partners: Partners
