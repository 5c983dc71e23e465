"""Boosted trees through the library, run on over their own forecasts."""

from __future__ import annotations

import numpy as np
import polars as pl

from xinheng.judgements.demand.grids import EVERY, PER_DAY, Floats, Grid, cycles
from xinheng.judgements.demand.options import Candidate


def foretell(candidate: Candidate, grid: Grid, horizon: int, *, seed: int) -> Floats:
    """Series × steps from the end of the grid, by one model of all series on their own scales."""
    from lightgbm import LGBMRegressor
    from mlforecast import MLForecast
    from mlforecast.target_transforms import LocalStandardScaler

    back = candidate.history_weeks * 7 * PER_DAY.get(grid.frequency, 1) or grid.steps
    grid = grid.since(grid.steps - back)
    steps = cycles(grid.frequency)
    lags = sorted({int(steps.get(one, one)) for one in candidate.settings["lags"]})
    long = np.isfinite(grid.values).sum(axis=1) > max(lags) + 1
    found = np.full((len(grid.ids), horizon), np.nan)
    if not long.any():
        return found
    own = grid.only(np.flatnonzero(long))
    model = LGBMRegressor(
        n_estimators=int(candidate.settings.get("rounds", 100)), random_state=seed, n_jobs=1, verbosity=-1,
        deterministic=True, force_row_wise=True,
    )  # fmt: skip
    parts = ["month"] if grid.frequency == "month" else ["hour", "weekday"]
    library = MLForecast(
        models={"y": model}, freq=EVERY[grid.frequency], lags=lags, date_features=parts,
        target_transforms=[LocalStandardScaler()], num_threads=1,
    )  # fmt: skip
    library.fit(own.frame(), static_features=[])
    told = library.predict(horizon).sort("unique_id", "ds")
    order = pl.Series(own.ids, dtype=pl.String).arg_sort().to_numpy()
    places = np.flatnonzero(long)[order]
    found[places] = told["y"].cast(pl.Float64).to_numpy().reshape(len(places), horizon)
    return found
