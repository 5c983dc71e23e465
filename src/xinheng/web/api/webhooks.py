"""Webhooks: who outside is told of what, and what became of each telling."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Status

from xinheng.base.access import services as access
from xinheng.base.webhooks import queries, services
from xinheng.base.webhooks.values import EVENTS, Wanted
from xinheng.runs.services import business_day
from xinheng.web.api.fields import USUAL_LIMIT, AfterId, Id, Limit
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.schemas import DoneOut, Page, page_of
from xinheng.web.api.signing_in import actor_of
from xinheng.web.api.webhook_schemas import (
    WebhookDeliveryOut,
    WebhookEventOut,
    WebhookIn,
    WebhookMadeOut,
    WebhookOut,
    WebhookSwitchIn,
)

router = Router(tags=["webhooks"])
OneId = Annotated[int | None, Query(ge=1, le=2**62)]
Text = Annotated[str, Query(max_length=200)]
State = Literal["", "waiting", "delivered", "dead"]


@router.get("/webhooks", response={200: list[WebhookOut], **PROBLEMS})
def webhooks(request: HttpRequest) -> list[dict[str, Any]]:
    """Everybody who is told, and how it stands with them."""
    return [
        {
            **{name: getattr(one.subscription, name) for name in SHOWN},
            "waiting": one.waiting,
            "dead": one.dead,
        }
        for one in queries.subscriptions(actor_of(request))
    ]


@router.get("/webhook-events", response={200: list[WebhookEventOut], **PROBLEMS})
def webhook_events(request: HttpRequest) -> list[dict[str, Any]]:
    """What may be subscribed to, with the fields each event tells."""
    access.require(actor_of(request), "webhooks.read")
    return [
        {"code": code, "words": str(kind.words), "fields": sorted(kind.fields)}
        for code, kind in EVENTS.items()
    ]


@router.post("/webhooks", response={201: WebhookMadeOut, **PROBLEMS})
@once(secret=("secret",))
def subscribe(request: HttpRequest, body: WebhookIn) -> Status[Any]:
    """Tell an address of events from now on; its secret is shown this once."""
    secret, made = services.subscribe(**_who(request), **body.model_dump())
    return Status(201, {"id": made.pk, "secret": secret})


@router.post("/webhooks/{webhook_id}/switch", response={200: DoneOut, **PROBLEMS})
@once()
def switch(request: HttpRequest, webhook_id: Id, body: WebhookSwitchIn) -> Status[Any]:
    """Stop telling a webhook, or begin again."""
    found = services.switch(**_who(request), subscription_id=webhook_id, is_on=body.is_on)
    return Status(200, {"id": found.pk})


@router.post("/webhooks/{webhook_id}/secret", response={200: WebhookMadeOut, **PROBLEMS})
@once(secret=("secret",))
def renew_secret(request: HttpRequest, webhook_id: Id) -> Status[Any]:
    """Give a webhook another secret, shown this once."""
    secret = services.renew_secret(**_who(request), subscription_id=webhook_id)
    return Status(200, {"id": webhook_id, "secret": secret})


@router.post("/webhooks/{webhook_id}/trial", response={200: DoneOut, **PROBLEMS})
@once()
def send_trial(request: HttpRequest, webhook_id: Id) -> Status[Any]:
    """Send a trial event; gives the number of its delivery."""
    return Status(200, {"id": services.send_trial(**_who(request), subscription_id=webhook_id).pk})


@router.get("/webhook-deliveries", response={200: Page[WebhookDeliveryOut], **PROBLEMS})
def deliveries(  # noqa: PLR0913, PLR0917 - each a filter
    request: HttpRequest,
    webhook: OneId = None,
    state: State = "",
    event: Text = "",
    text: Text = "",
    after: AfterId = None,
    limit: Limit = USUAL_LIMIT,
) -> dict[str, Any]:
    """What was told, the newest first."""
    wanted = Wanted(webhook, state, event, text, after)
    rows = list(queries.deliveries(actor_of(request), wanted)[: limit + 1])
    shown, following = page_of(rows, limit, lambda row: row.pk)
    return {"items": [_delivery(row) for row in shown], "next": following}


@router.post("/webhook-deliveries/{delivery_id}/send-again", response={200: DoneOut, **PROBLEMS})
@once()
def send_again(request: HttpRequest, delivery_id: Id) -> Status[Any]:
    """Send again what was given up, or what arrived and was lost; under the same id."""
    return Status(200, {"id": services.send_again(**_who(request), delivery_id=delivery_id).pk})


SHOWN = ("id", "name", "url", "events", "is_on", "made_on", "made_by", "failing_since", "answered_at")


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"actor": actor_of(request), "on": business_day()}


def _delivery(row: Any) -> dict[str, Any]:
    told, plain = row.event, ("id", "state", "tries", "due_at", "tried_at", "answer")
    return {
        **{name: getattr(row, name) for name in plain},
        **{name: getattr(told, name) for name in ("message_id", "event", "subject", "on", "at")},
        "webhook": row.subscription_id,
        "data": told.payload,
        "fault": queries.fault_of(row),
    }
