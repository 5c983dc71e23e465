"""A card that learns ordered grades: tested on rows not seen, and published with grades as bands of the score."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from xinheng.judgements.policies import services as policies
from xinheng.judgements.scorecards import errors, learning, measures, queries, scoring
from xinheng.judgements.scorecards.values import Choices, Columns, Fitted

COLUMNS = Columns("等级", group="firm", ordered=("A", "B", "C"))
CHOICES = Choices(code="graded", folds=3, repeats=1)


def graded_firms(rows: int = 300) -> pl.DataFrame:
    """Firms of three years each whose grade falls with debt and rises with sales; the last ten have none."""
    chance = np.random.default_rng(8)
    debt, sales = chance.normal(size=rows), chance.normal(size=rows)
    worth = 1.4 * debt - 1.1 * sales + chance.logistic(0, 0.5, rows)
    grade = np.array(["A", "B", "C"])[np.searchsorted([-1.2, 0.9], worth)]
    told = [None if place >= rows - 10 else str(name) for place, name in enumerate(grade)]
    return pl.DataFrame(
        {"firm": [f"F{place // 3}" for place in range(rows)], "debt": debt, "sales": sales,
         "noise": chance.normal(size=rows), "等级": told}
    )  # fmt: skip


@pytest.fixture(scope="module")
def table() -> pl.DataFrame:
    return graded_firms()


@pytest.fixture(scope="module")
def fitted(table: pl.DataFrame) -> Fitted:
    return learning.learn(table, COLUMNS, CHOICES, tell=lambda *_told: None)


def test_it_agrees_with_people_better_than_one_column_and_says_how_surely(fitted: Fitted) -> None:
    told = fitted.report
    card, naive, majority = (told["contestants"][name] for name in ("card", "naive", "majority"))

    assert card["kappa"] > naive["kappa"] + 0.1
    assert card["accuracy"] > max(naive["accuracy"], majority["accuracy"]) + 0.05
    assert card["accuracy_low"] < card["accuracy"] < card["accuracy_high"]
    assert card["kappa_low"] < card["kappa"] < card["kappa_high"]
    assert majority["kappa"] == 0
    assert told["outcome"]["without_outcome"] == 10
    assert told["validation"]["groups"] == 97  # of 290 rows; one firm is cut off
    table = np.array(told["confusion"]["table"])
    assert table.sum() == told["validation"]["tested_rows"] == 290
    assert np.trace(table) / 290 == pytest.approx(card["accuracy"])
    for one, row in zip(told["confusion"]["hit"], table, strict=True):
        assert (one["rows"], one["low"] < one["hit"] / one["rows"] < one["high"]) == (row.sum(), True)


def test_the_bands_of_its_score_are_the_grades_and_every_grade_has_its_chance(
    fitted: Fitted, table: pl.DataFrame
) -> None:
    policy = policies.load(fitted.document)
    rated = scoring.score(policy, table, points=True)

    assert [step.code for step in policy.scale] == ["A", "B", "C"]
    starts = [float(one.from_ or -1) for one in policy.scoring.thresholds] if policy.scoring else []
    assert starts == sorted(starts, reverse=True)
    for grade, low, high in (("A", starts[0], 1e9), ("B", starts[1], starts[0]), ("C", -1, starts[1])):
        scores = rated.filter(pl.col("grade") == grade)["score"]
        assert low <= float(scores.min()) <= float(scores.max()) < high  # type: ignore[arg-type]
    chances = rated.select("chance_A", "chance_B", "chance_C")
    assert "chance_of_bad" not in rated.columns
    assert chances.sum_horizontal().to_numpy() == pytest.approx(1)
    best = rated.sort("score").tail(1)
    assert best["chance_A"][0] > best["chance_C"][0]
    shares = rated.head(290)["grade"].value_counts(normalize=True)
    known = table.head(290)["等级"].value_counts(normalize=True)
    both = shares.join(known, left_on="grade", right_on="等级")
    assert (both["proportion"] - both["proportion_right"]).abs().max() < 0.05  # type: ignore[operator]


def test_the_report_is_told_in_tables(fitted: Fitted) -> None:
    found = {told.title: told for told in queries.report_tables(fitted.report)}
    confusion = next(told for told in found.values() if list(told.columns[1:4]) == ["A", "B", "C"])
    assert [row[0] for row in confusion.rows] == ["A", "B", "C"]
    lines = " ".join(queries.report_lines(fitted.report))
    assert "290" in lines
    assert "kappa" in queries.report_text(fitted.report, "x").lower()


@pytest.mark.parametrize(
    ("ordered", "refusal"),
    [(("A", "B"), errors.GradesUnlisted), (("A", "B", "C", "D"), errors.GradeTooRare),
     (("A",), errors.ChoiceInvalid), (("A", "A", "C"), errors.ChoiceInvalid)],
)  # fmt: skip
def test_an_order_that_does_not_fit_is_refused(
    table: pl.DataFrame, ordered: tuple[str, ...], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        learning.learn(table, Columns("等级", ordered=ordered), CHOICES, tell=lambda *_told: None)


def test_intervals_of_shares_are_wilsons() -> None:
    assert measures.share_interval(8, 18) == pytest.approx((0.2456, 0.6628), abs=1e-4)
    assert measures.share_interval(0, 10)[0] == 0.0
