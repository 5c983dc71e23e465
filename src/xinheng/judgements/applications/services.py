"""The acts of applying for credit: write, submit, alter, agree; findings, key papers, batches."""

from __future__ import annotations

from xinheng.judgements.applications.activating import confirm_agreement
from xinheng.judgements.applications.applying import apply, submit, withdraw
from xinheng.judgements.applications.batching import ask_batch
from xinheng.judgements.applications.deciding import alter
from xinheng.judgements.applications.findings import lift_condition, tell_condition
from xinheng.judgements.applications.papers import keep_papers, read_paper
from xinheng.judgements.applications.watching import watch_papers

__all__ = [
    "alter",
    "apply",
    "ask_batch",
    "confirm_agreement",
    "keep_papers",
    "lift_condition",
    "read_paper",
    "submit",
    "tell_condition",
    "watch_papers",
    "withdraw",
]
