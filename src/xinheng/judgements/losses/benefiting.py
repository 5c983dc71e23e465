"""What credit brings and costs by customer, who is near a partner, and what risk there is to tell."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from xinheng.base.kernel.periods import add_months
from xinheng.facts.receivables import queries as receivables
from xinheng.judgements.losses import ageing, grouping, ledger, punctuality
from xinheng.judgements.losses.document import LossMatrix
from xinheng.judgements.losses.kpis import Sight

YEAR, DAYS = 12, 365
KEYS = ["customer_id", "currency"]


def net_benefit(sight: Sight, matrix: LossMatrix, by: str = "customer") -> pl.DataFrame:
    """What selling on credit brought over the twelve months to the day, less what it cost (ARM-03).

    Margin on sales without tax, less capital on the mean of what was open, expected bad debt, and
    administration. Gives group, label, currency, sales_minor, growth (0.1 is 10 % more than the year
    before; null: no sales then), mean_open_minor, margin_minor, capital_minor, bad_debt_minor,
    administration_minor, net_minor, the most first. by: a way of grouping.WAYS but the segment.
    """
    past, costs = sight.past(), sight.document.costs
    days = ledger.days_back(sight.as_of, 2 * YEAR)
    kinds = sight.document.sales_kinds
    flows = ledger.flows(past, days, sales_kinds=kinds)
    recent = pl.col("step") > YEAR
    sales = flows.group_by(KEYS).agg(
        sales_minor=pl.col("sales_minor").filter(recent).sum(),
        before_minor=pl.col("sales_minor").filter(~recent).sum(),
    )
    opened = ledger.balances(past, days[YEAR:]).group_by(KEYS).agg(
        mean_open_minor=(pl.col("open_minor").sum() / (YEAR + 1))
    )  # fmt: skip
    since = pl.col("billed_on") > days[YEAR]
    bills = past.bills.filter(since & pl.col("kind").is_in(list(kinds))).group_by(KEYS).agg(bills=pl.len())
    found = sales
    for more in (opened, bills, _expected(sight, matrix)):
        found = found.join(more, on=KEYS, how="full", coalesce=True)
    net_of_tax = pl.col("sales_minor") / (1 + float(costs.tax_percent) / 100)
    capital = (
        pl.col("mean_open_minor") * float(costs.capital_percent) / 100 * (days[-1] - days[YEAR]).days / DAYS
    )
    administration = (pl.col("bills") * float(costs.bill_cost) + float(costs.customer_cost)) * 100
    each = found.fill_null(0).with_columns(  # rounded customer by customer, so that groups add up
        mean_open_minor=_whole(pl.col("mean_open_minor")),
        margin_minor=_whole(net_of_tax * float(costs.margin_percent) / 100),
        capital_minor=_whole(capital),
        administration_minor=_whole(administration),
    )
    sums = [name for name in each.columns if name.endswith("_minor")]
    costly = pl.col("capital_minor") + pl.col("bad_debt_minor") + pl.col("administration_minor")
    before = pl.col("before_minor")
    return (
        each.join(_members(sight, by), on="customer_id", how="left")
        .with_columns(pl.col("group", "label").fill_null(""))
        .group_by("group", "label", "currency")
        .agg(pl.col(sums).sum())
        .with_columns(
            growth=pl.when(before > 0).then(pl.col("sales_minor") / before - 1),
            net_minor=pl.col("margin_minor") - costly,
        )
        .sort("currency", "net_minor", "group", descending=[False, True, False])
    )


def partners(sight: Sight) -> pl.DataFrame:
    """Customers by how near they are to a partner of the policy (ARM-05), of money in yuan.

    Gives customer_id, group (its number), label, years of dealing, in_time (share of money paid in time,
    0 to 1), bills (paid), sales_minor (of twelve months), is_partner; the partners first.
    """
    wanted, past = sight.document.partners, sight.past()
    since = add_months(sight.as_of, -YEAR)
    yuan = pl.col("currency") == "CNY"
    first = past.bills.filter(yuan).group_by("customer_id").agg(
        years=(pl.lit(sight.as_of) - pl.col("billed_on").min()).dt.total_days() / 365.25
    )  # fmt: skip
    items = punctuality.items(past, since=since).filter(yuan)
    weight = pl.col("minor")
    in_time = weight.filter(pl.col("late_days") <= wanted.grace_days).sum()
    paid = items.group_by("customer_id").agg(
        in_time=in_time / weight.sum(), bills=pl.col("bill_id").filter(~pl.col("is_open")).n_unique()
    )
    flows = ledger.flows(past, [since, sight.as_of], sales_kinds=sight.document.sales_kinds).filter(yuan)
    sales = flows.group_by("customer_id").agg(pl.col("sales_minor").sum())
    found = (
        first.join(paid, on="customer_id", how="inner")
        .join(sales, on="customer_id", how="left")
        .with_columns(pl.col("sales_minor").fill_null(0))
    )
    is_partner = (
        (pl.col("years") >= float(wanted.years))
        & (pl.col("in_time") * 100 >= float(wanted.in_time_percent))
        & (pl.col("bills") >= wanted.bills)
        & (pl.col("sales_minor") >= int(wanted.sales * 100))
    )
    members = _members(sight, "customer")
    return (
        found.with_columns(is_partner=is_partner)
        .join(members, on="customer_id", how="inner")
        .sort("is_partner", "in_time", "sales_minor", "group", descending=[True, True, True, False])
    )


def risks(sight: Sight, matrix: LossMatrix) -> pl.DataFrame:
    """What each customer is expected to cost, in numbers; not assessable where too little was paid (ARM-06).

    Gives customer_id, group (its number), label, currency, open_minor, overdue_minor, bills (paid ever),
    payment_index, is_assessable and bad_debt_minor (null: not assessable), the largest loss first.
    """
    past = sight.past()
    lines = ledger.balances(past, [sight.as_of])
    late = pl.col("open_minor").filter(pl.col("due_on") < sight.as_of).sum()
    owed = lines.group_by(KEYS).agg(pl.col("open_minor").sum(), overdue_minor=late)
    ever = punctuality.items(past, since=date(1900, 1, 1)).filter(~pl.col("is_open"))
    paid = ever.group_by(KEYS).agg(bills=pl.col("bill_id").n_unique())
    scale = sight.document.index
    recent = punctuality.items(past, since=add_months(sight.as_of, -scale.months))
    index = punctuality.index(recent, scale, by=KEYS).select(*KEYS, "payment_index")
    enough = pl.col("bills") >= sight.document.assessable_bills
    return (
        owed.join(paid, on=KEYS, how="left")
        .join(index, on=KEYS, how="left")
        .join(_expected(sight, matrix), on=KEYS, how="left")
        .with_columns(pl.col("bills", "bad_debt_minor").fill_null(0))
        .with_columns(is_assessable=enough, bad_debt_minor=pl.when(enough).then("bad_debt_minor"))
        .join(_members(sight, "customer"), on="customer_id", how="inner")
        .sort("is_assessable", "bad_debt_minor", "open_minor", "group", descending=[True, True, True, False])
    )


def _expected(sight: Sight, matrix: LossMatrix) -> pl.DataFrame:
    """The loss expected of each customer by the rates given."""
    lines = receivables.open_lines(sight.customers, as_of=sight.as_of)
    everybody = next(one for one in matrix.given.rates if not one.group)
    rates = pl.DataFrame(
        list(enumerate(float(one) / 100 for one in everybody.percent)),
        schema={"place": pl.Int32, "rate": pl.Float64}, orient="row",
    )  # fmt: skip
    place = ageing.bucket_of(matrix.given.buckets, matrix.given.basis, sight.as_of)
    loss = (pl.col("open_minor").clip(0) * pl.col("rate")).sum()
    placed = lines.with_columns(place=place).join(rates, on="place")
    return placed.group_by(KEYS).agg(bad_debt_minor=_whole(loss))


def _members(sight: Sight, by: str) -> Any:
    if by == "":
        return pl.DataFrame(schema=grouping.NAMED)
    return grouping.named(by, sight.seen, on=sight.as_of, grading=sight.grading)


def _whole(minor: pl.Expr) -> pl.Expr:
    return minor.round(mode="half_away_from_zero").cast(pl.Int64)
