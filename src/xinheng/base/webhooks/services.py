"""The acts of telling other systems."""

from __future__ import annotations

from xinheng.base.webhooks.sending import forget_old, send_due
from xinheng.base.webhooks.subscribing import renew_secret, send_again, send_trial, subscribe, switch
from xinheng.base.webhooks.telling import is_heard, tell, tell_all

__all__ = [
    "forget_old",
    "is_heard",
    "renew_secret",
    "send_again",
    "send_due",
    "send_trial",
    "subscribe",
    "switch",
    "tell",
    "tell_all",
]
