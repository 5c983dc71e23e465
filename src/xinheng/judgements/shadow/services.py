"""The acts on replays: begun, run, stopped, thrown away. None of them writes a fact or a judgement."""

from __future__ import annotations

from xinheng.judgements.shadow.planning import limits_plan
from xinheng.judgements.shadow.running import begin, discard, fail_unfinished, replay, run, stop

__all__ = ["begin", "discard", "fail_unfinished", "limits_plan", "replay", "run", "stop"]
