"""Questions to webhooks: who is told, and what became of each telling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.webhooks.errors import ReachTooSmall
from xinheng.base.webhooks.models import Delivery, Subscription
from xinheng.base.webhooks.values import EVENTS, EVERY, Wanted


@dataclass(frozen=True)
class Standing:
    """A subscription with what is left to tell it: on its way, and given up."""

    subscription: Subscription
    waiting: int
    dead: int


STATES: dict[str, str | Promise] = {
    "waiting": _("on its way"),
    "delivered": _("arrived"),
    "dead": _("could not be delivered"),
}
FAULTS: dict[str, str | Promise] = {
    "secret_lost": _("The key of the installation has changed: give this webhook a new secret."),
    "host_refused": _("The installation does not allow this host."),
}


def subscriptions(actor: Actor) -> list[Standing]:
    """Everybody who is told, with how many events wait and how many were given up.

    Refuses: AccessDenied, ReachTooSmall.
    """
    _require(actor)
    left = Delivery.objects.exclude(state="delivered").values_list("subscription", "state")
    counts = {(key, state): count for key, state, count in left.annotate(Count("pk")).order_by()}
    return [
        Standing(one, counts.get((one.pk, "waiting"), 0), counts.get((one.pk, "dead"), 0))
        for one in Subscription.objects.order_by("pk")
    ]


def deliveries(actor: Actor, wanted: Wanted) -> QuerySet[Delivery]:
    """What was told, the newest first. Refuses: AccessDenied, ReachTooSmall."""
    _require(actor)
    rows = Delivery.objects.select_related("subscription", "event").order_by("-pk")
    if wanted.subscription:
        rows = rows.filter(subscription=wanted.subscription)
    if wanted.state in STATES:
        rows = rows.filter(state=wanted.state)
    if wanted.event in EVENTS:
        rows = rows.filter(event__event=wanted.event)
    if text := wanted.text.strip():
        rows = rows.filter(Q(subject__contains=text) | Q(event__message_id=text) | Q(fault__contains=text))
    if wanted.after:
        rows = rows.filter(pk__lt=wanted.after)
    return rows


def events() -> Mapping[str, str]:
    """Every event in words; "*" stands for all of them."""
    return {EVERY: str(_("every event")), **{code: str(kind.words) for code, kind in EVENTS.items()}}


def fault_of(delivery: Delivery) -> str:
    """Why the last try did not arrive, in words; what the network said is given as it said it."""
    if delivery.fault:
        return str(FAULTS.get(delivery.fault, delivery.fault))
    return "" if delivery.state == "delivered" or delivery.answer is None else f"HTTP {delivery.answer}"


def _require(actor: Actor) -> None:
    access.require(actor, "webhooks.read")
    if actor.scope.reach != "everything":
        raise ReachTooSmall
