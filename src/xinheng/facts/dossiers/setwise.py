"""Ids and rows of a query in one statement each, however many there are."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from typing import Any

import polars as pl
from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

Ids = Collection[int] | QuerySet[Any, Any]


def among(ids: Ids) -> Any:
    """Ids as one parameter for `field__in`; a question stays a question."""
    if isinstance(ids, QuerySet):
        return ids
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::bigint[])", [list(ids)])
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(list(ids))])


def framed(rows: Iterable[tuple[Any, ...]], schema: dict[str, Any]) -> pl.DataFrame:
    """Rows of a query as a frame."""
    return pl.DataFrame(list(rows), schema=schema, orient="row")
