"""Orders and what became of them as Arrow columns, for those who read all of them at once."""

from __future__ import annotations

import pyarrow as pa

from xinheng.base.kernel import columns

ORDERS = pa.schema(
    [
        ("order_no", pa.string()),
        ("customer_id", pa.int64()),
        ("segment", pa.string()),
        ("ordered_on", pa.date32()),
        ("ship_on", pa.date32()),
        ("amount_minor", pa.int64()),
        ("currency", pa.string()),
        ("kind", pa.string()),
        ("payment", pa.string()),
    ]
)
DELIVERIES = pa.schema(
    [
        ("order_no", pa.string()),
        ("customer_id", pa.int64()),
        ("delivered_on", pa.date32()),
        ("amount_minor", pa.int64()),
        ("currency", pa.string()),
    ]
)
ENDS = pa.schema([("order_no", pa.string()), ("ended_on", pa.date32())])
BILLINGS = pa.schema([("bill_id", pa.int64()), ("order_no", pa.string())])


def read_orders() -> pa.RecordBatchReader:
    """Every order as it was first posted, in minor units; later versions are left out."""
    return columns.read(
        """
        SELECT order_no, customer_id, segment, ordered_on, ship_on, amount_minor, currency, kind, payment
        FROM orders_salesorder WHERE version = 1
        """,
        ORDERS,
    )


def read_deliveries() -> pa.RecordBatchReader:
    """Every delivery; below zero goods came back."""
    return columns.read(
        """
        SELECT d.order_no, o.customer_id, d.delivered_on, d.amount_minor, o.currency
        FROM orders_delivery d JOIN orders_salesorder o ON o.id = d.order_id
        """,
        DELIVERIES,
    )


def read_ends() -> pa.RecordBatchReader:
    """The day each ended order ended."""
    return columns.read("SELECT order_no, ended_on FROM orders_orderend", ENDS)


def read_billings() -> pa.RecordBatchReader:
    """Which order a bill bills; what a void bill took back is left out."""
    return columns.read("SELECT bill_id, order_no FROM orders_billing WHERE NOT takes_back", BILLINGS)
