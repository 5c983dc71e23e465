"""The acts of contracts."""

from __future__ import annotations

from xinheng.facts.contracts.analysing import write_analysis
from xinheng.facts.contracts.auditing import conclude_audit, draw_audit, find
from xinheng.facts.contracts.checking import check_legally, send_to_countersign
from xinheng.facts.contracts.drafting import draft, redraft, send_to_legal_check
from xinheng.facts.contracts.ending import agree_next_term, archive, end, end_process, void
from xinheng.facts.contracts.events import finish_again, open_file, reopen_event
from xinheng.facts.contracts.performing import (
    cure_breach,
    finish_performance,
    record_performance,
    tell_to_pay,
)
from xinheng.facts.contracts.signing import change, sign
from xinheng.facts.contracts.staging import set_stage
from xinheng.facts.contracts.taking import post_contracts

__all__ = [
    "agree_next_term",
    "archive",
    "change",
    "check_legally",
    "conclude_audit",
    "cure_breach",
    "draft",
    "draw_audit",
    "end",
    "end_process",
    "find",
    "finish_again",
    "finish_performance",
    "open_file",
    "post_contracts",
    "record_performance",
    "redraft",
    "reopen_event",
    "send_to_countersign",
    "send_to_legal_check",
    "set_stage",
    "sign",
    "tell_to_pay",
    "void",
    "write_analysis",
]
