"""The acts of key accounts: profiles, managers, requests and service levels."""

from __future__ import annotations

from xinheng.operations.key_accounts.profiling import keep_profile, name_manager
from xinheng.operations.key_accounts.promising import confirm_target, propose_target
from xinheng.operations.key_accounts.requesting import (
    accept,
    close_request,
    escalate,
    evaluate,
    note_contact,
    open_request,
    pause,
    resume,
)

__all__ = [
    "accept",
    "close_request",
    "confirm_target",
    "escalate",
    "evaluate",
    "keep_profile",
    "name_manager",
    "note_contact",
    "open_request",
    "pause",
    "propose_target",
    "resume",
]
