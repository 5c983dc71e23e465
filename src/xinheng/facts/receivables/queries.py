"""How the ledger stands, now and on any past day.

Functions that take `customers` are given the rows of customers.queries.visible, so nobody sums up what they
may not see; functions that take one customer are given one that customers.queries.get gave out.
as_of: facts after the day do not count. known_on: facts told after that day do not count either, which shows
the ledger as people saw it then; without it the day is looked at with all that is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import polars as pl
from django.db import connection
from django.db.models import QuerySet

from xinheng.base.kernel.money import Money
from xinheng.facts.receivables.accounts import claims, moves
from xinheng.facts.receivables.bills import (
    bill_now,
    bills_by_key,
    bills_of,
    first_billed_on,
    receipt_page,
    receipts_of,
    settlement_page,
)
from xinheng.facts.receivables.clearing import allocate, ranked
from xinheng.facts.receivables.curve import payment_curve
from xinheng.facts.receivables.documents import (
    billed_in_year,
    bills_named,
    late_days,
    open_documents,
    voided,
)
from xinheng.facts.receivables.drawn import last_settlements
from xinheng.facts.receivables.dues import billed_between, due_between, first_due
from xinheng.facts.receivables.given_up import (
    recoveries,
    returned_payments,
    write_offs_asked,
    written_off,
)
from xinheng.facts.receivables.known import known_bills, known_receipts, known_settlements
from xinheng.facts.receivables.lines import open_lines, unapplied
from xinheng.facts.receivables.open_items import file_figures, open_items
from xinheng.facts.receivables.plan_rows import instalments, plans
from xinheng.facts.receivables.policy import clearing_order, document_kind, documents_held
from xinheng.facts.receivables.received import cleared, received
from xinheng.facts.receivables.revaluing import revaluation
from xinheng.facts.receivables.risk_events import risk_events
from xinheng.facts.receivables.spans import (
    Spans,
    control_by_customer,
    free_of_touched,
    is_large,
    lines_of_touched,
    spans,
    standing_by_customer,
    write_spans,
)
from xinheng.facts.receivables.standing import FREE_RECEIPTS, OPEN_LINES, Standing, Whose, rows
from xinheng.facts.receivables.values import STANDARD_BUCKETS, AgeingRow, Bucket, Totals

__all__ = [
    "Spans",
    "ageing",
    "ageing_of",
    "allocate",
    "bill_now",
    "billed_between",
    "billed_in_year",
    "bills_by_key",
    "bills_named",
    "bills_of",
    "claims",
    "cleared",
    "clearing_order",
    "control_by_customer",
    "control_total",
    "document_kind",
    "documents_held",
    "due_between",
    "file_figures",
    "first_billed_on",
    "first_due",
    "free_of_touched",
    "instalments",
    "is_large",
    "known_bills",
    "known_receipts",
    "known_settlements",
    "last_settlements",
    "late_days",
    "lines_of_touched",
    "moves",
    "open_balance",
    "open_documents",
    "open_items",
    "open_lines",
    "payment_curve",
    "plans",
    "prepaid",
    "ranked",
    "receipt_page",
    "receipts_of",
    "received",
    "recoveries",
    "returned_payments",
    "revaluation",
    "risk_events",
    "running_sums",
    "settlement_page",
    "spans",
    "standing_by_customer",
    "totals",
    "unapplied",
    "voided",
    "write_offs_asked",
    "write_spans",
    "written_off",
]


def ageing(
    customers: QuerySet[Any] | None,
    *,
    as_of: date,
    buckets: Sequence[Bucket] = STANDARD_BUCKETS,
    known_on: date | None = None,
) -> list[AgeingRow]:
    """Open bills by days past due: a row a currency and bucket, empty buckets too.

    customers: None for the whole ledger. Both ends of a bucket belong to it. Open credit bills count with
    their negative amount in the bucket of their due day; unsettled receipts are in `prepaid`, not here.
    Together with these the rows make up `control_total` exactly. No open bill at all: no rows.
    """
    whose = Whose.of(customers)
    return _ageing(whose, Standing(as_of, known_on), buckets) if whose else []


def ageing_of(
    customer: Any,
    *,
    as_of: date,
    buckets: Sequence[Bucket] = STANDARD_BUCKETS,
    known_on: date | None = None,
) -> list[AgeingRow]:
    """The ageing of one customer, as `ageing` gives it."""
    return _ageing(Whose.one(customer.pk), Standing(as_of, known_on), buckets)


def open_balance(customer: Any, *, as_of: date, known_on: date | None = None) -> list[Money]:
    """What is open on the bills, credit bills taken off; one Money a currency, none: never billed."""
    found = _open_totals(Whose.one(customer.pk), Standing(as_of, known_on))
    return [Money(int(minor), currency) for currency, minor, *_ in found]


def prepaid(customer: Any, *, as_of: date, known_on: date | None = None) -> list[Money]:
    """What the customer paid and no bill has taken; one Money a currency, none: nothing is free."""
    found = _free_totals(Whose.one(customer.pk), Standing(as_of, known_on))
    return [Money(minor, currency) for currency, minor in found.items() if minor]


def totals(customers: QuerySet[Any] | None, *, as_of: date, known_on: date | None = None) -> list[Totals]:
    """Open, overdue and prepaid money of some customers (None: of all), a row a currency."""
    whose, standing = Whose.of(customers), Standing(as_of, known_on)
    if whose is None:
        return []
    free = _free_totals(whose, standing)
    made = {
        currency: Totals(
            currency,
            Money(int(minor), currency),
            Money(int(overdue), currency),
            Money(free.pop(currency, 0), currency),
            bills,
            int(overdue_bills),
        )
        for currency, minor, overdue, bills, overdue_bills in _open_totals(whose, standing)
    }
    for currency, minor in free.items():
        none = Money(0, currency)
        made[currency] = Totals(currency, none, none, Money(minor, currency), 0, 0)
    return [made[currency] for currency in sorted(made)]


def control_total(
    customers: QuerySet[Any] | None, *, as_of: date, known_on: date | None = None
) -> list[Money]:
    """Bills less receipts and write-offs, from the facts: ageing less prepaid comes to it, to the cent."""
    whose = Whose.of(customers)
    if whose is None:
        return []
    found = rows(CONTROL, Standing(as_of, known_on), whose)
    return [Money(int(minor), currency) for currency, minor in found]


def running_sums() -> pl.DataFrame:
    """What is open on bills and left of receipts, of all that was told, whatever its day.

    Gives customer_id, segment, currency, receivable_minor, prepaid_minor.
    """
    with connection.cursor() as cursor:
        cursor.execute(RUNNING)
        return pl.DataFrame(cursor.fetchall(), schema=SUMS, orient="row")


SUMS = {
    "customer_id": pl.Int64,
    "segment": pl.String,
    "currency": pl.String,
    "receivable_minor": pl.Int64,
    "prepaid_minor": pl.Int64,
}
# a credit bill that settles another moves within the customer, but perhaps between segments
RUNNING = """
    SELECT customer_id, segment, currency, CAST(SUM(receivable) AS bigint), CAST(SUM(prepaid) AS bigint)
    FROM (
        SELECT b.customer_id AS customer_id, b.segment AS segment, b.currency AS currency,
               b.amount_minor AS receivable, 0 AS prepaid
        FROM receivables_bill b
        WHERE NOT EXISTS (SELECT 1 FROM receivables_voiding v WHERE v.bill_id = b.id)
        UNION ALL
        SELECT r.customer_id, '', r.currency, 0, r.amount_minor FROM receivables_receipt r
        WHERE NOT EXISTS (SELECT 1 FROM receivables_receiptvoiding v WHERE v.receipt_id = r.id)
              AND NOT EXISTS (SELECT 1 FROM receivables_returnedpayment p WHERE p.receipt_id = r.id)
        UNION ALL
        SELECT b.customer_id, b.segment, b.currency, -s.amount_minor, 0
        FROM receivables_settlement s JOIN receivables_bill b ON b.id = s.bill_id
        UNION ALL
        SELECT c.customer_id, c.segment, c.currency, s.amount_minor, 0
        FROM receivables_settlement s JOIN receivables_bill c ON c.id = s.credit_bill_id
        UNION ALL
        SELECT r.customer_id, '', r.currency, 0, -s.amount_minor
        FROM receivables_settlement s JOIN receivables_receipt r ON r.id = s.receipt_id
    ) AS fact GROUP BY customer_id, segment, currency
