"""Parquet, row group by row group."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.utils.translation import gettext as _

from xinheng.facts.intake import errors
from xinheng.facts.intake.reading.tables import ROW, SHEET, Table, rows_a_piece

MOST_ROWS = 200_000_000
MOST_COLUMNS = 2_000
MOST_CELLS = 4_000_000_000  # rows times columns
WIDEST_ROW = 1 << 20  # bytes, unpacked; of one value, too
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
    if detail := _too_much(path, file.metadata):
        raise errors.FileExpandsTooMuch(file_name=file_name, detail=detail)
    columns = tuple(name for name in schema.names if not name.startswith(("_", "__index")))
    loose = frozenset(each.name for each in schema if pa.types.is_floating(each.type))

    def chunks() -> Iterator[pl.DataFrame]:
        start = 1
        try:
            size = rows_a_piece(len(columns))
            for batch in pq.ParquetFile(path).iter_batches(batch_size=size, columns=list(columns)):
                frame = pl.from_arrow(batch)
                assert isinstance(frame, pl.DataFrame)
                yield frame.with_row_index(ROW, offset=start).with_columns(
                    pl.col(ROW).cast(pl.Int64), pl.lit("").alias(SHEET)
                )
                start += frame.height
        except BROKEN as broken:
            raise errors.FileNotATable(file_name=file_name, detail=_("Parquet, damaged")) from broken

    return Table(columns, chunks, rows=file.metadata.num_rows, loose=loose)


def _too_much(path: Path, declared: pq.FileMetaData) -> str:
    """What is declared beyond the limits, before a row is read: a small file may unpack to anything."""
    rows, columns = declared.num_rows, declared.num_columns
    groups = [declared.row_group(place) for place in range(declared.num_row_groups)]
    if rows > MOST_ROWS:
        return _("%(count)s rows") % {"count": f"{rows:,}"}
    if columns > MOST_COLUMNS:
        return _("%(count)s columns") % {"count": f"{columns:,}"}
    if rows * columns > MOST_CELLS:
        return _("%(count)s cells") % {"count": f"{rows * columns:,}"}
    widest = max(sum(group.total_byte_size for group in groups) // rows, _longest(path, declared))
    return _("%(count)s bytes in a row") % {"count": f"{widest:,}"} if widest > WIDEST_ROW else ""


def _longest(path: Path, declared: pq.FileMetaData) -> int:
    """The longest text of a dictionary, of which one copy on the disk may stand for millions of rows.

    Only dictionaries are looked at whose least and greatest value are not declared, as of long ones they
    are not; all other text takes as much room in the file as it says.
    """
    longest = 0
    for place in range(declared.num_row_groups):
        group = declared.row_group(place)
        for column in (group.column(number) for number in range(group.num_columns)):
            told = column.statistics
            if column.physical_type == "BYTE_ARRAY" and column.has_dictionary_page and not (
                told is not None and told.has_min_max
            ):  # fmt: skip
                name = column.path_in_schema
                file = pq.ParquetFile(path, read_dictionary=[name])
                batch = next(file.iter_batches(batch_size=1, row_groups=[place], columns=[name]), None)
                if batch is not None and pa.types.is_dictionary(batch.column(0).type):
                    lengths = pc.binary_length(batch.column(0).dictionary)
                    longest = max(longest, pc.max(lengths).as_py() or 0)
    return longest


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
