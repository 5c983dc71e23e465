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
from xinheng.facts.receivables.drawn import take_back_settlements
from xinheng.facts.receivables.plan_files import post_plans
from xinheng.facts.receivables.plans import agree_plan, end_plan
from xinheng.facts.receivables.posting import post_bills, post_receipts
from xinheng.facts.receivables.returning import return_payment
from xinheng.facts.receivables.settling import post_settlements
from xinheng.facts.receivables.writing_off import recover, take_back_write_off, write_off

__all__ = [
    "agree_plan",
    "correct_bill",
    "end_plan",
    "post_bill",
    "post_bills",
    "post_plans",
    "post_receipt",
    "post_receipts",
    "post_settlements",
    "recover",
    "return_payment",
    "reverse_settlement",
    "settle",
    "take_back_settlements",
    "take_back_write_off",
    "void_bill",
    "void_receipt",
    "write_off",
]
