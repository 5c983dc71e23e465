"""The acts of expected losses and of the credit policy."""

from __future__ import annotations

from xinheng.judgements.losses.allowing import propose_allowance
from xinheng.judgements.losses.assessing import assess_singly, end_assessment
from xinheng.judgements.losses.registering import close_entry, enter, tell_figures

__all__ = ["assess_singly", "close_entry", "end_assessment", "enter", "propose_allowance", "tell_figures"]
