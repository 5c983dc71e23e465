"""Statements that are asked again and again: read and planned once a connection where the database can."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection


def mark(place: int) -> str:
    """How the parameter at a place, from 1, is written."""
    return f"${place}" if connection.vendor == "postgresql" else "%s"


def fetch(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement whose parameters are written by `mark`, each once and in their order.

    Takes part in the transaction that is open.
    """
    if connection.vendor != "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return found
    from psycopg import RawCursor

    connection.validate_no_broken_transaction()
    connection.ensure_connection()
    assert connection.connection is not None
    with connection.wrap_database_errors, RawCursor(connection.connection) as cursor:
        cursor.execute(sql, params, prepare=True)
        return cursor.fetchall()
