"""What the answers to a question make of a customer: the newest one, or those of several people together."""

from __future__ import annotations

from datetime import date

import polars as pl
import pyarrow as pa

from xinheng.base.kernel import columns
from xinheng.judgements.policies.values import Question

ANSWERS = pa.schema([("customer_id", pa.int64()), ("assessed_by", pa.string()), ("value", pa.string()),
                     ("assessed_on", pa.date32())])  # fmt: skip
LARGEST = 10**13  # of numbers: ten trillion yuan
TENTHS = [1, 10, 100, 1000]  # how many units a whole has, by decimals


def answered(question: Question, *, as_of: date) -> pl.DataFrame:
    """What is answered of each customer: customer_id and a column named as the question; null is unknown.

    The newest answer up to the day counts, or what the newest answers of several people make together
    where the question asks several. An outdated answer, "unknown", one of a mailed form that nobody
    examined and one found wrong are unknown.
    """
    held = newest(question, as_of=as_of)
    if question.assessors:
        held = together(question, held, spread=False)
        return held.select("customer_id", _figure(question, pl.col("decided")).alias(question.code))
    return held.select("customer_id", _typed(question).alias(question.code))


def newest(question: Question, *, as_of: date, customer_id: int | None = None) -> pl.DataFrame:
    """The answers that count, a row a customer, or a row a customer and person where several are asked.

    customer_id: only of this customer.
    Columns: customer_id, assessed_by, value, assessed_on.
    """
    each = ", assessed_by" if question.assessors else ""
    whose = f"AND customer_id = {customer_id:d}" if customer_id is not None else ""
    frame = columns.frame(
        f"""
        SELECT customer_id, assessed_by, value, assessed_on FROM (
            SELECT customer_id, assessed_by, value, assessed_on,
                   row_number() OVER (
                       PARTITION BY customer_id{each} ORDER BY assessed_on DESC, id DESC
                   ) AS place
            FROM ratings_assessment
            WHERE question = '{question.code}' AND assessed_on <= '{as_of.isoformat()}'
              AND verification <> 'disputed' AND (channel <> 'mailed_form' OR verification = 'verified')
              {whose}
        ) AS newest WHERE place = 1
        """,
        ANSWERS,
    )
    if question.valid_months is not None:
        frame = frame.filter(
            pl.col("assessed_on").dt.offset_by(f"{question.valid_months}mo") >= pl.lit(as_of)
        )
    return frame


def together(question: Question, held: pl.DataFrame, *, spread: bool = True) -> pl.DataFrame:
    """What the answers of several people make together, a row a customer.

    held: as `newest` gives them. Gives customer_id, people (those who know an answer), decided (whole
    units of the question's last decimal, or a text; null while unknown), and with `spread` of numbers mean,
    deviation (of the people asked, n - 1), low and high in the same units.
    """
    assert question.assessors
    rows = held.filter(taken(question))
    if question.type == "number":
        units = (pl.col("value").cast(pl.Float64) * TENTHS[question.decimals]).round().cast(pl.Int64)
        rows = rows.with_columns(value=units)
    value, people = pl.col("value"), pl.len().cast(pl.Int64)
    found = {"people": people, "decided": _decided(question, value, people)}
    if question.type == "number" and spread:
        found |= {"mean": value.mean(), "deviation": value.std(), "low": value.min(), "high": value.max()}
    gathered = rows.group_by("customer_id").agg(**found)
    enough = pl.col("people") >= question.assessors.at_least
    return gathered.with_columns(decided=pl.when(enough).then("decided"))


def _decided(question: Question, value: pl.Expr, people: pl.Expr) -> pl.Expr:
    assert question.assessors
    match question.assessors.combine:
        case "mean":
            return _half_up(value.sum(), people)
        case "median":
            return _half_up((2 * value.median()).cast(pl.Int64), pl.lit(2))
        case "agreed":
            return pl.when(value.n_unique() == 1).then(value.first())
    return value.sort_by("assessed_on", "assessed_by").last()


def _half_up(total: pl.Expr, parts: pl.Expr) -> pl.Expr:
    """A whole number divided by a whole number, half away from zero, without a fraction on the way."""
    return (2 * total.abs() + parts) // (2 * parts) * total.sign()


def taken(question: Question) -> pl.Expr:
    """Whether `value` is an answer that this policy's question takes, and not "unknown"."""
    value = pl.col("value")
    if question.type == "yes_no":
        return value.is_in(["yes", "no"])
    if question.type == "choice":
        return value.is_in([choice.code for choice in question.choices])
    number = value.cast(pl.Float64, strict=False)
    fits = number.is_finite().fill_null(value=False) & (number.abs() <= LARGEST)
    if question.minimum is not None:
        fits = fits & (number >= float(question.minimum))
    if question.maximum is not None:
        fits = fits & (number <= float(question.maximum))
    return fits


def _typed(question: Question) -> pl.Expr:
    """The answer as a figure; one that this policy's question does not take is unknown to it."""
    value = pl.col("value")
    if question.type == "yes_no":
        return value.replace_strict({"yes": True, "no": False}, default=None, return_dtype=pl.Boolean)
    if question.type == "choice":
        return pl.when(value.is_in([choice.code for choice in question.choices])).then(value)
    number = value.cast(pl.Float64, strict=False)
    figure = (number * 100).round().cast(pl.Int64, strict=False) if question.unit == "CNY" else number
    return pl.when(taken(question)).then(figure)


def _figure(question: Question, decided: pl.Expr) -> pl.Expr:
    """What several people's answers made, as a figure that a rule looks at."""
    if question.type == "yes_no":
        return decided.replace_strict({"yes": True, "no": False}, default=None, return_dtype=pl.Boolean)
    if question.type == "choice":
        return decided
    whole = TENTHS[question.decimals]
    if question.unit == "CNY":
        return _half_up(decided * 100, pl.lit(whole)).cast(pl.Int64)
    return decided / whole
