"""Letters and messages: what was sent and what became of it; the ways of sending; receipts of gateways."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Path, Query, Router, Status

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.messages import queries as sent
from xinheng.base.messages import services as acts
from xinheng.base.messages.values import ChannelWanted, Wanted
from xinheng.facts.customers import queries as customers
from xinheng.runs.services import business_day
from xinheng.web.api.fields import USUAL_LIMIT, AfterId, Id, Limit
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import DoneOut, Page, page_of
from xinheng.web.api.sent_schemas import (
    MessageDoneIn,
    MessageOut,
    MessageToldOut,
    MessageTrialIn,
    MessageWayIn,
    MessageWayOut,
    MessageWaySecretOut,
    MessageWithdrawIn,
    Way,
)
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["messages"])
Text = Annotated[str, Query(max_length=100)]
WayNamed = Annotated[Way, Path()]
State = Literal["", "waiting", "to_do", "sent", "delivered", "opened", "bounced", "failed", "withdrawn"]
SHOWN = (
    "id", "message_id", "way", "subject", "about", "recipient", "title", "state", "made_on", "made_by",
    "sent_at", "tries", "paper_sha256",
)  # fmt: skip
CHANNEL = (
    "way", "form", "url", "is_on", "quiet_from", "quiet_until", "gap_minutes", "is_ready", "fault",
)  # fmt: skip


@router.get("/messages", response={200: Page[MessageOut], **PROBLEMS})
def messages(
    request: HttpRequest,
    way: Literal["", "letter", "email", "sms", "chat", "phone"] = "",
    state: State = "",
    text: Text = "",
    after: AfterId = None,
    limit: Limit = USUAL_LIMIT,
) -> dict[str, Any]:
    """The messages about customers within your reach, the newest first."""
    actor, on = actor_of(request), business_day()
    wanted = Wanted(way=way, state=state, text=text, after=after)
    rows = list(sent.messages(actor, wanted, customers.visible(actor, on=on))[: limit + 1])
    shown, following = page_of(rows, limit, lambda row: row.pk)
    return {"items": [_message(actor, row) for row in shown], "next": following}


@router.get("/messages/{message_id}", response={200: MessageToldOut, **PROBLEMS})
def message(request: HttpRequest, message_id: Id) -> dict[str, Any]:
    """One message with all that became of it."""
    actor = actor_of(request)
    row = sent.message(actor, message_id, customers.visible(actor, on=business_day()))
    steps = [
        {name: getattr(one, name) for name in ("what", "at", "by", "note")} for one in sent.steps(row.pk)
    ]
    return {**_message(actor, row), "text": row.text, "steps": steps}


@router.post("/messages/{message_id}/done", response={200: DoneOut, **PROBLEMS})
@once()
def note_done(request: HttpRequest, message_id: Id, body: MessageDoneIn) -> Status[Any]:
    """Note what became of a letter or a call."""
    return Status(200, {"id": acts.note_done(**_who(request, message_id), **body.model_dump()).pk})


@router.post("/messages/{message_id}/send-again", response={200: DoneOut, **PROBLEMS})
@once()
def send_again(request: HttpRequest, message_id: Id) -> Status[Any]:
    """Send again what failed or came back; under the same id."""
    return Status(200, {"id": acts.send_again(**_who(request, message_id)).pk})


@router.post("/messages/{message_id}/withdraw", response={200: DoneOut, **PROBLEMS})
@once()
def withdraw(request: HttpRequest, message_id: Id, body: MessageWithdrawIn) -> Status[Any]:
    """Take back what has not gone out."""
    return Status(200, {"id": acts.withdraw(**_who(request, message_id), reason=body.reason).pk})


@router.get("/message-ways", response={200: list[MessageWayOut], **PROBLEMS})
def ways(request: HttpRequest) -> list[dict[str, Any]]:
    """How each way of sending is set up, and whether something can be sent by it."""
    access.require(actor_of(request), "messages.read")
    return [{name: getattr(one, name) for name in CHANNEL} for one in sent.channels()]


@router.put("/message-ways/{way}", response={200: MessageWaySecretOut, **PROBLEMS})
@once(secret=("secret",))
def set_way(request: HttpRequest, way: WayNamed, body: MessageWayIn) -> Status[Any]:
    """Set up a way; the secret of a new gateway is shown this once."""
    wanted = ChannelWanted(way=way, **body.model_dump())
    secret = acts.set_channel(actor=actor_of(request), on=business_day(), wanted=wanted)
    return Status(200, {"secret": secret or None})


@router.post("/message-ways/{way}/secret", response={200: MessageWaySecretOut, **PROBLEMS})
@once(secret=("secret",))
def renew_secret(request: HttpRequest, way: WayNamed) -> Status[Any]:
    """Give a way another secret, shown this once."""
    secret = acts.renew_channel_secret(actor=actor_of(request), on=business_day(), way=way)
    return Status(200, {"secret": secret})


@router.post("/message-ways/{way}/trial", response={201: DoneOut, **PROBLEMS})
@once()
def send_trial(request: HttpRequest, way: WayNamed, body: MessageTrialIn) -> Status[Any]:
    """Send a trial to an address; gives the number of the message."""
    made = acts.send_trial(actor=actor_of(request), on=business_day(), way=way, address=body.address)
    return Status(201, {"id": made.pk})


def _who(request: HttpRequest, message_id: int) -> dict[str, Any]:
    """Who acts on which message, once it was found within reach."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "messages.write", f"message:{message_id}")
    sent.message(actor, message_id, customers.visible(actor, on=on))
    return {"actor": actor, "on": on, "message_id": message_id}


def _message(actor: Actor, row: Any) -> dict[str, Any]:
    address, fault = sent.address_shown(actor, row), sent.fault_of(row)
    return {**{name: getattr(row, name) for name in SHOWN}, "address": address, "fault": fault}
