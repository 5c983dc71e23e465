"""Telling an event: kept in the transaction of what happened, sent afterwards."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from xinheng.base.audit.services import plain
from xinheng.base.kernel.clock import timestamp
from xinheng.base.webhooks.models import Delivery, Event, Subscription
from xinheng.base.webhooks.values import EVENTS, EVERY

KNOWN_FOR_SECONDS = 1  # so that where nobody listens an event costs no statement
_known: tuple[float, list[tuple[int, list[str]]]] | None = None  # since when, and what


def tell(event: str, *, subject: str, payload: Mapping[str, Any], on: date) -> None:
    """Tell one event to all that subscribed to it. See `tell_all`."""
    tell_all(event, [(subject, payload)], on=on)


def tell_all(event: str, told: Iterable[tuple[str, Mapping[str, Any]]], *, on: date) -> None:
    """Keep events of one kind for all that subscribed to it, inside the transaction of what happened.

    told: subject ("customer:C-7") and payload of each; events of one subject are delivered in their order. A
    payload has only the fields that `values.EVENTS` names for the event: nothing masked goes out by mistake.
    A subscription made by another process is known within a second.
    """
    if listening := _listening(event):
        keep(event, list(told), listening, on=on)


def is_heard(event: str) -> bool:
    """Whether anybody subscribed to an event, so that telling it costs a statement."""
    return bool(_listening(event))


def _listening(event: str) -> list[int]:
    return [key for key, events in subscribed() if event in events or EVERY in events]


def keep(
    event: str, told: Sequence[tuple[str, Mapping[str, Any]]], subscriptions: list[int], *, on: date
) -> list[Event]:
    """Keep events and their deliveries to these subscriptions."""
    allowed, at = EVENTS[event].fields, timestamp()
    for _subject, payload in told:
        assert payload.keys() <= allowed, f"{event} may not tell {payload.keys() - allowed}"
    rows = [
        Event(
            message_id=f"msg_{uuid.uuid4().hex}", event=event, subject=subject, on=on, at=at,
            payload=plain(payload),
        )
        for subject, payload in told
    ]  # fmt: skip
    with transaction.atomic():
        kept = Event.objects.bulk_create(rows, batch_size=1000)
        Delivery.objects.bulk_create(
            [
                Delivery(subscription_id=key, event=row, subject=row.subject, due_at=at)
                for row in kept
                for key in subscriptions
            ],
            batch_size=1000,
        )
    return kept


def subscribed() -> list[tuple[int, list[str]]]:
    """Subscriptions that are on, and their events."""
    global _known  # noqa: PLW0603 - asked at every check, where a shared cache would cost more than all else
    now = time.monotonic()
    if _known is None or now - _known[0] > KNOWN_FOR_SECONDS:
        _known = now, list(Subscription.objects.filter(is_on=True).values_list("pk", "events"))
    return _known[1]


def look_again() -> None:
    """Subscriptions have changed: know them anew, now and once the change is kept."""
    forget()
    transaction.on_commit(forget)


def forget() -> None:
    """Nothing is known of subscriptions any more."""
    global _known  # noqa: PLW0603
    _known = None
