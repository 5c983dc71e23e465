"""The acts of custody."""

from __future__ import annotations

from xinheng.facts.custody.handing import (
    call_off,
    cancel_handover,
    cancel_waiting,
    expect_handover,
    open_handover,
    write_list,
)

__all__ = [
    "call_off", "cancel_handover", "cancel_waiting", "expect_handover", "open_handover", "write_list",
]  # fmt: skip
