"""Demand of any file by command alone: fitted, foretold, back-tested."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from tests.wiring.conftest import Typed

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.any_database]
YEAR = [90, 80, 85, 70, 60, 75, 110, 120, 95, 70, 72, 88]


@pytest.mark.req("PWR-28")
def test_a_file_of_series_is_fitted_foretold_and_tested(founded: Typed, tmp_path: Path) -> None:
    table, model, out = (tmp_path / name for name in ("用电.csv", "m.demand", "out.xlsx"))
    rows = [
        (name, f"{date(2023 + at // 12, at % 12 + 1, 1):%Y-%m}", YEAR[at % 12] * size)
        for name, size in (("A", 1), ("B", 10))
        for at in range(36)
    ]
    pl.DataFrame(rows, schema=["户号", "月份", "电量"], orient="row").write_csv(table)

    told = founded.json("demand", "fit", str(table), "--horizon", "12", "--model", str(model))
    founded.run("demand", "predict", str(model), "--out", str(out), "--quantiles")
    tested = founded.run("demand", "backtest", str(table), "--horizon", "12")

    assert [one["model"] for one in told["choices"]] == ["year_ago", "year_ago"]
    assert told["report"]["total"]["chosen"]["total_mape"] == 0
    found = pl.read_excel(out, engine="calamine")
    assert found.filter(pl.col("unique_id") == "B")["y"].to_list() == [one * 10 for one in YEAR]
    assert "q01" in found.columns
    assert "q99" in found.columns
    assert "连续用电 (2)" in tested.output
    assert "朴素法" in tested.output


def test_a_file_without_a_value_is_refused_with_its_columns(founded: Typed, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("户号,日期,电压\n1,2026-01-01,220\n", encoding="utf-8")

    refused = founded.run("demand", "backtest", str(table), "--horizon", "1", code=1)

    assert "户号, 日期, 电压" in refused.output
