"""Statistical models of the library, series by series: here, or spread over a cluster by its own backend."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from xinheng.base.kernel import engine
from xinheng.judgements.demand.grids import EVERY, PER_DAY, Floats, Grid, cycles
from xinheng.judgements.demand.options import Candidate


def foretell(
    candidates: Mapping[str, Candidate], grid: Grid, horizon: int, *, master: str = ""
) -> dict[str, Floats]:
    """By candidate, series × steps from the end of the grid; NaN for a series that has not begun."""
    found: dict[str, Floats] = {}
    by_history: dict[int, dict[str, Candidate]] = {}
    for name, one in candidates.items():
        by_history.setdefault(one.history_weeks, {})[name] = one
    for weeks, several in by_history.items():
        back = weeks * 7 * PER_DAY.get(grid.frequency, 1) or grid.steps
        found |= _together(several, grid.since(grid.steps - back), horizon, master)
    return found


def model_of(name: str, candidate: Candidate, frequency: Any) -> Any:
    """The library's model of a candidate; day, week and year stand for steps."""
    from statsforecast import models

    steps = cycles(frequency)
    told = {
        key: [steps.get(one, one) for one in value] if isinstance(value, list) else steps.get(value, value)
        if isinstance(value, str) else value
        for key, value in candidate.settings.items()
    }  # fmt: skip
    made: type[Any] = getattr(models, candidate.model)
    return made(**told, alias=name)


def _together(
    candidates: Mapping[str, Candidate], grid: Grid, horizon: int, master: str
) -> dict[str, Floats]:
    from statsforecast import StatsForecast
    from statsforecast.models import Naive

    models = [model_of(name, one, grid.frequency) for name, one in candidates.items()]
    frame = grid.frame()
    if frame.is_empty():
        return {name: np.full((len(grid.ids), horizon), np.nan) for name in candidates}
    if master:
        told = _spread(models, frame, grid, horizon, master)
    else:
        library = StatsForecast(models=models, freq=EVERY[grid.frequency], n_jobs=1, fallback_model=Naive())
        with warnings.catch_warnings():  # it warns of series too short for a season, and answers NaN
            warnings.simplefilter("ignore", UserWarning)
            told = library.forecast(df=frame, h=horizon)
    return _arrays(told, tuple(candidates), grid, horizon)


def _spread(models: list[Any], frame: pl.DataFrame, grid: Grid, horizon: int, master: str) -> pl.DataFrame:
    """The same on a cluster: the library takes a Spark frame and forecasts each series where it lies."""
    from statsforecast import StatsForecast
    from statsforecast.models import Naive

    session = engine.session(master)
    parts = int(session.sparkContext.defaultParallelism)
    spread = session.createDataFrame(frame.to_pandas()).repartition(parts, "unique_id")
    freq = "MS" if grid.frequency == "month" else EVERY[grid.frequency].replace("m", "min").replace("1d", "D")
    library = StatsForecast(models=models, freq=freq, n_jobs=1, fallback_model=Naive())
    there: Any = library.forecast(df=spread, h=horizon)
    told = there.toPandas()
    return pl.from_pandas(told).with_columns(pl.col("ds").cast(pl.Datetime("us"))).sort("unique_id", "ds")


def _arrays(told: pl.DataFrame, names: tuple[str, ...], grid: Grid, horizon: int) -> dict[str, Floats]:
    begun = np.flatnonzero(np.isfinite(grid.values).any(axis=1))
    ids = pl.Series(grid.ids, dtype=pl.String).gather(begun)
    order = pl.DataFrame({"unique_id": ids, "place": begun})
    rows = told.join(order, on="unique_id").sort("place", "ds")
    found = {}
    for name in names:
        made = np.full((len(grid.ids), horizon), np.nan)
        # the library's cluster answers in single precision: both do, so that both say the same
        told_of = rows[name].cast(pl.Float32).cast(pl.Float64)
        made[begun] = told_of.to_numpy().reshape(len(begun), horizon)
        found[name] = made
    return found
