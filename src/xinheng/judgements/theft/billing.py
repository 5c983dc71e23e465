"""What a history of bills says of each consumer: figures of any table of bills whose columns are named.

A figure is called `kind|column|statistic`; kind is "" where the table has one kind of supply. Days count back
from the last day of the table, years likewise. Numbers of meters and of bills are told apart, never weighed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

MOST_CODES = 12  # values of one column whose shares are figures
MOST_YEARS = 15  # back from the last day
MOST_KINDS = 4
MOST_MONTHS = 24  # a bill for longer is taken for a slip of the pen
LATELY = 4  # bills


@dataclass(frozen=True)
class BillColumns:
    """Which column of a table of bills is what.

    use: what was used, summed where there are several. months: how many months the bill is for. kind: such as
    electricity and gas, told apart. meter: the number of the meter. index_from, index_to: of the register.
    numbers, codes: further columns that say something as an amount or as a word.
    """

    consumer: str
    day: str
    use: tuple[str, ...]
    months: str = ""
    kind: str = ""
    meter: str = ""
    index_from: str = ""
    index_to: str = ""
    numbers: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()


def measured(bills: pl.DataFrame, columns: BillColumns) -> pl.DataFrame:
    """A row a consumer with its figures; sorted by consumer."""
    last: date = bills[columns.day].max()  # type: ignore[assignment]
    rows = _prepared(bills, columns, last)
    kinds = [""]
    if columns.kind:
        counted = rows[columns.kind].value_counts(sort=True)
        kinds = counted[columns.kind].drop_nulls().head(MOST_KINDS).to_list()
    found = rows.select(pl.col("consumer").unique()).sort("consumer")
    for kind in kinds:
        part = rows.filter(pl.col(columns.kind) == kind) if kind else rows
        table = part.group_by("consumer").agg(_figures(part, columns))
        named = {name: f"{kind}|{name}" for name in table.columns if name != "consumer"}
        found = found.join(table.rename(named), on="consumer", how="left")
    change = 1 - pl.col("monthly") / pl.when(pl.col("before") > 0).then(pl.col("before"))
    steps = rows.with_columns(before=pl.col("monthly") - pl.col("step"))
    told = steps.group_by("consumer").agg(
        pl.len().cast(pl.Float64).alias("read_bills"),
        change.max().alias("bill_fall"),
        (pl.col("use") == 0).mean().alias("bill_zero"),
        pl.col("age").min().alias("last_bill"),
    )
    return found.join(told, on="consumer", how="left").sort("consumer")


def _prepared(bills: pl.DataFrame, columns: BillColumns, last: date) -> pl.DataFrame:
    """The bills in order, with use a month, the register's movement and what it leaves open."""
    rows = bills.rename({columns.consumer: "consumer"})
    total = pl.sum_horizontal(*(pl.col(name).cast(pl.Float64) for name in columns.use))
    months = pl.col(columns.months).cast(pl.Float64).clip(1, MOST_MONTHS) if columns.months else pl.lit(1.0)
    rows = rows.with_columns(
        total.alias("use"),
        (total / months).alias("monthly"),
        (pl.lit(last) - pl.col(columns.day)).dt.total_days().cast(pl.Float64).alias("age"),
    )
    key = ["consumer", *([columns.kind] if columns.kind else [])]
    order = [*key, columns.day, *([columns.index_from] if columns.index_from else [])]
    rows = rows.sort(order, maintain_order=True, nulls_last=True)
    added = [
        (pl.col("age").shift(1) - pl.col("age")).over(key).alias("gap"),
        (pl.col("monthly") - pl.col("monthly").shift(1)).over(key).alias("step"),
    ]
    if columns.index_from and columns.index_to:
        start, end = pl.col(columns.index_from).cast(pl.Float64), pl.col(columns.index_to).cast(pl.Float64)
        added += [
            (end - start).alias("moved"),
            (end - start - pl.col("use")).alias("unbilled"),
            (start - end.shift(1).over(key)).alias("jump"),
        ]
    return rows.with_columns(added).with_columns(pl.col(name).cast(pl.String) for name in columns.codes)


