"""Setting up who is told, and sending again what was given up."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date

from django.conf import settings
from django.db import transaction

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.clock import timestamp
from xinheng.base.webhooks import rules, telling
from xinheng.base.webhooks.errors import (
    AddressRefused,
    DeliveryUnknown,
    DeliveryWaiting,
    ReachTooSmall,
    SubscriptionInvalid,
    SubscriptionUnknown,
)
from xinheng.base.webhooks.models import Delivery, Subscription
from xinheng.base.webhooks.values import EVENTS, EVERY


@transaction.atomic
def subscribe(
    *, actor: Actor, on: date, name: str, url: str, events: Sequence[str] = (EVERY,)
) -> tuple[str, Subscription]:
    """Tell an address of events from now on; gives the secret it verifies by, which is never shown again.

    Refuses: AccessDenied, ReachTooSmall, SubscriptionInvalid, AddressRefused.
    """
    access.require(actor, "webhooks.write", "webhook:")
    if actor.scope.reach != "everything":
        raise ReachTooSmall
    named, wanted = name.strip(), sorted(set(events))
    if not 0 < len(named) <= 60:
        raise SubscriptionInvalid(field="name", value=named[:80])
    wrong = next((event for event in wanted if event not in EVENTS and event != EVERY), "")
    if wrong or not wanted:
        raise SubscriptionInvalid(field="events", value=wrong)
    address = url.strip()
    if len(address) > 500 or rules.fault_of_address(address, settings.WEBHOOK_HOSTS):
        raise AddressRefused(field="url", value=address[:500])
    secret, salt = new_secret()
    made = Subscription.objects.create(
        name=named, url=address, events=wanted, salt=salt, secret_mark=rules.mark_of(secret),
        made_on=on, made_by=actor.login,
    )  # fmt: skip
    _changed(actor, on, "webhooks.subscribe", made, {"name": named, "url": address, "events": wanted})
    return secret, made


@transaction.atomic
def switch(*, actor: Actor, on: date, subscription_id: int, is_on: bool) -> Subscription:
    """Stop telling a subscription, or begin again; what it was not told while off is not made up for.

    What waited when it was switched off is sent when it is on again. Refuses: AccessDenied, ReachTooSmall,
    SubscriptionUnknown.
    """
    access.require(actor, "webhooks.write", f"webhook:{subscription_id}")
    found = _found(actor, subscription_id)
    before, found.is_on, found.rest_until = found.is_on, is_on, None
    found.save(update_fields=["is_on", "rest_until"])
    _changed(actor, on, "webhooks.switch", found, {"is_on": is_on}, {"is_on": before})
    return found


@transaction.atomic
def renew_secret(*, actor: Actor, on: date, subscription_id: int) -> str:
    """Give a subscription another secret; what is sent from now on is signed by it.

    Refuses: AccessDenied, ReachTooSmall, SubscriptionUnknown.
    """
    access.require(actor, "webhooks.write", f"webhook:{subscription_id}")
    found = _found(actor, subscription_id)
    secret, found.salt = new_secret()
    found.secret_mark = rules.mark_of(secret)
    found.save(update_fields=["salt", "secret_mark"])
    _changed(actor, on, "webhooks.renew_secret", found, {"renewed": True})
    return secret


@transaction.atomic
def send_trial(*, actor: Actor, on: date, subscription_id: int) -> Delivery:
    """Send a trial event, whatever the subscription is told of; it is on its way at once.

    Refuses: AccessDenied, ReachTooSmall, SubscriptionUnknown.
    """
    access.require(actor, "webhooks.write", f"webhook:{subscription_id}")
    found = _found(actor, subscription_id)
    told = [(f"webhook:{found.pk}", {"subscription": found.name})]
    (event,) = telling.keep("webhook.test", told, [found.pk], on=on)
    Subscription.objects.filter(pk=found.pk).update(rest_until=None)
    _changed(actor, on, "webhooks.send_trial", found, {"message": event.message_id})
    return Delivery.objects.get(event=event)


@transaction.atomic
def send_again(*, actor: Actor, on: date, delivery_id: int) -> Delivery:
    """Send what was given up, or what arrived and was lost there; it bears the same id as before.

    Refuses: AccessDenied, DeliveryUnknown, DeliveryWaiting, ReachTooSmall.
    """
    access.require(actor, "webhooks.write", f"delivery:{delivery_id}")
    delivery = (
        Delivery.objects.select_for_update(of=("self",))
        .select_related("subscription", "event")
        .filter(pk=delivery_id)
        .first()
    )
    if delivery is None:
        raise DeliveryUnknown(delivery=delivery_id)
    if delivery.state == "waiting":
        raise DeliveryWaiting(delivery=delivery_id)
    found = _found(actor, delivery.subscription_id)
    delivery.state, delivery.tries, delivery.due_at = "waiting", 0, timestamp()
    delivery.save(update_fields=["state", "tries", "due_at"])
    _changed(actor, on, "webhooks.send_again", found, {"message": delivery.event.message_id})
    return delivery


def _found(actor: Actor, subscription_id: int) -> Subscription:
    if actor.scope.reach != "everything":
        raise ReachTooSmall
    found = Subscription.objects.select_for_update().filter(pk=subscription_id).first()
    if found is None:
        raise SubscriptionUnknown(subscription=subscription_id)
    return found


def new_secret() -> tuple[str, str]:
    """A secret, and the salt it is made again from."""
    salt = secrets.token_urlsafe(24)
    return rules.secret_of(settings.SECRET_KEY, salt), salt


def _changed(
    actor: Actor, on: date, act: str, found: Subscription, after: dict[str, object],
    before: dict[str, object] | None = None,
) -> None:  # fmt: skip
    telling.look_again()
    audit.record(actor=actor, act=act, subject=f"webhook:{found.pk}", on=on, before=before, after=after)
