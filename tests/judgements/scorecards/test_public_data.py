"""Cards of public data, where the data are there: small, and held to what is claimed."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from xinheng.judgements.policies import services as policies
from xinheng.judgements.scorecards import learning, scoring
from xinheng.judgements.scorecards.values import Choices, Columns

pytestmark = pytest.mark.any_database


def test_german_loans_are_told_apart_about_as_well_as_claimed(shared_data: Path) -> None:
    table = pl.read_parquet(shared_data / "german_credit" / "german.parquet")
    choices = Choices(folds=3, repeats=1, rivals=True)
    found = learning.learn(table, Columns("bad"), choices, tell=lambda *_told: None)
    told = found.report["contestants"]

    assert told["card"]["auc"] > 0.75
    assert told["card"]["auc"] > told["library_defaults"]["auc"] - 0.02
    assert told["card"]["auc"] > told["boosting"]["auc"] - 0.01
    assert scoring.score(policies.load(found.document), table)["score"].null_count() == 0


def test_special_values_of_home_loans_stand_alone(shared_data: Path) -> None:
    table = pl.read_parquet(shared_data / "heloc" / "heloc.parquet").head(1500)
    choices = Choices(folds=2, repeats=1, special=(-9.0, -8.0, -7.0), challenger=False, items=8)
    found = learning.learn(table, Columns("RiskPerformance"), choices, tell=lambda *_told: None)

    assert found.report["outcome"]["bad_value"] == "Bad"
    assert found.report["contestants"]["card"]["auc"] > 0.7
    estimate = next(one for one in found.report["items"] if one["column"] == "ExternalRiskEstimate")
    assert estimate["bands"][0]["rows"] == table["ExternalRiskEstimate"].eq(-9).sum()
