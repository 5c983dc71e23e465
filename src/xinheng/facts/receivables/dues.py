"""What is due of one customer, found by the day: costs the bills of the days asked for, not all of them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection

OPEN = """
    b.amount_minor
    - COALESCE((SELECT SUM(s.amount_minor) FROM receivables_settlement s WHERE s.bill_id = b.id), 0)
    + CASE WHEN b.amount_minor > 0 THEN 0 ELSE COALESCE(
      (SELECT SUM(s.amount_minor) FROM receivables_settlement s WHERE s.credit_bill_id = b.id), 0) END
"""
OF = """
    FROM receivables_bill b
    WHERE b.customer_id = %s AND b.currency = %s AND (%s = '' OR b.segment = %s) AND b.due_on >= %s
          AND NOT EXISTS (SELECT 1 FROM receivables_voiding v WHERE v.bill_id = b.id)
"""


def due_between(customer_id: int, currency: str, segment: str, *, from_on: date, before_on: date) -> int:
    """What is open, in minor units, on bills due from a day on and before another; credit bills take off.

    All that was told counts, whatever its day. segment: "" is every segment.
    """
    sql = f"SELECT CAST(COALESCE(SUM({OPEN}), 0) AS bigint) {OF} AND b.due_on < %s"
    return int(_first(sql, customer_id, currency, segment, from_on, before_on)[0])


def billed_between(customer_id: int, currency: str, segment: str, *, from_on: date, until_on: date) -> int:
    """What was billed, in minor units, from a day until another, both with; credit bills take off.

    segment: "" is every segment. The last version of each bill counts, void bills do not.
    """
    sql = f"""
        SELECT CAST(COALESCE(SUM(b.amount_minor), 0) AS bigint)
        {OF.replace("b.due_on >= %s", "b.billed_on >= %s")}
        AND b.billed_on <= %s
    """
    return int(_first(sql, customer_id, currency, segment, from_on, until_on)[0])


def first_due(customer_id: int, currency: str, segment: str, *, from_on: date) -> date | None:
    """The earliest day, from a day on, on which a bill with something open is due; None: there is none."""
    sql = f"SELECT b.due_on {OF} AND b.amount_minor > 0 AND {OPEN} > 0 ORDER BY b.due_on LIMIT 1"
    found = _first(sql, customer_id, currency, segment, from_on)
    if not found:
        return None
    return found[0] if isinstance(found[0], date) else date.fromisoformat(found[0])


def _first(sql: str, customer_id: int, currency: str, segment: str, *days: date) -> Any:
    adapt = connection.ops.adapt_datefield_value
    with connection.cursor() as cursor:
        cursor.execute(sql, [customer_id, currency, segment, segment, *map(adapt, days)])
        return cursor.fetchone()
