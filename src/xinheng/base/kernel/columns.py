"""Whole result sets as Arrow columns, read past the ORM from what is committed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import polars as pl
import pyarrow as pa
from django.db import DEFAULT_DB_ALIAS, connections

SQLITE_BATCH_ROWS = "65536"


def read(sql: str, schema: pa.Schema | None = None, *, using: str = DEFAULT_DB_ALIAS) -> pa.RecordBatchReader:
    """Stream the rows of a query that has no parameters.

    Reads over a connection of its own: rows not yet committed are not seen. Read it out or close it.
    schema: the columns in the query's order with the types to hand out (int64, float64, string, bool_,
    date32). Without it PostgreSQL gives its own types (a sum of bigints is text there), and SQLite
    guesses from the first rows: days come as text, and a column that is NULL in all of them and text
    later fails. Give a schema wherever NULL may come.
    """
    connection = connections[using]
    if connection.vendor == "postgresql":
        return _typed(_batches(_open_postgresql(connection.get_connection_params()), sql), schema)
    opened = _open_sqlite(str(connection.settings_dict["NAME"]))
    if schema is None:
        return _typed(_batches(opened, sql, sqlite=True), None)
    # SQLite's driver takes the types from the first rows, so a row of examples goes ahead of them
    examples = ", ".join(f'{_example(field.type)} AS "{field.name}"' for field in schema)
    sql = f"SELECT {examples} UNION ALL SELECT * FROM ({sql})"
    return _typed(_batches(opened, sql, sqlite=True), schema, skip=1)


def frame(sql: str, schema: pa.Schema | None = None, *, using: str = DEFAULT_DB_ALIAS) -> pl.DataFrame:
    """All rows of a query at once, typed as `read` types them."""
    made = pl.from_arrow(read(sql, schema, using=using).read_all())
    assert isinstance(made, pl.DataFrame)
    return made


def _open_sqlite(name: str) -> Any:
    import adbc_driver_sqlite.dbapi

    return adbc_driver_sqlite.dbapi.connect(f"file:{quote(name)}?mode=ro")


def _open_postgresql(params: dict[str, Any]) -> Any:
    import adbc_driver_postgresql.dbapi
    from psycopg.conninfo import make_conninfo

    named = {key: params[key] for key in ("dbname", "host", "port", "user", "password") if params.get(key)}
    return adbc_driver_postgresql.dbapi.connect(make_conninfo(**named))


def _batches(opened: Any, sql: str, *, sqlite: bool = False) -> Iterator[Any]:
    """First the schema, then the batches; the connection closes after the last, or when given up."""
    with opened, opened.cursor() as cursor:
        if sqlite:
            cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": SQLITE_BATCH_ROWS})
        cursor.execute(sql)
        reader = cursor.fetch_record_batch()
        yield reader.schema
        yield from reader


def _example(kind: pa.DataType) -> str:
    if pa.types.is_floating(kind):
        return "0.5"
    return "0" if pa.types.is_integer(kind) or pa.types.is_boolean(kind) else "''"


def _typed(batches: Iterator[Any], schema: pa.Schema | None, *, skip: int = 0) -> pa.RecordBatchReader:
    found = next(batches)
    if schema is None:
        return pa.RecordBatchReader.from_batches(found, batches)
    return pa.RecordBatchReader.from_batches(schema, _cast(batches, schema, skip=skip))


def _cast(batches: Iterator[pa.RecordBatch], schema: pa.Schema, *, skip: int) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        rows = batch.slice(skip)
        skip = 0
        columns = [column.cast(field.type) for column, field in zip(rows.columns, schema, strict=True)]
        yield pa.RecordBatch.from_arrays(columns, schema=schema)
