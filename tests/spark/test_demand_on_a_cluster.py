"""The same forecasts on a cluster of two worker processes as on one machine."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest

from xinheng.judgements.demand import statistical
from xinheng.judgements.demand.grids import Grid, axis_of
from xinheng.judgements.demand.options import shipped

pytestmark = [pytest.mark.any_database, pytest.mark.filterwarnings("ignore")]
NAMES = ("year_ago", "years_mean", "theta", "last_mean")


@pytest.mark.req("PWR-28")
def test_series_are_forecast_alike_here_and_spread_over_two_workers(cluster: str) -> None:
    rng = np.random.default_rng(8)
    values = rng.lognormal(5, 1, (24, 1)) * rng.lognormal(0, 0.2, (24, 40))
    values[3, :20] = np.nan  # began later
    times = axis_of(datetime(2022, 1, 1), "month", 40)  # noqa: DTZ001 - times of series bear no zone
    grid = Grid(tuple(f"E-{at:02d}" for at in range(24)), "month", times, values, np.isfinite(values))
    candidates = {name: shipped().candidates[name] for name in NAMES}

    here = statistical.foretell(candidates, grid, 6)
    spread = statistical.foretell(candidates, grid, 6, master=cluster)

    assert set(here) == set(spread) == set(NAMES)
    for name in NAMES:
        assert here[name].shape == (24, 6)
        assert np.array_equal(here[name], spread[name], equal_nan=True), name
    assert here["year_ago"][0] == pytest.approx(values[0, 28:34], rel=1e-7)
