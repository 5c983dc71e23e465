"""The statements behind the ledger in columns, and the control total of each customer."""

from __future__ import annotations

import polars as pl
import pyarrow as pa

from xinheng.facts.receivables.standing import FREE_RECEIPTS, OPEN_BILLS

PARQUET = "FORMAT parquet, COMPRESSION lz4_raw, ROW_GROUP_SIZE 122880"
TABLES = (
    "bill", "voiding", "receipt", "receiptvoiding", "returnedpayment", "settlement", "instalmentplan",
)  # fmt: skip
FAR = "DATE '9999-12-31'"

# customers of whom something was told since, by the last keys; whoever pays by instalments is always among
# them, for the due days of a plan begin to hold on a day of their own
SINCE = """
    SELECT customer_id FROM receivables_bill WHERE id > {bill}
    UNION ALL
    SELECT b.customer_id FROM receivables_voiding v JOIN receivables_bill b ON b.id = v.bill_id
    WHERE v.id > {voiding}
    UNION ALL
    SELECT customer_id FROM receivables_receipt WHERE id > {receipt}
    UNION ALL
    SELECT r.customer_id FROM receivables_receiptvoiding v JOIN receivables_receipt r ON r.id = v.receipt_id
    WHERE v.id > {receiptvoiding}
    UNION ALL
    SELECT r.customer_id FROM receivables_returnedpayment p
    JOIN receivables_receipt r ON r.id = p.receipt_id WHERE p.id > {returnedpayment}
    UNION ALL
    SELECT b.customer_id FROM receivables_settlement s JOIN receivables_bill b ON b.id = s.bill_id
    WHERE s.id > {settlement}
    UNION ALL
    SELECT b.customer_id FROM receivables_instalmentplan p JOIN receivables_bill b ON b.id = p.bill_id
"""

_ID, _DAY, _MINOR, _TEXT = pa.int64(), pa.date32(), pa.int64(), pa.string()
READ = {
    "bills": (
        """
        SELECT id, customer_id, billed_on, due_on, amount_minor, currency, segment, kind
        FROM receivables_bill WHERE id <= {bill}
        """,
        [("bill_id", _ID), ("customer_id", _ID), ("billed_on", _DAY), ("due_on", _DAY),
         ("amount_minor", _MINOR), ("currency", _TEXT), ("segment", _TEXT), ("kind", _TEXT)],
    ),
    "voidings": (
        "SELECT bill_id, voided_on FROM receivables_voiding WHERE id <= {voiding}",
        [("bill_id", _ID), ("voided_on", _DAY)],
    ),
    "receipts": (
        """
        SELECT r.id, r.customer_id, r.received_on, r.amount_minor, r.currency, p.returned_on
        FROM receivables_receipt r
        LEFT JOIN receivables_returnedpayment p ON p.receipt_id = r.id AND p.id <= {returnedpayment}
        WHERE r.id <= {receipt} AND NOT EXISTS (
            SELECT 1 FROM receivables_receiptvoiding v WHERE v.receipt_id = r.id AND v.id <= {receiptvoiding})
        """,
        [("receipt_id", _ID), ("customer_id", _ID), ("received_on", _DAY), ("amount_minor", _MINOR),
         ("currency", _TEXT), ("returned_on", _DAY)],
    ),
    "settlements": (
        """
        SELECT bill_id, receipt_id, credit_bill_id, settled_on, amount_minor
        FROM receivables_settlement WHERE id <= {settlement}
        """,
        [("bill_id", _ID), ("receipt_id", _ID), ("credit_bill_id", _ID), ("settled_on", _DAY),
         ("amount_minor", _MINOR)],
    ),
}  # fmt: skip


def _steps(key: str, whole: str, moves: str) -> str:
    """What stands from each day on: the amount on its day, less what moved by then. key, from_on, …"""
    return f"""
        moved AS (
            SELECT {key}, settled_on AS day, sum(minor) AS minor FROM ({moves})
            GROUP BY ALL HAVING sum(minor) <> 0
        ),
        events AS (
            SELECT {key}, day, sum(minor) AS minor FROM (
                SELECT {key}, day, minor FROM moved
                UNION ALL
                SELECT {key}, begins_on, amount_minor FROM {whole} SEMI JOIN moved USING ({key})
            ) GROUP BY ALL
        ),
        steps AS (
            SELECT {key}, day AS from_on, lead(day, 1, {FAR}) OVER one AS until_on,
                   sum(minor) OVER one AS minor
            FROM events WINDOW one AS (PARTITION BY {key} ORDER BY day)
            UNION ALL
            SELECT {key}, begins_on, {FAR}, amount_minor FROM {whole} ANTI JOIN moved USING ({key})
        )
    """


