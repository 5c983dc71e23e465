"""What becomes of a message after it was put out: done by hand, told back, sent again, withdrawn."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date

from django.db import transaction

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.clock import timestamp
from xinheng.base.messages import channels, rules
from xinheng.base.messages.errors import (
    MessageInvalid,
    MessageMoved,
    MessageUnknown,
    ReceiptRefused,
)
from xinheng.base.messages.models import Message, Step
from xinheng.base.messages.values import BY_HAND, STATES, TOLD_BACK
from xinheng.base.webhooks import services as webhooks


@transaction.atomic
def note_done(
    *, actor: Actor, on: date, message_id: int, state: str, note: str = "", act: str = "messages.write"
) -> Message:
    """Note what became of a letter or a call: sent (posted), delivered, bounced (came back) or failed.

    note: the number of the posting, what the other said. act: the right of the room that handles it, where
    that is another. Refuses: AccessDenied, MessageUnknown, MessageMoved, MessageInvalid.
    """
    access.require(actor, act, f"message:{message_id}")
    message = _locked(message_id)
    if state not in ("sent", "delivered", "bounced", "failed"):
        raise MessageInvalid(field="state")
    _move(message, state, by=actor.login, note=note)
    _record(actor, on, "note_done", message, note)
    return message


@transaction.atomic
def send_again(*, actor: Actor, on: date, message_id: int) -> Message:
    """Send again what failed or came back, under the same id. Refuses: AccessDenied, MessageUnknown,
    MessageMoved."""
    access.require(actor, "messages.write", f"message:{message_id}")
    message = _locked(message_id)
    if message.state not in ("failed", "bounced"):
        raise MessageMoved(message=message_id, state=STATES[message.state])
    message.state = "to_do" if message.way in BY_HAND else "waiting"
    message.tries, message.due_at, message.fault = 0, timestamp(), ""
    message.save(update_fields=["state", "tries", "due_at", "fault"])
    Step.objects.create(message=message, what="again", at=timestamp(), by=actor.login)
    _record(actor, on, "send_again", message, "")
    return message


@transaction.atomic
def withdraw(*, actor: Actor, on: date, message_id: int, reason: str) -> Message:
    """Take back what has not gone out; a reason must be given.

    Refuses: AccessDenied, MessageUnknown, MessageMoved, MessageInvalid.
    """
    access.require(actor, "messages.write", f"message:{message_id}")
    message = _locked(message_id)
    if not reason.strip():
        raise MessageInvalid(field="reason")
    _move(message, "withdrawn", by=actor.login, note=reason)
    _record(actor, on, "withdraw", message, reason)
    return message


@transaction.atomic
def take_receipt(*, headers: Mapping[str, str], body: bytes) -> Message:
    """Keep what a gateway tells back: message_id, state (delivered, opened, bounced, failed) and note.

    headers: in lower case, with the signature of Standard Webhooks by the secret of the way. What is told
    twice, or later than something that supersedes it, changes nothing.
    Refuses: ReceiptRefused, also where the message is unknown, so that nobody can ask for ids.
    """
    try:
        told = json.loads(body)
        found = str(told["message_id"])[:40]
        state, note = str(told["state"]), str(told.get("note", ""))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ReceiptRefused from error
    message = Message.objects.select_for_update().filter(message_id=found).first()
    if message is None or not webhooks.is_signed(channels.secret_of(message.way), headers, body):
        raise ReceiptRefused
    if state not in TOLD_BACK:
        raise MessageInvalid(field="state")
    if rules.may_follow(message.state, state):
        _move(message, state, by="gateway", note=rules.redacted(note, message.address))
    return message


def _locked(message_id: int) -> Message:
    message = Message.objects.select_for_update().filter(pk=message_id).first()
    if message is None:
        raise MessageUnknown(message=message_id)
    return message


def _move(message: Message, state: str, *, by: str, note: str) -> None:
    if not rules.may_follow(message.state, state):
        raise MessageMoved(message=message.pk, state=STATES[message.state])
    message.state = state
    if state == "sent" or (state == "delivered" and message.sent_at is None):
        message.sent_at = timestamp()
    message.fault = note.strip()[:200] if state in ("bounced", "failed") else ""
    message.save(update_fields=["state", "sent_at", "fault"])
    Step.objects.create(message=message, what=state, at=timestamp(), by=by, note=note.strip()[:300])


def _record(actor: Actor, on: date, act: str, message: Message, reason: str) -> None:
    audit.record(
        actor=actor, act=f"messages.{act}", subject=f"message:{message.message_id}", on=on,
        after={"state": message.state, "way": message.way, "of": message.subject},
        reason=reason.strip()[:300],
    )  # fmt: skip
