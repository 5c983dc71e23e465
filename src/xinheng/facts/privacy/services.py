"""The acts of privacy."""

from __future__ import annotations

from xinheng.facts.privacy.agreeing import give_consent, withdraw_consent
from xinheng.facts.privacy.asking import answer_request, check_identity, receive_request
from xinheng.facts.privacy.beyond import forget_with
from xinheng.facts.privacy.caring import finish_measure, tell_check, tell_training
from xinheng.facts.privacy.copying import note_copy, require_consent
from xinheng.facts.privacy.dealing import drop_outdated, end_dealing, tell_dealing
from xinheng.facts.privacy.erasing import (
    ask_erasure,
    carry_out_erasure,
    decide_erasure,
    follow_frozen,
)
from xinheng.facts.privacy.extracting import ask_extract, decide_extract, give_extract
from xinheng.facts.privacy.reapplying import reapply
from xinheng.facts.privacy.registering import change_person, register_person
from xinheng.facts.privacy.sharing import end_partner, share, tell_partner
from xinheng.facts.privacy.watching import clear_alert, end_day, read_person, watch

__all__ = [
    "answer_request",
    "ask_erasure",
    "ask_extract",
    "carry_out_erasure",
    "change_person",
    "check_identity",
    "clear_alert",
    "decide_erasure",
    "decide_extract",
    "drop_outdated",
    "end_day",
    "end_dealing",
    "end_partner",
    "finish_measure",
    "follow_frozen",
    "forget_with",
    "give_consent",
    "give_extract",
    "note_copy",
    "read_person",
    "reapply",
    "receive_request",
    "register_person",
    "require_consent",
    "share",
    "tell_check",
    "tell_dealing",
    "tell_partner",
    "tell_training",
    "watch",
    "withdraw_consent",
]
