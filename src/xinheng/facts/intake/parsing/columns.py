"""What every parser of a column gives, and the cleaning they share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

WIDE = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}  # full-width forms
WIDE |= {"\u3000": " ", "\xa0": " ", "\u200b": "", "\ufeff": "", "￥": "¥", "−": "-", "–": "-", "—": "-"}
NOTHING = [
    "",
    "-",
    "--",
    "/",
    "\\",
    "无",
    "空",
    "null",
    "NULL",
    "Null",
    "N/A",
    "n/a",
    "NaN",
    "nan",
    "None",
]
ERROR_VALUE = r"^#(N/A|DIV/0!|REF!|VALUE!|NAME\?|NUM!|NULL!|ERROR!)$"
GUARD = r"^['‘’`]+"  # what makes a spreadsheet keep a number as text
FORMULA_LIKE = r"^'[=+\-@\t\r]"  # an apostrophe that neutralised a formula on the way out


@dataclass(frozen=True)
class Parsed:
    """The values of a column, null where nothing could be read, and the causes, null where all is well."""

    values: pl.Series
    causes: pl.Series | None = None


def halfwidth(texts: pl.Series) -> pl.Series:
    """Full-width digits, letters and marks as the usual ones, and no blanks around."""
    if needs_cleaning(texts):
        texts = texts.str.replace_many(list(WIDE), list(WIDE.values())).str.strip_chars()
    return texts


def needs_cleaning(texts: pl.Series) -> bool:
    """Whether any value holds more than plain characters without blanks around them."""
    return bool(texts.str.contains(r"[^\x20-\x7e]|^\s|\s$").any())


def nothing(texts: pl.Series, *, also: tuple[str, ...] = ()) -> pl.Series:
    """Null where the cell says that it holds nothing."""
    found = texts.is_in([*NOTHING, *also])
    return texts.set(found, None) if found.any() else texts


def without_errors(raw: pl.Series) -> tuple[pl.Series, pl.Series | None]:
    """The column without cells whose formula failed, and where those are (None: nowhere)."""
    if raw.dtype != pl.String:
        return raw, None
    failed = raw.str.contains(ERROR_VALUE).fill_null(value=False)
    return (raw.set(failed, None), failed) if failed.any() else (raw, None)


def by_residual(raw: pl.Series, quick: pl.Series, parse: Callable[[pl.Series], pl.DataFrame]) -> Parsed:
    """Fill what a quick way could not read from its distinct values, each parsed once.

    quick: the values, null where the quick way failed. parse: distinct texts -> value, cause.
    """
    left = raw.is_not_null() & quick.is_null()
    if not left.any():
        return Parsed(quick)
    distinct = raw.filter(left).unique()
    known = parse(distinct).with_columns(raw=distinct)
    joined = pl.DataFrame({"raw": raw.set(~left, None), "quick": quick}).join(
        known, on="raw", how="left", maintain_order="left"
    )
    values = joined.select(pl.coalesce("quick", pl.col("value").cast(quick.dtype))).to_series()
    causes = joined.get_column("cause")
    return Parsed(values, causes if causes.null_count() < len(causes) else None)
