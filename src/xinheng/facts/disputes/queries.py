"""Questions to disputes and clocks."""

from __future__ import annotations

from xinheng.facts.disputes.clocks import clocks, of_lines
from xinheng.facts.disputes.selecting import (
    arithmetic,
    disputes,
    evidence,
    get_dispute,
    our_faults,
    pauses_of,
    rules_in_force,
    without_our_faults,
)
from xinheng.facts.disputes.wording import kind_word, words_of

__all__ = [
    "arithmetic",
    "clocks",
    "disputes",
    "evidence",
    "get_dispute",
    "kind_word",
    "of_lines",
    "our_faults",
    "pauses_of",
    "rules_in_force",
    "without_our_faults",
    "words_of",
]
