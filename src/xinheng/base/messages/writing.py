"""Putting a message out: kept in the transaction of the act that wants it sent, sent afterwards."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.clock import timestamp
from xinheng.base.messages.errors import AddressMissing, MessageInvalid
from xinheng.base.messages.models import Message
from xinheng.base.messages.values import BY_HAND, WAYS, NewMessage

NEEDS = {
    "email": "email",
    "sms": "phone",
    "chat": "phone",
    "phone": "phone",
}  # letters need none: they are handed over
SIZES = {"recipient": 120, "title": 200, "text": 20_000, "subject": 200}


def send(new: NewMessage, *, on: date, by: str) -> Message:
    """Put out one message; see `send_all`."""
    return send_all([new], on=on, by=by)[0]


def send_all(new: Sequence[NewMessage], *, on: date, by: str) -> list[Message]:
    """Put out messages inside the transaction of the act that wants them sent.

    by: the login that acts; the act has asked for its own right. What a person does (letters, calls) is to be
    done at once, all else is sent by the server.
    Refuses: MessageInvalid; AddressMissing, naming who it is and which field of the contacts is empty.
    """
    at = timestamp()
    for one in new:
        _check(one)
    rows = [
        Message(
            message_id=f"msg_{uuid.uuid4().hex}", way=one.way, subject=one.subject, about=one.about,
            recipient=one.recipient, address=one.address.strip(), title=one.title, text=one.text,
            language=one.language, paper=one.paper, paper_name=one.paper_name,
            state="to_do" if one.way in BY_HAND else "waiting", made_on=on, made_at=at, made_by=by,
            due_at=one.due_at or at,
        )
        for one in new
    ]  # fmt: skip
    with transaction.atomic():
        return Message.objects.bulk_create(rows, batch_size=1000)


@transaction.atomic
def send_trial(*, actor: Actor, on: date, way: str, address: str) -> Message:
    """Send a trial by a way to an address, to see whether it arrives. Refuses: AccessDenied, MessageInvalid,
    AddressMissing."""
    access.require(actor, "messages.write", f"channel:{way}")
    if way not in WAYS or way in BY_HAND:
        raise MessageInvalid(field="way")
    text = "信衡发送测试。 A trial sent by Xinheng."
    told: Any = {"way": way, "recipient": actor.name, "address": address.strip()[:254]}
    made = send(
        NewMessage(**told, title="信衡测试 Xinheng", text=text, subject="trial"), on=on, by=actor.login
    )
    audit.record(
        actor=actor,
        act="messages.send_trial",
        subject=f"message:{made.message_id}",
        on=on,
        after={"way": way},
    )
    return made


def _check(new: NewMessage) -> None:
    if new.way not in WAYS:
        raise MessageInvalid(field="way")
    for field, most in SIZES.items():
        told = getattr(new, field)
        if not told.strip() or len(told) > most:
            raise MessageInvalid(field=field)
    if len(new.address) > 254:
        raise MessageInvalid(field="address")
    if new.way in NEEDS and not new.address.strip():
        field = NEEDS[new.way]
        raise AddressMissing(recipient=f"{new.recipient} ({new.subject})", way=WAYS[new.way], field=field)
