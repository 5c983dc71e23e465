"""The acts of disputes and of clocks that stand still."""

from __future__ import annotations

from xinheng.facts.disputes.closing import close_dispute
from xinheng.facts.disputes.opening import keep_evidence, open_dispute, set_next_step
from xinheng.facts.disputes.pausing import pause_clock, resume_clock

__all__ = [
    "close_dispute",
    "keep_evidence",
    "open_dispute",
    "pause_clock",
    "resume_clock",
    "set_next_step",
]
