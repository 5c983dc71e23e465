"""How good demand forecasts are on public data, beside the naive way, and how quick beside the bare library.

    .venv/bin/python -m benchmarks.demand enterprises|zones|state|region|speed

enterprises: daily use of 996 enterprises of a Chinese county town, the next calendar month. zones: hourly
load of zones in the east of America, a day ahead, without weather. state: half-hourly demand of an Australian
state with its temperature. region: hourly load and 25 weather stations of a competition, a month ahead, 99
quantiles, the weather of the month unknown. speed: 10,000 monthly series beside the bare library.
XINHENG_DATA names the folder that holds the sets. The figures stand in docs/benchmarks.md.
"""

# ruff: noqa: DTZ001 - the times of these sets have no zone
from __future__ import annotations

import os
import resource
import sys
import time
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import django
import numpy as np
import polars as pl

FOLDER = Path(os.environ.get("XINHENG_DATA", "../shared/data")) / "power"
QUANTILES = tuple(place / 100 for place in range(1, 100))


def say(line: str) -> None:
    """One line of what was found."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def enterprises() -> None:
    """Each of the last three calendar months by what was known before it, the pick of the way too."""
    from xinheng.facts.factors import tables as outside
    from xinheng.judgements.demand import forecasting
    from xinheng.judgements.demand.options import Options

    table = pl.read_parquet(FOLDER / "tianchi/power_daily.parquet").select(
        unique_id=pl.col("user_id").cast(pl.String),
        ds=pl.col("date").cast(pl.Datetime("us")),
        y=pl.col("kwh"),
    )
    first, last = date(2015, 1, 1), date(2016, 12, 31)
    calendar = outside.calendar_days(first, last, as_of=last)
    for month in (5, 6, 7):
        start, days = datetime(2016, month, 1), monthrange(2016, month)[1]
        begun = time.perf_counter()
        known = table.filter(pl.col("ds") < start)
        fitted = forecasting.fit(
            known, frequency="day", horizon=days, options=Options(folds=2), calendar=calendar
        )
        told = forecasting.predict(fitted)
        later = told.join(table.rename({"y": "actual"}), on=["unique_id", "ds"])
        weeks = known.filter(pl.col("ds") >= start - timedelta(days=7)).with_columns(
            pl.col("ds").dt.weekday()
        )
        naive = later.with_columns(pl.col("ds").dt.weekday().alias("day")).join(
            weeks.rename({"ds": "day", "y": "naive"}), on=["unique_id", "day"]
        )
        held = later.select(pl.col("actual").is_between("lo", "hi").mean()).item()
        took = time.perf_counter() - begun
        say(
            f"2016-{month:02d} total MAPE {_total(naive, 'y'):.2%} (naive {_total(naive, 'naive'):.2%}), "
            f"enterprise WAPE {_wape(naive, 'y'):.2%} (naive {_wape(naive, 'naive'):.2%}), "
            f"by month {_months(naive, 'y'):.2%}, "
            f"band 80 % held {held:.1%}, {fitted.report['kinds'][-1]['best']}, {took:.0f} s"
        )


def _total(table: pl.DataFrame, column: str) -> float:
    days = table.group_by("ds").agg(pl.col("actual", column).sum())
    return float(((days["actual"] - days[column]).abs() / days["actual"]).mean())  # type: ignore[arg-type]


def _wape(table: pl.DataFrame, column: str) -> float:
    return float((table["actual"] - table[column]).abs().sum() / table["actual"].sum())


def _months(table: pl.DataFrame, column: str) -> float:
    return _wape(table.group_by("unique_id").agg(pl.col("actual", column).sum()), column)


def _day_ahead(grid: Any, name: str, *, days: int = 364, apart: int = 5, refits: int = 4) -> None:
    """Days spread over the last year, a day ahead; trees are trained anew each quarter of it."""
    from xinheng.judgements.demand import direct
    from xinheng.judgements.demand.grids import PER_DAY
    from xinheng.judgements.demand.options import shipped

    day = PER_DAY[grid.frequency]
    candidate = shipped().candidates["trees_day"]
    starts = grid.steps - day * np.arange(days, 0, -apart)
    actual = np.stack(
        [np.where(grid.seen[0, at : at + day], grid.values[0, at : at + day], np.nan) for at in starts]
    )
    naive = np.stack([grid.values[0, at - 7 * day : at - 6 * day] for at in starts])
    begun, told = time.perf_counter(), []
    for part in np.array_split(starts, refits):
        back = candidate.history_weeks * 7 * day
        since = max(int(part[0]) - back, 0)
        trees = direct.train(grid.until(int(part[0])).since(since), day, candidate.settings, seed=20260101)
        told.append(direct.foretell(trees, grid.since(since), day, part - since)[0])
    errors = [float(np.nanmean(np.abs(one - actual) / actual)) for one in (np.concatenate(told), naive)]
    say(f"{name}: MAPE {errors[0]:.2%}, naive {errors[1]:.2%}, {time.perf_counter() - begun:.0f} s")


def zones() -> None:
    """Every zone by itself, a day ahead, from its own past and the calendar alone."""
    from xinheng.judgements.demand import frames

    table = pl.read_parquet(FOLDER / "pjm/pjm_hourly.parquet").rename(
        {"region": "unique_id", "ts": "ds", "mw": "y"}
    )
    for name in table["unique_id"].unique().sort():
        grid, findings = frames.regular(table.filter(pl.col("unique_id") == name), "hour")
        codes = {one.code: one.count for one in findings}
        _day_ahead(grid, f"{name} ({codes})", apart=9, refits=2)


def state() -> None:
    """Without and with the temperature, which is taken as known a day ahead."""
    from dataclasses import replace

    from xinheng.judgements.demand import frames

    table = pl.read_parquet(FOLDER / "vic_elec/vic_elec.parquet").select(
        pl.lit("state").alias("unique_id"), pl.col("ts_utc").alias("ds"), pl.col("demand").alias("y"),
        pl.col("temperature").cast(pl.Float64), pl.col("holiday").cast(pl.Float64),
    )  # fmt: skip
    grid, _ = frames.regular(table, "half_hour", zone="Australia/Melbourne")
    _day_ahead(replace(grid, factors={"holiday": grid.factors["holiday"]}), "without temperature")
    _day_ahead(grid, "with temperature")


def region() -> None:
    """Each month of the last year, a month ahead; pinball of 99 quantiles, beside a year ago."""
    from xinheng.judgements.demand import frames, scoring, weather
    from xinheng.judgements.demand.engines import LEVELS
    from xinheng.judgements.demand.options import shipped

    table = pl.read_parquet(FOLDER / "gefcom2014/load_temp_hourly.parquet").select(
        pl.lit("region").alias("unique_id"), pl.col("ts").alias("ds"), pl.col("load").alias("y"),
        pl.col("^w\\d+$").cast(pl.Float64),
    )  # fmt: skip
    whole, _ = frames.regular(table, "hour")
    from dataclasses import replace

    whole = replace(whole, factors={}, unknown=whole.factors)
    points = pl.read_parquet(FOLDER / "gefcom2014/benchmark_points.parquet")
    lost = []
    for month, start, hours in _months_of(whole):
        told = weather.foretell(
            whole.until(start), hours, shipped().candidates["weather"].settings, LEVELS, seed=20260101
        )
        actual = whole.values[:, start : start + hours]
        one, naive = (
            scoring.pinball(actual, told.quantiles),
            whole.values[:, start - 8736 : start - 8736 + hours],
        )
        held = float(((actual >= told.quantiles[9]) & (actual <= told.quantiles[89])).mean())
        official = points.filter(pl.col("task") == month - 9)["benchmark"].to_numpy()
        beside = f", official {np.abs(actual[0] - official).mean() / 2:.2f}" if len(official) else ""
        year = float(np.abs(actual - naive).mean() / 2)
        lost.append((one, year))
        say(f"2010-{month:02d} pinball {one:.2f}, a year ago {year:.2f}{beside}, band 80 % held {held:.1%}")
    say(f"mean {np.mean([one for one, _ in lost]):.2f}, a year ago {np.mean([one for _, one in lost]):.2f}")


def _months_of(grid: Any) -> Iterator[tuple[int, int, int]]:
    """Month, first step and hours: the hour ending at one o'clock is the first of a day."""
    first = grid.times[0]
    for month in range(1, 13):
        begin = datetime(2010, month, 1, 1)
        yield month, int((begin - first).total_seconds() // 3600), monthrange(2010, month)[1] * 24


def speed(series: int = 10_000, months: int = 60, horizon: int = 12, rounds: int = 1) -> None:
    """Try, pick, measure the band and forecast; and the library called for the same models and windows."""
    from statsforecast import StatsForecast
    from statsforecast.models import Naive

    from xinheng.judgements.demand import forecasting, statistical
    from xinheng.judgements.demand.grids import axis_of
    from xinheng.judgements.demand.options import shipped

    rng = np.random.default_rng(7)
    step = np.arange(months)
    level = rng.lognormal(6, 1.2, series)[:, None]
    shape = 1 + 0.3 * np.sin(2 * np.pi * (step + rng.integers(0, 12, series)[:, None]) / 12)
    values = level * shape * rng.lognormal(0, 0.1, (series, months))
    times = axis_of(datetime(2020, 1, 1), "month", months)
    table = pl.DataFrame(
        {
            "unique_id": np.repeat([f"{one:07d}" for one in range(series)], months),
            "ds": times.gather(np.tile(step, series)),
            "y": values.ravel(),
        }
    )
    names = [
        name
        for name in shipped().by_frequency["month"].regular
        if shipped().candidates[name].engine == "statistical"
    ]
    windows = shipped().by_frequency["month"].folds

    def library(series: pl.DataFrame) -> None:
        models = [statistical.model_of(name, shipped().candidates[name], "month") for name in names]
        called = StatsForecast(models=models, freq="1mo", n_jobs=1, fallback_model=Naive())
        called.cross_validation(df=series, h=horizon, n_windows=windows, step_size=horizon, refit=True)
        called.forecast(df=series, h=horizon)

    def own(series: pl.DataFrame) -> None:
        forecasting.predict(forecasting.fit(series, frequency="month", horizon=horizon))

    took: dict[str, list[tuple[float, float]]] = {"library": [], "own": []}
    for turn in range(rounds + 1):
        for name, work in (("library", library), ("own", own)):
            wall, used = time.perf_counter(), time.process_time()
            work(table if turn else table.head(50 * months))  # the first compiles and warms
            if turn:
                took[name].append((time.perf_counter() - wall, time.process_time() - used))
    middle = {name: np.median(np.array(told), axis=0) for name, told in took.items()}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    for name, (wall, used) in middle.items():
        say(f"{name}: {wall:.1f} s, {used:.1f} processor seconds")
    ratio = middle["own"] / middle["library"]
    say(f"peak {peak:.0f} MB")
    say(f"{series:,} series: ratio {ratio[0]:.2f} by the clock, {ratio[1]:.2f} in processor seconds")


def main() -> None:
    """Run what is named."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinheng.wiring.settings")
    django.setup()
    known = {"enterprises": enterprises, "zones": zones, "state": state, "region": region, "speed": speed}
    for name in sys.argv[1:] or ["speed"]:
        known[name]()


if __name__ == "__main__":
    main()
