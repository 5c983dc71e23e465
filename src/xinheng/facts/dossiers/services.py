"""The acts of dossiers and their papers."""

from __future__ import annotations

from xinheng.facts.dossiers.four_properties import check_properties
from xinheng.facts.dossiers.gates import require_papers
from xinheng.facts.dossiers.importing import take_in, try_map
from xinheng.facts.dossiers.lines import set_line, set_stage
from xinheng.facts.dossiers.mapping import guess
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
    "check_properties",
    "close",
    "confirm",
    "describe",
    "file_paper",
    "guess",
    "mark_destroyed",
    "open_dossier",
    "place_paper",
    "require_papers",
    "set_line",
    "set_paper_secrecy",
    "set_stage",
    "take_in",
    "take_paper",
    "try_map",
    "withdraw_paper",
]
