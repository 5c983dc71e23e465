"""The ledger's acts. What is posted is never changed: a correction is a new fact."""

from __future__ import annotations

from xinheng.facts.receivables.acts import (
    correct_bill,
    post_bill,
    post_receipt,
    reverse_settlement,
    settle,
    void_bill,
    void_receipt,
)
from xinheng.facts.receivables.posting import post_bills, post_receipts
from xinheng.facts.receivables.settling import post_settlements

__all__ = [
    "correct_bill",
    "post_bill",
    "post_bills",
    "post_receipt",
    "post_receipts",
    "post_settlements",
    "reverse_settlement",
    "settle",
    "void_bill",
    "void_receipt",
]
