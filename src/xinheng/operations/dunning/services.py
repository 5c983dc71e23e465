"""The acts of dunning."""

from __future__ import annotations

from xinheng.operations.dunning.blocking import follow_all
from xinheng.operations.dunning.calling import enter_call
from xinheng.operations.dunning.holding import choose_ladder, end_choice, jump, pause, resume, resume_about
from xinheng.operations.dunning.papers import note_paper
from xinheng.operations.dunning.proposing import propose_ladder
from xinheng.operations.dunning.running import plan_run, undo_run
from xinheng.operations.dunning.sending import send_run

__all__ = [
    "choose_ladder",
    "end_choice",
    "enter_call",
    "follow_all",
    "jump",
    "note_paper",
    "pause",
    "plan_run",
    "propose_ladder",
    "resume",
    "resume_about",
    "send_run",
    "undo_run",
]
