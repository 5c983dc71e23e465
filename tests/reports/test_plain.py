"""CSV and Parquet: exact money, empty where nothing is known, no cell that a spreadsheet would run."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from xinheng.reports.plain import MONEY, plain_file

SHAPE = pa.schema([("no", pa.string()), ("amount", MONEY), ("on", pa.date32()), ("days", pa.int64())])
ROWS = [
    ("=1+1", Decimal("0.10"), date(2026, 6, 30), 3),
    ("＝cmd", Decimal("-12345678901234.56"), None, None),
    ('a"b,c', None, date(2026, 1, 1), 0),
]

pytestmark = pytest.mark.any_database


def test_csv_is_exact_and_harmless() -> None:
    text = plain_file(SHAPE, ROWS, "csv").decode()

    assert text.splitlines() == [
        '"no","amount","on","days"',
        '"\'=1+1",0.100,2026-06-30,3',
        '"\'＝cmd",-12345678901234.560,,',
        '"a""b,c",,2026-01-01,0',
    ]


def test_parquet_keeps_what_stands_there() -> None:
    table = pq.read_table(io.BytesIO(plain_file(SHAPE, ROWS, "parquet")))

    assert table.schema.equals(SHAPE)
    assert [tuple(row.values()) for row in table.to_pylist()] == [
        ("=1+1", Decimal("0.100"), date(2026, 6, 30), 3),
        ("＝cmd", Decimal("-12345678901234.560"), None, None),
        ('a"b,c', None, date(2026, 1, 1), 0),
    ]


def test_no_rows_are_a_file_with_its_headings() -> None:
    assert plain_file(SHAPE, [], "csv").decode() == '"no","amount","on","days"\n'
    assert pq.read_table(io.BytesIO(plain_file(SHAPE, [], "parquet"))).num_rows == 0


def test_many_rows_come_in_pieces() -> None:
    rows = ((str(n), Decimal(n), date(2026, 1, 1), n) for n in range(25_001))

    assert pq.read_table(io.BytesIO(plain_file(SHAPE, rows, "parquet"))).num_rows == 25_001
