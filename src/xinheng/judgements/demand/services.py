"""The acts of demand forecasts: ask for a run, make it, prove it; lay events over it; change weights."""

from __future__ import annotations

from xinheng.judgements.demand.laying import lay_overlay, withdraw_overlay
from xinheng.judgements.demand.making import Tell, quiet
from xinheng.judgements.demand.running import begin_run, fail_unfinished, forecast, make_run, replay
from xinheng.judgements.demand.weighing import propose_weights

__all__ = [
    "Tell",
    "begin_run",
    "fail_unfinished",
    "forecast",
    "lay_overlay",
    "make_run",
    "propose_weights",
    "quiet",
    "replay",
    "withdraw_overlay",
]
