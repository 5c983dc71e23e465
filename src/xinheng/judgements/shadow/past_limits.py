"""What each customer might owe on each day of a replay: told, or by a rule from what was known then."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from xinheng.judgements.shadow.values import Ledger, LimitsPlan

STEP = {"customer_no": pl.String, "from_on": pl.Date, "state": pl.String, "minor": pl.Int64}
FIRST = date(1900, 1, 1)


def steps(plan: LimitsPlan, ledger: Ledger, *, first: date, last: date) -> pl.DataFrame:
    """Limits as steps: customer_no, from_on, state, minor. A customer without a step was never assessed.

    By a rule the limit of a month is computed on its first day from the months before it: the mean of what
    was billed a month, or the highest balance, times the factor. Nobody billed in them is not assessed.
    """
    if plan.how == "unlimited":
        return _unlimited(ledger)
    if plan.how in ("table", "present"):
        return _of_table(ledger.limits)
    months = pl.DataFrame({"from_on": pl.date_range(first.replace(day=1), last, "1mo", eager=True)})
    if plan.how == "mean_sales":
        return _mean_sales(plan, ledger, months)
    return _highest(plan, ledger, months)


def _unlimited(ledger: Ledger) -> pl.DataFrame:
    named = [frame.select("customer_no") for frame in (ledger.orders, ledger.bills)]
    everybody = pl.concat(named).unique()
    return everybody.select(
        "customer_no", from_on=pl.lit(FIRST), state=pl.lit("unlimited"), minor=pl.lit(0, dtype=pl.Int64)
    )


def _of_table(limits: pl.DataFrame) -> pl.DataFrame:
    """Limits as they were told; after its last day a limit is expired, until the next one begins."""
    told = limits.select(
        "customer_no", "until_on", "state", "minor", from_on=pl.col("from_on").fill_null(FIRST)
    ).sort("customer_no", "from_on", maintain_order=True)
    following = pl.col("from_on").shift(-1).over("customer_no")
    after = pl.col("until_on") + pl.duration(days=1)
    ended = told.filter(
        pl.col("until_on").is_not_null() & (following.is_null() | (following > after))
    ).select("customer_no", from_on=after, state=pl.lit("expired"), minor=pl.lit(0, dtype=pl.Int64))
    both = pl.concat([told.select(list(STEP)), ended.select(list(STEP))])
    return both.sort("customer_no", "from_on", maintain_order=True)


def _mean_sales(plan: LimitsPlan, ledger: Ledger, months: pl.DataFrame) -> pl.DataFrame:
    sold = ledger.bills.group_by("customer_no", month=pl.col("on").dt.truncate("1mo")).agg(
        pl.col("minor").sum()
    )
    if sold.is_empty():
        return pl.DataFrame(schema=STEP)
    began: Any = sold["month"].min()
    each = sold.select("customer_no").unique().join(months, how="cross")
    known = each.join(sold, on="customer_no").filter(
        (pl.col("month") < pl.col("from_on"))
        & (pl.col("month") >= pl.col("from_on").dt.offset_by(f"-{plan.months}mo"))
    )
    summed = known.group_by("customer_no", "from_on").agg(pl.col("minor").sum())
    passed = (pl.col("from_on").dt.year() - began.year) * 12 + pl.col("from_on").dt.month() - began.month
    in_months = pl.min_horizontal(passed, pl.lit(plan.months))
    mean = pl.col("minor").clip(lower_bound=0) * plan.factor // (100 * in_months)
    return _every_month(each, summed.with_columns(minor=mean))


def _highest(plan: LimitsPlan, ledger: Ledger, months: pl.DataFrame) -> pl.DataFrame:
    moves = pl.concat(
        [
            ledger.bills.select("customer_no", "on", "minor"),
            ledger.receipts.select("customer_no", "on", minor=-pl.col("minor")),
        ]
    )
    days = moves.group_by("customer_no", "on").agg(pl.col("minor").sum()).sort("customer_no", "on")
    days = days.with_columns(balance=pl.col("minor").cum_sum().over("customer_no"))
    days = days.with_columns(highest=pl.col("balance").cum_max().over("customer_no"))
    each = days.select("customer_no").unique().join(months, how="cross").sort("from_on")
    before = days.with_columns(from_on=pl.col("on") + pl.duration(days=1)).sort("from_on")
    found = each.join_asof(before, on="from_on", by="customer_no", check_sortedness=False)
    known = found.filter(pl.col("highest").is_not_null()).select(
        "customer_no", "from_on", minor=pl.col("highest").clip(lower_bound=0) * plan.factor // 100
    )
    return _every_month(each, known)


def _every_month(each: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """A step a month; where nothing is known the customer is not assessed."""
    both = each.select("customer_no", "from_on").join(known, on=["customer_no", "from_on"], how="left")
    state = pl.when(pl.col("minor").is_null()).then(pl.lit("not_assessed")).otherwise(pl.lit("limited"))
    found = both.with_columns(state=state, minor=pl.col("minor").fill_null(0).cast(pl.Int64))
    return found.select(list(STEP)).sort("customer_no", "from_on")
