"""The acts of cash application: run, accept, change, reject, take back; lines of bank statements."""

from __future__ import annotations

from xinheng.judgements.matching.banking import assign, set_aside, take_bank_file
from xinheng.judgements.matching.reviewing import accept, apply_by_hand, change, reject
from xinheng.judgements.matching.running import run
from xinheng.judgements.matching.undoing import undo, undo_run

__all__ = [
    "accept",
    "apply_by_hand",
    "assign",
    "change",
    "reject",
    "run",
    "set_aside",
    "take_bank_file",
    "undo",
    "undo_run",
]
