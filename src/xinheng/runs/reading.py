"""Papers that wait are read beside all other work, a while at a time."""

from __future__ import annotations

from xinheng.base.kernel.actors import system_actor
from xinheng.facts.texts import queries
from xinheng.facts.texts import services as texts
from xinheng.facts.texts.errors import ReadingBusy
from xinheng.runs.clock import business_day

A_WHILE = 60.0  # seconds after which no further document is begun, so that the next day is told in time


def read_papers() -> int:
    """Read documents that wait; gives how many. None where another process reads already."""
    if not queries.is_waiting():
        return 0
    try:
        read = texts.read_waiting(actor=system_actor("texts"), on=business_day(), seconds=A_WHILE)
    except ReadingBusy:
        return 0
    return read.documents
