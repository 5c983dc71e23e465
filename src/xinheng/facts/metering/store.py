"""Measured values in Parquet files by month: written whole, named in the database, read by any engine."""

from __future__ import annotations

import hashlib
import os
import time
import uuid
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from django.db import transaction
from django.db.models import Max, QuerySet

from xinheng.base.kernel.periods import month_start
from xinheng.facts.metering.layout import DATASETS, Dataset, folder
from xinheng.facts.metering.models import StoredFile

ROW_GROUP = 256 * 1024
LEFT_BEHIND = 86_400  # seconds after which a file that the database does not name is nobody's


@transaction.atomic
def keep(dataset: str, frame: pl.DataFrame, *, batch_no: int, told_on: date) -> int:
    """Keep the rows of a frame; those told before of the same key stay below them. Gives the rows.

    frame: the columns of the dataset; those left out are null, and a key told twice counts last.
    """
    shape = DATASETS[dataset]
    rows = shaped(frame, shape, batch_no=batch_no, told_on=told_on)
    months = rows.select(pl.col(shape.time).dt.truncate("1mo").cast(pl.Date).alias("m")).to_series()
    for month in sorted(months.unique().drop_nulls().to_list()):
        of_month = rows.filter(months == month)
        path = fresh_path(dataset, month)
        write(of_month, path)
        add(dataset, month, path, rows=of_month.height, batch_no=batch_no, told_on=told_on)
    return rows.height


def shaped(frame: pl.DataFrame, shape: Dataset, *, batch_no: int, told_on: date) -> pl.DataFrame:
    """The frame as it stands in a file: every column, sorted by its key, each key once."""
    if "mark" in frame.columns and "said" not in frame.columns and "said" in shape.stored:
        frame = frame.with_columns(said="mark")
    there = {name: pl.col(name) for name in frame.columns}
    there |= {"told": pl.lit(told_on), "batch": pl.lit(batch_no)}
    stored = shape.stored.items()
    rows = frame.select(there.get(name, pl.lit(None)).cast(kind).alias(name) for name, kind in stored)
    if "mark" in shape.columns:
        blank = pl.when(pl.col("kwh").is_null()).then(pl.lit("missing")).otherwise(pl.lit(""))
        rows = rows.with_columns(pl.col("mark").fill_null(blank), pl.col("said").fill_null(""))
    return rows.unique(list(shape.key), keep="last", maintain_order=True).sort(shape.key)


def fresh_path(dataset: str, month: date) -> Path:
    """A place for a new file of a month."""
    place = folder() / dataset / f"month={month:%Y-%m}"
    place.mkdir(parents=True, exist_ok=True)
    return place / f"{uuid.uuid4().hex}.parquet"


def write(rows: pl.DataFrame, path: Path) -> None:
    """A file, whole and on the disk."""
    rows.write_parquet(path, compression="zstd", row_group_size=ROW_GROUP, statistics=True)
    with path.open("rb") as file:
        os.fsync(file.fileno())


def add(dataset: str, month: date, path: Path, *, rows: int, batch_no: int, told_on: date) -> StoredFile:
    """Name a file that stands in its place; from the commit on it is read."""
    others = live(dataset).filter(month=month)
    return StoredFile.objects.create(
        dataset=dataset,
        month=month,
        path=str(path.relative_to(folder())),
        sha256=hash_of(path),
        rows=rows,
        batch_no=batch_no,
        told_on=told_on,
        repeats=_repeats(dataset, path, [folder() / one for one in others.values_list("path", flat=True)]),
    )


