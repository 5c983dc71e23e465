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
NEWEST = """
    NOT EXISTS (SELECT 1 FROM receivables_instalmentplan q
                WHERE q.bill_id = p.bill_id AND q.version > p.version)
"""
AS_WHOLE = f"""
    AND NOT EXISTS (SELECT 1 FROM receivables_instalmentplan p
                    JOIN receivables_instalment i ON i.plan_id = p.id
                    WHERE p.bill_id = b.id AND {NEWEST})
"""
PARTS = f"""
    SELECT i.due_on, i.amount_minor, i.before_minor, b.amount_minor - ({OPEN}) AS settled_minor
    FROM receivables_instalmentplan p JOIN receivables_bill b ON b.id = p.bill_id
    JOIN receivables_instalment i ON i.plan_id = p.id
    WHERE p.customer_id = %s AND b.currency = %s AND (%s = '' OR b.segment = %s) AND i.due_on >= %s
          AND NOT EXISTS (SELECT 1 FROM receivables_voiding v WHERE v.bill_id = b.id) AND {NEWEST}
"""
PART_OPEN = """
    CASE WHEN x.before_minor + x.amount_minor <= x.settled_minor THEN 0
         WHEN x.before_minor >= x.settled_minor THEN x.amount_minor
         ELSE x.before_minor + x.amount_minor - x.settled_minor END
"""


def due_between(customer_id: int, currency: str, segment: str, *, from_on: date, before_on: date) -> int:
    """What is open, in minor units, on bills due from a day on and before another; credit bills take off.

    All that was told counts, whatever its day; a bill with a plan is due by its instalments. segment: "" is
    every segment.
    """
    whole = f"SELECT COALESCE(SUM({OPEN}), 0) {OF} {AS_WHOLE} AND b.due_on < %s"
    parts = f"SELECT COALESCE(SUM({PART_OPEN}), 0) FROM ({PARTS} AND i.due_on < %s) AS x"
    told = (customer_id, currency, segment, segment, from_on, before_on)
    return int(_first(f"SELECT CAST(({whole}) + ({parts}) AS bigint)", *told, *told)[0])


def billed_between(customer_id: int, currency: str, segment: str, *, from_on: date, until_on: date) -> int:
    """What was billed, in minor units, from a day until another, both with; credit bills take off.

    segment: "" is every segment. The last version of each bill counts, void bills do not.
    """
    sql = f"""
        SELECT CAST(COALESCE(SUM(b.amount_minor), 0) AS bigint)
        {OF.replace("b.due_on >= %s", "b.billed_on >= %s")}
        AND b.billed_on <= %s
    """
    return int(_first(sql, customer_id, currency, segment, segment, from_on, until_on)[0])


def first_due(customer_id: int, currency: str, segment: str, *, from_on: date) -> date | None:
    """The earliest day, from a day on, on which a bill or instalment with something open is due.

    None: there is none.
    """
    told = (customer_id, currency, segment, segment, from_on)
    whole = f"SELECT b.due_on {OF} {AS_WHOLE} AND b.amount_minor > 0 AND {OPEN} > 0 ORDER BY b.due_on LIMIT 1"
    parts = f"SELECT MIN(x.due_on) FROM ({PARTS}) AS x WHERE {PART_OPEN} > 0"
    found = [row[0] for sql in (whole, parts) if (row := _first(sql, *told)) and row[0]]
    return min((day if isinstance(day, date) else date.fromisoformat(day) for day in found), default=None)


def _first(sql: str, *told: int | str | date) -> Any:
    adapt = connection.ops.adapt_datefield_value
    with connection.cursor() as cursor:
        cursor.execute(sql, [adapt(one) if isinstance(one, date) else one for one in told])
        return cursor.fetchone()
