"""The acts on customers and their credit files."""

from __future__ import annotations

from xinheng.facts.customers.changing import post_changes
from xinheng.facts.customers.posting import post_customers
from xinheng.facts.customers.profile import (
    add_contact,
    close,
    correct_codes,
    end_contact,
    end_link,
    link_party,
    rename,
    reopen,
    set_parent,
)
from xinheng.facts.customers.registering import register
from xinheng.facts.customers.responsibility import assign_responsibility
from xinheng.facts.customers.surveys import begin_survey, save_answers, submit_survey
from xinheng.facts.customers.telling import (
    classify_item,
    read_file,
    set_age_limit,
    settle_contradiction,
    tell_fact,
    verify_fact,
)

__all__ = [
    "add_contact",
    "assign_responsibility",
    "begin_survey",
    "classify_item",
    "close",
    "correct_codes",
    "end_contact",
    "end_link",
    "link_party",
    "post_changes",
    "post_customers",
    "read_file",
    "register",
    "rename",
    "reopen",
    "save_answers",
    "set_age_limit",
    "set_parent",
    "settle_contradiction",
    "submit_survey",
    "tell_fact",
    "verify_fact",
]
