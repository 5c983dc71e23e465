"""The acts of inspections."""

from __future__ import annotations

from xinheng.operations.inspections.appealing import appeal, decide_appeal
from xinheng.operations.inspections.finding import confirm_finding, record_finding, withdraw_finding
from xinheng.operations.inspections.opening import assign, drop_case, open_case, open_suspects, set_inspector
from xinheng.operations.inspections.planning import plan_day
from xinheng.operations.inspections.visiting import add_exhibit, record_visit, sign

__all__ = [
    "add_exhibit",
    "appeal",
    "assign",
    "confirm_finding",
    "decide_appeal",
    "drop_case",
    "open_case",
    "open_suspects",
    "plan_day",
    "record_finding",
    "record_visit",
    "set_inspector",
    "sign",
    "withdraw_finding",
]
