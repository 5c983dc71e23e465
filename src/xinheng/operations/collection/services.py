"""The acts of collection: cases and who has them, contacts, promises, plans, steps of the law, clocks."""

from __future__ import annotations

from xinheng.operations.collection.cases import assign, plan_step, reassign, refresh, set_collector
from xinheng.operations.collection.clock_acts import (
    interrupt,
    note_obstacle,
    read_evidence,
    take_back_interruption,
)
from xinheng.operations.collection.contacting import log_contact
from xinheng.operations.collection.law import add_deadline, meet_deadline, read_paper, take_step
from xinheng.operations.collection.nightly import end_day
from xinheng.operations.collection.planning import agree_plan, withdraw_plan
from xinheng.operations.collection.promising import judge, promise, withdraw_promise

__all__ = [
    "add_deadline",
    "agree_plan",
    "assign",
    "end_day",
    "interrupt",
    "judge",
    "log_contact",
    "meet_deadline",
    "note_obstacle",
    "plan_step",
    "promise",
    "read_evidence",
    "read_paper",
    "reassign",
    "refresh",
    "set_collector",
    "take_back_interruption",
    "take_step",
    "withdraw_plan",
    "withdraw_promise",
]
