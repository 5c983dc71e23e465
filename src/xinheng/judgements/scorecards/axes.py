"""Columns cut up finely: what a card may tell apart before points are found."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

Codes = NDArray[np.integer[Any]]
Floats = NDArray[np.float64]

FINEST = 96  # stretches a number is cut into
LARGEST, SMALLEST = 1e15, 1e-15  # of a bound: what a document can say
LEVELS = 60  # texts told apart; the rarer ones are one
Sign = Literal["/", "*", "-", "+"]
SIGNS: dict[Sign, str] = {"/": "÷", "*": "×", "-": "−", "+": "+"}


@dataclass(frozen=True)
class Made:
    """A figure made of two columns: not known where either is not, or where it is divided by nothing."""

    left: str
    sign: Sign
    right: str

    @property
    def name(self) -> str:
        """As people read it."""
        return f"{self.left} {SIGNS[self.sign]} {self.right}"

    def of(self, rows: pl.DataFrame) -> pl.Series:
        """The figure of each row."""
        left, right = pl.col(self.left), pl.col(self.right)
        made = {
            "/": pl.when(right != 0).then(left / right),
            "*": left * right,
            "-": left - right,
            "+": left + right,
        }[self.sign]
        return rows.select(made.alias(self.name)).to_series()


@dataclass(frozen=True)
class Axis:
    """One column as whole codes, low to high; the code `size` stands for missing.

    bounds: of a number; the code is how many bounds lie below it, a bound belongs to the lower stretch.
    levels: of a text; the code after the last stands for every other text.
    special: values of a number that are codes, not amounts; each has a code of its own.
    """

    name: str
    bounds: tuple[float, ...] = ()
    levels: tuple[str, ...] = ()
    special: tuple[float, ...] = ()
    made: Made | None = None  # of a column that is made of two others

    def of(self, rows: pl.DataFrame) -> pl.Series:
        """The column in a table."""
        return self.made.of(rows) if self.made else rows[self.name]

    @property
    def size(self) -> int:
        """How many codes there are beside missing."""
        return len(self.levels or self.bounds) + 1

    def alone(self) -> list[int]:
        """The codes that are joined with no other."""
        return [int(code) for code in np.searchsorted(np.asarray(self.bounds), self.special, side="left")]

    def codes(self, column: pl.Series) -> Codes:
        """The code of each row."""
        if self.levels:
            places = {level: code for code, level in enumerate(self.levels)}
            known = column.replace_strict(places, default=len(self.levels), return_dtype=pl.Int32)
            return (
                pl.select(pl.when(column.is_null()).then(self.size).otherwise(known)).to_series()
                .cast(pl.Int32).to_numpy().copy()
            )  # fmt: skip
        values = column.cast(pl.Float64).fill_null(math.nan).to_numpy()
        codes = np.searchsorted(np.asarray(self.bounds), values, side="left").astype(np.int32)
        codes[np.isnan(values)] = self.size
        return codes


def axis_of(column: pl.Series, special: tuple[float, ...] = ()) -> Axis:
    """The fine codes of a column: a number by its distribution, a text by its frequent levels."""
    if column.dtype == pl.String:
        counted = (
            column.drop_nulls().value_counts(sort=True).sort(["count", column.name], descending=[True, False])
        )
        rare = max(5, column.len() // 500)
        kept = counted.filter(pl.col("count") >= rare)[column.name].to_list()[:LEVELS]
        return Axis(column.name, levels=tuple(sorted(kept)) or ("",))
    values = column.drop_nulls().cast(pl.Float64).to_numpy()
    values = values[np.isfinite(values)]
    there = tuple(value for value in special if (values == value).any())
    return Axis(column.name, bounds=_bounds(values, there), special=there)


def made_axis(made: Made, rows: pl.DataFrame) -> Axis:
    """The fine codes of a figure that is made of two columns."""
    return replace(axis_of(made.of(rows)), made=made)


def _bounds(values: Floats, special: tuple[float, ...]) -> tuple[float, ...]:
    """Where a number is cut: between all its values, or evenly by rows, frequent values on their own."""
    distinct, counts = np.unique(values, return_counts=True)
    gaps = np.arange(len(distinct) - 1)
    if len(distinct) > FINEST:
        share = np.cumsum(counts) / len(values)
        even = np.searchsorted(share, np.arange(1, FINEST) / FINEST)
        frequent = np.flatnonzero(counts >= len(values) / FINEST)
        alone = np.flatnonzero(np.isin(distinct, special))
        gaps = np.unique(np.concatenate([even, frequent, frequent - 1, alone, alone - 1]))
        gaps = gaps[(gaps >= 0) & (gaps < len(distinct) - 1)]
    bounds = sorted({between(distinct[gap], distinct[gap + 1]) for gap in gaps})
    return tuple(bound for bound in bounds if bound == 0 or SMALLEST < abs(bound) < LARGEST)


def between(low: float, high: float) -> float:
    """The plainest number from `low` on and below `high`: the one with the fewest digits."""
    if low < 0 <= high and high > 0:
        return 0.0
    largest = max(abs(low), abs(high))
    for digits in range(-math.floor(math.log10(largest)) if largest else 0, 17):
        found = round(math.ceil(low * 10.0**digits) / 10.0**digits, max(digits, 0))
        if low <= found < high:
            return float(found)
    return float(low)
