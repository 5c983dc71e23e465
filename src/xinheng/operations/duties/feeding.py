"""Calendars that a person subscribes to: an address with a secret, shown once and revoked at any time."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date

from django.db import transaction

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.operations.duties import selecting
from xinheng.operations.duties.errors import FeedUnknown
from xinheng.operations.duties.models import Feed

BYTES = 32


@transaction.atomic
def subscribe(*, actor: Actor, on: date, name: str) -> tuple[str, Feed]:
    """Make an address for oneself; gives its secret, which is never shown again.

    Refuses: AccessDenied, DutyInvalid, FeedUnknown (somebody who is no person here).
    """
    access.require(actor, "duties.read", f"person:{actor.login}")
    if actor.person_id is None:
        raise FeedUnknown(feed=actor.login)
    secret = secrets.token_urlsafe(BYTES)
    kept = Feed.objects.create(
        person_id=actor.person_id, name=selecting.needed(name, "name", 60), digest=_digest(secret), made_on=on
    )
    after = {"name": kept.name}
    audit.record(actor=actor, act="duties.subscribe", subject=f"feed:{kept.pk}", on=on, after=after)
    return secret, kept


@transaction.atomic
def unsubscribe(*, actor: Actor, on: date, feed_id: int) -> Feed:
    """End an address of one's own at once. Refuses: AccessDenied, FeedUnknown."""
    access.require(actor, "duties.read", f"feed:{feed_id}")
    found = Feed.objects.filter(pk=feed_id, person_id=actor.person_id or 0, revoked_on__isnull=True).first()
    if found is None:
        raise FeedUnknown(feed=feed_id)
    found.revoked_on = on
    found.save(update_fields=["revoked_on"])
    audit.record(
        actor=actor, act="duties.unsubscribe", subject=f"feed:{feed_id}", on=on, after={"revoked_on": on}
    )
    return found


def reader_of(secret: str, *, on: date) -> Actor:
    """Who reads at an address; nobody who is no longer active or may not. Refuses: FeedUnknown."""
    found = (
        Feed.objects.filter(digest=_digest(secret), revoked_on__isnull=True).select_related("person").first()
    )
    if found is None or not found.person.is_active:
        raise FeedUnknown(feed="")
    actor = access.actor_of(found.person, on=on)
    if not actor.may("duties.read"):
        raise FeedUnknown(feed="")
    return actor


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