def hash_of(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def rows_in(path: Path) -> int:
    """How many rows a file holds."""
    return int(pl.scan_parquet(path).select(pl.len()).collect().item())


def live(dataset: str) -> QuerySet[StoredFile]:
    """The files that hold what is told now."""
    return StoredFile.objects.filter(dataset=dataset, is_past=False)


def last_day(dataset: str) -> date | None:
    """The latest day of which anything was told; None where nothing was."""
    month = live(dataset).aggregate(Max("month"))["month__max"]
    if month is None:
        return None
    paths = [folder() / path for path in live(dataset).filter(month=month).values_list("path", flat=True)]
    day = pl.scan_parquet(paths, hive_partitioning=False).select(pl.col(DATASETS[dataset].time).max())
    found: date = day.cast(pl.Date).collect().item()
    return found


def _repeats(dataset: str, path: Path, others: Sequence[Path]) -> bool:
    """Whether a file tells anything again that stands in others."""
    if not others:
        return False
    key = list(DATASETS[dataset].key)
    first = pl.scan_parquet(path).select(pl.col(key[0]).min().alias("a"), pl.col(key[0]).max().alias("z"))
    low, high = first.collect().row(0)
    near = pl.scan_parquet(list(others)).filter(pl.col(key[0]).is_between(pl.lit(low), pl.lit(high)))
    met = near.select(key).join(pl.scan_parquet(path).select(key), on=key, how="semi").select(pl.len())
    return int(met.collect(engine="streaming").item()) > 0


def table(
    backend: Any, dataset: str, *, since: date | None, until: date | None, as_of: date | None = None
) -> Any:
    """An Ibis table of a dataset with its columns: of each key what was told last.

    as_of: only what was told up to a day, also where it was told otherwise since.
    """
    shape = DATASETS[dataset]
    files = StoredFile.objects.filter(dataset=dataset) if as_of else live(dataset)
    if since:
        files = files.filter(month__gte=month_start(since))
    if until:
        files = files.filter(month__lte=month_start(until))
    told = list(files.order_by("month", "path").values_list("month", "path", "repeats", "is_past"))
    mixed = {month for month, _path, repeats, is_past in told if repeats or is_past}
    plain = [path for month, path, *_ in told if month not in mixed]
    rows = opened(backend, plain or [_nothing(dataset)])
    if as_of:
        rows = rows.filter(rows.told <= as_of)
    rows = rows.select(*shape.columns)
    if again := [path for month, path, *_ in told if month in mixed]:
        rows = rows.union(_last_told(opened(backend, again), shape, as_of).select(*shape.columns))
    column = rows[shape.time].date() if shape.time == "at" else rows[shape.time]
    if since:
        rows = rows.filter(column >= since)
    return rows.filter(column <= until) if until else rows


def parted(backend: Any, dataset: str, paths: Iterable[str]) -> tuple[Any, Any]:
    """The rows of some files of a month: what was told last of each key, and what was told before."""
    ranked = _ranked(opened(backend, paths), DATASETS[dataset])
    return ranked.filter(ranked.place == 0), ranked.filter(ranked.place > 0)


def _last_told(rows: Any, shape: Dataset, as_of: date | None) -> Any:
    ranked = _ranked(rows.filter(rows.told <= as_of) if as_of else rows, shape)
    return ranked.filter(ranked.place == 0)


def _ranked(rows: Any, shape: Dataset) -> Any:
    import ibis

    order = [rows.told.desc(), rows.batch.desc()]
    return rows.mutate(place=ibis.row_number().over(group_by=list(shape.key), order_by=order))


def opened(backend: Any, paths: Iterable[str]) -> Any:
    """Files of the room as one Ibis table, on DuckDB or Spark."""
    whole = [str(folder() / path) for path in paths]
    if backend.name == "pyspark":  # it takes one pattern and no list
        return backend.read_parquet(
            whole[0] if len(whole) == 1 else "/{" + ",".join(whole)[1:].replace(",/", ",") + "}"
        )
    return backend.read_parquet(whole, hive_partitioning=False)


def _nothing(dataset: str) -> str:
    """A file without rows, which an engine reads as it reads any other."""
    path = folder() / dataset / "none.parquet"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"{uuid.uuid4().hex}.tmp")
        pl.DataFrame(schema=DATASETS[dataset].stored).write_parquet(fresh)
        fresh.replace(path)
    return str(path.relative_to(folder()))


def sweep() -> int:
    """Remove files that the database does not name and that nobody is writing any more; gives how many."""
    named = set(StoredFile.objects.values_list("path", flat=True))
    gone = 0
    for dataset in DATASETS:
        for path in (folder() / dataset).glob("month=*/*.parquet"):
            told = str(path.relative_to(folder()))
            if told not in named and time.time() - path.stat().st_mtime > LEFT_BEHIND:
                path.unlink(missing_ok=True)
                gone += 1
    return gone


def paths_of(dataset: str, since: date | None, until: date | None) -> list[Path]:
    """The files that hold what is told now of some days."""
    files = live(dataset)
    files = files.filter(month__gte=month_start(since)) if since else files
    files = files.filter(month__lte=month_start(until)) if until else files
    return [folder() / path for path in files.values_list("path", flat=True)]


def rows_for(dataset: str, key: str, *, since: date | None, until: date | None) -> pl.DataFrame:
    """The rows of one consumer or area as told last, by time; without an engine, for a page."""
    shape = DATASETS[dataset]
    paths = paths_of(dataset, since, until)
    if not paths:
        return pl.DataFrame(schema=shape.columns)
    day = pl.col(shape.time).cast(pl.Date)
    of_key = pl.scan_parquet(paths, hive_partitioning=False).filter(pl.col(shape.key[0]) == pl.lit(key))
    of_key = of_key.filter(day >= since) if since else of_key
    rows = (of_key.filter(day <= until) if until else of_key).collect()
    told = rows.sort("told", "batch").unique(list(shape.key), keep="last", maintain_order=True)
    return told.sort(shape.key).select(*shape.columns)
