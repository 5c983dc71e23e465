"""Ageing of any day, gathered by anything: from the columnar files where there are any, else the ledger.

One statement cuts the open lines into buckets and adds them up, whichever of the two they come from.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
from django.db.models import QuerySet

from xinheng.base.kernel.engine import quoted
from xinheng.facts.disputes import queries as disputes
from xinheng.facts.receivables import queries as receivables
from xinheng.operations.confirmations.values import BucketSet

MEMORY = "900MB"
FREE = """
    SELECT customer_id, currency, CAST(sum(free_minor) AS BIGINT) AS free_minor FROM free GROUP BY ALL
"""
LINES = "customer_id, bill_id, currency, segment, kind, billed_on, due_on, open_minor"


@dataclass(frozen=True)
class Cells:
    """Sums by key and currency.

    open: key (int64 customer_id, or text), currency, bills, b0 … bn, total, disputed, in minor units.
    free: customer_id, currency, free_minor. Kept apart, for receipts have neither bucket nor kind.
    """

    open: pl.DataFrame
    free: pl.DataFrame
    from_file: bool


@dataclass(frozen=True)
class Look:
    """How the ledger of a day is looked at.

    key: what the sums are by: customer_id, segment or kind. where: a column of the lines and the value it
    must have. known_on: only what was told by a day; then the files are not asked.
    """

    as_of: date
    chosen: BucketSet
    key: str = "customer_id"
    where: tuple[str, str] = ("", "")
    known_on: date | None = None
    use_files: bool = True


def cells(reach: QuerySet[Any] | None, look: Look) -> Cells:
    """The ledger of a day in buckets, for each customer, or by another column of the lines.

    reach: the rows of customers.queries.visible; None: everybody. Days past due leave out the days on which a
    dispute or another pause stopped the clock.
    """
    with _engine() as engine:
        found = receivables.spans() if look.use_files and look.known_on is None else None
        if found is None:
            has_clocks = _from_ledger(engine, reach, look)
        else:
            has_clocks = _from_files(engine, found, reach, look.as_of)
        day: str = look.chosen.counts_from
        if day == "due_on" and has_clocks:
            day = "due_on + CAST(stopped AS INTEGER)"
        statement = _cut(look, day, has_clocks=has_clocks)
        opened = _told(engine, statement, [look.where[1]] * bool(look.where[0]))
        free = _told(engine, FREE, [])
    total = pl.sum_horizontal(bucket_columns(look.chosen))
    return Cells(opened.with_columns(total=total), free, found is not None)


def _told(engine: duckdb.DuckDBPyConnection, statement: str, params: list[str]) -> pl.DataFrame:
    made = pl.from_arrow(engine.sql(statement, params=params).to_arrow_table())
    assert isinstance(made, pl.DataFrame)
    return made


def bucket_columns(chosen: BucketSet) -> list[str]:
    """The names of the columns of the buckets."""
    return [f"b{place}" for place in range(len(chosen.upto) + 1)]


def _engine() -> duckdb.DuckDBPyConnection:
    """A connection of its own to the process's one engine, which takes longer to start than to answer."""
    return _started(os.getpid()).cursor()


@cache
def _started(_process: int) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"memory_limit": MEMORY, "preserve_insertion_order": False})


def _from_ledger(engine: duckdb.DuckDBPyConnection, reach: QuerySet[Any] | None, look: Look) -> bool:
    """The lines and the free money as the ledger tells them; gives whether a clock may have stood still."""
    lines = receivables.open_lines(reach, as_of=look.as_of, known_on=look.known_on)
    engine.register("live", _with_clocks(lines, look.as_of, look.known_on).to_arrow())
    engine.execute(f"CREATE TEMP VIEW line AS SELECT {LINES}, stopped, disputed FROM live")
    free = receivables.unapplied(reach, as_of=look.as_of, known_on=look.known_on)
    engine.register("free", free.select("customer_id", "currency", "free_minor").to_arrow())
    return True


