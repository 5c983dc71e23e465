"""Parquet, row group by row group."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from django.utils.translation import gettext as _

from xinheng.facts.intake import errors
from xinheng.facts.intake.reading.tables import CHUNK_ROWS, ROW, SHEET, Table

MOST_ROWS = 200_000_000
BROKEN = (pa.ArrowException, OSError, UnicodeDecodeError, pl.exceptions.PolarsError)


def open_parquet(path: Path, *, file_name: str) -> Table:
    """A Parquet file as a table. Rows are counted from 1, since there is no header line."""
    try:
        file = pq.ParquetFile(path)
        schema = file.schema_arrow
    except BROKEN as broken:
        raise errors.FileNotATable(file_name=file_name, detail=_("Parquet, damaged")) from broken
    if unread := [each.name for each in schema if not _is_plain(each.type)]:
        raise errors.FileNotATable(file_name=file_name, detail=f"{unread[0]}: {schema.field(unread[0]).type}")
    if not all(name.isprintable() for name in schema.names):
        raise errors.FileNotATable(file_name=file_name, detail=_("a column name that cannot be shown"))
    if len(set(schema.names)) < len(schema.names):
        raise errors.FileNotATable(file_name=file_name, detail=_("two columns of one name"))
    if file.metadata.num_rows == 0:
        raise errors.FileWithoutRows(file_name=file_name)
    if file.metadata.num_rows > MOST_ROWS:
        detail = _("%(count)s rows") % {"count": f"{file.metadata.num_rows:,}"}
        raise errors.FileExpandsTooMuch(file_name=file_name, detail=detail)
    columns = tuple(name for name in schema.names if not name.startswith(("_", "__index")))
    loose = frozenset(each.name for each in schema if pa.types.is_floating(each.type))

    def chunks() -> Iterator[pl.DataFrame]:
        start = 1
        try:
            for batch in pq.ParquetFile(path).iter_batches(batch_size=CHUNK_ROWS, columns=list(columns)):
                frame = pl.from_arrow(batch)
                assert isinstance(frame, pl.DataFrame)
                yield frame.with_row_index(ROW, offset=start).with_columns(
                    pl.col(ROW).cast(pl.Int64), pl.lit("").alias(SHEET)
                )
                start += frame.height
        except BROKEN as broken:
            raise errors.FileNotATable(file_name=file_name, detail=_("Parquet, damaged")) from broken

    return Table(columns, chunks, rows=file.metadata.num_rows, loose=loose)


def _is_plain(kind: pa.DataType) -> bool:
    """Whether the values of a type can be read as text, number, day or flag."""
    if pa.types.is_dictionary(kind):
        return _is_plain(kind.value_type)
    return not (
        pa.types.is_nested(kind)
        or pa.types.is_duration(kind)
        or pa.types.is_interval(kind)
        or pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
        or pa.types.is_fixed_size_binary(kind)
    )
