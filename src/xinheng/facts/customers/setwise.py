"""Sets of rows to and from the database in one statement each."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import polars as pl
from django.db import connection
from django.db.models.expressions import RawSQL

from xinheng.facts.customers.models import Customer

TYPES = {pl.Int64: "bigint", pl.String: "text", pl.Date: "date", pl.Boolean: "boolean"}


def among(texts: pl.Series) -> RawSQL:
    """The texts as one parameter, for `field__in`, however many they are."""
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::text[])", [texts.to_list()])
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(texts.to_list())])


def framed(rows: Iterable[tuple[Any, ...]], schema: dict[str, Any]) -> pl.DataFrame:
    """Rows of a query as a frame."""
    return pl.DataFrame(list(rows), schema=schema, orient="row")


def ids_of(nos: pl.Series) -> pl.DataFrame:
    """The ids of the customers of some numbers: no, id."""
    rows = Customer.objects.filter(no__in=among(nos)).order_by().values_list("no", "pk")
    return framed(rows, {"no": pl.String, "id": pl.Int64})


def set_columns(table: str, rows: pl.DataFrame) -> None:
    """Set columns of rows found by their id, set by set. rows: id, then columns named as the table's."""
    columns = rows.columns[1:]
    if connection.vendor == "postgresql":
        typed = ", ".join(f"{name} {TYPES[type(rows.schema[name])]}" for name in rows.columns)
        source = f"jsonb_to_recordset(%s::jsonb) AS told({typed})"
        setting = ", ".join(f"{column} = told.{column}" for column in columns)
    else:
        source = "(SELECT value ->> '$.id' AS id, value FROM json_each(%s)) AS told"
        setting = ", ".join(f"{column} = told.value ->> '$.{column}'" for column in columns)
    sql = f"UPDATE {table} SET {setting} FROM {source} WHERE {table}.id = told.id"
    with connection.cursor() as cursor:
        for chunk in rows.iter_slices(100_000):
            cursor.execute(sql, [chunk.write_json()])
