"""What a card may see of a table, and what it is never shown."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import polars as pl
import pytest

from tests.judgements.scorecards.simulated import firms
from xinheng.base.kernel.refusal import Refusal
from xinheng.judgements.scorecards import errors, preparing
from xinheng.judgements.scorecards.values import Columns

pytestmark = pytest.mark.any_database


def causes(table: pl.DataFrame, columns: Columns) -> dict[str, str]:
    return {one.column: one.cause for one in preparing.prepare(table, columns).left_out}


def test_columns_that_say_nothing_or_give_the_outcome_away_are_left_out_and_named() -> None:
    table = firms(200)
    bad = table["违约"] == "是"
    table = table.with_columns(
        pl.lit(5).alias("always"),
        pl.lit(None).alias("never"),
        pl.col("负债率").alias("again"),
        pl.int_range(200).alias("line"),
        pl.format("name {}", pl.int_range(200)).alias("who"),
        pl.date_range(date(2020, 1, 1), date(2020, 7, 18), eager=True).alias("when"),
        bad.cast(pl.Int64).alias("leak"),
        pl.select(pl.when(bad).then(1.5)).to_series().alias("charged_off_on"),
    )

    assert causes(table, Columns("违约", group="企业", leave_out=("noise",))) == {
        "noise": "asked", "always": "constant", "never": "empty", "again": "same_as", "line": "row_number",
        "who": "names", "when": "date", "leak": "leak", "charged_off_on": "leak_missing",
    }  # fmt: skip


def test_a_column_named_like_a_grade_that_tells_much_is_left_out_and_kept_when_asked() -> None:
    table = firms(300)
    bad = (table["违约"] == "是").to_numpy()
    noise = np.random.default_rng(1).normal(size=300)
    table = table.with_columns(pl.Series("credit_rating", np.round(2.0 * bad + noise, 3)))

    assert causes(table, Columns("违约"))["credit_rating"] == "named"
    kept = preparing.prepare(table, Columns("违约", keep=("credit_rating",)))
    assert "credit_rating" in kept.features.columns


def test_cells_are_read_as_people_write_them() -> None:
    cells = ["1,200", "3.5%", " 7 ", "NaN", "inf", "-", "", None, "1e3", "￥5"] * 3
    table = pl.DataFrame({"x": cells, "y": ["yes", "no", "yes"] * 10, "z": [1, 2] * 15})
    features = preparing.prepare(table, Columns("y")).features

    assert features["x"].to_list()[:10] == [1200, 0.035, 7, None, None, None, None, None, 1000, 5]
    assert features["x"].null_count() == 15


@pytest.mark.parametrize(
    ("values", "bad", "rows"),
    [
        (["yes", "no"], "yes", 60),
        (["好", "坏"], "坏", 60),
        ([1.0, 0.0], "1", 60),
        ([True, False], "1", 60),
        (["alive", "failed", None, ""], "failed", 30),
        (["Good", "Bad"], "Bad", 60),
    ],
)
def test_the_bad_outcome_is_told_by_its_word(values: list[object], bad: str, rows: int) -> None:
    outcome = (values * 60)[:60]
    table = pl.DataFrame({"x": np.arange(60) % 7, "y": pl.Series(outcome, strict=False)})
    made = preparing.prepare(table, Columns("y"))

    assert (made.bad_value, len(made.bad), made.without_outcome) == (bad, rows, 60 - rows)
    assert int(made.bad.sum()) == rows // 2


@pytest.mark.parametrize(
    ("table", "columns", "refusal"),
    [
        ({"y": [1] * 40}, Columns("y"), errors.OneOutcomeOnly),
        ({"y": [None] * 40}, Columns("y"), errors.OneOutcomeOnly),
        ({"y": [0, 1] * 9 + [0] * 22}, Columns("y"), errors.TooFewOutcomes),
        ({"y": ["a", "b"] * 20}, Columns("y"), errors.OutcomeUnclear),
        ({"y": ["a", "b", "c", "d"] * 10}, Columns("y"), errors.OutcomeUnclear),
        ({"y": [1, 2] * 20}, Columns("y", bad="3"), errors.OutcomeUnclear),
        ({"y": [0, 1] * 20}, Columns("z"), errors.ColumnUnknown),
        ({"y": [0, 1] * 20}, Columns("y", group="y"), errors.ColumnTwice),
        ({"y": [0, 1] * 20}, Columns("y", leave_out=("x",)), errors.NothingToLearnFrom),
    ],
)
def test_what_cannot_be_learned_from_is_refused(
    table: dict[str, list[object]], columns: Columns, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        preparing.prepare(pl.DataFrame({"x": [*range(20), *range(20)], **table}), columns)


def test_times_are_days_years_and_american_dates() -> None:
    assert preparing.times(pl.Series("t", ["2020-01-02", "2020/01/03"])).diff()[1] == 1
    assert preparing.times(pl.Series("t", ["1/2/2020", "01/03/2020"])).diff()[1] == 1
    assert preparing.times(pl.Series("t", [2015, 2016])).to_list() == [2015, 2016]
    with pytest.raises(errors.TimeUnreadable):
        preparing.times(pl.Series("t", ["soon", "2020-01-01"]))
    assert not math.isnan(preparing.moment(date(2020, 1, 1), pl.Series([2015])))
