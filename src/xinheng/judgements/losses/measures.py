"""The figures of receivables: a row a group and day in, the same rows with every figure out.

Shares are 0 to 1 (times 100 is percent), days are days. Where a denominator is not above zero the figure is
null: not measured is never zero. Sources: Credit Research Foundation (DSO, best possible DSO, average days
delinquent, count-back, collection effectiveness), docs/algorithms/losses.md.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

YEAR = 365
COUNTED_BACK = 24  # months of sales that a balance is looked for in
FIGURES = (
    "dso", "best_dso", "delay", "countback_dso", "effectiveness", "overdue_share", "collected_share",
    "bad_debt_share", "turnover", "turnover_days",
)  # fmt: skip


def windowed(
    open_lines: pl.DataFrame, flows: pl.DataFrame, lengths: pl.DataFrame, *, window: int, since: int
) -> pl.DataFrame:
    """What each figure is made of, for every group and currency at the steps from `since` on.

    open_lines: group, currency, step, open_minor, overdue_minor. flows: group, currency, step and sums.
    lengths: step, days. window: the steps behind each, no more than `since`. Gives group, currency, step,
    opening_minor, closing_minor, overdue_minor, current_minor, the sums of the window, days, and count-back
    days.
    """
    keys = ["group", "currency"]
    steps = pl.DataFrame({"step": range(len(lengths) + 1)}, schema={"step": pl.Int64})
    groups = pl.concat([open_lines.select(keys), flows.select(keys)]).unique()
    sums = [name for name in flows.columns if name.endswith("_minor")]
    dense = (
        groups.join(steps, how="cross")
        .join(
            open_lines.group_by(*keys, "step").agg(pl.col("open_minor", "overdue_minor").sum()),
            on=[*keys, "step"], how="left",
        )
        .join(flows.group_by(*keys, "step").agg(pl.col(sums).sum()), on=[*keys, "step"], how="left")
        .join(lengths, on="step", how="left")
        .with_columns(pl.col("open_minor", "overdue_minor", "days", *sums).fill_null(0))
        .sort(*keys, "step")
    )  # fmt: skip
    rolled = [pl.col(name).rolling_sum(window).over(keys).alias(f"{name}_of") for name in (*sums, "days")]
    counted = count_back(dense, keys, since=since)
    return (
        dense.with_columns(*rolled, opening_minor=pl.col("open_minor").shift(window).over(keys))
        .filter(pl.col("step") >= since)
        .drop(*sums, "days")
        .rename({f"{name}_of": name for name in (*sums, "days")})
        .with_columns(
            closing_minor="open_minor", current_minor=pl.col("open_minor") - pl.col("overdue_minor")
        )
        .drop("open_minor")
        .join(counted, on=[*keys, "step"], how="left")
    )


def figures() -> list[pl.Expr]:
    """Every figure of a row that has what `windowed` gives."""
    closing, opening, current = (pl.col(f"{name}_minor") for name in ("closing", "opening", "current"))
    sales, billed = pl.col("sales_minor"), pl.col("billed_minor")
    mean = (opening + closing) / 2
    return [
        _ratio(closing * pl.col("days"), sales).alias("dso"),
        _ratio(current * pl.col("days"), sales).alias("best_dso"),
        _ratio((closing - current) * pl.col("days"), sales).alias("delay"),
        _ratio(opening + billed - closing, opening + billed - current).alias("effectiveness"),
        _ratio(closing - current, closing).alias("overdue_share"),
        _ratio(pl.col("collected_minor"), opening + billed).alias("collected_share"),
        _ratio(pl.col("written_minor"), sales).alias("bad_debt_share"),
        _ratio(sales * YEAR, mean * pl.col("days")).alias("turnover"),
        pl.when(sales > 0).then(_ratio(mean * pl.col("days"), sales)).alias("turnover_days"),
    ]


def count_back(dense: pl.DataFrame, keys: Sequence[str], *, since: int = 0) -> pl.DataFrame:
    """Count-back DSO: the newest month's sales are taken off the balance, and so on back, counting days.

    dense: keys, step, open_minor, sales_minor, days, without a gap. since: the first step asked for. A
    balance older than COUNTED_BACK steps has no figure. Gives keys, step, countback_dso.
    """
    back = dense.select(*keys, "step", "sales_minor", "days")
    pairs = (
        dense.filter((pl.col("open_minor") > 0) & (pl.col("step") >= since))
        .select(*keys, "step", "open_minor")
        .join(back.rename({"step": "earlier"}), on=list(keys))
        .filter((pl.col("earlier") <= pl.col("step")) & (pl.col("earlier") > 0))
        .filter(pl.col("earlier") > pl.col("step") - COUNTED_BACK)
        .sort(*keys, "step", "earlier", descending=[False] * (len(keys) + 1) + [True])
    )
    before = pl.col("sales_minor").cum_sum().over(*keys, "step") - pl.col("sales_minor")
    left = pl.col("open_minor") - before
    ever = left.cum_min().over(*keys, "step")  # once used up, it stays used up
    part = (
        pl.when(ever <= 0).then(0.0)
        .when(left >= pl.col("sales_minor")).then(1.0)
        .otherwise(left / pl.col("sales_minor"))
    )  # fmt: skip
    return (
        pairs.with_columns(counted=part * pl.col("days"), rest=left - pl.col("sales_minor"))
        .group_by(*keys, "step")
        .agg(pl.col("counted").sum(), pl.col("rest").min())
        .select(*keys, "step", countback_dso=pl.when(pl.col("rest") <= 0).then("counted"))
    )


def concentration(open_by_customer: pl.DataFrame, *, top: int) -> tuple[float | None, float | None]:
    """The share of the largest debtors, and the Herfindahl index of all, 0 to 10,000.

    open_by_customer: a row a customer with open_minor; credit balances do not count. Nothing open: None.
    """
    owed = (
        open_by_customer.filter(pl.col("open_minor") > 0)["open_minor"].cast(pl.Float64).sort(descending=True)
    )
    total = float(owed.sum())
    if not total:
        return None, None
    share = owed / total * 100
    return float(owed.head(top).sum()) / total, float((share * share).sum())


def cash_cycle(inventory_days: float | None, payable_days: float | None) -> pl.Expr:
    """Days from paying suppliers to being paid, of a row with dso; null where one of the three is unknown."""
    return pl.col("dso") + pl.lit(inventory_days, dtype=pl.Float64) - pl.lit(payable_days, dtype=pl.Float64)


def _ratio(top: pl.Expr, bottom: pl.Expr) -> pl.Expr:
    return pl.when(bottom > 0).then(top / bottom)
