"""Lists for programs, as CSV or Parquet: codes instead of words, exact money, as many rows as there are."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import islice
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from xinheng.base.kernel.money import Money
from xinheng.reports.sheets import safe_text
from xinheng.reports.values import CellLine, Line

PlainForm = Literal["csv", "parquet"]
ROWS_AT_ONCE = 10_000
MONEY = pa.decimal128(22, 3)  # exact in every currency
RISKY = r"^\s*[=+\-@＝＋－＠]|^[\t\r\n]"  # what `safe_text` looks at more closely
CUSTOMERS = pa.schema(
    [
        *((name, pa.string()) for name in (
            "customer_no", "name", "kind", "uscc", "id_number", "industry_section", "region", "size_class",
            "salesperson", "unit", "status", "grade", "previous_grade",
        )),
        ("approved_grade", pa.string()),
        ("approved_since", pa.date32()),
        ("review_due_on", pa.date32()),
        ("currency", pa.string()),
        ("balance", MONEY),
        ("overdue", MONEY),
        ("turnover_12m", MONEY),
        ("longest_overdue_days", pa.int64()),
    ]
)  # fmt: skip
GRADES = pa.schema(
    [
        *((name, pa.string()) for name in (
            "customer_no", "name", "industry_section", "region", "state", "grade", "previous_grade",
        )),
        ("score", pa.float64()),
    ]
)  # fmt: skip
ENTRIES = pa.schema(
    [
        ("id", pa.int64()),
        ("at", pa.timestamp("us", "UTC")),
        ("business_day", pa.date32()),
        *((name, pa.string()) for name in (
            "actor_login", "actor_name", "via", "act", "subject", "outcome", "reason", "before", "after",
        )),
    ]
)  # fmt: skip


def plain_file(schema: pa.Schema, rows: Iterable[tuple[Any, ...]], form: PlainForm) -> bytes:
    """The rows as a file; read and written in bounded pieces."""
    return plain_batches(schema, _batches(schema, rows), form)


def plain_batches(schema: pa.Schema, batches: Iterable[pa.RecordBatch], form: PlainForm) -> bytes:
    """The same of rows that come as columns already.

    Text that a spreadsheet might take for a formula gets an apostrophe in CSV, as in Excel.
    """
    target = io.BytesIO()
    if form == "csv":
        with pyarrow.csv.CSVWriter(target, schema) as text:
            for batch in batches:
                text.write_batch(_safe(batch))
    else:
        with pyarrow.parquet.ParquetWriter(target, schema) as table:
            for batch in batches:
                table.write_batch(batch)
    return target.getvalue()


def customer_row(line: Line) -> tuple[Any, ...]:
    """A customer of the list, in the order of `CUSTOMERS`."""
    return (
        line.no,
        line.name,
        line.kind,
        line.uscc,
        line.id_number,
        line.section,
        line.region,
        line.size_class,
        line.salesperson,
        line.unit,
        line.status,
        line.grade,
        line.previous_grade,
        *approved_cells(line),
        line.currency,
        _decimal(line.balance),
        _decimal(line.overdue),
        _decimal(line.turnover),
        line.longest_overdue_days,
    )


def approved_cells(line: Line) -> tuple[Any, ...]:
    """The grade that stands, since when, and when it is looked at again."""
    if line.approved is None:
        return "", None, None
    return line.approved.grade, line.approved.since, line.approved.review_due_on


def grade_row(line: CellLine) -> tuple[Any, ...]:
    """A customer of a rating run, in the order of `GRADES`."""
    return (
        line.no,
        line.name,
        line.section,
        line.region,
        line.state,
        line.grade,
        line.previous_grade,
        line.score,
    )


def _decimal(money: Money | None) -> Decimal | None:
    return None if money is None else money.decimal


def _batches(schema: pa.Schema, rows: Iterable[tuple[Any, ...]]) -> Iterator[pa.RecordBatch]:
    waiting = iter(rows)
    while piece := list(islice(waiting, ROWS_AT_ONCE)):
        columns = zip(*piece, strict=True)
        yield pa.record_batch(
            [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)],
            schema=schema,
        )


def _safe(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch with no cell that a spreadsheet would take for a formula."""
    columns = []
    for column in batch.columns:
        risky = pa.types.is_string(column.type) and pc.any(pc.match_substring_regex(column, RISKY)).as_py()
        columns.append(
            pa.array([None if text is None else safe_text(text) for text in column.to_pylist()], pa.string())
            if risky
            else column
        )
    return pa.record_batch(columns, schema=batch.schema)
