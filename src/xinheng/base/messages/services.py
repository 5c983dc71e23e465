"""The acts of sending."""

from __future__ import annotations

from xinheng.base.messages.channels import renew_channel_secret, set_channel
from xinheng.base.messages.handling import note_done, send_again, take_receipt, withdraw
from xinheng.base.messages.papers import offer_paper, paper_of
from xinheng.base.messages.sending import send_due
from xinheng.base.messages.writing import send, send_all, send_trial

__all__ = [
    "note_done",
    "offer_paper",
    "paper_of",
    "renew_channel_secret",
    "send",
    "send_again",
    "send_all",
    "send_due",
    "send_trial",
    "set_channel",
    "take_receipt",
    "withdraw",
]
