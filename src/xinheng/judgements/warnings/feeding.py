"""Who feeds which signal: the sources of this room, and those that rooms above own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import polars as pl

from xinheng.judgements.warnings import file_sources, ledger_sources
from xinheng.judgements.warnings.document import SignalRule

Feeder = Callable[[SignalRule, date], pl.DataFrame]
TOLD = "told"  # the source of signals that are told when they happen
_feeders: dict[str, Feeder] = {
    "slower_than_habit": ledger_sources.slower_than_habit,
    "overdue_share": ledger_sources.overdue_share,
    "near_limit": ledger_sources.near_limit,
    "returned_payment": ledger_sources.returned_payment,
    "balance_trend": ledger_sources.balance_trend,
    "segment_trend": ledger_sources.segment_trend,
    "paper_expired": file_sources.paper_expired,
    "public_record": file_sources.public_record,
    "grade_fallen": file_sources.grade_fallen,
}


def own(source: str, feeder: Feeder) -> None:
    """A room says how a source is fed: from the signal and the day a frame of SIGNS, a row a cause."""
    _feeders[source] = feeder


def feeder_of(source: str) -> Feeder | None:
    """How a source is fed; None: its signals are told, or nobody feeds it."""
    return _feeders.get(source)
