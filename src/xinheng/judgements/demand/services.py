"""The acts of demand forecasts: ask for a run, make it, prove it; lay events over it; change weights."""

from __future__ import annotations

from xinheng.judgements.demand.filed import Columns
from xinheng.judgements.demand.frames import Finding
from xinheng.judgements.demand.grids import Frequency
from xinheng.judgements.demand.laying import lay_overlay, withdraw_overlay
from xinheng.judgements.demand.making import Tell, quiet
from xinheng.judgements.demand.models import Overlay, Run
from xinheng.judgements.demand.options import Options
from xinheng.judgements.demand.running import begin_run, fail_unfinished, forecast, make_run, replay
from xinheng.judgements.demand.tabling import fit_file, packed, predict_file
from xinheng.judgements.demand.weighing import propose_weights

__all__ = [
    "Columns",
    "Finding",
    "Frequency",
    "Options",
    "Overlay",
    "Run",
    "Tell",
    "begin_run",
    "fail_unfinished",
    "fit_file",
    "forecast",
    "lay_overlay",
    "make_run",
    "packed",
    "predict_file",
    "propose_weights",
    "quiet",
    "replay",
    "withdraw_overlay",
]
