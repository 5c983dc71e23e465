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
    """Its customer's past, its amount, what is open beside it, its days and the rhythm of payments."""
    told = {**_past(), **_amounts(), **_ledger(), **_days(), **_rhythm()}
    return [one.alias(f"f_{name}") for name, one in told.items()]


def _past() -> dict[str, pl.Expr]:
    look, overdue, paid = pl.col("look_day"), _known("own_overdue"), _known("own_paid")
    overall = (pl.col("all_late") + _known("all_overdue")) / (pl.col("all_paid") + _known("all_overdue"))
    room = pl.col("due_day") - pl.col("billed_day") - pl.col("adjust")
    share = (_known("own_late") + overdue + SHRINK * overall) / (paid + overdue + SHRINK)
    return {
        "late_share": share, "late_lately": pl.col("own_late_lately"), "paid": paid, "bills": _known("bills"),
        "tenure": look - pl.col("bill_first"), "since_paid": look - pl.col("own_paid_last"),
        "since_billed": look - pl.col("bill_last"), "adjust": pl.col("adjust"), "room": room,
        "habit_to_due": pl.col("f_billed_mean") - room,
    }  # fmt: skip


def _amounts() -> dict[str, pl.Expr]:
    amount = pl.col("amount").abs()
    size, cents = (amount + 1).log(), (amount * 100).round().cast(pl.Int64, strict=False)
    return {
        "size": size, "size_habit": size - pl.col("own_size") / pl.col("own_paid"),
        "same_amount": pl.col("bill_last_amount") == amount, "cents": cents % 100, "round": cents % 1000 == 0,
        "credit": pl.col("amount") < 0,
    }  # fmt: skip


def _ledger() -> dict[str, pl.Expr]:
    opened, overdue = _known("own_open"), _known("own_overdue")
    age = pl.when(opened > 0).then(pl.col("billed_day") - pl.col("own_open_days") / opened)
    late = pl.when(overdue > 0).then(pl.col("look_day") - pl.col("own_overdue_days") / overdue)
    return {
        "open": opened, "open_money": (_known("own_open_money").abs() + 1).log(), "open_age": age,
        "overdue": overdue, "overdue_money": (_known("own_overdue_money").abs() + 1).log(),
        "overdue_age": late, "all_open": pl.col("all_open"), "all_overdue": pl.col("all_overdue"),
        "all_overdue_share": pl.col("all_overdue") / pl.col("all_open"),
        "all_late_lately": pl.col("all_late_lately"), "all_billed_median": pl.col("all_billed_median"),
        "all_billed_long": pl.col("all_billed_long"), "all_due_lately": pl.col("all_due_lately"),
    }  # fmt: skip


def _days() -> dict[str, pl.Expr]:
    billed, due, known = pl.col("billed"), pl.col("due"), pl.col("known")
    return {
        "terms": pl.col("due_day") - pl.col("billed_day"), "lag": pl.col("known_day") - pl.col("billed_day"),
        "to_due": pl.col("due_day") - pl.col("known_day"), "billed_weekday": billed.dt.weekday(),
        "billed_month_day": billed.dt.day(), "billed_month": billed.dt.month(),
        "due_weekday": due.dt.weekday(), "due_month_day": due.dt.day(),
        "to_month_end": BASES["month"] - pl.col("billed_day"),
        "due_to_month_end": due.dt.month_end().cast(pl.Int32) - pl.col("due_day"),
        "known_weekday": known.dt.weekday(), "known_month_day": known.dt.day(),
    }  # fmt: skip


def _rhythm() -> dict[str, pl.Expr]:
    names = ("bills", "oldest", "youngest", "gap", "weekday", "month_day")
    upcoming = pl.col("batch_day") + pl.col("batch_gap") - pl.col("billed_day") - pl.col("adjust")
    return {
        **{f"batch_{name}": pl.col(f"batch_{name}") for name in names}, "batch_next": upcoming,
        "since_newest": pl.col("billed_day") - pl.col("batch_newest"),
    }  # fmt: skip


def _known(name: str) -> pl.Expr:
    """A count or a sum, zero where nothing happened yet."""
    return pl.col(name).fill_null(0)
