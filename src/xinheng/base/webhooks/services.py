"""The acts of telling other systems."""

from __future__ import annotations

from xinheng.base.webhooks.posting import (
    Answer,
    fault_of_address,
    is_signed,
    post,
    secret_of,
    signed_headers,
)
from xinheng.base.webhooks.rules import mark_of, wait_after
from xinheng.base.webhooks.sending import forget_old, send_due
from xinheng.base.webhooks.subscribing import (
    new_secret,
    renew_secret,
    send_again,
    send_trial,
    subscribe,
    switch,
)
from xinheng.base.webhooks.telling import is_heard, tell, tell_all

__all__ = [
    "Answer",
    "fault_of_address",
    "forget_old",
    "is_heard",
    "is_signed",
    "mark_of",
    "new_secret",
    "post",
    "renew_secret",
    "secret_of",
    "send_again",
    "send_due",
    "send_trial",
    "signed_headers",
    "subscribe",
    "switch",
    "tell",
    "tell_all",
    "wait_after",
]
