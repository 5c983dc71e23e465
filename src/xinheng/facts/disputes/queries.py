"""Questions to disputes and clocks."""

from __future__ import annotations

from xinheng.facts.disputes.clocks import clocks, free_spans, of_lines
from xinheng.facts.disputes.counting import counted_bills, counted_events, counted_payments, is_contested
from xinheng.facts.disputes.selecting import (
    arithmetic,
    clock_of,
    contesting,
    disputes,
    evidence,
    get_dispute,
    our_faults,
    pauses_of,
    rules_in_force,
)
from xinheng.facts.disputes.wording import kind_word, words_of

__all__ = [
    "arithmetic",
    "clock_of",
    "clocks",
    "contesting",
    "counted_bills",
    "counted_events",
    "counted_payments",
    "disputes",
    "evidence",
    "free_spans",
    "get_dispute",
    "is_contested",
    "kind_word",
    "of_lines",
    "our_faults",
    "pauses_of",
    "rules_in_force",
    "words_of",
]
