"""The engine: all formulas of one kind of rows become one grouping over one scan, joined once at the end."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from ibis.expr import operations as ops

from xinheng.base.kernel.engine import limits, quoted
from xinheng.indicators.catalogue import FORMULAS, WHOLE, Day, Formula
from xinheng.indicators.formulas import KINDS, ONE_ROW, ROWS
from xinheng.indicators.rows import SCHEMAS
from xinheng.indicators.snapshots import Snapshot

CHUNK_CUSTOMERS = 250_000  # measured at a time: memory does not grow with the number of customers
ROW_GROUP = 16_384  # rows of the values file read to find one customer; half of it doubles the time to write


def measure(snapshot: Snapshot, path: Path) -> int:
    """Write the values of every customer of the snapshot and give their number.

    The file has a row a customer in the order of customer_no: customer_no, currency, and a column an
    indicator (money, counts and months as whole numbers; the rest as fractions), null where not measured.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}-{os.getpid()}-{os.urandom(4).hex()}")
    try:
        count = _write(snapshot, beside)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return count


def values(tables: dict[str, Any], as_of: date, formulas: dict[str, Formula] | None = None) -> Any:
    """The expression of all indicators over tables of a snapshot, on whichever engine holds them.

    tables: customers (seq, customer_no, currency), bills, invoices and statements, each with seq. Gives a row
    a customer in any order: seq, customer_no, currency, and a column an indicator.
    """
    formulas = FORMULAS if formulas is None else formulas
    day = Day(as_of)
    joined = tables["customers"].select("seq", "customer_no", "currency")
    for kind, rows in ROWS.items():
        wanted = {code: formula for code, formula in formulas.items() if formula.rows == kind}
        if wanted:
            measured = _fused(rows(tables, day), wanted, day, one_row=kind in ONE_ROW)
            joined = joined.left_join(measured, "seq").drop("seq_right")
    return joined.select("seq", "customer_no", "currency", *formulas)


@cache
def fingerprint() -> str:
    """The SHA-256 of all formulas: of the statement they make for one fixed day."""
    return hashlib.sha256(statement(date(2000, 1, 31)).encode()).hexdigest()


@lru_cache(maxsize=64)
def statement(as_of: date, dialect: str = "duckdb", kinds: frozenset[str] = frozenset(ROWS)) -> str:
    """The one statement that measures all formulas over rows of the kinds, from a snapshot's tables."""
    tables = {name: ibis.table(schema, name=name) for name, schema in SCHEMAS.items()}
    formulas = {code: formula for code, formula in FORMULAS.items() if formula.rows in kinds}
    return str(ibis.to_sql(values(tables, as_of, formulas), dialect=dialect))


def _fused(rows: Any, formulas: dict[str, Formula], day: Day, *, one_row: bool) -> Any:
    """One grouping with each sum or count of any formula in it once, and the formulas written over those."""
    figures = {
        code: formula.expression(rows, day).cast("int64" if formula.card.unit in WHOLE else "float64")
        for code, formula in formulas.items()
    }
    if one_row:
        return rows.select("seq", **figures)
    parts = {part: f"part_{number}" for number, part in enumerate(_reductions(figures.values()))}
    grouped = rows.group_by("seq").aggregate(**{name: part.to_expr() for part, name in parts.items()})
    place = {part: grouped[name].op() for part, name in parts.items()}
    return grouped.select(
        "seq", **{code: figure.op().replace(place).to_expr() for code, figure in figures.items()}
    )


def _reductions(figures: Iterable[Any]) -> dict[Any, None]:
    """Every sum, count, least or most in the figures, once, in the order met."""
    return {part: None for figure in figures for part in figure.op().find(ops.Reduction, filter=ops.Value)}


def _write(snapshot: Snapshot, path: Path) -> int:
    with duckdb.connect(config=limits(path.parent)) as engine:
        _show(engine, snapshot)
        rows = {name: _count(engine, name) for name in SCHEMAS}
        sql = statement(snapshot.as_of, kinds=frozenset(kind for kind, file in KINDS.items() if rows[file]))
        with _Writer(path) as writer, ThreadPoolExecutor(max_workers=1) as behind:
            written: Future[None] | None = None  # a chunk is packed while the next is measured
            for start in range(0, max(rows["customers"], 1), CHUNK_CUSTOMERS):
                _show(engine, snapshot, start=start, end=start + CHUNK_CUSTOMERS)
                table = engine.sql(sql).to_arrow_table()
                if written is not None:
                    written.result()
                written = behind.submit(writer.write, table)
            assert written is not None
            written.result()
    return rows["customers"]


def _count(engine: duckdb.DuckDBPyConnection, name: str) -> int:
    found = engine.execute(f"SELECT count(*) FROM {name}").fetchone()
    assert found is not None
    return int(found[0])


def _show(engine: duckdb.DuckDBPyConnection, snapshot: Snapshot, *, start: int = 0, end: int = 2**31) -> None:
    """Let the engine see the snapshot's rows of customers number start up to end."""
    for name in SCHEMAS:
        engine.execute(
            f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM read_parquet({quoted(snapshot.file(name))}) "
            f"WHERE seq >= {start} AND seq < {end}"
        )


COLUMNS = pa.schema(
    [("customer_no", pa.string()), ("currency", pa.string())]
    + [(code, pa.int64() if one.card.unit in WHOLE else pa.float64()) for code, one in FORMULAS.items()]
)


class _Writer:
    """The values file, written a chunk of customers at a time in their order."""

    def __init__(self, path: Path) -> None:
        self.file = pq.ParquetWriter(
            path, COLUMNS, compression="lz4", use_dictionary=["currency"], write_statistics=["customer_no"]
        )

    def __enter__(self) -> _Writer:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()

    def write(self, table: pa.Table) -> None:
        """Append the rows of a chunk; a column it lacks was measured of nobody."""
        seq = table.column("seq").combine_chunks()
        if not pc.all(pc.greater(seq[1:], seq[:-1])).as_py():
            table = table.take(pc.sort_indices(seq))
        nothing = {kind: pa.nulls(table.num_rows, kind) for kind in (pa.int64(), pa.float64())}
        columns = [
            table.column(one.name) if one.name in table.column_names else nothing[one.type] for one in COLUMNS
        ]
        self.file.write_table(pa.table(columns, schema=COLUMNS), row_group_size=ROW_GROUP)
