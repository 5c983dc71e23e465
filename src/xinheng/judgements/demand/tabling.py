"""Forecasts of any file of series: fitted, foretold, back-tested."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import polars as pl
from django.conf import settings

from xinheng.base.access import services as access
from xinheng.base.kernel import engine
from xinheng.base.kernel.actors import Actor
from xinheng.facts.factors import tables as outside
from xinheng.judgements.demand import filed, forecasting, reading
from xinheng.judgements.demand.backtesting import Tell, quiet
from xinheng.judgements.demand.filed import Columns, Kept
from xinheng.judgements.demand.grids import Frequency
from xinheng.judgements.demand.options import Options

AHEAD = timedelta(days=800)  # beyond the history, of which the calendar is asked


def fit_file(  # noqa: PLR0913 - a file and how it is to be read and forecast
    *,
    actor: Actor,
    path: Path,
    horizon: int,
    columns: Columns,
    options: Options,
    frequency: Frequency | None = None,
    holidays: bool = True,
    tell: Tell = quiet,
) -> Kept:
    """Try candidates on the series of a file and keep what each takes, with figures of the windows tried.

    holidays: whether the Chinese calendar is felt. Refuses: AccessDenied, SeriesUnreadable,
    SeriesColumnMissing, SeriesCellInvalid, FrequencyUnclear, SeriesTooShort, CandidateUnknown.
    """
    access.require(actor, "demand.run")
    series = reading.series(path, columns)
    fitted = forecasting.fit(
        series, frequency=frequency, horizon=horizon, options=_spread(options), tell=tell,
        calendar=_calendar(series) if holidays else None,
    )  # fmt: skip
    return Kept(fitted, columns)


def predict_file(
    *,
    actor: Actor,
    model: Path,
    newer: Path | None = None,
    future: Path | None = None,
    quantiles: tuple[float, ...] = (),
) -> pl.DataFrame:
    """Forecast by a fitted file, from its own history or that of a newer file of the same columns.

    Refuses: AccessDenied, FittedUnreadable, FutureMissing, and as fit_file of the newer file.
    """
    access.require(actor, "demand.read")
    kept = filed.load(model)
    fitted, columns = kept.fitted, kept.columns
    if newer is not None:
        fitted = forecasting.carried(fitted, reading.series(newer, columns))
    ahead = reading.future(future, columns) if future is not None else None
    return forecasting.predict(fitted, future=ahead, quantiles=quantiles)


def packed(kept: Kept) -> bytes:
    """The file of a fitted forecast."""
    return filed.packed(kept)


def _spread(options: Options) -> Options:
    """The options with the cluster that the site names, if it names one."""
    from dataclasses import replace

    return options if settings.ENGINE == engine.EMBEDDED else replace(options, engine=settings.ENGINE)


def _calendar(series: pl.DataFrame) -> pl.DataFrame | None:
    """Days off of the years that the series touch and the years after."""
    known = series["ds"].drop_nulls()
    if known.is_empty():
        return None
    first, last = known.dt.date().min(), known.dt.date().max()
    return outside.calendar_days(first, last + AHEAD, as_of=last + AHEAD)  # type: ignore[operator, arg-type]
