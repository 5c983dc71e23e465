"""Customers as Arrow columns, for snapshots."""

from __future__ import annotations

import pyarrow as pa

from xinheng.base.kernel import columns

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
