"""How fast suspects are found, and that the engine does not change them.

    .venv/bin/python -m benchmarks.theft 42000 1035            # consumers, days
    .venv/bin/python -m benchmarks.theft 1000000 365
    .venv/bin/python -m benchmarks.theft 42000 1035 --engine "local-cluster[2,1,1024]"

Readings are drawn by a fixed seed into Parquet by month, sorted by consumer, as facts.metering keeps them.
What is timed begins with these files and ends with every consumer ranked: reduced by the engine, measured
beside peers, judged by detectors and unusual shape. The figures stand in docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import django
import numpy as np
import polars as pl

LAST = date(2026, 6, 30)
STRIPE = 250_000  # consumers drawn at once


def drawn(place: Path, consumers: int, days: int) -> int:
    """Readings of so many consumers and days by month; gives the rows."""
    all_days = [LAST - timedelta(days=days - 1 - at) for at in range(days)]
    months = sorted({day.replace(day=1) for day in all_days})
    chance, rows = np.random.default_rng(1), 0
    level = np.exp(chance.normal(2.5, 1.0, consumers))
    steals = chance.random(consumers) < 0.02
    for month in months:
        here = [at for at, day in enumerate(all_days) if day.replace(day=1) == month]
        folder = place / f"month={month:%Y-%m}"
        folder.mkdir(parents=True)
        for begin in range(0, consumers, STRIPE):
            end = min(begin + STRIPE, consumers)
            stolen = np.where(steals[begin:end, None] & (np.array(here)[None, :] > days * 0.7), 0.3, 1.0)
            kwh = level[begin:end, None] * stolen * chance.normal(1, 0.15, (end - begin, len(here)))
            numbers = pl.Series([f"{at:08d}" for at in range(begin, end)])
            frame = pl.DataFrame({
                "consumer": numbers.repeat_by(len(here)).explode(),
                "day": pl.Series([all_days[at] for at in here] * (end - begin), dtype=pl.Date),
                "kwh": np.maximum(kwh, 0).round(2).ravel(),
            }).with_columns(pl.lit("").alias("mark"))  # fmt: skip
            frame.write_parquet(folder / f"{begin:08d}.parquet", row_group_size=256 * 1024)
            rows += frame.height
    return rows


def found(place: Path, name: str) -> dict[str, object]:
    """One timed run on an engine."""
    from xinheng.base.kernel.engine import engine
    from xinheng.judgements.theft import gathering, judging, policy
    from xinheng.judgements.theft.beside import Tables
    from xinheng.judgements.theft.learning import quiet

    rules = policy.shipped()
    with engine(place, name=name) as backend:
        paths = sorted(str(path) for path in place.glob("month=*/*.parquet"))
        one = "/{" + ",".join(path[1:] for path in paths) + "}"
        readings = backend.read_parquet(one if backend.name == "pyspark" else paths)
        if backend.name == "pyspark":
            readings.limit(1).to_pyarrow()  # the session and its workers are up
        begun, processor = time.perf_counter(), time.process_time()
        tables = Tables(readings.select("consumer", "day", "kwh", "mark"))
        asked = gathering.asked(tables, rules, since=date.min)
        kept: list[Path] = []
        for at, frame in enumerate(gathering.figures(asked)):
            kept.append(place / f"figures-{name[:5]}-{at:05d}.parquet")
            frame.write_parquet(kept[-1])
        measured = time.perf_counter()

        def frames() -> Iterator[pl.DataFrame]:
            return (pl.read_parquet(path) for path in kept)

        results = judging.judged(frames, rules, asked.window, tell=quiet)
    ended = time.perf_counter()
    return {
        "engine": name, "consumers": results.height, "pieces": asked.window.pieces, "chunks": len(kept),
        "measured_s": round(measured - begun, 1), "judged_s": round(ended - measured, 1),
        "whole_s": round(ended - begun, 1), "processor_s": round(time.process_time() - processor, 1),
        "levels": judging.levels(results),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "results": str(results.hash_rows(1).sum()),
    }  # fmt: skip


def main() -> None:
    """Draw, find, say."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinheng.wiring.settings")
    django.setup()
    parser = argparse.ArgumentParser()
    parser.add_argument("consumers", type=int)
    parser.add_argument("days", type=int)
    parser.add_argument("--engine", default="duckdb")
    asked = parser.parse_args()
    with TemporaryDirectory(dir=os.environ.get("XINHENG_SCRATCH")) as folder:
        rows = drawn(Path(folder), asked.consumers, asked.days)
        told = found(Path(folder), asked.engine)
    sys.stdout.write(json.dumps({"rows": rows, **told}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
