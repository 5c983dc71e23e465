"""A card fitted to a table, as a document people read and the engine rates by."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest

from tests.judgements.scorecards.simulated import firms
from xinheng.judgements.policies import services as policies
from xinheng.judgements.scorecards import (
    document,
    errors,
    fitting,
    learning,
    preparing,
    queries,
    scoring,
    validating,
)
from xinheng.judgements.scorecards.values import Choices, Columns, Fitted

pytestmark = pytest.mark.any_database
COLUMNS = Columns("违约", group="企业")
CHOICES = Choices(code="firms", folds=3, repeats=1)


@pytest.fixture(scope="module")
def table() -> pl.DataFrame:
    return firms()


@pytest.fixture(scope="module")
def fitted(table: pl.DataFrame) -> Fitted:
    return learning.learn(table, COLUMNS, CHOICES, tell=lambda *_told: None)


def test_the_card_finds_what_tells_and_says_how_well_on_rows_not_seen(fitted: Fitted) -> None:
    told = fitted.report["contestants"]

    assert {item["column"] for item in fitted.report["items"]} >= {"负债率", "行业"}
    assert fitted.report["items"][0]["column"] == "负债率"
    assert 0.7 < told["card"]["auc_low"] < told["card"]["auc"] < told["card"]["auc_high"] < 0.95
    assert told["card"]["auc"] > told["naive"]["auc"]
    assert told["card"]["gini"] == pytest.approx(2 * told["card"]["auc"] - 1)
    assert told["card"]["interval"] == "bootstrap by group"
    assert fitted.report["reject_inference"] == "left_out"
    assert fitted.report["calibration"]["error"] < 0.08
    shares = [one["bad_share"] for one in fitted.report["by_grade"]]
    assert shares == sorted(shares)


def test_the_engine_gives_every_row_the_score_that_was_fitted(fitted: Fitted, table: pl.DataFrame) -> None:
    made = preparing.prepare(table, COLUMNS)
    groups = validating.planned(made, COLUMNS, CHOICES).groups
    points = document.pointed(fitting.fit(made.features, made.bad, groups, CHOICES), CHOICES)
    rated = scoring.score(policies.load(fitted.document), table, points=True)

    assert rated["score"].to_list() == validating.scored(points, made.features).tolist()
    by_item = [name for name in rated.columns if name.startswith("points_")]
    missing = {"points_sales": points.missing[[item.axis.name for item in points.items].index("sales")]}
    summed = rated.select(pl.sum_horizontal(pl.col(name).fill_null(missing.get(name, 0)) for name in by_item))
    assert summed.to_series().to_list() == rated["score"].to_list()
    assert rated["chance_of_bad"].to_numpy() == pytest.approx(points.chance(rated["score"].to_numpy()))


def test_points_that_double_the_odds_do(fitted: Fitted) -> None:
    even = fitted.report["scale"]["even_odds_score"]

    assert document.chance(np.array([even]), even=even, double=50)[0] == 0.5
    assert document.chance(np.array([even + 50]), even=even, double=50)[0] == pytest.approx(1 / 3)
    policy = policies.load(fitted.document)
    assert {one.code: one.value for one in policy.parameters}["points_to_double_odds"] == 50


def test_what_was_never_seen_gets_points_too(fitted: Fitted) -> None:
    rows = pl.DataFrame(
        {
            "负债率": [None, "1e9", "abc"],
            "行业": ["从未见过", None, "建筑"],
            "sales": [math.inf, -5, 3],
            "noise": [0, 0, 0],
            "year": [2030, None, 2015],
        },
        strict=False,
    )
    rated = scoring.score(policies.load(fitted.document), rows)

    assert rated["state"].to_list() == ["graded"] * 3
    assert rated["score"].null_count() == 0
    with pytest.raises(errors.FiguresMissing):
        scoring.score(policies.load(fitted.document), rows.drop("行业"))


def test_missing_where_none_was_missing_leaves_no_grade_when_asked(table: pl.DataFrame) -> None:
    choices = Choices(folds=2, repeats=1, unseen="incomplete", challenger=False, items=2)
    found = learning.learn(table, COLUMNS, choices, tell=lambda *_told: None)
    rows = table.head(2).with_columns(pl.Series("负债率", [None, 0.5]))

    assert scoring.score(policies.load(found.document), rows)["state"].to_list() == ["incomplete", "graded"]


def test_points_of_a_number_only_fall_where_asked(table: pl.DataFrame) -> None:
    choices = Choices(folds=2, repeats=1, monotonic=True, challenger=False)
    found = learning.learn(table, COLUMNS, choices, tell=lambda *_told: None)
    items = {
        item["column"]: [band["points"] for band in item["bands"][:-1]] for item in found.report["items"]
    }

    assert items["负债率"] == sorted(items["负债率"], reverse=True)
    if "sales" in items:
        assert items["sales"] == sorted(items["sales"])


def test_special_values_are_bins_of_their_own() -> None:
    chance = np.random.default_rng(5)
    value = chance.integers(0, 40, 900).astype(float)
    value[:150], value[150:250] = -9, 7.5
    bad = chance.random(900) < np.where(value == -9, 0.5, np.where(value == 7.5, 0.45, value / 80))
    table = pl.DataFrame({"x": value, "y": bad.astype(int)})
    choices = Choices(folds=2, repeats=1, special=(-9.0, 7.5), challenger=False)
    found = learning.learn(table, Columns("y"), choices, tell=lambda *_told: None)
    rows = [band["rows"] for band in found.report["items"][0]["bands"]]

    assert rows[0] == 150
    assert 100 in rows


@pytest.mark.req("PWR-13")
def test_grades_nobody_knows_are_left_out_of_the_rate_and_counted_apart(table: pl.DataFrame) -> None:
    known = pl.Series("staff", [None if place % 4 == 0 else "ABC"[place % 3] for place in range(600)])
    columns = Columns("违约", group="企业", grade="staff")
    choices = Choices(folds=2, repeats=1, challenger=False)
    found = learning.learn(table.with_columns(known), columns, choices, tell=lambda *_told: None)
    told = found.report["agreement"]

    assert (told["known"], told["not_known"]) == (450, 150)
    assert sum(map(sum, told["table"])) == 450
    assert told["card"]["accuracy"] == pytest.approx(sum(told["table"][at][at] for at in range(3)) / 450)
    assert told["majority_accuracy"] == pytest.approx(1 / 3)
    title = queries.report_tables(found.report)[2].title
    assert "450" in title
    assert "150" in title
    assert "staff" not in {item["column"] for item in found.report["items"]}


def test_the_same_table_gives_the_same_card(fitted: Fitted, table: pl.DataFrame) -> None:
    again = learning.learn(table, COLUMNS, CHOICES, tell=lambda *_told: None)

    assert again.document.split("scoring:")[1] == fitted.document.split("scoring:")[1]


@pytest.mark.parametrize(
    "choices",
    [Choices(grades=("A",), shares=(1.0,)), Choices(shares=(0.2, 0.3, 0.3, 0.1)), Choices(code="Ünsafe"),
     Choices(unseen="guess"), Choices(bands=1), Choices(grades=("A", "A"), shares=(0.5, 0.5))],
)  # fmt: skip
def test_choices_no_card_can_be_fitted_by_are_refused(choices: Choices) -> None:
    with pytest.raises(errors.ChoiceInvalid):
        learning.check(choices)
