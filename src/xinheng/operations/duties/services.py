"""The acts of this room."""

from __future__ import annotations

from xinheng.operations.duties.breaching import note_corrected, order_correction, propose_fine
from xinheng.operations.duties.deciding import (
    appeal_fine,
    confirm_fine,
    decide_appeal,
    settle_fine,
    waive_fine,
)
from xinheng.operations.duties.feeding import subscribe, unsubscribe
from xinheng.operations.duties.following import end_day
from xinheng.operations.duties.handing_in import (
    hand_in,
    mark_missing,
    return_report,
    set_type,
    verify_report,
)
from xinheng.operations.duties.tasking import finish_task, order_task, withdraw_task

__all__ = [
    "appeal_fine",
    "confirm_fine",
    "decide_appeal",
    "end_day",
    "finish_task",
    "hand_in",
    "mark_missing",
    "note_corrected",
    "order_correction",
    "order_task",
    "propose_fine",
    "return_report",
    "set_type",
    "settle_fine",
    "subscribe",
    "unsubscribe",
    "verify_report",
    "waive_fine",
    "withdraw_task",
]
