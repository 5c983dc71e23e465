"""The acts on bills of exchange and on deposits."""

from __future__ import annotations

from xinheng.facts.instruments.depositing import (
    apply_deposit,
    ask_deposit,
    receive_deposit,
    refund_deposit,
)
from xinheng.facts.instruments.holding import discount, dishonour, end_day, endorse, pay, present, receive

__all__ = [
    "apply_deposit",
    "ask_deposit",
    "discount",
    "dishonour",
    "end_day",
    "endorse",
    "pay",
    "present",
    "receive",
    "receive_deposit",
    "refund_deposit",
]
