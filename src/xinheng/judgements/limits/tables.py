"""Limits and accounts as Arrow columns, for those who read all of them at once."""

from __future__ import annotations

import pyarrow as pa

from xinheng.base.kernel import columns

WORDS = pa.schema(
    [
        ("word_id", pa.int64()),
        ("customer_id", pa.int64()),
        ("segment", pa.string()),
        ("reach", pa.string()),
        ("kind", pa.string()),
        ("component", pa.string()),
        ("state", pa.string()),
        ("amount_minor", pa.int64()),
        ("currency", pa.string()),
        ("from_on", pa.date32()),
        ("until_on", pa.date32()),
        ("told_on", pa.date32()),
    ]
)
ACCOUNTS = pa.schema(
    [
        ("customer_id", pa.int64()),
        ("segment", pa.string()),
        ("status", pa.string()),
        ("risk_class", pa.string()),
    ]
)


def read_words() -> pa.RecordBatchReader:
    """Every word on a limit that was ever told, in minor units of the account's currency."""
    return columns.read(
        """
        SELECT w.id, a.customer_id, a.segment, w.reach, w.kind, w.component, w.state, w.amount_minor,
               a.currency,
               w.from_on, w.until_on, w.told_on
        FROM limits_limit w JOIN limits_account a ON a.id = w.account_id
        """,
        WORDS,
    )


def read_accounts() -> pa.RecordBatchReader:
    """The status and the risk class of every account."""
    return columns.read("SELECT customer_id, segment, status, risk_class FROM limits_account", ACCOUNTS)
