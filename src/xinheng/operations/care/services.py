"""The acts of letters, contacts, service cases, leaving and files."""

from __future__ import annotations

from xinheng.operations.care.following import close_matter, confirm_matter, open_matter, tell_opinion
from xinheng.operations.care.keeping import evaluate, give_copy, issue_document
from xinheng.operations.care.leaving import add_item, begin_departure, finish_departure, sign_item
from xinheng.operations.care.meeting import call_off_visit, plan_visit, record_visit, set_standing
from xinheng.operations.care.registering import join, keep_paper, register

__all__ = [
    "add_item",
    "begin_departure",
    "call_off_visit",
    "close_matter",
    "confirm_matter",
    "evaluate",
    "finish_departure",
    "give_copy",
    "issue_document",
    "join",
    "keep_paper",
    "open_matter",
    "plan_visit",
    "record_visit",
    "register",
    "set_standing",
    "sign_item",
    "tell_opinion",
]
