"""The acts of consumer risk: runs and what came of them, points, payments under way, figures of a case."""

from __future__ import annotations

from xinheng.judgements.consumers.casekeeping import load_case, read_case
from xinheng.judgements.consumers.comparing import record_outcome, tell_outcome
from xinheng.judgements.consumers.pointing import (
    add_demerit,
    raise_demerits,
    take_back_demerit,
    take_back_event,
)
from xinheng.judgements.consumers.prepaying import end_payment, keep_balances, tell_payment
from xinheng.judgements.consumers.running import end_day, replay, run_risk

__all__ = [
    "add_demerit",
    "end_day",
    "end_payment",
    "keep_balances",
    "load_case",
    "raise_demerits",
    "read_case",
    "record_outcome",
    "replay",
    "run_risk",
    "take_back_demerit",
    "take_back_event",
    "tell_outcome",
    "tell_payment",
]
