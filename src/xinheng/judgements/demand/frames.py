"""Any table of series onto one regular time axis; what was odd is named, never repaired silently."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
from django.utils.translation import gettext_lazy as _

from xinheng.judgements.demand.errors import FrequencyUnclear, FutureMissing, SeriesTooShort
from xinheng.judgements.demand.grids import EVERY, MINUTES, PER_DAY, Flags, Floats, Frequency, Grid, axis_of

OWN = ("unique_id", "ds", "y")
WORDS = {
    "duplicate": _("the same time twice with the same value: one is used"),
    "doubled": _("the same time twice with other values, as when clocks are set back: their mean is used"),
    "dropped": _("one step is missing, as when clocks are set forward: between its neighbours"),
    "gap": _("missing: the same time of the season before stands in, and is not scored"),
    "negative": _("below zero: not used"),
    "off_axis": _("between two steps of time: moved to the step before"),
    "ended": _("ends before the other series"),
    "few": _("a short history: no yearly season is known"),
    "empty": _("no value at all: not forecast"),
    "without_time": _("rows without a time: not used"),
}  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """One kind of oddity of one series: how often, and from when to when."""

    code: str
    unique_id: str
    count: int
    since: datetime | None
    until: datetime | None

    def __str__(self) -> str:
        return str(WORDS[self.code])


def guessed(series: pl.DataFrame) -> Frequency:
    """The frequency of a table, by the usual distance of its times. Refuses: FrequencyUnclear."""
    times = series.select("unique_id", "ds").drop_nulls().unique().sort("unique_id", "ds")
    steps = times.select((pl.col("ds").diff().dt.total_minutes()).over("unique_id"))["ds"].drop_nulls()
    usual = steps.median() if steps.len() else None
    minutes = float(usual) if isinstance(usual, int | float) else 0.0
    for name, length in MINUTES.items():
        if minutes == length:
            return name
    if 28 * 1440 <= minutes <= 31 * 1440:
        return "month"
    raise FrequencyUnclear(step=str(timedelta(minutes=minutes)) if usual is not None else "—")


def regular(
    series: pl.DataFrame, frequency: Frequency, *, zone: str = "", calendar: pl.DataFrame | None = None
) -> tuple[Grid, list[Finding]]:
    """unique_id, ds, y and factors as one grid, and what was odd. Extra columns are factors.

    Rows may stand in any order. A null y is a value not read. Refuses: SeriesTooShort.
    """
    found: list[Finding] = []
    table = _timed(series, frequency, found)
    table = _single(table, found)
    ids = table["unique_id"].unique().sort()
    if table.is_empty():
        raise SeriesTooShort(steps=0, least=2)
    first = table["ds"].min()
    table = table.with_columns(
        pl.col("unique_id").replace_strict(ids, pl.int_range(ids.len(), eager=True)).alias("place"),
        _step(frequency, first).alias("step"),
    )
    steps = int(table["step"].max()) + 1  # type: ignore[arg-type]
    times = axis_of(first, frequency, steps)
    values = np.full((ids.len(), steps), np.nan)
    place, step = table["place"].to_numpy(), table["step"].to_numpy()
    values[place, step] = table["y"].to_numpy()
    factors = {
        name: _factor(table, name, ids.len(), steps) for name in table.columns
        if name not in {*OWN, "place", "step"}
    }  # fmt: skip
    names = tuple(ids.to_list())
    values, seen = _whole(values, frequency, _Names(names, times), found)
    kept = np.flatnonzero(seen.any(axis=1))
    grid = Grid(names, frequency, times, values, seen, factors, zone=zone, calendar=calendar)
    return (grid if len(kept) == len(names) else grid.only(kept)), found


def with_future(grid: Grid, future: pl.DataFrame | None, horizon: int) -> Grid:
    """The grid whose factors reach over the horizon where the future tells them; the others are unknown.

    future: ds and factor columns, with unique_id where they differ by series. Refuses: FutureMissing.
    """
    from dataclasses import replace

    known = set(future.columns) & set(grid.factors) if future is not None else set()
    reach = grid.steps + horizon
    made = {name: told[..., : grid.steps] for name, told in grid.factors.items() if name not in known}
    ahead = {}
    for name in sorted(known):
        assert future is not None
        told = _ahead(grid, future, name, reach)
        ahead[name] = told
    return replace(grid, factors=ahead, unknown=made)


def _ahead(grid: Grid, future: pl.DataFrame, name: str, reach: int) -> Floats:
    """A factor over history and horizon."""
    past = grid.factors[name]
    axis = grid.axis(reach)[grid.steps :]
    shape = past.shape[:-1]
    told = np.full((*shape, reach), np.nan)
    told[..., : grid.steps] = past[..., : grid.steps]
    own = [pl.col("unique_id").cast(pl.String)] if "unique_id" in future.columns else []
    given = future.select(pl.col("ds").cast(pl.Datetime("us")), pl.col(name).cast(pl.Float64), *own)
    if grid.frequency == "month":
        given = given.with_columns(pl.col("ds").dt.truncate("1mo"))
    wanted = pl.DataFrame({"ds": axis})
    for place in range(shape[0] if shape else 1):
        rows = given
        if shape and own:
            rows = given.filter(pl.col("unique_id") == grid.ids[place])
        single = rows.group_by("ds").agg(pl.col(name).mean())
        column = wanted.join(single, on="ds", how="left", maintain_order="left")[name]
        if column.null_count():
            missing = axis.filter(column.is_null())[0]
            raise FutureMissing(factor=name, at=missing)
        told[(place, slice(grid.steps, None)) if shape else slice(grid.steps, None)] = column.to_numpy()
    return told


def _timed(series: pl.DataFrame, frequency: Frequency, found: list[Finding]) -> pl.DataFrame:
    """Times on the axis; rows without one are named and left out."""
    table = series.with_columns(
        pl.col("unique_id").cast(pl.String),
        pl.col("ds").cast(pl.Datetime("us")),
        pl.col("y").cast(pl.Float64),
    )
    _tell(found, "without_time", table.filter(pl.col("ds").is_null()))
    table = table.drop_nulls("ds")
    on_axis = pl.col("ds").dt.truncate(EVERY[frequency])
    if frequency != "month":
        _tell(found, "off_axis", table.filter(on_axis != pl.col("ds")))
    return table.with_columns(on_axis)


def _single(table: pl.DataFrame, found: list[Finding]) -> pl.DataFrame:
    """One row a series and time."""
    twice = table.filter(pl.struct("unique_id", "ds").is_duplicated())
    if twice.is_empty():
        return table
    spread = twice.group_by("unique_id", "ds").agg(pl.col("y").n_unique().alias("several"))
    _tell(found, "duplicate", spread.filter(pl.col("several") == 1))
    _tell(found, "doubled", spread.filter(pl.col("several") > 1))
    numbers = [name for name in table.columns if name not in OWN[:2]]
    return table.group_by("unique_id", "ds", maintain_order=True).agg(pl.col(numbers).mean())


def _tell(found: list[Finding], code: str, rows: pl.DataFrame) -> None:
    told = rows.group_by("unique_id").agg(pl.len(), since=pl.col("ds").min(), until=pl.col("ds").max())
    found += [Finding(code, *row) for row in told.sort("unique_id").iter_rows()]


def _step(frequency: Frequency, first: Any) -> pl.Expr:
    if frequency == "month":
        months = pl.col("ds").dt.year().cast(pl.Int64) * 12 + pl.col("ds").dt.month()
        return months.sub(first.year * 12 + first.month)
    return pl.col("ds").sub(pl.lit(first)).dt.total_minutes().floordiv(MINUTES[frequency])


def _factor(table: pl.DataFrame, name: str, series: int, steps: int) -> Floats:
    """A factor by step, the last value carried on; by series only where series differ."""
    column = table[name].cast(pl.Float64)
    differing = table.group_by("step").agg(pl.col(name).n_unique() > 1)[name].any()
    shape = (series, steps) if differing else (1, steps)
    told = np.full(shape, np.nan)
    given = column.is_not_null().to_numpy()
    place = table["place"].to_numpy()[given] if differing else np.zeros(int(given.sum()), dtype=np.int64)
    told[place, table["step"].to_numpy()[given]] = column.drop_nulls().to_numpy()
    told = _carried(told)
    return told if differing else told[0]


def _carried(told: Floats) -> Floats:
    """The last known value where none is; before the first, the first."""
    known = np.isfinite(told)
    last = np.maximum.accumulate(np.where(known, np.arange(told.shape[1]), -1), axis=1)
    begin = np.where(known.any(axis=1), known.argmax(axis=1), 0)
    last = np.where(last < 0, begin[:, None], last)
    found: Floats = np.take_along_axis(told, last, axis=1)
    return found


@dataclass(frozen=True)
class _Names:
    ids: Sequence[str]
    times: pl.Series

    def tell(self, found: list[Finding], code: str, where: Flags) -> None:
        """Name every series that has such steps."""
        for place in map(int, np.flatnonzero(where.any(axis=1))):
            at = np.flatnonzero(where[place])
            since, until = self.times[int(at[0])], self.times[int(at[-1])]
            found.append(Finding(code, self.ids[place], len(at), since, until))


def _whole(values: Floats, frequency: Frequency, names: _Names, found: list[Finding]) -> tuple[Floats, Flags]:
    """Values without holes from each series' first one on, and which were told."""
    values = np.where(np.isfinite(values), values, np.nan)
    with np.errstate(invalid="ignore"):
        below = values < 0
    names.tell(found, "negative", below)
    values = np.where(below, np.nan, values)
    seen = np.isfinite(values)
    empty: Flags = ~np.asarray(seen.any(axis=1))
    found += [Finding("empty", names.ids[place], 0, None, None) for place in map(int, np.flatnonzero(empty))]
    steps = np.arange(values.shape[1])
    first = np.where(empty, values.shape[1], seen.argmax(axis=1))
    last = values.shape[1] - 1 - seen[:, ::-1].argmax(axis=1)
    inside = (steps >= first[:, None]) & (steps <= last[:, None])
    after = (steps > last[:, None]) & ~empty[:, None]
    alone = ~seen & inside
    alone[:, 1:-1] &= seen[:, :-2] & seen[:, 2:]
    names.tell(found, "dropped", alone)
    names.tell(found, "gap", ~seen & inside & ~alone)
    names.tell(found, "ended", after)
    filled = values.copy()
    row, at = np.nonzero(alone)
    filled[row, at] = (values[row, at - 1] + values[row, at + 1]) / 2
    return _from_season(filled, (inside | after), frequency), seen


def _from_season(values: Floats, wanted: Flags, frequency: Frequency) -> Floats:
    """Holes filled by the same place of the season before, else by the last value."""
    holes = ~np.isfinite(values) & wanted
    if not holes.any():
        return values
    season = 12 if frequency == "month" else 7 * PER_DAY[frequency]
    spare = -values.shape[1] % season
    folded = np.pad(values, ((0, 0), (0, spare)), constant_values=np.nan).reshape(len(values), -1, season)
    known = np.isfinite(folded)
    last = np.maximum.accumulate(np.where(known, np.arange(folded.shape[1])[:, None], 0), axis=1)
    season_before = np.take_along_axis(folded, last, axis=1).reshape(len(values), -1)[:, : values.shape[1]]
    found = np.where(holes, season_before, values)
    rest = ~np.isfinite(found) & wanted
    return np.where(rest, _carried(values), found)
