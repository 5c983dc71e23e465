"""How fast readings are taken in, beside DuckDB's bare copy of the same file into Parquet.

    .venv/bin/python -m benchmarks.metering [CONSUMERS] [DAYS] [--wide|--parquet]

A file of so many consumers and days is written (long CSV; a column a day with --wide; long Parquet with
--parquet), then copied by DuckDB, then checked and posted by the room in a scratch installation: every value
is judged against consumers, capacity, what is known and itself, and marked. The figures stand in
docs/algorithms/metering.md.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

FIRST = date(2023, 1, 1)
TODAY = date(2026, 6, 30)


def main() -> None:
    """Write a file, copy it, take it in, and say how many CPU seconds each took."""
    numbers = [int(one) for one in sys.argv[1:] if one.isdigit()]
    consumers, days = (*numbers, 2_000, 365)[:2] if len(numbers) < 2 else numbers[:2]
    form = next((one[2:] for one in sys.argv[1:] if one.startswith("--")), "csv")
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["XINHENG_HOME"] = scratch
        os.environ["DJANGO_SETTINGS_MODULE"] = "xinheng.wiring.settings"
        path = written(Path(scratch), consumers, days, form)
        rows = consumers * days
        say(f"{rows:,} values, {path.stat().st_size / 2**20:.0f} MB {form}")
        copied = bare_copy(path, Path(scratch) / "bare.parquet")
        say(f"DuckDB copies the file:      {copied:7.1f} CPU s, {rows / copied:12,.0f} values a second")
        checked, posted, marked = taken_in(path)
        whole = checked + posted + marked
        say(f"read and checked:            {checked:7.1f} CPU s, {rows / checked:12,.0f} values a second")
        say(f"posted:                      {posted:7.1f} CPU s")
        say(f"marked and merged:           {marked:7.1f} CPU s")
        say(f"all of it:                   {whole:7.1f} CPU s, {rows / whole:12,.0f} values a second")
        say(f"to DuckDB's bare copy:       {whole / copied:7.1f} times")
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        say(f"memory at most:              {most:7.2f} GB")


def written(folder: Path, consumers: int, days: int, form: str) -> Path:
    """A file of readings with weekly shape and noise, the same at every run."""
    chance = np.random.default_rng(7)
    level = chance.gamma(2.0, 6.0, consumers)[:, None]
    week = 1 + 0.2 * np.sin(np.arange(days) * 2 * np.pi / 7)[None, :]
    kwh = np.round(level * week * chance.lognormal(0, 0.2, (consumers, days)), 2)
    names = [f"{number:010}" for number in range(consumers)]
    when = [FIRST + timedelta(days=place) for place in range(days)]
    if form == "wide":
        columns = {f"{day:%Y/%m/%d}": kwh[:, place] for place, day in enumerate(when)}
        frame = pl.DataFrame({"户号": names} | columns)
        frame.write_csv(folder / "readings.csv")
        return folder / "readings.csv"
    frame = pl.DataFrame(
        {
            "户号": pl.Series(names).gather(np.repeat(np.arange(consumers), days)),
            "日期": pl.Series(when).gather(np.tile(np.arange(days), consumers)),
            "电量": kwh.reshape(-1),
        }
    )
    path = folder / ("readings.parquet" if form == "parquet" else "readings.csv")
    frame.write_parquet(path) if form == "parquet" else frame.write_csv(path)
    return path


def bare_copy(path: Path, target: Path) -> float:
    """CPU seconds that DuckDB takes to copy the file as it is."""
    import duckdb

    begun = time.process_time()
    with duckdb.connect() as con:
        con.execute(f"COPY (SELECT * FROM '{path}') TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
    return time.process_time() - begun


def taken_in(path: Path) -> tuple[float, float, float]:
    """CPU seconds of checking, posting and marking in an installation of its own."""
    import django
    from django.core.management import call_command

    django.setup()
    from xinheng.base.kernel.actors import system_actor
    from xinheng.facts.metering import batches, marking
    from xinheng.facts.metering.values import NewFile

    call_command("migrate", verbosity=0)
    actor = system_actor()
    spent: list[float] = []
    refresh = marking.refresh

    def timed(since: date | None, until: date | None, *, on: date) -> int:
        begun = time.process_time()
        months = refresh(since, until, on=on)
        spent.append(time.process_time() - begun)
        return months

    marking.refresh = timed
    new = NewFile(path, "readings", options={"open_unknown": True})
    batch = batches.receive(actor=actor, on=TODAY, file=new)
    begun = time.process_time()
    batches.read_and_check(batch.pk)
    checked = time.process_time() - begun
    begun = time.process_time()
    batch = batches.post(actor=actor, on=TODAY, batch_no=batch.pk)
    posted = time.process_time() - begun
    assert batch.rows_new == batch.rows_total, batch.causes
    return checked, posted - sum(spent), sum(spent)


def say(line: str) -> None:
    """A line of the report."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
