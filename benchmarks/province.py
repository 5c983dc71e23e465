"""What a province's readings weigh and how quickly they are read, for the plan in docs/operating/province.md.

    .venv/bin/python -m benchmarks.province [CONSUMERS] [DAYS]

Days in 96 points and daily readings are drawn by a fixed seed with the columns in which facts.metering keeps
them, and written as it writes them. Printed: bytes a consumer and day of each, and how many consumer days a
processor second writes, sums and finds again.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import django
import duckdb
import numpy as np
import polars as pl

FIRST = date(2026, 1, 1)
POINTS = 96


def drawn(consumers: int, days: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Days in 96 points and daily readings of so many consumers, sorted by consumer and day."""
    from xinheng.facts.metering.layout import DATASETS

    chance = np.random.default_rng(1)
    level = np.exp(chance.normal(-1.2, 0.9, (consumers, 1, 1)))
    shape = 1 + 0.6 * np.sin((np.arange(POINTS) - 30) / POINTS * 2 * np.pi)
    points = np.round(level * shape * np.exp(chance.normal(0, 0.35, (consumers, days, POINTS))), 2)
    numbers = pl.Series([f"34{at:010d}" for at in range(consumers)]).repeat_by(days).explode()
    keys = {
        "consumer": numbers,
        "day": pl.Series([FIRST + timedelta(days=at) for at in range(days)] * consumers, dtype=pl.Date),
    }
    told = {"told": pl.Series([FIRST] * (consumers * days)), "batch": pl.Series([1] * (consumers * days))}
    rows = points.astype(np.float32).reshape(-1, POINTS)
    quarters = pl.DataFrame({**keys, "kwh": pl.Series(rows).arr.to_list(), **told})
    kwh = points.sum(axis=2).round(2).ravel()
    empty = pl.Series([""] * (consumers * days))
    daily = pl.DataFrame({
        **keys, "kwh": kwh, "mark": empty, "said": empty, "register": np.cumsum(kwh).round(2), **told,
    })  # fmt: skip
    return quarters.cast(DATASETS["quarters"].stored), daily.cast(DATASETS["readings"].stored)  # type: ignore[arg-type]


def timed(act: Callable[[], object]) -> float:
    """Processor seconds an act takes."""
    begun = time.process_time()
    act()
    return max(time.process_time() - begun, 1e-3)


def main() -> None:
    """Draw, write, sum, find, say."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinheng.wiring.settings")
    django.setup()
    consumers, days = (*map(int, sys.argv[1:]), 10_000, 31)[:2] if len(sys.argv) > 2 else (10_000, 31)
    frames = drawn(consumers, days)
    rows = consumers * days
    with TemporaryDirectory(dir=os.environ.get("XINHENG_SCRATCH")) as folder, duckdb.connect() as engine:
        engine.execute("SET threads = 1")
        for name, frame in zip(("96 points", "daily"), frames, strict=True):
            path = Path(folder) / f"{name[:2]}.parquet"
            written = timed(lambda frame=frame, path=path: frame.write_parquet(path, compression="zstd"))  # type: ignore[misc]
            size = path.stat().st_size
            amount = "list_sum(kwh)" if name == "96 points" else "kwh"
            total = f"SELECT consumer, sum({amount}) FROM '{path}' GROUP BY consumer"
            summed = timed(lambda sql=total: engine.execute(sql).fetchall())  # type: ignore[misc]
            one = f"SELECT * FROM '{path}' WHERE consumer = '34{consumers // 2:010d}'"
            found = timed(lambda sql=one: engine.execute(sql).fetchall())  # type: ignore[misc]
            rates = f"writes {rows / written:,.0f}, sums {rows / summed:,.0f} consumer days"
            sys.stdout.write(f"{name}: {size / rows:.1f} bytes a consumer and day; a CPU second {rates}; ")
            sys.stdout.write(f"one consumer's month is found in {found * 1000:.0f} ms\n")


if __name__ == "__main__":
    main()
