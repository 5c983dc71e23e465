"""Orders met by a file, set-wise and inside the transaction: which they are, and what each has left."""

from __future__ import annotations

import polars as pl
from django.db import connection

from xinheng.base.kernel import bulk

MET = """
    SELECT t.order_no, o.id, o.customer_id, o.segment, o.currency, o.kind, o.payment, o.amount_minor,
           o.amount_minor - CAST((SELECT COALESCE(SUM(d.amount_minor), 0) FROM orders_delivery d
                                  WHERE d.order_no = o.order_no) AS bigint),
           CASE WHEN e.order_no IS NULL THEN 0 ELSE 1 END
    FROM order_met t
    JOIN orders_salesorder o ON o.order_no = t.order_no
         AND NOT EXISTS (SELECT 1 FROM orders_salesorder n WHERE n.replaces_id = o.id)
    LEFT JOIN orders_orderend e ON e.order_no = o.order_no
"""
SCHEMA = {
    "order_no": pl.String,
    "order_id": pl.Int64,
    "customer_id": pl.Int64,
    "segment": pl.String,
    "currency": pl.String,
    "kind": pl.String,
    "payment": pl.String,
    "ordered_minor": pl.Int64,
    "left_minor": pl.Int64,  # amount less delivered: below zero where more left than was ordered
    "is_ended": pl.Int64,
}


def orders_met(order_nos: pl.Series) -> pl.DataFrame:
    """The last versions of the orders of these numbers, locked, a row an order; unknown ones are left out."""
    told = pl.DataFrame({"order_no": order_nos.cast(pl.String)}).unique().drop_nulls().sort("order_no")
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS order_met")
        cursor.execute("CREATE TEMPORARY TABLE order_met (order_no varchar(60) PRIMARY KEY)")
        bulk.append_rows("order_met", told)
        if connection.features.has_select_for_update:
            cursor.execute("ANALYZE order_met")
            cursor.execute(
                "SELECT id FROM orders_salesorder WHERE version = 1"
                " AND order_no IN (SELECT order_no FROM order_met) ORDER BY id FOR UPDATE"
            )
        cursor.execute(MET)
        met = pl.DataFrame(cursor.fetchall(), schema=SCHEMA, orient="row")
        cursor.execute("DROP TABLE order_met")
    return met
