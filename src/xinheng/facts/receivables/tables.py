"""The ledger's raw facts as Arrow columns, for snapshots. Each reads over a connection of its own."""

from __future__ import annotations

import pyarrow as pa

from xinheng.base.kernel import columns

BILLS = pa.schema(
    [
        ("bill_id", pa.int64()),
        ("customer_id", pa.int64()),
        ("bill_no", pa.string()),
        ("billed_on", pa.date32()),
        ("due_on", pa.date32()),
        ("amount_minor", pa.int64()),
        ("currency", pa.string()),
        ("replaces_id", pa.int64()),
        ("told_on", pa.date32()),
    ]
)
VOIDINGS = pa.schema([("bill_id", pa.int64()), ("voided_on", pa.date32()), ("told_on", pa.date32())])
RECEIPTS = pa.schema(
    [
        ("receipt_id", pa.int64()),
        ("customer_id", pa.int64()),
        ("received_on", pa.date32()),
        ("amount_minor", pa.int64()),
        ("currency", pa.string()),
        ("told_on", pa.date32()),
        ("voided_told_on", pa.date32()),
    ]
)
SETTLEMENTS = pa.schema(
    [
        ("settlement_id", pa.int64()),
        ("bill_id", pa.int64()),
        ("receipt_id", pa.int64()),
        ("credit_bill_id", pa.int64()),
        ("settled_on", pa.date32()),
        ("amount_minor", pa.int64()),
        ("reverses_id", pa.int64()),
        ("told_on", pa.date32()),
    ]
)


def read_bills() -> pa.RecordBatchReader:
    """Every bill ever posted, void or corrected ones too; amounts in minor units, credits below zero."""
    return columns.read(
        """
        SELECT id, customer_id, bill_no, billed_on, due_on, amount_minor, currency, replaces_id, told_on
        FROM receivables_bill
        """,
        BILLS,
    )


def read_voidings() -> pa.RecordBatchReader:
    """Every voiding, a row a void bill."""
    return columns.read("SELECT bill_id, voided_on, told_on FROM receivables_voiding", VOIDINGS)


def read_receipts() -> pa.RecordBatchReader:
    """Every receipt, settled or not, in minor units, and the day it was told to be void or returned."""
    return columns.read(
        """
        SELECT r.id, r.customer_id, r.received_on, r.amount_minor, r.currency, r.told_on,
               COALESCE(v.told_on, p.told_on)
        FROM receivables_receipt r LEFT JOIN receivables_receiptvoiding v ON v.receipt_id = r.id
        LEFT JOIN receivables_returnedpayment p ON p.receipt_id = r.id
        """,
        RECEIPTS,
    )


def read_settlements() -> pa.RecordBatchReader:
    """Every settlement and every reversal of one (below zero, naming the settlement it takes back).

    A payment that was returned settled nothing, so its reversal is of the day of the settlement. A write-off
    settles nothing either: the customer has not paid.
    """
    return columns.read(
        """
        SELECT s.id, s.bill_id, s.receipt_id, s.credit_bill_id, COALESCE(o.settled_on, s.settled_on),
               s.amount_minor, s.reverses_id, s.told_on
        FROM receivables_settlement s LEFT JOIN receivables_settlement o ON o.id = s.reverses_id
        WHERE s.write_off_id IS NULL
        """,
        SETTLEMENTS,
    )
