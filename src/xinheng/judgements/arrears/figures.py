"""The figures a model sees of one bill on the day it is looked at.

All days are counted from the billed day, less what the bill's own marks explain (`adjust`), so that the
habits of a customer and what they foretell of this bill are on one scale.
"""

from __future__ import annotations

import polars as pl

from xinheng.judgements.arrears.history import BASES, SHRINK, looked

THEMES = {
    "late_share": "habit",
    "late_lately": "recent",
    "paid": "history",
    "bills": "history",
    "tenure": "history",
    "since_paid": "recent",
    "since_billed": "recent",
    "size": "amount",
    "size_habit": "amount",
    "same_amount": "amount",
    "cents": "amount",
    "round": "amount",
    "credit": "amount",
    "open": "load",
    "open_money": "load",
    "open_age": "load",
    "overdue": "overdue",
    "overdue_money": "overdue",
    "overdue_age": "overdue",
    "all_open": "ledger",
    "all_overdue": "ledger",
    "all_overdue_share": "ledger",
    "all_late_lately": "ledger",
    "terms": "terms",
    "lag": "terms",
    "to_due": "terms",
    "billed_weekday": "calendar",
    "billed_month_day": "calendar",
    "billed_month": "season",
    "due_weekday": "calendar",
    "due_month_day": "calendar",
    "to_month_end": "calendar",
    "due_to_month_end": "calendar",
    "known_weekday": "calendar",
    "known_month_day": "calendar",
    "adjust": "marks",
    "room": "terms",
    "habit_to_due": "habit",
    "batch_bills": "batches",
    "batch_oldest": "batches",
    "batch_youngest": "batches",
    "batch_gap": "batches",
    "batch_next": "batches",
    "since_newest": "batches",
    "batch_weekday": "batches",
    "batch_month_day": "batches",
    "billed_long": "habit",
    "billed_short": "recent",
    "billed_quick": "habit",
    "billed_slow": "habit",
    "all_billed_median": "ledger",
    "all_billed_long": "ledger",
    "all_due_lately": "ledger",
}
STATISTICS = {"mean": "habit", "median": "habit", "lately": "recent", "last": "recent", "spread": "habit"}
OF_BASES = {f"{base}_{name}": theme for base in BASES for name, theme in STATISTICS.items()}
NAMES = (*THEMES, *OF_BASES)


def theme_of(figure: str) -> str:
    """What a figure speaks of: habit, recent, load, overdue, amount, terms, calendar, season, …"""
    return THEMES.get(figure) or OF_BASES.get(figure, "marks")


def figures(ledger: pl.DataFrame, looks: pl.DataFrame, *, tolerance: int, marks: list[str]) -> pl.DataFrame:
    """A row a look, in their order: the figures of NAMES, then one for each mark; floats, null is missing.

    marks: the columns of marks, already numbers.
    """
    found = looked(ledger, looks, tolerance=tolerance)
    found = found.with_columns(_habits()).with_columns(_of_this_bill())
    kept = [*THEMES, *OF_BASES]
    return found.select(*(pl.col(f"f_{name}").cast(pl.Float64).alias(name) for name in kept), *marks)


def _habits() -> list[pl.Expr]:
    """What each habit foretells of this bill: days from its billed day to its payment, adjusted."""
    count, found = pl.col("own_paid").fill_null(0), []
    for base, start in BASES.items():
        back = start - pl.col("billed_day")
        overall = pl.col(f"all_{base}_sum") / pl.col("all_paid")
        mean = (pl.col(f"own_{base}_sum").fill_null(0) + SHRINK * overall) / (count + SHRINK)
        found += [
            (mean + back).alias(f"f_{base}_mean"),
            pl.col(f"own_{base}_spread").alias(f"f_{base}_spread"),
        ]
        found += [
            (pl.col(f"own_{base}_{name}") + back).alias(f"f_{base}_{name}")
            for name in ("median", "lately", "last")
        ]
    found += [pl.col(f"own_{name}").alias(f"f_{name}") for name in
              ("billed_long", "billed_short", "billed_quick", "billed_slow")]  # fmt: skip
    return found


