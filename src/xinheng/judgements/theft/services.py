"""The acts of suspected theft."""

from __future__ import annotations

from xinheng.judgements.theft.learning import Tell, quiet
from xinheng.judgements.theft.own import end_day, fit, rank, replay
from xinheng.judgements.theft.reading import Said
from xinheng.judgements.theft.storing import Kept, packed
from xinheng.judgements.theft.tabling import Files, evidence_of, explain_table, fit_table, rank_table

__all__ = [
    "Files",
    "Kept",
    "Said",
    "Tell",
    "end_day",
    "evidence_of",
    "explain_table",
    "fit",
    "fit_table",
    "packed",
    "quiet",
    "rank",
    "rank_table",
    "replay",
]
