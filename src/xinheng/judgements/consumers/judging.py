"""Chance of lateness, money and level of every consumer for a month: set-wise, from what was gathered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from xinheng.base.kernel.periods import month_end
from xinheng.judgements.consumers import rules as arithmetic
from xinheng.judgements.consumers.document import FACTORS, ConsumerRules

COLUMNS = (
    "consumer", "customer_id", "name", "voltage", "industry", "grade", "level", "chance", "base_chance",
    "expected_late_minor", "due_minor", "overdue_minor", "bills", "basis", "payments", "late_share", "steps",
    "neutral", *(f"step_{code}" for code in FACTORS), "year_change", "month_change", "stopped_days",
    "requests", "reasons",
)  # fmt: skip


@dataclass(frozen=True)
class Gathered:
    """What a judgement is made from; each a frame of `gathering`."""

    accounts: pl.DataFrame
    bills: pl.DataFrame
    operation: pl.DataFrame
    grades: pl.DataFrame
    outside: pl.DataFrame


def habits(bills: pl.DataFrame, accounts: pl.DataFrame, rules: ConsumerRules, *, on: date, tolerance: int
           ) -> pl.DataFrame:  # fmt: skip
    """consumer, payments (bills paid or past due), late_share (drawn towards its class), usual_minor.

    late_share is null where the class has no bill to tell by.
    """
    late_from = pl.col("due").dt.offset_by(f"{tolerance}d")
    known = bills.filter(pl.col("paid").is_not_null() | (late_from < on))
    late = pl.col("paid").is_null() | (pl.col("paid") > late_from)
    counted = known.group_by("consumer").agg(payments=pl.len().cast(pl.Int64), late=late.sum())
    usual = bills.sort("month").group_by("consumer").agg(
        usual=pl.col("amount").tail(rules.past.expected_bills).mean(), issued=pl.len()
    )  # fmt: skip
    both = (
        accounts.select("consumer", "voltage")
        .join(counted, on="consumer", how="left")
        .join(usual, on="consumer", how="left")
        .with_columns(pl.col("payments", "late").fill_null(0))
    )
    of_class = pl.col("late").sum().over("voltage") / pl.col("payments").sum().over("voltage")
    weight = rules.past.weight
    share = (pl.col("late") + weight * of_class.fill_nan(None)) / (pl.col("payments") + weight)
    enough = pl.col("issued") >= rules.past.expected_bills
    return both.select(
        "consumer",
        "payments",
        late_share=share,
        usual_minor=pl.when(enough).then((pl.col("usual") * 100).round().cast(pl.Int64)),
    )


def due_bills(bills: pl.DataFrame, *, month: date, tolerance: int, on: date) -> pl.DataFrame:
    """The open bills due in a month, with `certain` where the day it had to be paid by has gone by."""
    last = month_end(month)
    inside = (pl.col("due") >= month) & (pl.col("due") <= last) & (pl.col("open_minor") > 0)
    certain = pl.col("due").dt.offset_by(f"{tolerance}d") < on
    return bills.filter(inside).with_columns(certain=certain)


def judged(
    told: Gathered, rules: ConsumerRules, chances: pl.DataFrame, *, month: date, on: date, tolerance: int
) -> pl.DataFrame:
    """A row a consumer with the columns of COLUMNS, most money expected late first.

    chances: consumer, bill, chance and reasons of open bills by the late-payment model; where it says
    nothing the consumer's own past counts. basis: billed, expected (no bill of the month yet) or none.
    """
    past = habits(told.bills, told.accounts, rules, on=on, tolerance=tolerance)
    rows = _beside(told, past, rules, _overdue(told.bills, on=on, tolerance=tolerance))
    lines = _lines(told.bills, past, chances, month=month, on=on, tolerance=tolerance).join(
        rows.select("consumer", "steps"), on="consumer"
    )
    certain = pl.col("certain")
    lines = lines.with_columns(
        pl.when(certain).then(1.0).otherwise(arithmetic.moved("base", "steps")).alias("chance")
    )
    money = pl.col("minor") * pl.col("chance")
    summed = lines.group_by("consumer").agg(
        chance=(1 - (1 - pl.col("chance")).product()).round(6),
        base_chance=(1 - (1 - pl.col("base")).product()).round(6),
        expected_late_minor=(money.sum() + 0.5).floor().cast(pl.Int64),
        due_minor=pl.col("minor").sum(),
        bills=pl.len().cast(pl.Int64),
        basis=pl.col("basis").first(),
        reasons=pl.col("reasons").drop_nulls().first(),
    )
    zero = pl.col("expected_late_minor", "due_minor", "bills").fill_null(0)
    found = rows.join(summed, on="consumer", how="left").with_columns(
        zero, pl.col("chance").fill_null(0.0), pl.col("base_chance").fill_null(0.0),
        pl.col("basis").fill_null("none"), pl.col("reasons").fill_null(""),
    )  # fmt: skip
    return (
        found.with_columns(level=arithmetic.level(rules))
        .select(COLUMNS)
        .sort("expected_late_minor", "consumer", descending=[True, False])
    )


def _beside(told: Gathered, past: pl.DataFrame, rules: ConsumerRules, overdue: pl.DataFrame) -> pl.DataFrame:
    """Every consumer with its past, what is overdue now and the five steps."""
    grade_steps = pl.col("grade").replace_strict(
        list(rules.grade_steps), list(rules.grade_steps.values()), default=None, return_dtype=pl.Int64
    )
    rows = (
        told.accounts.select("consumer", "customer_id", "name", "voltage", "industry")
        .join(past, on="consumer", how="left")
        .join(told.grades, on="customer_id", how="left")
        .join(told.operation, on="consumer", how="left")
        .join(told.outside, on="industry", how="left", nulls_equal=True)
        .join(overdue, on="consumer", how="left")
        .with_columns(pl.col("overdue_minor").fill_null(0), pl.col("requests").fill_null(0))
        .with_columns(step_grade=grade_steps, step_operation=arithmetic.operating_step(rules))
    )
    return arithmetic.with_steps(rows, rules)


def _overdue(bills: pl.DataFrame, *, on: date, tolerance: int) -> pl.DataFrame:
    late = bills.filter((pl.col("due").dt.offset_by(f"{tolerance}d") < on) & (pl.col("open_minor") > 0))
    return late.group_by("consumer").agg(overdue_minor=pl.col("open_minor").sum())


def _lines(
    bills: pl.DataFrame,
    past: pl.DataFrame,
    chances: pl.DataFrame,
    *,
    month: date,
    on: date,
    tolerance: int,
) -> pl.DataFrame:
    """What is judged of the month: consumer, minor, base (chance), certain, basis and reasons."""
    due = due_bills(bills, month=month, tolerance=tolerance, on=on)
    billed = (
        due.join(chances.select("bill", "chance", "reasons"), on="bill", how="left")
        .join(past, on="consumer", how="left")
        .select(
            "consumer", "certain", "reasons", minor="open_minor", basis=pl.lit("billed"),
            base=pl.when(pl.col("certain")).then(1.0)
            .otherwise(pl.coalesce("chance", "late_share", pl.lit(0.0))),
        )
    )  # fmt: skip
    there = bills.filter((pl.col("due") >= month) & (pl.col("due") <= month_end(month)))
    coming = past.join(there, on="consumer", how="anti").filter(pl.col("usual_minor") > 0)
    expected = coming.select(
        "consumer", certain=pl.lit(value=False), reasons=pl.lit(None, dtype=pl.String), minor="usual_minor",
        basis=pl.lit("expected"), base=pl.col("late_share").fill_null(0.0),
    )  # fmt: skip
    return pl.concat([billed, expected.select(billed.columns)])


def totals(rows: pl.DataFrame) -> list[dict[str, object]]:
    """A row a voltage class: consumers, at_risk (high too), high, not_assessable and the three amounts.

    foretold_minor: expected late of all at risk; foretold_high_minor: of those at high risk alone;
    expected_minor: of everybody.
    """
    at_risk, high = pl.col("level").is_in(["risk", "high"]), pl.col("level") == "high"
    late = pl.col("expected_late_minor")
    counted = rows.group_by("voltage").agg(
        consumers=pl.len().cast(pl.Int64),
        at_risk=at_risk.sum().cast(pl.Int64),
        high=high.sum().cast(pl.Int64),
        not_assessable=(pl.col("level") == "not_assessable").sum().cast(pl.Int64),
        foretold_minor=late.filter(at_risk).sum(),
        foretold_high_minor=late.filter(high).sum(),
        expected_minor=late.sum(),
        due_minor=pl.col("due_minor").sum(),
        overdue_minor=pl.col("overdue_minor").sum(),
    )
    return counted.sort("voltage", descending=True).to_dicts()
