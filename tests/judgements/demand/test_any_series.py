"""Any table of series: what is odd is named, what is forecast is known to be so good, nothing looks ahead."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from xinheng.judgements.demand import (
    backtesting,
    direct,
    filed,
    forecasting,
    frames,
    intervals,
    reading,
    scoring,
    weather,
)
from xinheng.judgements.demand.backtesting import Tried
from xinheng.judgements.demand.errors import (
    CandidateUnknown,
    FittedUnreadable,
    FrequencyUnclear,
    FutureMissing,
    SeriesCellInvalid,
    SeriesColumnMissing,
)
from xinheng.judgements.demand.filed import Columns, Kept
from xinheng.judgements.demand.options import Options

pytestmark = pytest.mark.any_database
FIRST = datetime(2023, 1, 1)  # noqa: DTZ001 - times of series bear no zone
YEAR = [90, 80, 85, 70, 60, 75, 110, 120, 95, 70, 72, 88]


def months(name: str, values: list[float], first: datetime = FIRST) -> pl.DataFrame:
    """A monthly series from its first month on."""
    times = [first.replace(year=first.year + at // 12, month=at % 12 + 1) for at in range(len(values))]
    return pl.DataFrame(
        {"unique_id": name, "ds": times, "y": [float(one) for one in values]},
        schema_overrides={"ds": pl.Datetime("us")},
    )


def hours(values: list[float | None], first: datetime = FIRST) -> pl.DataFrame:
    """An hourly series."""
    times = [first + timedelta(hours=at) for at in range(len(values))]
    return pl.DataFrame({"unique_id": "L", "ds": times, "y": values}, schema_overrides={"y": pl.Float64})


def counts(findings: list[frames.Finding]) -> dict[str, int]:
    return {one.code: one.count for one in findings}


@pytest.mark.req("PWR-28")
def test_clock_changes_gaps_duplicates_and_values_below_zero_are_each_named() -> None:
    table = hours([float(at % 24) for at in range(24 * 21)])
    at = [FIRST + timedelta(days=14, hours=hour) for hour in range(24)]
    lacking = table.filter(~pl.col("ds").is_in([at[2], at[10], at[11], at[12]]))
    odd = pl.DataFrame(
        {"unique_id": "L", "ds": [at[1], at[5], at[20] + timedelta(minutes=7)], "y": [9.0, 5.0, 7.0]}
    )
    table = pl.concat([lacking, odd]).with_columns(
        pl.when(pl.col("ds") == at[15]).then(-1.0).otherwise("y").alias("y")
    )

    grid, findings = frames.regular(table.sample(fraction=1, shuffle=True, seed=1), "hour")

    day = grid.values[0, 24 * 14 : 24 * 15]
    assert counts(findings) == {
        "off_axis": 1, "duplicate": 1, "doubled": 2, "negative": 1, "dropped": 2, "gap": 3,
    }  # fmt: skip
    assert (day[1], day[2], day[5]) == ((1 + 9) / 2, (5 + 3) / 2, 5)  # doubled, dropped, the same twice
    assert list(day[10:13]) == [10, 11, 12]  # the hours of the week before stand in
    assert day[15] == (14 + 16) / 2
    assert list(np.flatnonzero(~grid.seen[0]) - 24 * 14) == [2, 10, 11, 12, 15]  # none of them was told
    assert day[20] == (20 + 7) / 2


@pytest.mark.req("PWR-28")
def test_what_cannot_be_forecast_is_refused_by_name() -> None:
    every_week = pl.DataFrame(
        {"unique_id": "L", "ds": [FIRST + timedelta(weeks=at) for at in range(9)], "y": [1.0] * 9}
    )
    with pytest.raises(FrequencyUnclear, match="7 days"):
        forecasting.fit(every_week, horizon=2)
    with pytest.raises(CandidateUnknown, match="oracle"):
        forecasting.fit(months("a", YEAR * 3), horizon=2, options=Options(candidates=("oracle",)))
    hot = months("a", YEAR * 3).with_columns(pl.lit(20.0).alias("temperature"))
    ahead = months("a", YEAR * 4).filter(pl.col("ds") == pl.lit(datetime(2026, 1, 1))).drop("y")  # noqa: DTZ001
    with pytest.raises(FutureMissing) as refused:
        forecasting.fit(hot, horizon=2, future=ahead.with_columns(pl.lit(3.0).alias("temperature")))
    assert refused.value.params["at"] == datetime(2026, 2, 1)  # noqa: DTZ001
    assert refused.value.params["factor"] == "temperature"


@pytest.mark.req("PWR-28")
def test_less_than_two_years_is_forecast_simply_and_flagged_the_season_of_two_years_is_found() -> None:
    second, later = datetime(2024, 1, 1), pl.col("ds").dt.offset_by("1mo")  # noqa: DTZ001
    series = pl.concat([
        months("long", YEAR * 3),
        months("just", (YEAR * 3)[12:], second),
        months("less", (YEAR * 3)[13:], second).with_columns(later),
    ])  # fmt: skip

    fitted = forecasting.fit(series, horizon=12)
    told = forecasting.predict(fitted)

    choices = {row["unique_id"]: row for row in fitted.choices.to_dicts()}
    assert {name: row["short"] for name, row in choices.items()} == {
        "long": False,
        "just": False,
        "less": True,
    }
    assert [(one.code, one.unique_id, one.count) for one in fitted.findings] == [("few", "less", 23)]
    assert choices["long"]["model"] == "year_ago"
    assert choices["less"]["model"] in {"last", "last_mean"}
    assert told.filter(pl.col("unique_id") == "long")["y"].to_list() == YEAR
    assert choices["long"]["wape"] == choices["long"]["naive_wape"] == 0
    assert told["ds"].min() == datetime(2026, 1, 1)  # noqa: DTZ001
    assert told.height == 36
    assert (told["lo"] <= told["y"]).all()
    assert (told["y"] <= told["hi"]).all()


@pytest.mark.req("PWR-28")
def test_a_consumer_that_stops_and_starts_is_not_forecast_below_zero_nor_by_a_trend() -> None:
    stops = [0, 0, 40, 0, 0, 0, 60, 0, 0, 0, 0, 50] * 3

    fitted = forecasting.fit(months("stops", stops), horizon=6, options=Options(folds=2))
    told = forecasting.predict(fitted, quantiles=(0.01, 0.99))

    assert fitted.choices["kind"].to_list() == ["intermittent"]
    assert "theta" not in fitted.report["kinds"][0]["candidates"]
    assert told["q01"].min() >= 0  # type: ignore[operator]
    assert told["hi"].max() <= 120  # type: ignore[operator]


@pytest.mark.req("PWR-28")
def test_nothing_after_a_window_begins_changes_what_is_told_of_it() -> None:
    rng = np.random.default_rng(4)
    days = [FIRST + timedelta(days=at) for at in range(150)]
    frame = pl.concat(
        [
            pl.DataFrame(
                {
                    "unique_id": f"c{at}",
                    "ds": days,
                    "y": rng.normal(100, 9, 150),
                    "price": rng.normal(1, 1, 150),
                }
            )
            for at in range(4)
        ]
    )
    changed = frame.with_columns(
        pl.when(pl.col("ds") >= days[136]).then(pl.col("y", "price") * 50).otherwise(pl.col("y", "price"))
    )
    settings = {"rows": 900, "rounds": 20, "every": 3}
    told = []
    for one in (frame, changed):
        grid = frames.with_future(frames.regular(one, "day")[0], None, 14)
        before = grid.until(136)
        told.append(direct.foretell(direct.train(before, 14, settings, seed=1), grid, 14, np.array([136])))

    assert told[0].shape == (4, 1, 14)
    assert np.array_equal(told[0], told[1])


@pytest.mark.req("PWR-28")
def test_trees_know_the_weekday_a_holiday_and_each_consumers_own_size() -> None:
    days = [date(2023, 1, 1) + timedelta(days=at) for at in range(190)]
    holidays = {days[at] for at in (40, 71, 103, 130, 150, 183)}
    frame = pl.concat(
        [
            pl.DataFrame({
                "unique_id": f"c{size}", "ds": [datetime.combine(day, datetime.min.time()) for day in days],
                "y": [size * (0.2 if day in holidays else 0.5 if day.weekday() > 4 else 1) for day in days],
            })
            for size in (10.0, 1000.0)
        ]
    )  # fmt: skip
    calendar = pl.DataFrame({
        "day": days, "day_off": [float(day in holidays or day.weekday() > 4) for day in days],
        "make_up_day": 0.0, "spring_festival": None,
    }, schema_overrides={"spring_festival": pl.Float64})  # fmt: skip
    grid, _ = frames.regular(frame, "day", calendar=calendar)
    settings = {"rounds": 150, "every": 1, "trees": {"min_data_in_leaf": 5, "num_leaves": 15}}

    told = direct.foretell(direct.train(grid.until(180), 10, settings, seed=1), grid.until(180), 10)[:, 0]

    assert told / grid.values[:, 180:190] == pytest.approx(np.ones((2, 10)), abs=0.2)
    assert told[1, 3] < 300  # the holiday, on a weekday
    assert told[0, 3] < 3


@pytest.mark.req("PWR-28")
def test_the_stated_band_holds_as_often_as_it_says_and_one_window_alone_measures_nothing() -> None:
    errors = np.random.default_rng(2).normal(0, 1, (200, 5, 4)) * np.linspace(1, 100, 200)[:, None, None]
    level = np.linspace(10, 1000, 200)

    assert intervals.held(errors, level, 0.8) == pytest.approx(0.8, abs=0.02)
    assert intervals.held(errors, level, 0.95) == pytest.approx(0.95, abs=0.02)
    assert intervals.held(errors[:, :1], level, 0.8) is None


@pytest.mark.req("PWR-30")
def test_errors_are_exact_an_actual_of_zero_counts_in_the_amount_alone() -> None:
    actual = np.array([[[100.0, 0.0, 50.0, np.nan]]])
    told = np.array([[[90.0, 5.0, 60.0, 7.0]]])

    found = scoring.measures(actual, told)

    assert found["mape"] == pytest.approx((0.1 + 0.2) / 2)
    assert found["wape"] == pytest.approx(25 / 150)
    assert found["mae"] == pytest.approx(25 / 3)
    middle = np.broadcast_to(told, (99, *told.shape))
    assert scoring.pinball(actual, middle) == pytest.approx(25 / 3 / 2)


@pytest.mark.req("PWR-28")
def test_weather_that_nobody_knows_is_that_of_past_years() -> None:
    rng = np.random.default_rng(6)
    days = 365 * 4
    season = 15 - 12 * np.cos(2 * np.pi * np.arange(days) / 365.25)
    warm = season + rng.normal(0, 4, days)
    use = 100 + 4 * np.maximum(18 - warm, 0) + rng.normal(0, 2, days)
    frame = pl.DataFrame({
        "unique_id": "town", "ds": [FIRST + timedelta(days=at) for at in range(days)], "y": use,
        "near": warm, "far": rng.normal(0, 9, days),
    })  # fmt: skip
    grid = frames.with_future(frames.regular(frame, "day")[0], None, 30)
    settings = {"rounds": 120, "shift_days": 2}
    levels = np.array([0.1, 0.5, 0.9])

    winter = weather.foretell(grid.until(days - 30), 30, settings, levels, seed=1)

    actual = grid.values[:, days - 30 :]
    held = ((actual >= winter.quantiles[0]) & (actual <= winter.quantiles[2])).mean()
    assert 0.5 <= held <= 1
    assert np.abs(winter.mean / np.mean(100 + 4 * np.maximum(18 - season[-30:], 0)) - 1).mean() < 0.12
    assert (np.diff(winter.quantiles, axis=0) >= 0).all()
    hidden = grid.unknown | {"near": np.concatenate([grid.unknown["near"][: days - 30], np.full(30, 99.0)])}
    from dataclasses import replace

    blind = weather.foretell(replace(grid, unknown=hidden).until(days - 30), 30, settings, levels, seed=1)
    assert np.array_equal(blind.quantiles, winter.quantiles)


def test_a_fitted_file_foretells_the_same_and_an_altered_one_is_refused(tmp_path: Path) -> None:
    fitted = forecasting.fit(pl.concat([months("a", YEAR * 3), months("b", YEAR * 3)]), horizon=3)
    content = filed.packed(Kept(fitted, Columns()))
    path = tmp_path / "m.demand"
    path.write_bytes(content)

    kept = filed.load(path)
    newer = pl.concat([months("a", [*YEAR * 3, 91, 81])])
    later = forecasting.predict(forecasting.carried(kept.fitted, newer))

    assert filed.packed(Kept(fitted, Columns())) == content
    assert forecasting.predict(kept.fitted).equals(forecasting.predict(fitted))
    assert later["unique_id"].unique().to_list() == ["a"]
    assert later["y"].to_list() == [85, 70, 60]
    path.write_bytes(content.replace(b"forecast.json", b"forecasT.json"))
    with pytest.raises(FittedUnreadable):
        filed.load(path)


def test_a_file_is_read_by_the_names_its_columns_go_by_and_a_bad_cell_is_named(tmp_path: Path) -> None:
    path = tmp_path / "用电.csv"
    path.write_bytes(
        '户号,日期,用电量\n01,2026/01/01,"1,200.5"\n01,2026/01/02,\n02,2026/01/01,7\n'.encode("gb18030")
    )

    told = reading.series(path, Columns())

    assert told["unique_id"].to_list() == ["01", "01", "02"]
    assert told["y"].to_list() == [1200.5, None, 7.0]
    assert told["ds"][1] == datetime(2026, 1, 2)  # noqa: DTZ001
    path.write_text("户号,日期,用电量\n01,2026/01/01,3\n01,一月二日,4\n", encoding="utf-8")
    with pytest.raises(SeriesCellInvalid) as refused:
        reading.series(path, Columns())
    assert (refused.value.params["row"], refused.value.params["column"]) == (2, "日期")
    with pytest.raises(SeriesColumnMissing) as lacking:
        reading.series(path, Columns(value="kvarh"))
    assert lacking.value.params["column"] == "kvarh"


@pytest.mark.req("PWR-28")
def test_the_windows_of_a_back_test_are_the_last_ones_and_do_not_overlap() -> None:
    grid, _ = frames.regular(months("a", YEAR * 4), "month")
    from xinheng.judgements.demand.options import shipped

    chosen = shipped().by_frequency["month"]

    assert backtesting.windows(grid, 6, chosen, Options()) == [30, 36, 42]
    assert backtesting.windows(grid, 12, chosen, Options(folds=5)) == [12, 24, 36]


@pytest.mark.req("PWR-28")
def test_a_way_that_needs_more_history_than_there_is_says_what_was_used_lately() -> None:
    begun = pl.concat(
        [months("a", YEAR * 3), months("b", [30, 50]).with_columns(pl.col("ds").dt.offset_by("34mo"))]
    )

    told = forecasting.predict(forecasting.fit(begun, horizon=2, options=Options(least_months=0)))

    assert told.filter(pl.col("unique_id") == "b")["y"].to_list() == [40, 40]


@pytest.mark.req("PWR-28")
def test_one_window_alone_leaves_the_naive_way_only_for_what_is_clearly_better() -> None:
    actual = np.full((1, 1, 2), 100.0)

    def picked(naive: float, other: float) -> str:
        points = {"year_ago": actual + naive, "theta": actual + other}
        return backtesting.best(Tried(("year_ago", "theta"), (12,), actual, points, {}, np.array([100.0])))[0]

    assert picked(10, 9.5) == "year_ago"
    assert picked(10, 8.9) == "theta"
    twice = np.full((1, 2, 2), 100.0)
    points = {"year_ago": twice + 10, "theta": twice + 9.5}
    several = Tried(("year_ago", "theta"), (12, 24), twice, points, {}, np.array([100.0]))
    assert backtesting.best(several)[0] == "theta"