OPEN_SPANS = f"""
    WITH whole AS (SELECT *, billed_on AS begins_on FROM bills),
    {
    _steps(
        "bill_id",
        "whole",
        '''
        SELECT bill_id, settled_on, -amount_minor AS minor FROM settlements
        UNION ALL
        SELECT credit_bill_id, settled_on, amount_minor FROM settlements WHERE credit_bill_id IS NOT NULL
    ''',
    )
}
    SELECT b.customer_id, b.bill_id, b.currency, b.segment, b.kind, b.billed_on, b.due_on, s.from_on,
           least(s.until_on, coalesce(v.voided_on, s.until_on)) AS until_on,
           CAST(s.minor AS BIGINT) AS open_minor
    FROM steps s JOIN bills b USING (bill_id) LEFT JOIN voidings v USING (bill_id)
    WHERE s.minor <> 0 AND s.from_on < coalesce(v.voided_on, {FAR})
    ORDER BY b.customer_id, b.bill_id, s.from_on
"""
FREE_SPANS = f"""
    WITH whole AS (SELECT *, received_on AS begins_on FROM receipts),
    {
    _steps(
        "receipt_id",
        "whole",
        '''
        SELECT receipt_id, settled_on, -amount_minor AS minor FROM settlements
        WHERE receipt_id IS NOT NULL
    ''',
    )
}
    SELECT r.customer_id, r.receipt_id, r.currency, s.from_on,
           least(s.until_on, coalesce(r.returned_on, s.until_on)) AS until_on,
           CAST(s.minor AS BIGINT) AS free_minor
    FROM steps s JOIN receipts r USING (receipt_id)
    WHERE s.minor <> 0 AND s.from_on < coalesce(r.returned_on, {FAR})
    ORDER BY r.customer_id, r.receipt_id, s.from_on
"""

STANDINGS = {
    "customer_id": pl.Int64, "currency": pl.String, "open_minor": pl.Int64, "free_minor": pl.Int64,
}  # fmt: skip
STANDING = f"""
    WITH {OPEN_BILLS}, {FREE_RECEIPTS}
    SELECT customer_id, currency, CAST(SUM(opened) AS bigint), CAST(SUM(free) AS bigint) FROM (
        SELECT b.customer_id, b.currency, o.open_minor AS opened, 0 AS free
        FROM open_bill o JOIN receivables_bill b ON b.id = o.id WHERE o.open_minor <> 0
        UNION ALL
        SELECT r.customer_id, r.currency, 0, f.free_minor
        FROM free_receipt f JOIN receivables_receipt r ON r.id = f.id WHERE f.free_minor <> 0
    ) AS told GROUP BY customer_id, currency
"""
CONTROLS = {
    "customer_id": pl.Int64, "currency": pl.String, "facts_minor": pl.Int64, "written_off_minor": pl.Int64,
}  # fmt: skip
CONTROL = """
    SELECT customer_id, currency, CAST(SUM(facts) AS bigint), CAST(SUM(written_off) AS bigint) FROM (
        SELECT b.customer_id, b.currency, b.amount_minor AS facts, 0 AS written_off FROM receivables_bill b
        WHERE <whose:b> AND b.billed_on <= <as_of>
              AND NOT EXISTS (SELECT 1 FROM receivables_voiding v WHERE v.bill_id = b.id
                              AND v.voided_on <= <as_of>)
        UNION ALL
        SELECT r.customer_id, r.currency, -r.amount_minor, 0 FROM receivables_receipt r
        WHERE <whose:r> AND r.received_on <= <as_of>
              AND NOT EXISTS (SELECT 1 FROM receivables_receiptvoiding v WHERE v.receipt_id = r.id)
              AND NOT EXISTS (SELECT 1 FROM receivables_returnedpayment p WHERE p.receipt_id = r.id
                              AND p.returned_on <= <as_of>)
        UNION ALL
        SELECT b.customer_id, b.currency, 0, w.amount_minor
        FROM receivables_writeoff w JOIN receivables_bill b ON b.id = w.bill_id
        WHERE <whose:b> AND w.written_off_on <= <as_of>
              AND NOT EXISTS (SELECT 1 FROM receivables_voiding v WHERE v.bill_id = b.id
                              AND v.voided_on <= <as_of>)
        UNION ALL
        SELECT b.customer_id, b.currency, 0, -x.amount_minor
        FROM receivables_writeoffreturn x JOIN receivables_writeoff w ON w.id = x.write_off_id
        JOIN receivables_bill b ON b.id = w.bill_id
        WHERE <whose:b> AND x.returned_on <= <as_of>
              AND NOT EXISTS (SELECT 1 FROM receivables_voiding v WHERE v.bill_id = b.id
                              AND v.voided_on <= <as_of>)
    ) AS fact GROUP BY customer_id, currency
"""
