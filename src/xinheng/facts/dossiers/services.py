"""The acts of dossiers and their papers."""

from __future__ import annotations

from xinheng.facts.dossiers.gates import require_papers
from xinheng.facts.dossiers.lines import set_line, set_stage
from xinheng.facts.dossiers.opening import close, confirm, describe, open_dossier
from xinheng.facts.dossiers.papers import (
    add_paper,
    file_paper,
    mark_destroyed,
    place_paper,
    set_paper_secrecy,
    withdraw_paper,
)
from xinheng.facts.dossiers.sheet import take_paper

__all__ = [
    "add_paper",
    "close",
    "confirm",
    "describe",
    "file_paper",
    "mark_destroyed",
    "open_dossier",
    "place_paper",
    "require_papers",
    "set_line",
    "set_paper_secrecy",
    "set_stage",
    "take_paper",
    "withdraw_paper",
]
