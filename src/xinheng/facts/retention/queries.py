"""Questions to retention."""

from __future__ import annotations

from xinheng.facts.retention.destroying import supervisors
from xinheng.facts.retention.gone import gone
from xinheng.facts.retention.holding import held_subjects, placed_on
from xinheng.facts.retention.listing import basis_word, chain_of, state_word
from xinheng.facts.retention.register import verify as verify_register
from xinheng.facts.retention.selecting import (
    appraisal,
    appraisals,
    counts,
    destruction,
    destructions,
    dues,
    holds,
    kept_of,
    kept_papers,
    lines_of,
    registered,
    schedules,
    state_of,
    tally,
    terms,
)

__all__ = [
    "appraisal",
    "appraisals",
    "basis_word",
    "chain_of",
    "counts",
    "destruction",
    "destructions",
    "dues",
    "gone",
    "held_subjects",
    "holds",
    "kept_of",
    "kept_papers",
    "lines_of",
    "placed_on",
    "registered",
    "schedules",
    "state_of",
    "state_word",
    "supervisors",
    "tally",
    "terms",
    "verify_register",
]
