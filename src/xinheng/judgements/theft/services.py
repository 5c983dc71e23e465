"""The acts of suspected theft."""

from __future__ import annotations

from xinheng.judgements.theft.learning import Tell, quiet
from xinheng.judgements.theft.own import end_day, fit, rank, replay

__all__ = ["Tell", "end_day", "fit", "quiet", "rank", "replay"]
