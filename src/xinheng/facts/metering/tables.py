"""What is measured as Ibis tables, for those who read all of it at once: on DuckDB or on Spark."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl
import pyarrow as pa
from django.db import connection

from xinheng.base.kernel import columns
from xinheng.base.kernel.periods import month_start
from xinheng.facts.metering import store
from xinheng.facts.metering.layout import CONSUMERS, DATASETS, folder

# the columns that are handed out, of each table below
READINGS = dict(DATASETS["readings"].columns)
QUARTERS = dict(DATASETS["quarters"].columns)
EVENTS = dict(DATASETS["events"].columns)
AREAS = dict(DATASETS["areas"].columns)
BILLS = dict(DATASETS["bills"].columns)


def readings(
    backend: Any, *, since: date | None = None, until: date | None = None, as_of: date | None = None
) -> Any:
    """Daily use: consumer, day, kwh (null: not read), mark ("" good, else one or several joined by ";").

    One row for each consumer and day that was told; both days are included. as_of: what was known then.
    """
    return store.table(backend, "readings", since=since, until=until, as_of=as_of)


def quarters(
    backend: Any, *, since: date | None = None, until: date | None = None, as_of: date | None = None
) -> Any:
    """Days in 96 points: consumer, day, kwh (a list of 96, null where a point is missing)."""
    return store.table(backend, "quarters", since=since, until=until, as_of=as_of)


def events(
    backend: Any, *, since: date | None = None, until: date | None = None, as_of: date | None = None
) -> Any:
    """What meters reported: consumer, at (time of the site), code (DL/T 698.45 or own), note."""
    return store.table(backend, "events", since=since, until=until, as_of=as_of)


def areas(
    backend: Any, *, since: date | None = None, until: date | None = None, as_of: date | None = None
) -> Any:
    """What was supplied into areas: area (its code), day, kwh."""
    return store.table(backend, "areas", since=since, until=until, as_of=as_of)


def bills(
    backend: Any, *, since: date | None = None, until: date | None = None, as_of: date | None = None
) -> Any:
    """Billed use: consumer, month (first day), kwh, amount (yuan), due_on, paid_on, paid_late, bill_no."""
    return store.table(backend, "bills", since=since, until=until, as_of=as_of)


def consumers(backend: Any, *, on: date | None = None) -> Any:
    """Consumers as supplied on a day (None: now), with the columns of CONSUMERS.

    All but the first may be null. Those not open on the day are left out.
    """
    return store.opened(backend, [_kept(consumer_rows(on))])


def consumer_rows(on: date | None = None) -> pl.DataFrame:
    """The same as a frame in memory."""
    day = "" if on is None else f"'{on.isoformat()}'"
    holds = (
        f"s.from_on <= {day} AND (s.until_on IS NULL OR s.until_on > {day})" if on else "s.until_on IS NULL"
    )
    is_open = f"c.opened_on <= {day} AND (c.closed_on IS NULL OR c.closed_on > {day})" if on else "1 = 1"
    return rows_of(
        f"""
        SELECT c.consumer_no, c.name, NULLIF(c.industry, ''), a.code, s.voltage,
               CAST(s.capacity_kva AS double precision), NULLIF(s.tariff, '')
        FROM metering_consumer c
        LEFT JOIN metering_supply s ON s.consumer_id = c.id AND {holds}
        LEFT JOIN metering_area a ON a.id = s.area_id
        WHERE {is_open} ORDER BY c.consumer_no
        """,
        CONSUMERS,
    )


def rows_of(sql: str, schema: dict[str, pl.DataType]) -> pl.DataFrame:
    """The rows of a query without parameters; inside a transaction those that it wrote as well."""
    if connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            told = list(zip(*cursor.fetchall(), strict=True)) or [()] * len(schema)
        return pl.DataFrame(
            [_series(name, kind, cells) for (name, kind), cells in zip(schema.items(), told, strict=True)]
        )
    arrow = pa.schema([(name, _arrow(kind)) for name, kind in schema.items()])
    return columns.frame(sql, arrow).cast(schema)  # type: ignore[arg-type]


def _series(name: str, kind: pl.DataType, cells: Sequence[Any]) -> pl.Series:
    """A column of a cursor; SQLite tells days as text where they are computed."""
    if kind == pl.Date():
        cells = [date.fromisoformat(cell) if isinstance(cell, str) else cell for cell in cells]
    return pl.Series(name, cells, dtype=kind)


def _arrow(kind: pl.DataType) -> pa.DataType:
    if kind == pl.Float64():
        return pa.float64()
    if kind == pl.Date():
        return pa.date32()
    return pa.int64() if kind == pl.Int64() else pa.string()


def _kept(rows: pl.DataFrame) -> str:
    """The rows in a file that every engine reads, named by what is in it."""
    seen = hashlib.sha256()
    seen.update(rows.hash_rows().to_numpy().tobytes())
    path = folder() / "consumers" / f"{seen.hexdigest()[:32]}.parquet"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"{uuid.uuid4().hex}.tmp")
        rows.write_parquet(fresh)
        fresh.replace(path)
    return str(path.relative_to(folder()))


def files(dataset: str, *, since: date | None = None, until: date | None = None) -> list[tuple[str, str]]:
    """The files that hold what is told now of some months: path below the room's folder, and SHA-256.

    Whoever computes from them keeps these as what it was computed from.
    """
    rows = store.live(dataset)
    if since:
        rows = rows.filter(month__gte=month_start(since))
    if until:
        rows = rows.filter(month__lte=month_start(until))
    return list(rows.order_by("month", "path").values_list("path", "sha256"))