def _from_files(
    engine: duckdb.DuckDBPyConnection, found: receivables.Spans, reach: QuerySet[Any] | None, as_of: date
) -> bool:
    """The files, and the ledger for customers that moved since; gives whether a clock stood still."""
    clocks = disputes.clocks(as_of=as_of)
    stopped, disputed, joined = "0", "0", ""
    if not clocks.is_empty():
        told = clocks.select("bill_id", "disputed_minor", "paused_days")
        engine.register("clocks", told.to_arrow())
        joined = "LEFT JOIN clocks USING (bill_id)"
        stopped = "coalesce(paused_days, 0)"
        disputed = "least(coalesce(disputed_minor, 0), greatest(open_minor, 0))"
    where = f"WHERE from_on <= DATE '{as_of}' AND until_on > DATE '{as_of}'"
    live = live_free = ""
    if found.touched:
        lines = _with_clocks(receivables.lines_of_touched(found, as_of=as_of), as_of, None)
        engine.register("live", lines.to_arrow())
        engine.register("live_free", receivables.free_of_touched(found, as_of=as_of).to_arrow())
        engine.register("touched", _ids(found.touched))
        where += " AND customer_id NOT IN (SELECT customer_id FROM touched)"
        live = f"UNION ALL SELECT {LINES}, stopped, disputed FROM live"
        live_free = "UNION ALL SELECT customer_id, currency, free_minor FROM live_free"
    inside = ""
    if reach is not None:
        engine.register("reached", _ids(reach.order_by().values_list("pk", flat=True)))
        inside = "WHERE customer_id IN (SELECT customer_id FROM reached)"
    engine.execute(f"""
        CREATE TEMP VIEW line AS SELECT * FROM (
            SELECT {LINES}, {stopped} AS stopped, {disputed} AS disputed
            FROM read_parquet({_files(found.open(as_of))}) {joined} {where} {live}) {inside}
    """)
    engine.execute(f"""
        CREATE TEMP VIEW free AS SELECT * FROM (
            SELECT customer_id, currency, free_minor FROM read_parquet({_files(found.free(as_of))})
            {where} {live_free}) {inside}
    """)
    return bool(joined or live)


def _files(paths: list[Path]) -> str:
    return f"[{', '.join(map(quoted, paths))}]"


def _ids(ids: Iterable[int]) -> Any:
    return pl.DataFrame({"customer_id": list(ids)}, schema={"customer_id": pl.Int64}).to_arrow()


def _with_clocks(lines: pl.DataFrame, as_of: date, known_on: date | None) -> pl.DataFrame:
    """Each line with the days its clock stood still, and what of it is contested, earliest due first."""
    told = disputes.of_lines(lines, as_of=as_of, known_on=known_on)
    owed = pl.max_horizontal("open_minor", 0)
    before = owed.cum_sum().over("bill_id", order_by=["due_on", "instalment"]) - owed
    left = pl.max_horizontal(pl.col("disputed_minor") - before, 0)
    return told.with_columns(stopped="paused_days", disputed=pl.min_horizontal(left, owed))


def _cut(look: Look, day: str, *, has_clocks: bool) -> str:
    """The statement that adds up lines by bucket: a column a bucket costs less than a row a bucket."""
    conditions, before = [], ""
    for end in look.chosen.last_days(look.as_of):
        conditions.append(f"{day} >= DATE '{end}'{before}")
        before = f" AND {day} < DATE '{end}'"
    conditions.append(before.removeprefix(" AND "))
    sums = ", ".join(
        f"CAST(coalesce(sum(open_minor) FILTER ({condition}), 0) AS BIGINT) AS b{place}"
        for place, condition in enumerate(conditions)
    )
    where = f"WHERE {look.where[0]} = ?" if look.where[0] else ""
    disputed = "sum(disputed)" if has_clocks else "0"
    return f"""
        SELECT {look.key} AS key, currency, count(*) AS bills, {sums}, CAST({disputed} AS BIGINT) AS disputed
        FROM line {where} GROUP BY ALL
    """
