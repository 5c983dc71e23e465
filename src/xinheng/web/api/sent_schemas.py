"""The shapes of letters and messages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field

from xinheng.web.api.fields import ClockTime
from xinheng.web.api.schemas import Asked

Way = Literal["letter", "email", "sms", "chat", "phone"]


class MessageOut(Schema):
    """A message. address: masked but for who may see sensitive fields. fault: why the last try failed."""

    id: int
    message_id: str
    way: str
    subject: str
    about: str
    recipient: str
    address: str
    title: str
    state: str
    made_on: date
    made_by: str
    sent_at: datetime | None
    tries: int
    fault: str
    paper_sha256: str


class MessageStepOut(Schema):
    """One thing that became of a message."""

    what: str
    at: datetime
    by: str
    note: str


class MessageToldOut(MessageOut):
    """A message with its text and all that became of it."""

    text: str
    steps: list[MessageStepOut]


class MessageDoneIn(Asked):
    """What became of a letter or a call. note: number of the posting, or what was said."""

    state: Literal["sent", "delivered", "bounced", "failed"]
    note: Annotated[str, Field(max_length=300)] = ""


class MessageWithdrawIn(Asked):
    """Why a message is taken back."""

    reason: Annotated[str, Field(min_length=1, max_length=300)]


class MessageWayOut(Schema):
    """How a way is set up. fault: why nothing can be sent by it; "" where something can."""

    way: str
    form: str
    url: str
    is_on: bool
    quiet_from: ClockTime | None
    quiet_until: ClockTime | None
    gap_minutes: int
    is_ready: bool
    fault: str


class MessageWayIn(Asked):
    """How a way shall be set up."""

    form: Literal["print", "smtp", "signed", "wecom", "dingtalk", "feishu", "task"]
    url: Annotated[str, Field(max_length=500)] = ""
    is_on: bool = True
    quiet_from: ClockTime | None = None
    quiet_until: ClockTime | None = None
    gap_minutes: Annotated[int, Field(ge=0, le=129_600)] = 0


class MessageWaySecretOut(Schema):
    """secret: by which the gateway verifies what it is told; shown this once, null where none is new."""

    secret: str | None


class MessageTrialIn(Asked):
    """Where a trial goes."""

    address: Annotated[str, Field(min_length=1, max_length=254)]
