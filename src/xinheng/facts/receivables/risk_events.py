"""Credit-risk events of bills: what was paid late, and what was not paid when it was due."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from django.db import connection
from django.db.models import QuerySet

from xinheng.facts.receivables.paying import paid_by_instalment
from xinheng.facts.receivables.standing import OPEN_LINES, Standing, Whose, rows

EVENTS = {
    "customer_id": pl.Int64, "bill_no": pl.String, "event": pl.String, "due_on": pl.Date,
    "happened_on": pl.Date, "days_late": pl.Int64, "amount_minor": pl.Int64, "currency": pl.String,
}  # fmt: skip
DAYS = {"due_on", "happened_on"}  # SQLite gives days as text
FOUND = """
    WITH <open>,
    paid AS (
        SELECT s.bill_id, s.settled_on, SUM(s.amount_minor) AS minor FROM receivables_settlement s
        WHERE s.receipt_id IS NOT NULL AND s.settled_on >= %s
              AND s.settled_on <= <as_of> AND s.told_on <= <known_on>
              AND NOT EXISTS (SELECT 1 FROM receivables_returnedpayment r WHERE r.receipt_id = s.receipt_id
                              AND r.returned_on <= <as_of> AND r.told_on <= <known_on>)
        GROUP BY s.bill_id, s.settled_on HAVING SUM(s.amount_minor) > 0)
    SELECT b.customer_id, b.bill_no, 'late', b.due_on, p.settled_on, CAST(p.minor AS BIGINT), b.currency
    FROM paid p JOIN open_bill o ON o.id = p.bill_id JOIN receivables_bill b ON b.id = o.id
    WHERE p.settled_on > b.due_on AND b.amount_minor > 0
          AND NOT EXISTS (SELECT 1 FROM receivables_instalmentplan q WHERE q.bill_id = b.id)
    UNION ALL
    SELECT b.customer_id, b.bill_no, 'not_paid', o.due_on, o.due_on, CAST(o.open_minor AS BIGINT), b.currency
    FROM open_line o JOIN receivables_bill b ON b.id = o.id
    WHERE o.open_minor > 0 AND o.due_on < <as_of>
""".replace("<open>", OPEN_LINES)


def risk_events(
    customers: QuerySet[Any] | None, *, as_of: date, since: date, known_on: date | None = None
) -> pl.DataFrame:
    """A row an event: customer_id, bill_no, event, due_on, happened_on, days_late, amount_minor, currency.

    event: "late", money received after the due day, a row a day of payment, on or after `since`; "not_paid",
    what is open past the due day, however long ago. days_late counts from the due day to the payment, or to
    `as_of`; paid on the due day itself is no event. A bill with a plan is due by its
    instalments. A settlement taken back, a returned payment and a credit bill are no payment.
    customers: None for the whole ledger. Source: ADV Art. 2.
    """
    whose = Whose.of(customers)
    if whose is None:
        return pl.DataFrame(schema=EVENTS)
    found = rows(FOUND, Standing(as_of, known_on), whose, [connection.ops.adapt_datefield_value(since)])
    names = [name for name in EVENTS if name != "days_late"]
    kept = {name: EVENTS[name] if name not in DAYS else None for name in names}
    frame = pl.DataFrame(found, schema=kept, orient="row")
    frame = frame.with_columns(_day(frame, "due_on"), _day(frame, "happened_on"))
    by_part = paid_by_instalment(customers, as_of=as_of, known_on=known_on)
    late = by_part.filter((pl.col("settled_on") > pl.col("due_on")) & (pl.col("settled_on") >= since))
    found_late = late.select(
        "customer_id", "bill_no", "due_on", "currency", event=pl.lit("late"), happened_on="settled_on",
        amount_minor="minor",
    ).select(frame.columns)  # fmt: skip
    frame = pl.concat([frame, found_late.cast(frame.schema)])
    until = pl.when(pl.col("event") == "late").then("happened_on").otherwise(pl.lit(as_of))
    return frame.with_columns(days_late=(until - pl.col("due_on")).dt.total_days()).select(*EVENTS)


def _day(frame: pl.DataFrame, name: str) -> pl.Expr:
    """A column of days, which SQLite gives as text."""
    column = pl.col(name)
    return column.str.to_date() if frame.schema[name] == pl.String else column.cast(pl.Date)
