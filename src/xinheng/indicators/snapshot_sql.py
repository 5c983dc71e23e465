"""The statements that turn posted facts into a snapshot, set by set, in the embedded engine.

Variables: as_of, the day of the snapshot; known_on, the day up to which facts were told.
"""

from __future__ import annotations

import polars as pl

from xinheng.facts.financials import queries as financials
from xinheng.indicators.formulas.statements import ITEMS, SUMS
from xinheng.indicators.rows import POINTS

PARQUET = "FORMAT parquet, COMPRESSION lz4_raw, ROW_GROUP_SIZE 122880"
_AS_OF = "getvariable('as_of')"
_TOLD = "told_on <= getvariable('known_on')"

KNOWN = {  # what was told by then and true by then, of each incoming stream
    "customers": f"SELECT * FROM incoming WHERE {_TOLD}",
    "guarantees": f"""
        SELECT DISTINCT customer_id FROM incoming
        WHERE {_TOLD} AND coalesce(from_on <= {_AS_OF}, true) AND coalesce(until_on > {_AS_OF}, true)
    """,
    "settlements": f"SELECT * FROM incoming WHERE {_TOLD} AND settled_on <= {_AS_OF}",
    "voidings": f"SELECT * FROM incoming WHERE {_TOLD} AND voided_on <= {_AS_OF}",
    "receipts": f"""
        SELECT *, coalesce(voided_told_on <= getvariable('known_on'), false) AS is_void
        FROM incoming WHERE {_TOLD} AND received_on <= {_AS_OF}
    """,
    "bills": f"SELECT * FROM incoming WHERE {_TOLD} AND billed_on <= {_AS_OF}",
    "pauses": f"""
        SELECT bill_id, from_on,
               CASE WHEN ended_told_on <= getvariable('known_on') THEN least(until_on, {_AS_OF})
                    ELSE {_AS_OF} END AS until_on
        FROM incoming
        WHERE {_TOLD} AND from_on <= {_AS_OF}
              AND coalesce(annulled_told_on > getvariable('known_on'), true)
    """,
    "disputes": f"""
        SELECT bill_id, amount_minor, our_fault,
               coalesce(closed_on <= {_AS_OF} AND closed_told_on <= getvariable('known_on'), false)
               AS is_closed
        FROM incoming WHERE {_TOLD} AND opened_on <= {_AS_OF}
    """,
    "invoices": f"SELECT * FROM incoming WHERE {_TOLD} AND issued_on <= {_AS_OF}",
    "lines": f"SELECT * FROM incoming WHERE {_TOLD} AND period_end <= {_AS_OF}",
}

