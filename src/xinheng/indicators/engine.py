"""The engine: all formulas of one kind of rows become one grouping over one scan, joined once at the end."""

from __future__ import annotations

import hashlib
import os
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from xinheng.indicators.catalogue import FORMULAS, WHOLE, Day, Formula
from xinheng.indicators.embedded import limits
from xinheng.indicators.formulas import ONE_ROW, ROWS
from xinheng.indicators.snapshots import Snapshot

CHUNK_CUSTOMERS = 250_000  # measured at a time: memory does not grow with the number of customers
ROW_GROUP = 16_384  # rows of the values file read to find one customer


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

    tables: customers (seq, customer_no, currency), bills, invoices and statements, each with seq.
    """
    formulas = FORMULAS if formulas is None else formulas
    day = Day(as_of)
    joined = tables["customers"].select("seq", "customer_no", "currency")
    for kind, rows in ROWS.items():
        wanted = {code: formula for code, formula in formulas.items() if formula.rows == kind}
        if wanted:
            measured = _fused(rows(tables, day), wanted, day, one_row=kind in ONE_ROW)
            joined = joined.left_join(measured, "seq").drop("seq_right")
    return joined.order_by("seq").select("customer_no", "currency", *formulas)


def fingerprint() -> str:
    """The SHA-256 of all formulas: of the statement they make for one fixed day."""
    return hashlib.sha256(statement(date(2000, 1, 31)).encode()).hexdigest()


def statement(as_of: date, dialect: str = "duckdb") -> str:
    """The one statement that measures everything, over tables named as in a snapshot."""
    tables = {name: ibis.table(schema, name=name) for name, schema in SCHEMAS.items()}
    return str(ibis.to_sql(values(tables, as_of), dialect=dialect))


def _fused(rows: Any, formulas: dict[str, Formula], day: Day, *, one_row: bool) -> Any:
    figures = {
        code: formula.expression(rows, day).cast("int64" if formula.card.unit in WHOLE else "float64")
        for code, formula in formulas.items()
    }
    return rows.select("seq", **figures) if one_row else rows.group_by("seq").aggregate(**figures)


def _write(snapshot: Snapshot, path: Path) -> int:
    sql = statement(snapshot.as_of)
    with duckdb.connect(config=limits(path.parent)) as engine:
        _show(engine, snapshot)
        found = engine.execute("SELECT count(*) FROM customers").fetchone()
        assert found is not None
        with _Writer(path) as writer:
            for start in range(0, max(found[0], 1), CHUNK_CUSTOMERS):
                _show(engine, snapshot, start=start, end=start + CHUNK_CUSTOMERS)
                writer.write(engine.sql(sql).to_arrow_table())
    return int(found[0])


def _show(engine: duckdb.DuckDBPyConnection, snapshot: Snapshot, *, start: int = 0, end: int = 2**31) -> None:
    """Let the engine see the snapshot's rows of customers number start up to end."""
    for name in SCHEMAS:
        engine.execute(
            f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM read_parquet('{snapshot.file(name)}') "
            f"WHERE seq >= {start} AND seq < {end}"
        )


class _Writer:
    """A Parquet file that takes its columns from the first table written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file: pq.ParquetWriter | None = None

    def __enter__(self) -> _Writer:
        return self

    def __exit__(self, *_: object) -> None:
        if self.file is not None:
            self.file.close()

    def write(self, table: pa.Table) -> None:
        """Append rows."""
        if self.file is None:
            self.file = pq.ParquetWriter(self.path, table.schema, compression="zstd")
        self.file.write_table(table, row_group_size=ROW_GROUP)


def _schemas() -> dict[str, Any]:
    from xinheng.indicators.formulas.statements import ITEMS

    lines = {f"{item}{when}": "int64" for item in ITEMS for when in ("", "_before")}
    return {
        "customers": ibis.schema({"seq": "int32", "customer_no": "string", "currency": "string"}),
        "bills": ibis.schema(BILLS),
        "invoices": ibis.schema(INVOICES),
        "statements": ibis.schema({"seq": "int32", "period_month": "int32", **lines}),
    }


BILLS = {
    "seq": "int32", "billed_on": "date", "due_on": "date", "billed_month": "int32", "amount_minor": "int64",
    "is_main_currency": "boolean", "is_void": "boolean", "paid_minor": "int64", "open_minor": "int64",
    "overdue_days": "int32", "behaved_on": "date", "days_to_pay": "int32", "days_late": "int32",
    "paid_day_weight": "int64", "late_weight_minor": "int64", "late_day_weight": "int64",
}  # fmt: skip
INVOICES = {
    "seq": "int32", "side": "string", "counterparty": "string", "issued_on": "date", "issued_month": "int32",
    "net_minor": "int64", "tax_minor": "int64", "is_void": "boolean",
}  # fmt: skip
SCHEMAS = _schemas()
