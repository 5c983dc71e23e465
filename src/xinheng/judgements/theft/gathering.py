"""Figures of all consumers out of tables of one engine, by chunks of consumers, so that memory stays flat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from xinheng.judgements.theft import beside, features, peers, reducing
from xinheng.judgements.theft.beside import Beside, Tables
from xinheng.judgements.theft.learning import Tell, quiet
from xinheng.judgements.theft.peers import Peers
from xinheng.judgements.theft.policy import TheftRules
from xinheng.judgements.theft.reducing import Grid, Window

CELLS = 1_500_000  # consumers × pieces measured at once
KEPT = ("consumer", "name", "industry", "area", "voltage", "tariff", "capacity_kva")
WORDS = ("industry", "voltage", "tariff")  # figures that are words


@dataclass(frozen=True)
class Asked:
    """What is measured: the tables, the window and the consumers (a row each, with `KEPT`), sorted."""

    tables: Tables
    window: Window
    consumers: pl.DataFrame
    rules: TheftRules


def asked(
    tables: Tables,
    rules: TheftRules,
    *,
    until: date | None = None,
    since: date | None = None,
    holidays: Sequence[date] = (),
) -> Asked:
    """The window that ends with the last day read, or a day told, and the consumers supplied or read."""
    days = taken(tables.readings.aggregate(first=tables.readings.day.min(), last=tables.readings.day.max()))
    first, last = days.row(0)
    end = min(until, last) if until and last else until or last or date(2000, 1, 1)
    begin = max(since or end - timedelta(days=rules.window_days - 1), first or end)
    begin = min(begin, end)
    window = Window.of(begin, end, step=rules.step((end - begin).days + 1), holidays=holidays)
    return Asked(tables, window, _consumers(tables), rules)


def taken(expression: Any) -> pl.DataFrame:
    """The rows of an expression, whatever engine computes them."""
    backend = expression._find_backend()
    found: pl.DataFrame = pl.from_arrow(backend.to_pyarrow(expression))  # type: ignore[assignment]
    return found


def figures(asked: Asked, *, tell: Tell = quiet) -> Iterator[pl.DataFrame]:
    """The figures of all consumers, a frame a chunk: `KEPT` and figures by name, null: not measured."""
    window, numbers = asked.window, asked.consumers["consumer"]
    size = max(CELLS // window.pieces, 1)
    chunks = [asked.consumers[at : at + size] for at in range(0, len(numbers), size)] or [asked.consumers]
    known = beside.gathered(asked.tables, window, take=taken)
    group = None if len(chunks) == 1 else _sampled(asked)
    with ThreadPoolExecutor(1) as hand:
        waiting: Future[pl.DataFrame] | None = None
        for place, chunk in enumerate(chunks):
            tell("measure", place, len(chunks))
            grid = _grid(asked, chunk, whole=len(chunks) == 1)
            if waiting is not None:
                yield waiting.result()
            waiting = hand.submit(_measured, asked, chunk, grid, group, known)
        if waiting is not None:
            yield waiting.result()
    tell("measure", len(chunks), len(chunks))


def _consumers(tables: Tables) -> pl.DataFrame:
    """Those supplied and those read, with what is known of them."""
    read = taken(tables.readings.select("consumer").distinct())
    found = read.with_columns(pl.col("consumer").cast(pl.String))
    if tables.consumers is not None:
        known = taken(tables.consumers).with_columns(pl.col("consumer").cast(pl.String))
        found = known.join(found, on="consumer", how="full", coalesce=True)
    missing = {
        name: pl.Float64 if name == "capacity_kva" else pl.String
        for name in KEPT
        if name not in found.columns
    }
    found = found.with_columns(pl.lit(None, kind).alias(name) for name, kind in missing.items())
    return found.select(KEPT).unique("consumer").sort("consumer")


def _grid(asked: Asked, chunk: pl.DataFrame, *, whole: bool) -> Grid:
    readings, numbers = asked.tables.readings, chunk["consumer"]
    if not whole and len(numbers):
        readings = readings.filter(readings.consumer.between(numbers[0], numbers[-1]))
    sums = taken(reducing.reduced(readings, asked.window))
    return reducing.grid(sums, asked.window, numbers.to_list())


def _sampled(asked: Asked) -> Peers:
    """The peers of everybody by a sample of consumers taken evenly from the sorted list."""
    import ibis

    every = max(len(asked.consumers) // asked.rules.peers.sample, 1)
    sample = asked.consumers.gather_every(every)
    chosen = ibis.memtable(sample.select("consumer").to_arrow())
    readings = asked.tables.readings.semi_join(chosen, "consumer")
    sums = taken(reducing.reduced(readings, asked.window))
    grid = reducing.grid(sums, asked.window, sample["consumer"].to_list())
    return _peers(asked, sample, features.usable(grid))


def _peers(asked: Asked, consumers: pl.DataFrame, use: reducing.Floats) -> Peers:
    belongs = peers.groups(consumers["industry"], _mean(use))
    return peers.gathered(use, belongs, least=asked.rules.peers.least)


def _mean(use: reducing.Floats) -> reducing.Floats:
    counted = (~np.isnan(use)).sum(axis=1)
    found: reducing.Floats = np.divide(
        np.nansum(use, axis=1), counted, out=np.full(len(use), np.nan), where=counted > 0
    )
    return found


def _measured(
    asked: Asked, chunk: pl.DataFrame, grid: Grid, group: Peers | None, known: Beside
) -> pl.DataFrame:
    """The figures of a chunk."""
    use = features.usable(grid)
    mean = _mean(use)
    belongs = peers.groups(chunk["industry"], mean)
    standing = group or peers.gathered(use, belongs, least=asked.rules.peers.least)
    found = features.measured(grid, use, peers.curves_of(standing, belongs))
    found["place"] = peers.places_of(standing, belongs, mean)
    found |= beside.area_figures(known, chunk["area"].to_list(), use, asked.window)
    table = chunk.hstack(pl.DataFrame(found).fill_nan(None))
    table = table.join(known.figures, on="consumer", how="left", maintain_order="left")
    if "open_days" in table.columns:
        table = table.with_columns(_opened(table["open_days"], use, asked.window))
    if "billed_kwh" in table.columns:
        metered = pl.col("mean_kwh") * pl.col("bill_months") * (365.25 / 12)
        ratio = pl.when(metered > 0).then(pl.col("billed_kwh") / metered)
        table = table.with_columns(ratio.alias("billed_ratio")).drop("billed_kwh", "bill_months")
    return table.fill_nan(None)


def _opened(days: pl.Series, use: reducing.Floats, window: Window) -> pl.Series:
    """How far use fell after the cover was opened: as long as it is since, against as long before."""
    found = np.full(len(use), np.nan)
    for place in np.flatnonzero(days.is_not_null().to_numpy()):
        after = window.piece_of(int(days[int(place)]))
        late, early = use[place, -after:], use[place, -2 * after : -after]
        if np.isfinite(late).any() and np.isfinite(early).any() and np.nanmean(early) > 0:
            found[place] = 1 - np.nanmean(late) / np.nanmean(early)
    return pl.Series("open_drop", found)
