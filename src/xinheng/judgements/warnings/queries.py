"""Questions to warnings."""

from __future__ import annotations

from xinheng.judgements.warnings.selecting import (
    get_warning,
    open_of,
    owners,
    records,
    signals,
    warnings,
)
from xinheng.judgements.warnings.wording import (
    LEVELS,
    evidence_words,
    measure_word,
    outcome_word,
    signal_word,
)

__all__ = [
    "LEVELS",
    "evidence_words",
    "get_warning",
    "measure_word",
    "open_of",
    "outcome_word",
    "owners",
    "records",
    "signal_word",
    "signals",
    "warnings",
]
