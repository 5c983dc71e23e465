"""Scores by a card: the same engine that rates customers, over any table."""

from __future__ import annotations

from pathlib import Path

import duckdb
import ibis
import numpy as np
import polars as pl

from xinheng.indicators import queries as indicators
from xinheng.judgements.policies import services as policies
from xinheng.judgements.policies.values import BandsItem, CategoriesItem, Policy
from xinheng.judgements.scorecards import preparing
from xinheng.judgements.scorecards.document import chance, plain_name
from xinheng.judgements.scorecards.errors import ColumnUnknown, FiguresMissing, NotAScorecard
from xinheng.judgements.scorecards.naming import DOUBLE_ODDS, EVEN_ODDS, OTHER

TYPES = {"float64": pl.Float64, "int64": pl.Int64, "boolean": pl.Boolean, "string": pl.String}
MINOR = 100


def load(path: Path) -> Policy:
    """The card in a file. Refuses: PolicyInvalid, NotAScorecard."""
    return sound(policies.load(path.read_text(encoding="utf-8", errors="replace"), file=path.name))


def sound(policy: Policy) -> Policy:
    """The policy, where all its points come from columns of a table. Refuses: NotAScorecard."""
    if (
        policy.scoring is None
        or policy.roles
        or not all(isinstance(item, BandsItem | CategoriesItem) for item in policy.scoring.items)
    ):
        raise NotAScorecard(policy=policy.code)
    return policy


def score(policy: Policy, frame: pl.DataFrame, *, points: bool = False) -> pl.DataFrame:
    """A row for each row of `frame`, in its order: score, grade, chances, and the points by item.

    chance_of_bad, or of a card that learned grades one column a grade.

    Columns are found by the name the card was fitted under, or by its code. Refuses: FiguresMissing.
    """
    return scored(policy, _inputs(policy, frame), points=points)


def scored(policy: Policy, rows: pl.DataFrame, *, points: bool = False) -> pl.DataFrame:
    """The same of rows that hold what the policy looks at, as a run gathers it."""
    wanted = ({"role": "string"} if policy.roles else {}) | policies.inputs_of(policy)
    number = pl.int_range(pl.len()).cast(pl.String).str.zfill(12).alias("customer_no")
    rows = rows.select(number, *wanted)
    table = ibis.table({"customer_no": "string"} | wanted, name="inputs")
    rated = policies.rate_table(policy, table).order_by("customer_no")
    with duckdb.connect() as engine:
        engine.register("inputs", rows.to_arrow())
        told: pl.DataFrame = engine.sql(ibis.to_sql(rated, dialect="duckdb")).pl()
    return told.select(
        (pl.col("score_milli") / 1000).alias("score"), "grade", *_chances(policy, told), "state",
        *(pl.col(name) / 1000 for name in told.columns if points and name.startswith("points_")),
    )  # fmt: skip


def _chances(policy: Policy, told: pl.DataFrame) -> list[pl.Series]:
    """The chance of bad by the score, or of each grade, where the card says its odds."""
    said = {parameter.code: parameter.value for parameter in policy.parameters}
    double = float(said.get(DOUBLE_ODDS) or 0)
    scores = (told["score_milli"] / 1000).cast(pl.Float64)
    evens = [value for code, value in said.items() if code.startswith(f"{EVEN_ODDS}_") and value is not None]
    grades = [step.code for step in policy.scale]
    if double and evens and len(evens) == len(grades) - 1:
        worse = [chance(scores.to_numpy(), even=float(even), double=double) for even in evens]
        steps = [np.ones(told.height), *worse, np.zeros(told.height)]
        found = {
            f"chance_{grade}": np.maximum(steps[place] - steps[place + 1], 0)
            for place, grade in enumerate(grades)
        }
    else:
        even = said.get(EVEN_ODDS)
        known = double and even is not None
        told_by = chance(scores.to_numpy(), even=float(even or 0), double=double) if known else None
        found = {"chance_of_bad": np.full(told.height, np.nan) if told_by is None else told_by}
    there = scores.is_not_null()
    return [
        pl.select(
            pl.when(there).then(pl.Series(figures, dtype=pl.Float64).fill_nan(None)).alias(name)
        ).to_series()
        for name, figures in found.items()
    ]


def _inputs(policy: Policy, frame: pl.DataFrame) -> pl.DataFrame:
    """The card's columns out of a table: numbers as numbers, texts as the card's answers."""
    wanted = policies.inputs_of(policy)
    names = {question.code: question.en for question in policy.questions}
    columns_by_name = {plain_name(column): column for column in frame.columns}
    held = {code: columns_by_name.get(names.get(code, code), code) for code in wanted}
    if missing := [names.get(code, code) for code, name in held.items() if name not in frame.columns]:
        raise FiguresMissing(columns=", ".join(missing))
    numbers = {held[code] for code, kind in wanted.items() if kind != "string"}
    told = preparing.figures(frame.select(list(dict.fromkeys(held.values()))), numbers)
    answers = {question.code: question.choices for question in policy.questions if question.choices}
    money = _money()
    columns = []
    for code, kind in wanted.items():
        column = told[held[code]]
        if code in answers:
            known = {choice.en: choice.code for choice in answers[code] if choice.code != OTHER}
            column = column.map_elements(plain_name, return_dtype=pl.String)
            answer = column.replace_strict(known, default=OTHER, return_dtype=pl.String)
            column = pl.select(pl.when(column.is_not_null()).then(answer)).to_series()
        if code in money:
            column = (column * MINOR).round()
        columns.append(column.cast(TYPES[kind]).alias(code))
    return pl.DataFrame(columns)


def _money() -> set[str]:
    """The indicators that are amounts: a table tells them in yuan, the engine reads whole fen."""
    return {card.code for card in indicators.catalogue() if card.unit == "CNY"}


def known(frame: pl.DataFrame, names: tuple[str, ...]) -> None:
    """Refuses: ColumnUnknown, where the table lacks one of the columns."""
    for name in names:
        if name not in frame.columns:
            raise ColumnUnknown(column=name, columns=", ".join(frame.columns[:60]))
