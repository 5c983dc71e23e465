"""Questions to key accounts: profiles, managers, requests, service levels and what they come to."""

from __future__ import annotations

from xinheng.operations.key_accounts.counting import dues, market, value_words, words_of
from xinheng.operations.key_accounts.policy import in_force
from xinheng.operations.key_accounts.promising import attainment
from xinheng.operations.key_accounts.selecting import (
    confirmations_of,
    contacts_of,
    history_of,
    managers,
    pauses_of,
    profile_of,
    profiles,
    request,
    requests,
    target,
    targets,
)

__all__ = [
    "attainment",
    "confirmations_of",
    "contacts_of",
    "dues",
    "history_of",
    "in_force",
    "managers",
    "market",
    "pauses_of",
    "profile_of",
    "profiles",
    "request",
    "requests",
    "target",
    "targets",
    "value_words",
    "words_of",
]
