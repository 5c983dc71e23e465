"""The acts of advances: ask, submit, pay out, repay, change, and what is watched over."""

from __future__ import annotations

from xinheng.judgements.advances.asking import amend, ask, discard, keep_paper, submit
from xinheng.judgements.advances.changing import change_terms
from xinheng.judgements.advances.paying import close, pay_out, repay
from xinheng.judgements.advances.watching import (
    agree_next_term,
    check_quarter,
    lower_legacy,
    note_collection,
    reconcile,
    tell_legacy,
)

__all__ = [
    "agree_next_term",
    "amend",
    "ask",
    "change_terms",
    "check_quarter",
    "close",
    "discard",
    "keep_paper",
    "lower_legacy",
    "note_collection",
    "pay_out",
    "reconcile",
    "repay",
    "submit",
    "tell_legacy",
]
