"""What was posted before, for those who check a file against it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

import polars as pl
import pyarrow as pa

from xinheng.base.kernel import columns

IDS_A_STATEMENT = 20_000
BILLS = pa.schema(
    [
        ("customer_id", pa.int64()),
        ("bill_no", pa.string()),
        ("billed_on", pa.date32()),
        ("due_on", pa.date32()),
        ("amount_minor", pa.int64()),
        ("currency", pa.string()),
        ("is_void", pa.bool_()),
    ]
)
RECEIPTS = pa.schema(
    [
        ("customer_id", pa.int64()),
        ("receipt_no", pa.string()),
        ("received_on", pa.date32()),
        ("amount_minor", pa.int64()),
        ("currency", pa.string()),
        ("is_void", pa.bool_()),
    ]
)

SETTLEMENTS = pa.schema(
    [
        ("customer_id", pa.int64()),
        ("receipt_no", pa.string()),
        ("bill_no", pa.string()),
        ("amount_minor", pa.int64()),
    ]
)


def known_bills(customer_ids: Iterable[int] | None = None) -> pl.DataFrame:
    """The last version of every bill that is posted and committed, of some customers or of all.

    Gives customer_id, bill_no, billed_on, due_on, amount_minor, currency, is_void (now).
    """
    return _known(
        """
        SELECT b.customer_id, b.bill_no, b.billed_on, b.due_on, b.amount_minor, b.currency,
               EXISTS (SELECT 1 FROM receivables_voiding v WHERE v.bill_id = b.id)
        FROM receivables_bill b
        WHERE NOT EXISTS (SELECT 1 FROM receivables_bill n WHERE n.replaces_id = b.id)
        """,
        "b",
        BILLS,
        customer_ids,
    )


def known_receipts(customer_ids: Iterable[int] | None = None) -> pl.DataFrame:
    """Every receipt that is posted and committed, of some customers or of all.

    Gives customer_id, receipt_no, received_on, amount_minor, currency, is_void (a returned one too).
    """
    return _known(
        """
        SELECT r.customer_id, r.receipt_no, r.received_on, r.amount_minor, r.currency,
               EXISTS (SELECT 1 FROM receivables_receiptvoiding v WHERE v.receipt_id = r.id)
               OR EXISTS (SELECT 1 FROM receivables_returnedpayment p WHERE p.receipt_id = r.id)
        FROM receivables_receipt r WHERE 1 = 1
        """,
        "r",
        RECEIPTS,
        customer_ids,
    )


def known_settlements(customer_ids: Iterable[int] | None = None) -> pl.DataFrame:
    """What each receipt settled of each bill, committed and not taken back, of some customers or of all.

    Gives customer_id, receipt_no, bill_no, amount_minor: a row a pair of receipt and bill.
    """
    rows = _known(
        """
        SELECT r.customer_id, r.receipt_no, b.bill_no, s.amount_minor
        FROM receivables_receipt r JOIN receivables_settlement s ON s.receipt_id = r.id
        JOIN receivables_bill b ON b.id = s.bill_id WHERE 1 = 1
        """,
        "r",
        SETTLEMENTS,
        customer_ids,
    )
    pairs = rows.group_by("customer_id", "receipt_no", "bill_no").agg(pl.col("amount_minor").sum())
    return pairs.filter(pl.col("amount_minor") != 0)


def _known(sql: str, alias: str, schema: pa.Schema, customer_ids: Iterable[int] | None) -> pl.DataFrame:
    if customer_ids is None:
        return columns.frame(sql, schema)
    ids = iter(sorted({int(one) for one in customer_ids}))
    frames = []
    while some := list(islice(ids, IDS_A_STATEMENT)):
        listed = ", ".join(map(str, some))
        frames.append(columns.frame(f"{sql} AND {alias}.customer_id IN ({listed})", schema))
    return pl.concat(frames) if frames else columns.frame(f"{sql} AND 1 = 0", schema)