STEPS = [
    # a customer's number in the order of customer_no: what everything is sorted and joined by
    """
    CREATE TABLE who AS
    SELECT *, CAST(row_number() OVER (ORDER BY customer_no) - 1 AS INTEGER) AS seq FROM customers
    """,
    # a corrected bill counts as its replacement only
    "DELETE FROM bills WHERE bill_id IN (SELECT replaces_id FROM bills WHERE replaces_id IS NOT NULL)",
    # the currency most of a customer's bills are in: its money figures are in that one
    """
    CREATE TABLE main_currency AS
    SELECT customer_id, arg_max(currency, (bills, currency)) AS currency
    FROM (SELECT customer_id, currency, count(*) AS bills FROM bills GROUP BY ALL) GROUP BY customer_id
    """,
    # stretches in which the overdue clock of a bill stood still, from the due day on, overlaps made one
    """
    CREATE TABLE stood_still AS
    SELECT bill_id, min(from_on) AS from_on, max(until_on) AS until_on
    FROM (
        SELECT *, count(*) FILTER (begins) OVER (PARTITION BY bill_id ORDER BY from_on, until_on) AS stretch
        FROM (
            SELECT bill_id, from_on, until_on, coalesce(from_on > max(until_on) OVER (
                       PARTITION BY bill_id ORDER BY from_on, until_on
                       ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), true) AS begins
            FROM (SELECT p.bill_id, greatest(p.from_on, b.due_on) AS from_on, p.until_on
                  FROM pauses p JOIN bills b ON b.bill_id = p.bill_id WHERE p.until_on > b.due_on)
        )
    )
    GROUP BY bill_id, stretch
    """,
    # what is contested of a bill, and whether its lateness was found to be our own fault
    """
    CREATE TABLE contested AS
    SELECT bill_id, coalesce(sum(amount_minor) FILTER (NOT is_closed), 0) AS disputed_minor,
           bool_or(our_fault AND is_closed) AS is_excused
    FROM disputes GROUP BY bill_id
    """,
    # what cleared each bill; a reversal stands on the day of what it takes back, so a day nets to what held
    """
    CREATE TABLE cleared_bills AS
    SELECT bill_id, sum(amount_minor) AS settled_minor,
           sum(amount_minor) FILTER (is_payment) AS paid_minor,
           sum(amount_minor * epoch_day) FILTER (is_payment) AS paid_epoch_weight,
           max(settled_on) FILTER (is_payment) AS last_paid_on
    FROM (
        SELECT bill_id, settled_on, receipt_id IS NOT NULL AS is_payment,
               CAST(sum(amount_minor) AS HUGEINT) AS amount_minor,
               datediff('day', DATE '1970-01-01', settled_on) AS epoch_day
        FROM settlements GROUP BY ALL HAVING sum(amount_minor) <> 0
    )
    GROUP BY bill_id
    """,
    # the days the clock stood still, until the day of the snapshot, the last payment, and each payment
    """
    CREATE TABLE still_days AS
    SELECT s.bill_id, sum(datediff('day', s.from_on, s.until_on)) AS days,
           sum(greatest(datediff('day', s.from_on, least(s.until_on, c.last_paid_on)), 0)) AS days_to_payment
    FROM stood_still s LEFT JOIN cleared_bills c ON c.bill_id = s.bill_id GROUP BY s.bill_id
    """,
    """
    CREATE TABLE still_weights AS
    SELECT p.bill_id,
           sum(p.amount_minor * greatest(datediff('day', s.from_on, least(s.until_on, p.settled_on)), 0))
           AS weight
    FROM settlements p JOIN stood_still s ON s.bill_id = p.bill_id
    WHERE p.receipt_id IS NOT NULL GROUP BY p.bill_id
    """,
    """
    CREATE TABLE used_credits AS
    SELECT credit_bill_id AS bill_id, sum(amount_minor) AS used_minor FROM settlements
    WHERE credit_bill_id IS NOT NULL GROUP BY 1
    """,
    """
    CREATE TABLE prepaid AS
    SELECT r.customer_id, sum(r.amount_minor - coalesce(s.amount_minor, 0)) AS prepaid_minor
    FROM receipts r
    LEFT JOIN (SELECT receipt_id, sum(amount_minor) AS amount_minor FROM settlements GROUP BY 1) s
      ON s.receipt_id = r.receipt_id
    LEFT JOIN main_currency m ON m.customer_id = r.customer_id
    WHERE (m.currency IS NULL OR m.currency = r.currency) AND NOT r.is_void
    GROUP BY 1
    """,
    # each bill with what it came to by the day; an amount too large to weigh has no weight
    f"""
    CREATE VIEW bills_then AS
    SELECT w.seq, w.customer_no, b.bill_no, b.billed_on, b.due_on, b.amount_minor, b.currency,
           b.currency = m.currency AS is_main_currency, v.bill_id IS NOT NULL AS is_void,
           coalesce(c.settled_minor, 0) - coalesce(u.used_minor, 0) AS settled_minor,
           coalesce(c.paid_minor, 0) AS paid_minor, c.paid_epoch_weight, c.last_paid_on,
           CASE WHEN v.bill_id IS NULL
                THEN b.amount_minor - coalesce(c.settled_minor, 0) + coalesce(u.used_minor, 0)
                ELSE 0 END AS open_minor,
           datediff('day', b.due_on, {_AS_OF}) - coalesce(k.days, 0) AS past_due,
           coalesce(k.days_to_payment, 0) AS still_to_payment, coalesce(h.weight, 0) AS still_weight,
           coalesce(d.disputed_minor, 0) AS disputed_minor, coalesce(d.is_excused, false) AS is_excused
    FROM bills b
    JOIN who w ON w.customer_id = b.customer_id
    JOIN main_currency m ON m.customer_id = b.customer_id
    LEFT JOIN (SELECT DISTINCT bill_id FROM voidings) v ON v.bill_id = b.bill_id
    LEFT JOIN cleared_bills c ON c.bill_id = b.bill_id
    LEFT JOIN used_credits u ON u.bill_id = b.bill_id
    LEFT JOIN still_days k ON k.bill_id = b.bill_id
    LEFT JOIN still_weights h ON h.bill_id = b.bill_id
    LEFT JOIN contested d ON d.bill_id = b.bill_id
    """,
]

