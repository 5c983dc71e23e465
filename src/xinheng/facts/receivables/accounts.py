"""Accounts as customers see them: what they owe by document, and what moved from one day to another.

A customer owes what we wrote off in our own books, too; so an account comes to bills less receipts, whatever
settled what and whatever was given up.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import polars as pl
from django.db import connection

from xinheng.facts.receivables.lines import framed
from xinheng.facts.receivables.standing import FREE_RECEIPTS, OPEN_LINES, Standing, Whose, rows

CLAIMS = {
    "customer_id": pl.Int64, "what": pl.String, "no": pl.String, "on": pl.Date, "due_on": pl.Date,
    "currency": pl.String, "amount_minor": pl.Int64, "open_minor": pl.Int64,
}  # fmt: skip
CLAIMED = f"""
    WITH {OPEN_LINES}, {FREE_RECEIPTS}, given_up AS (
        SELECT s.bill_id, SUM(s.amount_minor) AS minor
        FROM receivables_settlement s JOIN receivables_bill b ON b.id = s.bill_id
        WHERE <whose:b> AND s.write_off_id IS NOT NULL AND s.settled_on <= <as_of>
        GROUP BY s.bill_id HAVING SUM(s.amount_minor) <> 0)
    SELECT b.customer_id, CASE WHEN b.amount_minor < 0 THEN 'credit' ELSE 'bill' END, b.bill_no,
           b.billed_on, l.due_on, b.currency, CAST(l.amount_minor AS bigint), CAST(l.open_minor AS bigint)
    FROM open_line l JOIN receivables_bill b ON b.id = l.id WHERE l.open_minor <> 0
    UNION ALL
    SELECT b.customer_id, 'bill', b.bill_no, b.billed_on, b.due_on, b.currency,
           CAST(b.amount_minor AS bigint), CAST(g.minor AS bigint)
    FROM given_up g JOIN receivables_bill b ON b.id = g.bill_id
    UNION ALL
    SELECT r.customer_id, 'prepaid', r.receipt_no, r.received_on, NULL, r.currency,
           CAST(-r.amount_minor AS bigint), CAST(-f.free_minor AS bigint)
    FROM free_receipt f JOIN receivables_receipt r ON r.id = f.id WHERE f.free_minor <> 0
    ORDER BY 1, 4, 3
"""
MOVES = {
    "customer_id": pl.Int64, "what": pl.String, "no": pl.String, "on": pl.Date, "due_on": pl.Date,
    "currency": pl.String, "amount_minor": pl.Int64,
}  # fmt: skip
# a bill that was corrected never was: neither it nor its voiding is told
MOVED = """
    SELECT b.customer_id, CASE WHEN b.amount_minor < 0 THEN 'credit' ELSE 'bill' END, b.bill_no, b.billed_on,
           b.due_on, b.currency, b.amount_minor
    FROM receivables_bill b LEFT JOIN receivables_voiding v ON v.bill_id = b.id
    WHERE <whose:b> AND b.billed_on >= %s AND b.billed_on <= <as_of>
          AND (v.id IS NULL OR v.voided_on > b.billed_on)
    UNION ALL
    SELECT b.customer_id, 'voided', b.bill_no, v.voided_on, NULL, b.currency, -b.amount_minor
    FROM receivables_voiding v JOIN receivables_bill b ON b.id = v.bill_id
    WHERE <whose:b> AND v.voided_on >= %s AND v.voided_on <= <as_of> AND v.voided_on > b.billed_on
    UNION ALL
    SELECT r.customer_id, 'receipt', r.receipt_no, r.received_on, NULL, r.currency, -r.amount_minor
    FROM receivables_receipt r
    WHERE <whose:r> AND r.received_on >= %s AND r.received_on <= <as_of>
          AND NOT EXISTS (SELECT 1 FROM receivables_receiptvoiding v WHERE v.receipt_id = r.id)
    UNION ALL
    SELECT r.customer_id, 'returned', r.receipt_no, p.returned_on, NULL, r.currency, r.amount_minor
    FROM receivables_returnedpayment p JOIN receivables_receipt r ON r.id = p.receipt_id
    WHERE <whose:r> AND p.returned_on >= %s AND p.returned_on <= <as_of>
          AND NOT EXISTS (SELECT 1 FROM receivables_receiptvoiding v WHERE v.receipt_id = r.id)
    ORDER BY 1, 4, 3
"""


def claims(ids: Collection[int], *, as_of: date) -> pl.DataFrame:
    """What some customers owe as of a day, document by document.

    Gives customer_id, what (bill, credit, or prepaid: money no bill has taken), no, on, due_on (null for
    money), currency, amount_minor and open_minor; credits and money below zero. What we wrote off is a row of
    the bill it is of. By customer, currency apart, the open amounts are the balance of the account.
    """
    return framed(rows(CLAIMED, Standing(as_of), _listed(ids)), CLAIMS)


def moves(ids: Collection[int], *, from_on: date, as_of: date) -> pl.DataFrame:
    """What moved on the accounts of some customers from a day to another, both with.

    Gives customer_id, what (bill, credit, voided, receipt, returned), no, on, due_on, currency and
    amount_minor (what it adds to what the customer owes). Added to the balance of the day before they are the
    balance of the last day.
    """
    first = connection.ops.adapt_datefield_value(from_on)
    return framed(rows(MOVED, Standing(as_of), _listed(ids), [first] * 4), MOVES)


def _listed(ids: Collection[int]) -> Whose:
    return Whose(f"customer_id IN ({', '.join(map(str, sorted(ids))) or 'NULL'})")
