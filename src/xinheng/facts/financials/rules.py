"""Whether statements add up: pure and set-wise, for one statement and for a million lines.

Everywhere a statement is told by its key columns, a row a line: item, amount_minor, opening_minor.
"""

from __future__ import annotations

import polars as pl

from xinheng.facts.financials.lines import lines, sums

KEY = ["customer_id", "is_consolidated", "period_end", "months"]
TOLERANCE_MINOR = 100  # one yuan
TOLERANCE_SHARE = 0.000001  # or a millionth of the total, whichever is more
OPENING = "opening_is_prior_closing"
BROKEN = pl.Schema(
    {
        "check": pl.String(),
        "item": pl.String(),
        "told_minor": pl.Int64(),
        "expected_minor": pl.Int64(),
        "grave": pl.Boolean(),
    }
)


def broken(told: pl.DataFrame, closings: pl.DataFrame) -> pl.DataFrame:
    """The sums that do not come out, a row each: the key, check, item, told_minor, expected_minor, grave.

    closings: earlier balance sheets (customer_id, is_consolidated, period_end, item, amount_minor), against
    which opening balances are held. A sum is looked at when its total and enough of its parts are told.
    Source: standards 2.2, integrity checks.
    """
    found = pl.concat([_sums(told), _openings(told, closings)])
    allowed = pl.max_horizontal(pl.lit(TOLERANCE_MINOR), pl.col("told_minor").abs() * TOLERANCE_SHARE)
    return found.filter((pl.col("told_minor") - pl.col("expected_minor")).abs() > allowed)


def opening_day() -> pl.Expr:
    """The day the period's opening balance is of: the end of the month before the period began."""
    months = pl.format("-{}mo", pl.col("months"))
    return pl.col("period_end").dt.month_start().dt.offset_by(months).dt.month_end()


def _sums(told: pl.DataFrame) -> pl.DataFrame:
    figures = told.select(*KEY, "item", "amount_minor")
    parts = figures.join(sums(), on="item")
    made = parts.group_by(*KEY, "check", "total", "grave", "least").agg(
        expected_minor=(pl.col("amount_minor") * pl.col("sign")).sum(), parts=pl.len()
    )
    totals = figures.rename({"item": "total", "amount_minor": "told_minor"})
    judged = made.filter(pl.col("parts") >= pl.col("least")).join(totals, on=[*KEY, "total"])
    return judged.rename({"total": "item"}).select(*KEY, *BROKEN).cast(BROKEN)


def _openings(told: pl.DataFrame, closings: pl.DataFrame) -> pl.DataFrame:
    balance = [line.code for line in lines().values() if line.statement == "balance"]
    openings = told.filter(pl.col("opening_minor").is_not_null() & pl.col("item").is_in(balance))
    prior = closings.rename({"amount_minor": "expected_minor", "period_end": "opening_on"})
    key = ["customer_id", "is_consolidated", "opening_on", "item"]
    judged = openings.with_columns(opening_on=opening_day()).join(
        prior.select(*key, "expected_minor"), on=key
    )
    made = judged.with_columns(told_minor="opening_minor", check=pl.lit(OPENING), grave=pl.lit(value=True))
    return made.select(*KEY, *BROKEN).cast(BROKEN)