CUSTOMERS = """
    SELECT w.seq, w.customer_id, w.customer_no, w.kind, w.is_customer, w.is_supplier, w.industry_section,
           w.region, w.size_class, w.founded_on, w.status,
           CASE WHEN g.customer_id IS NOT NULL THEN true END AS is_guarantor,
           coalesce(m.currency, 'CNY') AS currency,
           CAST(p.prepaid_minor AS BIGINT) AS prepaid_minor
    FROM who w
    LEFT JOIN main_currency m ON m.customer_id = w.customer_id
    LEFT JOIN prepaid p ON p.customer_id = w.customer_id
    LEFT JOIN guarantees g ON g.customer_id = w.customer_id
    ORDER BY w.seq
"""

_EPOCH = "DATE '1970-01-01'"
HEAVIEST = 9 * 10**14  # minor units of one bill: times its points it still is a whole number of 64 bits
_WEIGHED = f"""
    CREATE VIEW bills_weighed AS
    WITH standing AS (
        SELECT *, CASE WHEN is_late THEN past_due ELSE 0 END AS overdue_days,
               CASE WHEN is_void OR paid_minor <= 0 THEN 0 ELSE paid_minor END AS paid,
               CASE WHEN is_void OR paid_minor <= 0 OR is_excused THEN 0 ELSE paid_minor END AS weighed,
               CASE WHEN is_late THEN open_minor - disputed_minor ELSE 0 END AS overdue_minor
        FROM (SELECT *, open_minor > disputed_minor AND past_due > 0 AND NOT is_excused AS is_late
              FROM bills_then)
    )
    SELECT seq, customer_no, bill_no, billed_on, due_on,
           CASE WHEN NOT is_void THEN billed_on END AS valid_on,
           CASE WHEN NOT is_void
                THEN CAST(year(billed_on) * 12 + month(billed_on) - 1 AS INTEGER) END AS valid_month,
           CAST(quarter(billed_on) AS INTEGER) AS billed_quarter,
           amount_minor, currency, is_main_currency, is_void,
           CAST(settled_minor AS BIGINT) AS settled_minor, CAST(paid AS BIGINT) AS paid_minor,
           CAST(open_minor AS BIGINT) AS open_minor, CAST(overdue_days AS INTEGER) AS overdue_days,
           CASE WHEN paid > 0 THEN last_paid_on END AS last_paid_on,
           CASE WHEN overdue_days > 0 THEN {_AS_OF} WHEN weighed > 0 THEN last_paid_on END AS behaved_on,
           CAST(CASE WHEN paid > 0 AND open_minor = 0
                     THEN datediff('day', billed_on, last_paid_on) END AS INTEGER) AS days_to_pay,
           CAST(CASE WHEN overdue_days > 0 THEN overdue_days
                     WHEN weighed > 0
                     THEN datediff('day', due_on, last_paid_on) - still_to_payment
                     END AS INTEGER) AS days_late,
           TRY_CAST(CASE WHEN paid > 0
                    THEN paid_epoch_weight - paid * datediff('day', {_EPOCH}, billed_on)
                    END AS BIGINT) AS paid_day_weight,
           CAST(CASE WHEN weighed + overdue_minor BETWEEN 1 AND {HEAVIEST}
                     THEN weighed + overdue_minor END AS BIGINT) AS late_weight_minor,
           TRY_CAST(CASE WHEN weighed + overdue_minor BETWEEN 1 AND {HEAVIEST}
                    THEN CASE WHEN weighed > 0
                              THEN paid_epoch_weight - weighed * datediff('day', {_EPOCH}, due_on)
                                   - still_weight ELSE 0 END
                         + overdue_minor * overdue_days END AS BIGINT) AS late_day_weight
    FROM standing
"""
STEPS.append(_WEIGHED)
BILLS = f"SELECT * FROM ({POINTS}) ORDER BY seq, billed_on, bill_no"

