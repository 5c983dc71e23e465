"""The acts from a proposed grade to one that stands."""

from __future__ import annotations

from xinheng.judgements.reviews.calling import call_review, lift_call, look_for_events
from xinheng.judgements.reviews.lines import change_line, reject_line, return_line
from xinheng.judgements.reviews.opening import open_review
from xinheng.judgements.reviews.reviewing import accept, override, reopen
from xinheng.judgements.reviews.sheets import submit_by_unit, submit_sheet

__all__ = [
    "accept",
    "call_review",
    "change_line",
    "lift_call",
    "look_for_events",
    "open_review",
    "override",
    "reject_line",
    "reopen",
    "return_line",
    "submit_by_unit",
    "submit_sheet",
]
