"""The acts on customers and their credit files."""

from __future__ import annotations

from xinheng.facts.customers.changing import post_changes
from xinheng.facts.customers.concealing import conceal_person, reveal_person
from xinheng.facts.customers.documents import (
    attach_to_investigation,
    attach_to_survey,
    beside_investigation,
    beside_survey,
    read_investigation_file,
    read_survey_file,
)
from xinheng.facts.customers.field_reports import read_report, tell_report
from xinheng.facts.customers.investigating import (
    cancel_investigation,
    finish_investigation,
    order_investigation,
)
from xinheng.facts.customers.papers import (
    attach_to_record,
    beside_record,
    read_record_file,
    require_record_file,
    told_record,
)
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
from xinheng.facts.customers.questionnaires import check as check_form
from xinheng.facts.customers.registering import register
from xinheng.facts.customers.responsibility import assign_responsibility
from xinheng.facts.customers.reviewing import (
    accept_survey,
    before_decision,
    file_survey,
    follow_review,
    look_at_point,
    reject_survey,
    return_survey,
)
from xinheng.facts.customers.surveys import (
    begin_survey,
    give_up_survey,
    missing_answers,
    read_survey,
    remind_survey,
    save_answers,
    submit_survey,
)
from xinheng.facts.customers.telling import (
    classify_item,
    read_file,
    set_age_limit,
    settle_contradiction,
    tell_fact,
    verify_fact,
)

__all__ = [
    "accept_survey",
    "add_contact",
    "assign_responsibility",
    "attach_to_investigation",
    "attach_to_record",
    "attach_to_survey",
    "before_decision",
    "begin_survey",
    "beside_investigation",
    "beside_record",
    "beside_survey",
    "cancel_investigation",
    "check_form",
    "classify_item",
    "close",
    "conceal_person",
    "correct_codes",
    "end_contact",
    "end_link",
    "file_survey",
    "finish_investigation",
    "follow_review",
    "give_up_survey",
    "link_party",
    "look_at_point",
    "missing_answers",
    "order_investigation",
    "post_changes",
    "post_customers",
    "read_file",
    "read_investigation_file",
    "read_record_file",
    "read_report",
    "read_survey",
    "read_survey_file",
    "register",
    "reject_survey",
    "remind_survey",
    "rename",
    "reopen",
    "require_record_file",
    "return_survey",
    "reveal_person",
    "save_answers",
    "set_age_limit",
    "set_parent",
    "settle_contradiction",
    "submit_survey",
    "tell_fact",
    "tell_report",
    "told_record",
    "verify_fact",
]
