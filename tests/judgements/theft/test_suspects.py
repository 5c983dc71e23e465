"""Suspects out of a table of readings: what is a drop, what only looks like one, and who cannot be assessed."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from xinheng.base.kernel.actors import system_actor
from xinheng.judgements.theft import policy, reducing, scoring
from xinheng.judgements.theft import services as theft
from xinheng.judgements.theft.errors import TheftPolicyInvalid

pytestmark = pytest.mark.any_database


@pytest.fixture(scope="module")
def ranked(file: Path) -> dict[str, dict[str, Any]]:
    """The drawn consumers by number, ranked by detectors."""
    results, _told = theft.rank_table(actor=system_actor(), files=theft.Files(file, theft.Said()))
    return {row["consumer"]: row for row in results.iter_rows(named=True)}


def codes(row: dict[str, Any]) -> list[str]:
    """The detectors that speak."""
    return [one.code for one in theft.evidence_of(row["evidence"])]


@pytest.mark.req("PWR-21")
def test_consumer_that_fell_alone_is_the_first_suspect_with_days_and_figures(
    ranked: dict[str, dict[str, Any]],
) -> None:
    row = ranked["drop"]

    assert (row["rank"], row["level"]) == (1, "high")
    evidence = {one.code: one for one in theft.evidence_of(row["evidence"])}
    assert {"sudden_drop", "year_fall", "below_peers"} <= set(evidence)
    told = evidence["sudden_drop"]
    assert told.until == date(2026, 6, 28)
    assert told.since == date(2026, 2, 2)
    assert told.figures["fall"] == pytest.approx(0.72, abs=0.02)
    assert told.zh == (
        f"自2026-02-02起日均用电由{told.figures['before_kwh']:.1f}千瓦时降至{told.figures['after_kwh']:.1f}千瓦时，"
        f"下降{told.figures['fall']:.0%}，同类用户同期没有同样的下降"
    )


@pytest.mark.req("PWR-23")
@pytest.mark.parametrize("consumer", ["exchange", "rollover"])
def test_exchange_and_rollover_in_the_window_are_no_drop(
    ranked: dict[str, dict[str, Any]], consumer: str
) -> None:
    assert ranked[consumer]["level"] == "none"
    assert codes(ranked[consumer]) == []


@pytest.mark.req("PWR-21")
def test_three_readings_are_not_assessable_and_never_clean(ranked: dict[str, dict[str, Any]]) -> None:
    row = ranked["three"]

    assert (row["level"], row["reason"]) == ("not_assessable", "too_few_readings")
    assert (row["score"], row["rank"]) == (None, None)


@pytest.mark.req("PWR-21")
def test_days_that_were_not_read_are_missing_and_not_zero(file: Path) -> None:
    _results, told = theft.rank_table(actor=system_actor(), files=theft.Files(file, theft.Said()))
    row = told.figures.filter(pl.col("consumer") == "gaps").row(0, named=True)

    assert row["zero_share"] == 0
    assert row["zero_days"] == 0
    assert row["missing_share"] == pytest.approx(0.5, abs=0.01)
    other = told.figures.filter(pl.col("consumer") == "E-00").row(0, named=True)
    assert row["recent_90"] == pytest.approx(other["recent_90"], abs=0.03)


@pytest.mark.req("PWR-21")
def test_nobody_else_is_suspected(ranked: dict[str, dict[str, Any]]) -> None:
    others = {no: row["level"] for no, row in ranked.items() if no not in {"drop", "three"}}

    assert set(others.values()) == {"none"}
    assert len(others) == 37


@pytest.mark.req("PWR-22")
@pytest.mark.parametrize(
    ("score", "level"),
    [(0.7, "high"), (0.699999, "medium"), (0.45, "medium"), (0.449999, "low"), (0.25, "low"), (0.249999, "none")],
)  # fmt: skip
def test_score_exactly_at_a_cut_off_goes_to_the_higher_suspicion(score: float, level: str) -> None:
    rules = policy.shipped()
    exactly = rules.detectors[0].model_copy(update={"when": "mean_kwh > 0", "strength": score})
    alone = rules.model_copy(update={"detectors": (exactly,)})
    figures = pl.DataFrame(
        {"consumer": ["1"], "name": [None], "industry": [None], "area": [None], "mean_kwh": [1.0]},
        schema_overrides=dict.fromkeys(("name", "industry", "area"), pl.String),
    )

    row = scoring.scored(figures, alone, until=date(2026, 6, 28), days=730).row(0, named=True)

    assert (row["score"], row["level"]) == (score, level)


def test_detector_on_a_figure_that_is_none_is_refused_with_its_line() -> None:
    text = policy.SHIPPED.read_text("utf-8").replace("zero_days >= 28", "zero_weeks >= 4")

    with pytest.raises(TheftPolicyInvalid) as refused:
        policy.load(text, "own.yaml")

    line = next(no for no, one in enumerate(text.splitlines(), 1) if "zero_weeks" in one)
    assert (refused.value.params["file"], refused.value.params["line"]) == ("own.yaml", line)
    assert "zero_weeks" in refused.value.params["cause"]


def test_use_is_summed_in_whole_watt_hours_and_odd_readings_count_for_nothing(tmp_path: Path) -> None:
    import ibis

    day = date(2026, 6, 1)
    rows = [("1", day, 0.1, ""), ("1", date(2026, 6, 2), 0.2, ""), ("1", date(2026, 6, 3), None, "missing"),
            ("1", date(2026, 6, 4), 5000.0, "zero_run;rollover"), ("1", date(2026, 6, 5), 0.0, "zero_run")]  # fmt: skip
    pl.DataFrame(rows, schema=["consumer", "day", "kwh", "mark"], orient="row").write_parquet(
        tmp_path / "r.parquet"
    )
    window = reducing.Window.of(day, date(2026, 6, 7), step=7)
    backend = ibis.duckdb.connect()

    table = backend.read_parquet(str(tmp_path / "r.parquet"))
    told = pl.from_arrow(backend.to_pyarrow(reducing.reduced(table, window)))
    backend.disconnect()

    assert told.select("wh", "good", "zeros", "odd", "low_wh", "high_wh").rows() == [(300, 3, 1, 2, 0, 200)]