def _figures(rows: pl.DataFrame, columns: BillColumns) -> list[pl.Expr]:
    names = [
        "use",
        "monthly",
        "gap",
        "step",
        *(columns.use if len(columns.use) > 1 else ()),
        *columns.numbers,
    ]
    names += [columns.months] if columns.months else []
    if columns.index_from and columns.index_to:
        names += ["moved", "unbilled", "jump", columns.index_from, columns.index_to]
    found = _times(columns)
    for name in names:
        found += _numbers(name)
    for name in ("use", "monthly"):
        value = pl.col(name)
        found += [
            pl.corr(value, -pl.col("age")).alias(f"{name}|trend"),
            (value < 0).mean().alias(f"{name}|negative"),
        ]
    for name in columns.codes:
        counted = rows[name].value_counts(sort=True)[name].drop_nulls()
        found += _codes(name, counted.head(MOST_CODES).to_list())
    if columns.meter:
        found += _meters(columns.meter)
    return found


def _times(columns: BillColumns) -> list[pl.Expr]:
    day, age = pl.col(columns.day), pl.col("age")
    found = [
        pl.len().cast(pl.Float64).alias("bills|count"),
        age.max().alias("bills|first"),
        age.min().alias("bills|last"),
        age.mean().alias("bills|mean"),
        age.std().alias("bills|std"),
        day.n_unique().cast(pl.Float64).alias("bills|days"),
        (pl.len() - day.n_unique()).cast(pl.Float64).alias("bills|same_day"),
    ]
    year = (age / 365.25).floor()
    for back in range(MOST_YEARS):
        found += [
            pl.col("monthly").filter(year == back).mean().alias(f"monthly|year_{back}"),
            (year == back).sum().cast(pl.Float64).alias(f"bills|year_{back}"),
        ]
    return found + [(day.dt.month() == month).mean().alias(f"bills|month_{month}") for month in range(1, 13)]


def _numbers(name: str) -> list[pl.Expr]:
    value = pl.col(name).cast(pl.Float64)
    told = {
        "mean": value.mean(), "std": value.std(), "least": value.min(), "most": value.max(),
        "median": value.median(), "last": value.last(), "first": value.first(),
        "lately": value.tail(LATELY).mean(), "skew": value.skew(), "zero": (value == 0).mean(),
        "low": value.quantile(0.25), "high": value.quantile(0.75),
    }  # fmt: skip
    return [made.alias(f"{name}|{statistic}") for statistic, made in told.items()]


def _codes(name: str, values: list[str]) -> list[pl.Expr]:
    value = pl.col(name)
    found = [
        value.n_unique().cast(pl.Float64).alias(f"{name}|kinds"),
        (value != value.shift(1)).sum().cast(pl.Float64).alias(f"{name}|changes"),
        value.last().alias(f"{name}|=last"),
        value.first().alias(f"{name}|=first"),
    ]
    return found + [(value == one).mean().alias(f"{name}|is {one}") for one in values]


def _meters(name: str) -> list[pl.Expr]:
    """Meters told apart: how many, how often changed, since when the last; never its number."""
    value, age = pl.col(name), pl.col("age")
    changed = value != value.shift(1)
    return [
        value.n_unique().cast(pl.Float64).alias("meter|kinds"),
        changed.sum().cast(pl.Float64).alias("meter|changes"),
        age.filter(changed).min().alias("meter|changed_last"),
        age.filter(changed).max().alias("meter|changed_first"),
        (value == value.last()).mean().alias("meter|share_last"),
        (value == value.first()).mean().alias("meter|share_first"),
        (value == value.mode().sort().first()).mean().alias("meter|share_most"),
        (changed.sum() - value.n_unique() + 1).cast(pl.Float64).alias("meter|returns"),
        pl.col("monthly").filter(value == value.last()).mean().alias("meter|use_last"),
        pl.col("monthly").filter(value != value.last()).mean().alias("meter|use_before"),
    ]
