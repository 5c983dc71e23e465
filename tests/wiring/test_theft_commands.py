"""Suspected theft by command alone: a Chinese wide table with labels fitted, ranked and explained."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tests.wiring.conftest import Typed

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.any_database]
DAYS = 60


def wide(count: int = 80) -> pl.DataFrame:
    """Every fourth consumer stops for ten days in the second month; days stand in the headings."""
    chance = np.random.default_rng(3)
    names = [f"{date(2026, 5, 1) + timedelta(days=at):%Y/%m/%d}" for at in range(DAYS)]
    kwh = chance.normal(10, 1, (count, DAYS)).round(2)
    steals = np.arange(count) % 4 == 0
    for at in np.flatnonzero(steals):
        begin = 30 + at % 15
        kwh[at, begin : begin + 10] = 0
    told = {"户号": [f"H{at:03d}" for at in range(count)], "是否窃电": steals.astype(int)}
    return pl.DataFrame({**told, **{name: kwh[:, at] for at, name in enumerate(names)}})


@pytest.mark.req("PWR-21")
def test_a_chinese_wide_table_is_fitted_ranked_and_explained(founded: Typed, tmp_path: Path) -> None:
    table, new, model, out = (tmp_path / name for name in ("历史.csv", "新.csv", "m.theft", "out.csv"))
    rows = wide()
    table.write_bytes(rows.write_csv().encode("gb18030"))
    rows.drop("是否窃电").head(9).write_csv(new)

    told = founded.json("theft", "fit", str(table), "--model", str(model))["report"]
    founded.run("theft", "rank", str(new), "--model", str(model), "--out", str(out))
    one = founded.json("theft", "explain", str(new), "H000", "--model", str(model))

    learned = told["learned"]
    assert (learned["consumers"], learned["found"], told["shape"]) == (80, 20, "wide")
    assert learned["auc"] == 1.0
    assert learned["precision"] == {"10": 1.0, "50": 0.4}
    assert learned["map"]["100"] == 1.0
    assert {"detectors", "unusual"} <= set(told["naive"])
    ranked = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert {row["consumer"] for row in ranked[:3]} == {"H000", "H004", "H008"}
    assert all(row["reasons"] for row in ranked[:3])
    assert one["figures"]["zero_days"] == 10
    assert any("与已查实用户相似" in part["zh"] for part in one["evidence"])


@pytest.mark.req("PWR-21")
def test_what_a_table_lacks_is_named_with_file_and_column(founded: Typed, tmp_path: Path) -> None:
    bare, odd, unlabelled = (tmp_path / name for name in ("bare.csv", "odd.csv", "unlabelled.csv"))
    bare.write_text("day,kwh\n2026-06-01,3\n", encoding="utf-8")
    odd.write_text("户号,日期,电量\nA,2026-06-01,3\nA,2026-06-02,三\n", encoding="utf-8")
    wide(12).drop("是否窃电").write_csv(unlabelled)

    told = founded.json("theft", "rank", str(bare), code=1)
    cell = founded.json("theft", "rank", str(odd), code=1)
    column = founded.json("theft", "rank", str(odd), "--use", "kWh", code=1)
    labels = founded.json("theft", "fit", str(unlabelled), code=1)

    assert told["refused"] == "theft_column_unclear"
    assert told["params"]["file"] == "bare.csv"
    assert told["params"]["option"] == "--consumer"
    assert cell["refused"] == "theft_cell_invalid"
    assert [cell["params"][name] for name in ("file", "row", "column", "value")] == [
        "odd.csv",
        2,
        "电量",
        "三",
    ]
    assert (column["refused"], column["params"]["column"]) == ("theft_column_missing", "kWh")
    assert labels["refused"] == "theft_labels_missing"


@pytest.mark.req("PWR-21")
def test_days_told_twice_otherwise_do_not_count_and_three_readings_are_not_clean(
    founded: Typed, tmp_path: Path
) -> None:
    table, out = tmp_path / "long.csv", tmp_path / "out.csv"
    days = [date(2026, 5, 1) + timedelta(days=at) for at in range(40)]
    lines = [f"A,{day},10" for day in reversed(days)] + [f"B,{day},10" for day in days[:3]]
    lines += ["A,2026-05-03,9999", "A,2026-05-04,10", "A,2026-05-05,-5"]
    table.write_text("consumer,day,kwh\n" + "\n".join(lines) + "\n", encoding="utf-8")

    founded.run("theft", "rank", str(table), "--out", str(out))
    one = founded.json("theft", "explain", str(table), "A")

    rows = {row["consumer"]: row for row in csv.DictReader(out.read_text(encoding="utf-8").splitlines())}
    assert (rows["B"]["level"], rows["B"]["reason"]) == ("not_assessable", "too_few_readings")
    assert rows["A"]["level"] == "none"
    assert (one["figures"]["read_days"], one["figures"]["odd_days"]) == (38, 2)
    assert one["figures"]["mean_kwh"] == 10
