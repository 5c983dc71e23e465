"""Whole result sets as Arrow columns, read past the ORM from what is committed."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from urllib.parse import quote

import polars as pl
import pyarrow as pa
import pyarrow.ipc
from django.db import DEFAULT_DB_ALIAS, connections

FEW_ROWS = 50_000  # a process of its own is worth its start from here on
# SQLite is read in a process of its own. The driver brings its own copy of SQLite, and two copies in one
# process do not see each other's locks on the file: the second rebuilds the index of the write-ahead log
# under the first, which then dies of a bus error or damages the database ("How To Corrupt", 2.2.1).
CHILD = """
import sys
sys.modules["pandas"] = None  # not needed, and slow to load
import adbc_driver_manager, adbc_driver_sqlite, pyarrow.ipc
name, sql = sys.argv[1], sys.stdin.buffer.read().decode()
with adbc_driver_sqlite.connect(name) as database, adbc_driver_manager.AdbcConnection(database) as opened:
    with adbc_driver_manager.AdbcStatement(opened) as statement:
        statement.set_options(**{"adbc.sqlite.query.batch_rows": "65536"})
        statement.set_sql_query(sql)
        rows, _ = statement.execute_query()
        reader = pyarrow.RecordBatchReader._import_from_c(rows.address)
        with pyarrow.ipc.new_stream(sys.stdout.buffer, reader.schema) as stream:
            for batch in reader:
                stream.write_batch(batch)
"""


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
    name = f"file:{quote(str(connection.settings_dict['NAME']))}?mode=ro"
    if schema is None:
        return _typed(_sqlite_batches(name, sql), None)
    if (few := _few(sql, schema, using)) is not None:
        return few.to_reader()
    # SQLite's driver takes the types from the first rows, so a row of examples goes ahead of them
    examples = ", ".join(f'{_example(field.type)} AS "{field.name}"' for field in schema)
    sql = f"SELECT {examples} UNION ALL SELECT * FROM ({sql})"
    return _typed(_sqlite_batches(name, sql), schema, skip=1)


def frame(sql: str, schema: pa.Schema | None = None, *, using: str = DEFAULT_DB_ALIAS) -> pl.DataFrame:
    """All rows of a query at once, typed as `read` types them."""
    made = pl.from_arrow(read(sql, schema, using=using).read_all())
    assert isinstance(made, pl.DataFrame)
    return made


def _few(sql: str, schema: pa.Schema, using: str) -> pa.Table | None:
    """A small result of SQLite, read by Python's own copy of it; None where it is not small."""
    connection = connections[using]
    with closing(
        sqlite3.connect(f"file:{quote(str(connection.settings_dict['NAME']))}?mode=ro", uri=True)
    ) as own:
        rows = own.execute(sql).fetchmany(FEW_ROWS + 1)
    if len(rows) > FEW_ROWS:
        return None
    columns = zip(*rows, strict=True) if rows else ([] for _ in schema)
    # not pyarrow.array: it loads pandas, which takes seconds
    arrays = [
        pl.Series(column, dtype=_kept_as(field.type), strict=True).to_arrow().cast(field.type)
        for column, field in zip(columns, schema, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


def _kept_as(kind: pa.DataType) -> type[pl.DataType]:
    """How SQLite hands a type out: days are text, truth is a number."""
    if pa.types.is_floating(kind):
        return pl.Float64
    return pl.Int64 if pa.types.is_integer(kind) or pa.types.is_boolean(kind) else pl.String


def _sqlite_batches(name: str, sql: str) -> Iterator[Any]:
    """First the schema, then the batches; the process ends after the last, or when given up."""
    command = [sys.executable, "-c", CHILD, name]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as child:  # noqa: S603
        assert child.stdin
        assert child.stdout
        assert child.stderr
        try:
            child.stdin.write(sql.encode())
            child.stdin.close()
            try:
                reader = pa.ipc.open_stream(child.stdout)
            except pa.ArrowInvalid as silent:
                raise RuntimeError(child.stderr.read().decode(errors="replace")) from silent
            yield reader.schema
            yield from reader
            if child.wait():
                raise RuntimeError(child.stderr.read().decode(errors="replace"))
        finally:
            child.kill()


def _open_postgresql(params: dict[str, Any]) -> Any:
    import adbc_driver_postgresql.dbapi
    from psycopg.conninfo import make_conninfo

    named = {key: params[key] for key in ("dbname", "host", "port", "user", "password") if params.get(key)}
    return adbc_driver_postgresql.dbapi.connect(make_conninfo(**named))


def _batches(opened: Any, sql: str) -> Iterator[Any]:
    """First the schema, then the batches; the connection closes after the last, or when given up."""
    with opened, opened.cursor() as cursor:
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
