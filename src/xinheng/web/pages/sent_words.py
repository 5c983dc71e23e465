"""Messages as a person reads them."""

from __future__ import annotations

from typing import Any

from xinheng.base.kernel.actors import Actor
from xinheng.base.messages import queries as sent

TONES = {
    "waiting": "note", "to_do": "warn", "sent": "", "delivered": "good", "opened": "good", "bounced": "bad",
    "failed": "bad", "withdrawn": "",
}  # fmt: skip


def line(actor: Actor, row: Any) -> dict[str, Any]:
    """A message with way, state and fault in words, its address masked but for who may see it."""
    return {
        "row": row,
        "way": sent.WAYS[row.way],
        "state": sent.STATES[row.state],
        "tone": TONES[row.state],
        "address": sent.address_shown(actor, row),
        "fault": sent.fault_of(row),
        "customer_no": row.subject.removeprefix("customer:") if row.subject.startswith("customer:") else "",
    }
