"""Long lists a page at a time: newest first, each page told by the last row of the one before."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet


def older_than(rows: QuerySet[Any], after: str, column: str) -> QuerySet[Any]:
    """The rows behind a place: older ones by a day's column, and those of the day that came before.

    after: "2026-06-30:17", the day and key of a page's last row; what no page gave is the first page.
    """
    day, _, key = after.partition(":")
    try:
        last_day, last_key = date.fromisoformat(day), int(key)
    except ValueError:
        return rows
    return rows.filter(Q(**{f"{column}__lt": last_day}) | Q(**{column: last_day, "pk__lt": last_key}))
