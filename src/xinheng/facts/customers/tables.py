"""Customers as Arrow columns, for snapshots."""

from __future__ import annotations

import pyarrow as pa

from xinheng.base.kernel import columns
from xinheng.base.kernel.engine import quoted

CUSTOMERS = pa.schema(
    [
        ("customer_id", pa.int64()),
        ("customer_no", pa.string()),
        ("kind", pa.string()),
        ("is_customer", pa.bool_()),
        ("is_supplier", pa.bool_()),
        ("industry_section", pa.string()),
        ("region", pa.string()),
        ("size_class", pa.string()),
        ("founded_on", pa.date32()),
        ("status", pa.string()),
        ("told_on", pa.date32()),
    ]
)

GUARANTEES = pa.schema(
    [
        ("customer_id", pa.int64()),
        ("from_on", pa.date32()),
        ("until_on", pa.date32()),
        ("told_on", pa.date32()),
    ]
)

TOLD = pa.schema(
    [
        ("fact_id", pa.int64()),
        ("customer_id", pa.int64()),
        ("key", pa.string()),
        ("value", pa.string()),
        ("true_on", pa.date32()),
        ("told_on", pa.date32()),
    ]
)


def read_customers() -> pa.RecordBatchReader:
    """Every customer ever told, a row a customer, in no order; what was not told is null or empty."""
    return columns.read(
        """
        SELECT id, no, kind, is_customer, is_supplier, industry_section, region, size_class,
               founded_on, status, told_on
        FROM customers_customer
        """,
        CUSTOMERS,
    )


def read_guarantees() -> pa.RecordBatchReader:
    """Every link by which a customer stands as guarantor in the file of another, in no order.

    customer_id: the guarantor. from_on null: always; until_on null: still, else the first day it no
    longer holds. Guarantors who are no customers have no row.
    """
    return columns.read(
        """
        SELECT other_id, from_on, until_on, told_on FROM customers_relatedparty
        WHERE relation = 'guarantor' AND other_id IS NOT NULL
        """,
        GUARANTEES,
    )


def read_told(item: str) -> pa.RecordBatchReader:
    """What every file was told of one item, in no order; key says which of many.

    Left out: what was found wrong, and what a mailed form told that nobody examined (LSE-11).
    """
    return columns.read(
        f"""
        SELECT id, customer_id, key, value, true_on, told_on FROM customers_filefact
        WHERE item = {quoted(item)} AND verification <> 'disputed'
          AND (channel <> 'mailed_form' OR verification = 'verified')
        """,
        TOLD,
    )