def _of_this_bill() -> list[pl.Expr]:
    look, billed, due = pl.col("look_day"), pl.col("billed_day"), pl.col("due_day")
    paid, overdue = pl.col("own_paid").fill_null(0), pl.col("own_overdue").fill_null(0)
    opened, size = pl.col("own_open").fill_null(0), (pl.col("amount").abs() + 1).log()
    cents = (pl.col("amount").abs() * 100).round().cast(pl.Int64, strict=False)
    overall = (pl.col("all_late") + pl.col("all_overdue").fill_null(0)) / (
        pl.col("all_paid") + pl.col("all_overdue").fill_null(0)
    )
    room = due - billed - pl.col("adjust")
    told = {
        "late_share": (pl.col("own_late").fill_null(0) + overdue + SHRINK * overall)
        / (paid + overdue + SHRINK),
        "late_lately": pl.col("own_late_lately"),
        "paid": paid,
        "bills": pl.col("bills").fill_null(0),
        "tenure": look - pl.col("bill_first"),
        "since_paid": look - pl.col("own_paid_last"),
        "since_billed": look - pl.col("bill_last"),
        "size": size,
        "size_habit": size - pl.col("own_size") / pl.col("own_paid"),
        "same_amount": pl.col("bill_last_amount") == pl.col("amount").abs(),
        "cents": cents % 100,
        "round": cents % 1000 == 0,
        "credit": pl.col("amount") < 0,
        "open": opened,
        "open_money": (pl.col("own_open_money").fill_null(0).abs() + 1).log(),
        "open_age": pl.when(opened > 0).then(billed - pl.col("own_open_days") / opened),
        "overdue": overdue,
        "overdue_money": (pl.col("own_overdue_money").fill_null(0).abs() + 1).log(),
        "overdue_age": pl.when(overdue > 0).then(look - pl.col("own_overdue_days") / overdue),
        "all_open": pl.col("all_open"),
        "all_overdue": pl.col("all_overdue"),
        "all_overdue_share": pl.col("all_overdue") / pl.col("all_open"),
        "all_late_lately": pl.col("all_late_lately"),
        "terms": due - billed,
        "lag": pl.col("known_day") - billed,
        "to_due": due - pl.col("known_day"),
        "billed_weekday": pl.col("billed").dt.weekday(),
        "billed_month_day": pl.col("billed").dt.day(),
        "billed_month": pl.col("billed").dt.month(),
        "due_weekday": pl.col("due").dt.weekday(),
        "due_month_day": pl.col("due").dt.day(),
        "to_month_end": BASES["month"] - billed,
        "due_to_month_end": pl.col("due").dt.month_end().cast(pl.Int32) - due,
        "known_weekday": pl.col("known").dt.weekday(),
        "known_month_day": pl.col("known").dt.day(),
        "adjust": pl.col("adjust"),
        "room": room,
        "habit_to_due": pl.col("f_billed_mean") - room,
        "batch_bills": pl.col("batch_bills"),
        "batch_oldest": pl.col("batch_oldest"),
        "batch_youngest": pl.col("batch_youngest"),
        "batch_gap": pl.col("batch_gap"),
        "batch_next": pl.col("batch_day") + pl.col("batch_gap") - billed - pl.col("adjust"),
        "since_newest": billed - pl.col("batch_newest"),
        "batch_weekday": pl.col("batch_weekday"),
        "batch_month_day": pl.col("batch_month_day"),
        "all_billed_median": pl.col("all_billed_median"),
        "all_billed_long": pl.col("all_billed_long"),
        "all_due_lately": pl.col("all_due_lately"),
    }
    return [one.alias(f"f_{name}") for name, one in told.items()]
