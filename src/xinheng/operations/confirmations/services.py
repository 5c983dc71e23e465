"""The acts of confirmations: proofs of ageing, letters and statements, answers, differences, rounds."""

from __future__ import annotations

from xinheng.operations.confirmations.answering import explain, note_answer, work_off
from xinheng.operations.confirmations.campaigns import (
    close_campaign,
    open_campaign,
    remind_silent,
    send_round,
)
from xinheng.operations.confirmations.drawing import draw_up, seal
from xinheng.operations.confirmations.proving import end_day, prove_ageing, refresh
from xinheng.operations.confirmations.sending import note_sent

__all__ = [
    "close_campaign",
    "draw_up",
    "end_day",
    "explain",
    "note_answer",
    "note_sent",
    "open_campaign",
    "prove_ageing",
    "refresh",
    "remind_silent",
    "seal",
    "send_round",
    "work_off",
]
