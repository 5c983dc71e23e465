"""The shapes of webhooks."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import Field

from xinheng.web.api.schemas import Asked


class WebhookIn(Asked):
    """Who is told of what. events: codes of events; "*" for all."""

    name: Annotated[str, Field(max_length=60)]
    url: Annotated[str, Field(max_length=500)]
    events: Annotated[list[str], Field(max_length=50)] = ["*"]


class WebhookSwitchIn(Asked):
    """Whether it is told."""

    is_on: bool


class WebhookMadeOut(Schema):
    """secret: to verify what is sent; shown this once, and null where the request is only repeated."""

    id: int
    secret: str | None


class WebhookOut(Schema):
    """A webhook. failing_since: nothing got through since then; waiting, dead: on its way, and given up."""

    id: int
    name: str
    url: str
    events: list[str]
    is_on: bool
    made_on: date
    made_by: str
    failing_since: datetime | None
    answered_at: datetime | None
    waiting: int
    dead: int


class WebhookEventOut(Schema):
    """An event that is told, and the fields of its data."""

    code: str
    words: str
    fields: list[str]


class WebhookDeliveryOut(Schema):
    """One event to one webhook. state: waiting, delivered, dead; answer: the HTTP status, null if none."""

    id: int
    webhook: int
    message_id: str
    event: str
    subject: str
    on: date
    at: datetime
    data: dict[str, Any]
    state: str
    tries: int
    due_at: datetime
    tried_at: datetime | None
    answer: int | None
    fault: str