INVOICES = """
    SELECT w.seq, w.customer_no, i.side, i.invoice_no, i.counterparty, i.issued_on,
           CAST(year(i.issued_on) * 12 + month(i.issued_on) - 1 AS INTEGER) AS issued_month,
           CAST(quarter(i.issued_on) AS INTEGER) AS issued_quarter,
           i.net_minor, i.tax_minor, i.is_void
    FROM invoices i JOIN who w ON w.customer_id = i.customer_id
    ORDER BY w.seq, i.issued_on, i.side, i.invoice_no
"""

# The newest consistent twelve-month statement of each customer, consolidated before single, newest version;
# its own opening figures, else the closing ones of the year before.
_COLUMNS = ",\n".join(
    f"""max(l.amount_minor) FILTER (l.item = '{item}') AS {item},
        coalesce(max(l.opening_minor) FILTER (l.item = '{item}'),
                 max(p.amount_minor) FILTER (p.item = '{item}')) AS {item}_before"""
    for item in ITEMS
)


def _parts(total: str) -> str:
    """What the told lines of a sub-total come to, in minor units; null where none was told."""
    signs = financials.sums().filter(pl.col("check") == f"{total}_sum")
    cases = " ".join(f"WHEN '{item}' THEN {sign}" for item, sign in signs.select("item", "sign").iter_rows())
    return f"CAST(sum(l.amount_minor * CASE l.item {cases} END) AS BIGINT) AS {total}_parts"


_PARTS = ",\n".join(map(_parts, SUMS))
STATEMENTS = f"""
    WITH heads AS (
        SELECT DISTINCT statement_id, customer_id, period_end, version, is_consolidated, opinion
        FROM lines WHERE is_consistent AND months = 12
    ),
    ranked AS (
        SELECT *, row_number() OVER (PARTITION BY customer_id
                  ORDER BY period_end DESC, is_consolidated DESC, version DESC) AS place FROM heads
    ),
    chosen AS (
        SELECT r.*, (SELECT arg_max(h.statement_id, h.version) FROM heads h
                     WHERE h.customer_id = r.customer_id AND h.is_consolidated = r.is_consolidated
                       AND h.period_end = r.period_end - INTERVAL 1 YEAR) AS before_id
        FROM ranked r WHERE place = 1
    ),
    items AS (SELECT DISTINCT item FROM lines)
    SELECT w.seq, w.customer_no, c.period_end, c.opinion, c.is_consolidated,
           CAST(year(c.period_end) * 12 + month(c.period_end) - 1 AS INTEGER) AS period_month,
           {_COLUMNS},
           {_PARTS}
    FROM chosen c
    JOIN who w ON w.customer_id = c.customer_id
    CROSS JOIN items i
    LEFT JOIN lines l ON l.statement_id = c.statement_id AND l.item = i.item
    LEFT JOIN lines p ON p.statement_id = c.before_id AND p.item = i.item
    GROUP BY ALL
    ORDER BY w.seq
"""

TOTALS = {
    "customers": "SELECT count(*) AS rows FROM who",
    "bills": """
        SELECT currency, count(*) AS rows, CAST(sum(amount_minor) AS VARCHAR) AS amount_minor,
               CAST(sum(open_minor) AS VARCHAR) AS open_minor, count(*) FILTER (is_void) AS void
        FROM bills_then GROUP BY currency ORDER BY currency
    """,
    "receipts": """
        SELECT currency, count(*) AS rows, CAST(sum(amount_minor) AS VARCHAR) AS amount_minor
        FROM receipts GROUP BY currency ORDER BY currency
    """,
    "settlements": """
        SELECT count(*) AS rows, CAST(sum(amount_minor) AS VARCHAR) AS amount_minor FROM settlements
    """,
    "invoices": """
        SELECT side, count(*) AS rows, CAST(sum(net_minor) AS VARCHAR) AS net_minor,
               CAST(sum(tax_minor) AS VARCHAR) AS tax_minor, count(*) FILTER (is_void) AS void
        FROM invoices GROUP BY side ORDER BY side
    """,
    "statements": "SELECT count(DISTINCT statement_id) AS rows, count(*) AS lines FROM lines",
}

# a digest of a file's rows whatever the bytes they are packed in: tells whether facts are the same
ROWS_DIGEST = """
    SELECT count(*) AS rows, CAST(bit_xor(hash(one)) AS VARCHAR) AS digest FROM read_parquet({}) one
"""
