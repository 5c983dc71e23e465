"""The acts of this room."""

from __future__ import annotations

from xinheng.judgements.terms.excepting import ask_exception
from xinheng.judgements.terms.granting import grant_by_grade, grant_terms
from xinheng.judgements.terms.keeping import answer_inquiry, keep_inquiry, keep_visit, note_review, set_price
from xinheng.judgements.terms.proposing import propose_version
from xinheng.judgements.terms.watching import watch_terms

__all__ = [
    "answer_inquiry",
    "ask_exception",
    "grant_by_grade",
    "grant_terms",
    "keep_inquiry",
    "keep_visit",
    "note_review",
    "propose_version",
    "set_price",
    "watch_terms",
]
