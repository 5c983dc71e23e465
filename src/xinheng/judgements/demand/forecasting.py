"""Forecasts of any series: candidates tried on the past, the best taken, with a band of known coverage.

A fitted forecast keeps which candidate each series takes, how wide its band must be, and the history. When it
foretells, the candidates are trained on all of that history, which is newer than what they were tested by.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from xinheng.judgements.demand import backtesting, engines, frames, intervals, scoring
from xinheng.judgements.demand.backtesting import Tell, Tried, quiet
from xinheng.judgements.demand.engines import LEVELS
from xinheng.judgements.demand.frames import Finding
from xinheng.judgements.demand.grids import PER_DAY, Floats, Frequency, Grid
from xinheng.judgements.demand.intervals import Width
from xinheng.judgements.demand.options import Kind, Options, shipped, tried

KINDS: tuple[Kind, ...] = ("regular", "intermittent", "short")
DAYS_A_MONTH = 365 / 12
Held = tuple[float | None, float]  # the share a band held when tested, and the share it states


@dataclass(frozen=True)
class Part:
    """The series of one kind: their places in the grid, what each takes, and how wide its band is."""

    kind: Kind
    places: tuple[int, ...]
    chosen: tuple[str, ...]
    width: Width | None


@dataclass(frozen=True)
class Fitted:
    """What was found out of series, and the series."""

    grid: Grid
    horizon: int
    options: Options
    parts: tuple[Part, ...]
    choices: pl.DataFrame
    report: dict[str, Any]
    findings: tuple[Finding, ...]

    @property
    def frequency(self) -> Frequency:
        """The frequency of the series."""
        return self.grid.frequency


def fit(  # noqa: PLR0913 - a series and what is known around it
    series: pl.DataFrame,
    *,
    horizon: int,
    frequency: Frequency | None = None,
    future: pl.DataFrame | None = None,
    options: Options | None = None,
    calendar: pl.DataFrame | None = None,
    tell: Tell = quiet,
) -> Fitted:
    """Try candidates on the past and take the best for each series.

    series: unique_id, ds, y and factor columns, in any order; a null y was not read. frequency: guessed if
    not given. future: factors over the horizon; a factor that is not in it, nor among options.known,
    counts as unknown ahead. calendar: days off as `facts.factors` tells them.
    Refuses: FrequencyUnclear, SeriesTooShort, FutureMissing, CandidateUnknown.
    """
    options = options or Options()
    grid, findings = frames.regular(
        series, frequency or frames.guessed(series), zone=options.zone, calendar=calendar
    )
    grid = _with_factors(grid, future, horizon, options)
    kinds = kinds_of(grid, options)
    findings += [
        Finding("few", grid.ids[place], int(np.isfinite(grid.values[place]).sum()), None, None)
        for place in np.flatnonzero(kinds == "short")
    ]
    parts, choices, reports, total = [], [], [], []
    for kind in KINDS:
        places = np.flatnonzero(kinds == kind)
        if not len(places):
            continue
        part, rows, told, picked = _fit_kind(kind, grid.only(places), places, horizon, options, tell)
        parts.append(part)
        choices.append(rows)
        reports.append(told)
        total.append(picked)
    report = {
        "frequency": grid.frequency, "horizon": horizon, "series": len(grid.ids), "band": options.band,
        "kinds": reports, "total": _total(total),
    }  # fmt: skip
    return Fitted(grid, horizon, options, tuple(parts), pl.concat(choices), report, tuple(findings))


def kinds_of(grid: Grid, options: Options) -> npt.NDArray[np.str_]:
    """Of each series: short (less history than asked), intermittent (many zeros) or regular."""
    steps = (
        options.least_months
        if grid.frequency == "month"
        else round(options.least_months * DAYS_A_MONTH) * PER_DAY[grid.frequency]
    )
    known = np.isfinite(grid.values)
    length = known.sum(axis=1)
    zeros = ((grid.values == 0) & known).sum(axis=1) / np.maximum(length, 1)
    stops = zeros >= shipped().intermittent_zeros
    return np.where(length < steps, "short", np.where(stops, "intermittent", "regular"))


def predict(
    fitted: Fitted, *, future: pl.DataFrame | None = None, quantiles: tuple[float, ...] = ()
) -> pl.DataFrame:
    """Forecast the horizon after the history.

    Gives unique_id, ds, y, lo, hi (the band that options.band states), model; and q01 … q99 where asked.
    future: factors over the horizon, if other than those fitted with. Refuses: FutureMissing.
    """
    grid = fitted.grid if future is None else _again(fitted.grid, future, fitted.horizon)
    made = [_foretell(part, grid, fitted, quantiles) for part in fitted.parts]
    return pl.concat(made).sort("unique_id", "ds")


def _foretell(part: Part, grid: Grid, fitted: Fitted, quantiles: tuple[float, ...]) -> pl.DataFrame:
    own = grid.only(np.array(part.places))
    names = sorted(set(part.chosen))
    told = engines.foretell(names, shipped().candidates, own, fitted.horizon, fitted.options)
    series, steps = len(own.ids), fitted.horizon
    points = np.stack([told.points[name][place] for place, name in enumerate(part.chosen)])
    points = np.where(np.isfinite(points), points, 0)
    spread = (
        np.full((len(LEVELS), series, steps), np.nan) if part.width is None else part.width.spread(points)
    )
    for name, own_spread in told.quantiles.items():
        taken = np.array([one == name for one in part.chosen])
        spread[:, taken] = own_spread[:, taken]
    low, high = intervals.places_of(fitted.options.band)
    columns: dict[str, Any] = {
        "unique_id": np.repeat(np.array(own.ids, dtype=object), steps),
        "ds": np.tile(grid.axis(grid.steps + steps)[grid.steps :].to_numpy(), series),
        "y": points.ravel(),
        "lo": np.minimum(spread[low], points).ravel(),
        "hi": np.maximum(spread[high], points).ravel(),
        "model": np.repeat(np.array(part.chosen, dtype=object), steps),
    }
    for level in quantiles:
        place = round(level * 100) - 1
        columns[f"q{place + 1:02d}"] = spread[place].ravel()
    frame = pl.DataFrame(columns, schema_overrides={"unique_id": pl.String, "model": pl.String})
    return frame.with_columns(pl.col("ds").cast(pl.Datetime("us")), pl.col("lo", "hi").fill_nan(None))


def _fit_kind(
    kind: Kind, own: Grid, places: npt.NDArray[np.int64], horizon: int, options: Options, tell: Tell
) -> tuple[Part, pl.DataFrame, dict[str, Any], tuple[Floats, Floats, Floats]]:
    names = tried(kind, own.frequency, options)
    if not own.unknown:
        names = tuple(name for name in names if shipped().candidates[name].engine != "weather") or names
    elif "weather" not in names and kind == "regular" and not options.candidates and own.frequency != "month":
        names = (*names, "weather")
    starts = backtesting.windows(own, horizon, shipped().by_frequency[own.frequency], options)
    if not starts:
        return _untested(kind, own, places, names, options)
    found = backtesting.tried(own, horizon, names, starts, options, tell)
    of_all, chosen = backtesting.best(found)
    told = backtesting.report(found, of_all, chosen, options, kind)
    picked = np.stack([found.points[name][place] for place, name in enumerate(chosen)])
    errors = found.actual - picked
    width = intervals.width_of(errors, found.level) if np.isfinite(errors).any() else None
    rows = _choices(kind, own, found, chosen, picked, (told["chosen"]["coverage"], options.band))
    naive = found.points[names[0]]
    return (
        Part(kind, tuple(map(int, places)), tuple(chosen), width),
        rows,
        told,
        (found.actual, picked, naive),
    )


def _untested(
    kind: Kind, own: Grid, places: npt.NDArray[np.int64], names: tuple[str, ...], options: Options
) -> tuple[Part, pl.DataFrame, dict[str, Any], tuple[Floats, Floats, Floats]]:
    """Too little history to test anything: the naive way, without a band."""
    chosen = [names[0]] * len(own.ids)
    nothing = np.full((len(own.ids), 0, 1), np.nan)
    found = Tried(names, (), nothing, dict.fromkeys(names, nothing), {}, np.zeros(len(own.ids)))
    rows = _choices(kind, own, found, chosen, nothing, (None, options.band))
    told: dict[str, Any] = {
        "kind": kind, "series": len(chosen), "windows": 0, "naive": names[0], "best": names[0],
        "own_way": 0, "candidates": {}, "chosen": {},
    }  # fmt: skip
    return Part(kind, tuple(map(int, places)), tuple(chosen), None), rows, told, (nothing, nothing, nothing)


def _choices(
    kind: Kind, own: Grid, found: Tried, chosen: list[str], picked: Floats, held: Held
) -> pl.DataFrame:
    figures = scoring.by_series(found.actual, picked)
    naive = scoring.by_series(found.actual, found.points[found.names[0]])
    return pl.DataFrame(
        {
            "unique_id": pl.Series(own.ids, dtype=pl.String),
            "kind": [str(kind)] * len(chosen),
            "model": chosen,
            "short": [kind == "short"] * len(chosen),
            "wape": figures["wape"],
            "mape": figures["mape"],
            "naive_wape": naive["wape"],
            "coverage": pl.Series([held[0]] * len(chosen), dtype=pl.Float64),
            "stated": [held[1]] * len(chosen),
        }
    ).with_columns(pl.col("wape", "mape", "naive_wape").fill_nan(None))


def _total(parts: list[tuple[Floats, Floats, Floats]]) -> dict[str, Any]:
    """The sum of all series in the windows that all kinds share."""
    windows = min(part[0].shape[1] for part in parts)
    if not windows:
        return {}
    actual, told, naive = (np.concatenate([part[at][:, -windows:] for part in parts]) for at in range(3))
    chosen, simple = scoring.measures(actual, told), scoring.measures(actual, naive)
    return {"chosen": chosen, "naive": simple}


def _with_factors(grid: Grid, future: pl.DataFrame | None, horizon: int, options: Options) -> Grid:
    if future is not None:
        return frames.with_future(grid, future, horizon)
    known = {name: told for name, told in grid.factors.items() if name in options.known}
    return replace(
        grid, factors=known, unknown={name: told for name, told in grid.factors.items() if name not in known}
    )


def _again(grid: Grid, future: pl.DataFrame, horizon: int) -> Grid:
    past = {name: told[..., : grid.steps] for name, told in (grid.factors | grid.unknown).items()}
    return frames.with_future(replace(grid, factors=past, unknown={}), future, horizon)


def carried(fitted: Fitted, series: pl.DataFrame) -> Fitted:
    """The same choices and widths on a newer history of the same series; one that is gone is left out."""
    old = fitted.grid
    grid, findings = frames.regular(series, old.frequency, zone=old.zone, calendar=old.calendar)
    grid = _with_factors(grid, None, fitted.horizon, fitted.options)
    at = {name: place for place, name in enumerate(grid.ids)}
    parts = []
    for part in fitted.parts:
        kept = [place for place, old_place in enumerate(part.places) if old.ids[old_place] in at]
        if not kept:
            continue
        width = part.width
        parts.append(
            replace(
                part,
                places=tuple(at[old.ids[part.places[place]]] for place in kept),
                chosen=tuple(part.chosen[place] for place in kept),
                width=None if width is None else replace(width, usual=width.usual[kept]),
            )
        )
    return replace(fitted, grid=grid, parts=tuple(parts), findings=tuple(findings))
