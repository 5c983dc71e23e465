"""The acts of processes: begin cases, close steps, send back, cancel, keep papers."""

from __future__ import annotations

from xinheng.judgements.processes.moving import cancel_case, close_step, return_case
from xinheng.judgements.processes.papers import keep_papers, read_paper
from xinheng.judgements.processes.proposing import propose_version
from xinheng.judgements.processes.starting import MOST, start_case, start_cases

__all__ = [
    "MOST",
    "cancel_case",
    "close_step",
    "keep_papers",
    "propose_version",
    "read_paper",
    "return_case",
    "start_case",
    "start_cases",
]
