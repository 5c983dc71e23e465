"""Which bills a text names: tolerant of spacing, full-width signs, prefixes left out and leading zeros."""

from __future__ import annotations

import polars as pl

APART = r"([A-Z]+|[0-9]+)"  # letters and digits stand apart, so that INV-2024/001 and INV2024 001 are alike
NOT_A_SIGN = r"[^\p{L}\p{N}]+"


def spaced(text: pl.Expr) -> pl.Expr:
    """The words of a text: half-width, upper case, runs of letters and of digits, one space between."""
    folded = text.fill_null("").str.normalize("NFKC").str.to_uppercase()
    return folded.str.replace_all(APART, " ${1} ").str.replace_all(NOT_A_SIGN, " ").str.strip_chars()


def squeezed(text: pl.Expr) -> pl.Expr:
    """The letters and digits of a text alone."""
    return spaced(text).str.replace_all(" ", "", literal=True)


def named(money: pl.DataFrame, lines: pl.DataFrame, *, shortest: int) -> pl.DataFrame:
    """Which open lines the reference of each receipt names.

    money: receipt_id, customer_id, currency, reference. lines: line, customer_id, currency, bill_no.
    A bill is named in full by all its letters and digits in order, at least `shortest` of them and not
    within a longer number; and by its end where the text holds its last number (`shortest` signs or more,
    zeros before it apart) and no other open bill of the customer ends so.
    Gives receipt_id, line, in_full (boolean), each pair once.
    """
    told = _taken_apart(money.filter(pl.col("reference").fill_null("") != ""), "receipt_id", "reference")
    keyed = _taken_apart(lines, "line", "bill_no").rename({"text": "key"})
    keys: list[str] = ["customer_id", "currency", "end"]
    ends = _ends(keyed).with_columns(alike=pl.col("line").n_unique().over(keys))
    met = _numbers(told).join(ends, on=keys).join(told.select("receipt_id", "text"), on="receipt_id")
    judged = met.with_columns(
        in_full=pl.col("text").str.contains(pl.col("key"), literal=True)
        & (pl.col("key").str.len_chars() >= shortest),
        is_end=pl.col("whole_end")
        & (pl.col("alike") == 1)
        & (pl.min_horizontal("written", "length") >= shortest),
    )
    sure = judged.filter(pl.col("in_full") | pl.col("is_end"))
    return sure.group_by("receipt_id", "line").agg(pl.col("in_full").any()).sort("receipt_id", "line")


def _taken_apart(frame: pl.DataFrame, key: str, column: str) -> pl.DataFrame:
    """The words of a column of texts, and its letters and digits alone."""
    told = frame.select(key, "customer_id", "currency", spaced=spaced(pl.col(column)))
    return told.select(
        key, "customer_id", "currency", text=pl.col("spaced").str.replace_all(" ", "", literal=True),
        words=pl.col("spaced").str.split(" "),
    )  # fmt: skip


def _ends(keyed: pl.DataFrame) -> pl.DataFrame:
    """The last number of each bill number, alone and with the number or letters before it."""
    last = keyed.with_columns(
        one=pl.col("words").list.get(-1, null_on_oob=True), two=pl.col("words").list.tail(2).list.join("")
    )
    ends = [
        last.with_columns(
            end=_without_zeros(pl.col("one")),
            whole_end=pl.lit(value=True),
            length=pl.col("one").str.len_chars(),
        ),
        last.filter(pl.col("two") != pl.col("one")).with_columns(
            end=_without_zeros(pl.col("two")),
            whole_end=pl.lit(value=False),
            length=pl.col("two").str.len_chars(),
        ),
    ]
    return pl.concat(ends).filter(pl.col("end") != "").drop("words", "one", "two")


def _numbers(told: pl.DataFrame) -> pl.DataFrame:
    """Every word of a text and every two that follow each other, as ends of a bill number may stand there."""
    following = pl.col("words").list.eval(pl.element() + pl.element().shift(-1)).list.drop_nulls()
    both = told.select(
        "receipt_id", "customer_id", "currency", end=pl.concat_list("words", following)
    ).explode("end")
    told = both.with_columns(_without_zeros(pl.col("end")), written=pl.col("end").str.len_chars())
    keys = ["receipt_id", "customer_id", "currency", "end"]
    return told.filter(pl.col("end") != "").group_by(keys).agg(pl.col("written").max())


def _without_zeros(number: pl.Expr) -> pl.Expr:
    return number.str.strip_chars_start("0")