"""
CONTROL = """
    SELECT currency, SUM(minor) FROM (
        SELECT b.currency AS currency, b.amount_minor AS minor FROM receivables_bill b
        WHERE <whose:b> AND b.billed_on <= <as_of> AND b.told_on <= <known_on>
              AND NOT EXISTS (SELECT 1 FROM receivables_voiding v WHERE v.bill_id = b.id
                              AND v.voided_on <= <as_of> AND v.told_on <= <known_on>)
        UNION ALL
        SELECT r.currency, -r.amount_minor FROM receivables_receipt r
        WHERE <whose:r> AND r.received_on <= <as_of> AND r.told_on <= <known_on>
              AND NOT EXISTS (SELECT 1 FROM receivables_receiptvoiding v WHERE v.receipt_id = r.id
                              AND v.told_on <= <known_on>)
              AND NOT EXISTS (SELECT 1 FROM receivables_returnedpayment p WHERE p.receipt_id = r.id
                              AND p.returned_on <= <as_of> AND p.told_on <= <known_on>)
        UNION ALL
        SELECT b.currency, -w.amount_minor
        FROM receivables_writeoff w JOIN receivables_bill b ON b.id = w.bill_id
        WHERE <whose:b> AND w.written_off_on <= <as_of> AND w.told_on <= <known_on>
              AND NOT EXISTS (SELECT 1 FROM receivables_voiding v WHERE v.bill_id = b.id
                              AND v.voided_on <= <as_of> AND v.told_on <= <known_on>)
        UNION ALL
        SELECT b.currency, x.amount_minor
        FROM receivables_writeoffreturn x JOIN receivables_writeoff w ON w.id = x.write_off_id
        JOIN receivables_bill b ON b.id = w.bill_id
        WHERE <whose:b> AND x.returned_on <= <as_of> AND x.told_on <= <known_on>
              AND NOT EXISTS (SELECT 1 FROM receivables_voiding v WHERE v.bill_id = b.id
                              AND v.voided_on <= <as_of> AND v.told_on <= <known_on>)
    ) AS fact GROUP BY currency ORDER BY currency
