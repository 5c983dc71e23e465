"""The same checks over whole columns, without a loop over rows.

Each gives a frame of the column's length and order: value (String, "" where none was given), ok
(Boolean), cause (String, "" when right) and warnings (List of String), equal in every row to what
`identifiers` finds for the single code. Hints are not made: ask the single check for a row shown.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from xinheng.base.kernel import identifiers as single

_ANY_SPACE = "[" + "".join(f"\\x{{{ord(sign):X}}}" for sign in single.SPACES) + "]+"


def check_uscc_column(codes: pl.Series) -> pl.DataFrame:
    """`identifiers.check_uscc` for a column of texts."""
    value = normalised_column(codes)
    shaped = value.str.contains(f"^[{single.USCC_ALPHABET}]{{18}}$")
    weights = [pow(3, place, 31) for place in range(17)]
    total = _weighted(value.filter(shaped), single.USCC_ALPHABET, weights)
    right = _equal_at(value.filter(shaped), 17, single.USCC_ALPHABET, (31 - total % 31) % 31)
    first, second = pl.col("value").str.slice(0, 1), pl.col("value").str.slice(1, 1)
    odd_class = [
        (first == authority) & ~second.is_in(list(classes)) for authority, classes in single.CLASSES.items()
    ]
    warnings: dict[str, pl.Expr | pl.Series] = {
        "AUTHORITY": ~first.is_in(list(single.AUTHORITIES)),
        "CLASS": pl.any_horizontal(odd_class),
        "AREA": ~pl.col("value").str.slice(2, 6).str.contains("^[0-9]{6}$"),
        "ORG_CHECK": ~_org_right(value.str.slice(8, 9)),
    }
    return _frame(value, 18, shaped, right, warnings)


def check_org_code_column(codes: pl.Series) -> pl.DataFrame:
    """`identifiers.check_org_code` for a column of texts; values are kept as XXXXXXXX-X."""
    value = normalised_column(codes).str.replace_all("-", "", literal=True)
    shaped = value.str.contains(r"^[0-9A-Z]{8}[0-9X]$")
    found = _frame(value, 9, shaped, _org_right(value).filter(shaped), {})
    hyphened = pl.col("value").str.slice(0, 8) + "-" + pl.col("value").str.slice(8)
    nine = pl.col("value").str.len_chars() == 9
    return found.with_columns(value=pl.when(nine).then(hyphened).otherwise("value"))


def check_id_number_column(codes: pl.Series, *, on: date) -> pl.DataFrame:
    """`identifiers.check_id_number` for a column of texts."""
    given = normalised_column(codes)
    old = given.str.contains(r"^[0-9]{15}$")
    value = given.zip_with(~old, given.str.slice(0, 6) + "19" + given.str.slice(6))
    value = value.zip_with(~old, value + _id_check(value, old))
    shaped = value.str.contains(r"^[0-9]{17}[0-9X]$")
    right = _id_check(value, shaped).filter(shaped) == value.filter(shaped).str.slice(17, 1)
    two = pl.col("value").str.slice(0, 2)
    known = two.is_in(sorted(single.PROVINCES)) | two.str.starts_with(single.FOREIGNER)
    found = _frame(value, 18, shaped, right, {"AREA": ~known, "FIFTEEN_DIGITS": old})
    born = pl.col("value").str.slice(6, 8).str.to_date("%Y%m%d", strict=False)
    years = (
        on.year
        - born.dt.year()
        - ((on.month * 100 + on.day) < born.dt.month().cast(int) * 100 + born.dt.day())
    )
    lived = born.is_not_null() & (born <= on) & (years <= single.OLDEST_YEARS) & (born.dt.year() >= 1)
    unlikely = pl.col("ok") & ~lived
    return found.with_columns(
        ok=pl.col("ok") & lived,
        cause=pl.when(unlikely).then(pl.lit("DATE")).otherwise("cause"),
        warnings=pl.when(unlikely)
        .then(pl.col("warnings").list.set_intersection(["FIFTEEN_DIGITS"]))
        .otherwise("warnings"),
    )


def normalised_column(codes: pl.Series) -> pl.Series:
    """`identifiers.normalised` for a column of texts; nothing becomes an empty text."""
    signs = list(single.NORMAL)
    text = codes.cast(pl.String).fill_null("").str.replace_all(_ANY_SPACE, "")
    return text.str.replace_many(signs, [single.NORMAL[sign] for sign in signs]).alias("value")


def _frame(
    value: pl.Series,
    length: int,
    shaped: pl.Series,
    right: pl.Series,
    warnings: dict[str, pl.Expr | pl.Series],
) -> pl.DataFrame:
    """Put together what was found; `right` has a row for each shaped value only."""
    ok = np.zeros(len(value), dtype=bool)
    ok[shaped.to_numpy()] = right.to_numpy()
    frame = pl.DataFrame({"value": value, "ok": ok, "shaped": shaped})
    cause = (
        pl.when(pl.col("value") == "")
        .then(pl.lit("EMPTY"))
        .when(pl.col("value").str.len_chars() != length)
        .then(pl.lit("LENGTH"))
        .when(~pl.col("shaped"))
        .then(pl.lit("CHARSET"))
        .when(~pl.col("ok"))
        .then(pl.lit("CHECK"))
        .otherwise(pl.lit(""))
    )
    told = [
        pl.when(_expression(holds) & (pl.col("ok") | (name == "FIFTEEN_DIGITS"))).then(pl.lit(name))
        for name, holds in warnings.items()
    ]
    listed = pl.concat_list(told).list.drop_nulls() if told else pl.lit([], dtype=pl.List(pl.String))
    return frame.select("value", "ok", cause=cause, warnings=listed)


def _expression(holds: pl.Expr | pl.Series) -> pl.Expr:
    return pl.lit(holds) if isinstance(holds, pl.Series) else holds


def _org_right(value: pl.Series) -> pl.Series:
    """Whether each value is an organisation code of nine characters whose check digit fits."""
    shaped = value.str.contains(r"^[0-9A-Z]{8}[0-9X]$")
    fits = value.filter(shaped)
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    total = _weighted(fits, alphabet, list(single.ORG_WEIGHTS))
    found = np.zeros(len(value), dtype=bool)
    found[shaped.to_numpy()] = _equal_at(fits, 8, single.ORG_CHECKS, (11 - total % 11) % 11).to_numpy()
    return pl.Series(found)


def _id_check(value: pl.Series, where: pl.Series) -> pl.Series:
    """The check digit of each value that begins with 17 digits; an empty text elsewhere."""
    weights = [pow(2, 17 - place, 11) for place in range(17)]
    total = _weighted(value.filter(where).str.slice(0, 17), "0123456789", weights)
    checks = np.full(len(value), "", dtype="<U1")
    checks[where.to_numpy()] = np.array(list("10X98765432"))[total % 11]
    return pl.Series(checks.tolist(), dtype=pl.String)


def _weighted(values: pl.Series, alphabet: str, weights: list[int]) -> np.ndarray:
    """The weighted sum of the signs of each value; all are of one length and within the alphabet."""
    signs = _signs(values)
    worth = np.zeros(256, dtype=np.int64)
    worth[np.frombuffer(alphabet.encode(), dtype=np.uint8)] = np.arange(len(alphabet))
    total: np.ndarray = worth[signs[:, : len(weights)]] @ np.array(weights, dtype=np.int64)
    return total


def _equal_at(values: pl.Series, place: int, alphabet: str, expected: np.ndarray) -> pl.Series:
    signs = _signs(values)
    letters = np.frombuffer(alphabet.encode(), dtype=np.uint8)
    return pl.Series(signs[:, place] == letters[expected], dtype=pl.Boolean)


def _signs(values: pl.Series) -> np.ndarray:
    """The bytes of texts of one length as a table: a row a text."""
    if not len(values):
        return np.zeros((0, 18), dtype=np.uint8)
    joined = values.str.join("").item().encode()
    return np.frombuffer(joined, dtype=np.uint8).reshape(len(values), -1)
