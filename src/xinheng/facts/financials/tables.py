"""Statements and trade invoices as Arrow columns, for snapshots."""

from __future__ import annotations

import pyarrow as pa

from xinheng.base.kernel import columns

TRADE_INVOICES = pa.schema(
    [
        ("customer_id", pa.int64()),
        ("side", pa.string()),
        ("invoice_no", pa.string()),
        ("counterparty", pa.string()),
        ("issued_on", pa.date32()),
        ("net_minor", pa.int64()),
        ("tax_minor", pa.int64()),
        ("is_void", pa.bool_()),
        ("told_on", pa.date32()),
    ]
)
STATEMENTS = pa.schema(
    [
        ("statement_id", pa.int64()),
        ("customer_id", pa.int64()),
        ("period_end", pa.date32()),
        ("months", pa.int32()),
        ("version", pa.int32()),
        ("is_consolidated", pa.bool_()),
        ("opinion", pa.string()),
        ("is_consistent", pa.bool_()),
        ("told_on", pa.date32()),
        ("item", pa.string()),
        ("amount_minor", pa.int64()),
        ("opening_minor", pa.int64()),
    ]
)


def read_trade_invoices() -> pa.RecordBatchReader:
    """Every trade invoice ever told; net and tax in minor units, red-letter ones below zero."""
    return columns.read(
        """
        SELECT customer_id, side, invoice_no, counterparty, issued_on, net_minor, tax_minor, is_void, told_on
        FROM financials_tradeinvoice
        """,
        TRADE_INVOICES,
    )


def read_statements() -> pa.RecordBatchReader:
    """Every line of every version of every statement, a row a line, the statement's own columns repeated."""
    return columns.read(
        """
        SELECT s.id, s.customer_id, s.period_end, s.months, s.version, s.is_consolidated, s.opinion,
               s.is_consistent, s.told_on, l.item, l.amount_minor, l.opening_minor
        FROM financials_statement s JOIN financials_statementline l ON l.statement_id = s.id
        """,
        STATEMENTS,
    )