"""


def _ageing(whose: Whose, standing: Standing, buckets: Sequence[Bucket]) -> list[AgeingRow]:
    cases, bounds = [], []
    for place, bucket in enumerate(buckets):
        bounded = [
            (sign, standing.as_of - timedelta(days=day))
            for sign, day in (("<=", bucket.from_day), (">=", bucket.upto_day))
            if day is not None
        ]
        condition = " AND ".join(f"due_on {sign} %s" for sign, _ in bounded) or "1 = 1"
        cases.append(f"WHEN {condition} THEN {place}")
        bounds += [_as_kept(day) for _, day in bounded]
    sql = f"""
        WITH {OPEN_LINES}
        SELECT currency, CASE {" ".join(cases)} END AS bucket, COUNT(DISTINCT id), SUM(open_minor)
        FROM open_line WHERE open_minor <> 0 GROUP BY 1, 2 ORDER BY 1, 2
    """
    found = {(row[0], row[1]): row for row in rows(sql, standing, whose, bounds)}
    made = []
    for currency in sorted({currency for currency, _ in found}):
        for place, bucket in enumerate(buckets):
            bills, minor = found.get((currency, place), (None, None, 0, 0))[2:]
            made.append(AgeingRow(bucket, currency, bills, Money(int(minor), currency)))
    return made


def _open_totals(whose: Whose, standing: Standing) -> list[tuple[Any, ...]]:
    sql = f"""
        WITH {OPEN_LINES}
        SELECT currency, SUM(open_minor),
               SUM(CASE WHEN due_on < <as_of> THEN open_minor ELSE 0 END),
               COUNT(DISTINCT CASE WHEN open_minor <> 0 THEN id END),
               COUNT(DISTINCT CASE WHEN open_minor <> 0 AND due_on < <as_of> THEN id END)
        FROM open_line GROUP BY currency ORDER BY currency
    """
    return rows(sql, standing, whose)


def _free_totals(whose: Whose, standing: Standing) -> dict[str, int]:
    sql = f"WITH {FREE_RECEIPTS} SELECT currency, SUM(free_minor) FROM free_receipt GROUP BY 1 ORDER BY 1"
    return {currency: int(minor) for currency, minor in rows(sql, standing, whose)}


def _as_kept(day: date) -> Any:
    return connection.ops.adapt_datefield_value(day)
