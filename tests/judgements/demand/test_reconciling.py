"""Parts and sums agree to the last unit."""

from __future__ import annotations

from datetime import datetime

import polars as pl
import pytest

from xinheng.judgements.demand.reconciling import reconcile

pytestmark = pytest.mark.any_database
MAY = datetime(2026, 5, 1)  # noqa: DTZ001 - times of series bear no zone
LEVELS = pl.DataFrame({
    "leaf": ["c1", "c2", "c3"], "area": ["T-1", "T-1", "T-2"], "industry": ["C", "F", "C"],
    "company": ["all", "all", "all"],
})  # fmt: skip


def told(**values: float) -> pl.DataFrame:
    rows = [(name.replace("_", "-"), MAY, value, value - 1, value + 1) for name, value in values.items()]
    return pl.DataFrame(rows, schema=["unique_id", "ds", "y", "lo", "hi"], orient="row")


def by_name(frame: pl.DataFrame) -> dict[str, float]:
    return dict(frame.select("unique_id", "y").iter_rows())


@pytest.mark.req("PWR-28")
def test_sums_follow_the_leaves_and_add_up_after_rounding() -> None:
    found = by_name(
        reconcile(told(c1=10.4, c2=10.4, c3=10.4, all=40.0), LEVELS, method="bottom_up", decimals=0)
    )

    assert found == {"c1": 10, "c2": 10, "c3": 10, "T-1": 20, "T-2": 10, "C": 20, "F": 10, "all": 30}


@pytest.mark.req("PWR-28")
def test_a_total_that_is_surer_than_its_parts_draws_them() -> None:
    forecasts = told(c1=20.0, c2=20.0, c3=20.0, all=66.0)
    company = LEVELS.select("leaf", "company")
    alike = pl.DataFrame({"unique_id": ["c1", "c2", "c3", "all"], "error": [1.0, 1.0, 1.0, 1.0]})
    surer = alike.with_columns(pl.Series("error", [1.0, 1.0, 1.0, 0.001]))

    half = reconcile(forecasts, company, errors=alike, decimals=3)
    drawn = by_name(reconcile(forecasts, company, errors=surer, decimals=3))

    assert by_name(half) == {"c1": 21.5, "c2": 21.5, "c3": 21.5, "all": 64.5}  # 6 shared among four alike
    assert half.filter(pl.col("unique_id") == "c1")["lo"].item() == 20.5
    assert drawn == pytest.approx({"c1": 22, "c2": 22, "c3": 22, "all": 66}, abs=0.01)
    assert drawn["c1"] + drawn["c2"] + drawn["c3"] == pytest.approx(drawn["all"], abs=1e-9)
