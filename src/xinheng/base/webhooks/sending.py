"""Sending what is due: taken under a lease, posted, and written down how it went."""

from __future__ import annotations

import json
import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from xinheng.base.kernel.clock import timestamp
from xinheng.base.webhooks import posting, rules
from xinheng.base.webhooks.models import Delivery, Event, Subscription

AT_ONCE = 16  # posts of one round under way
LEASE = timedelta(minutes=2)  # more than a post may take: a sender that was killed gives it back
LONGEST_REST = timedelta(minutes=1)  # of a subscription of which a whole round failed
KEPT_DAYS = 30


@dataclass(frozen=True)
class Post:
    """One message as it goes out. body: the bytes that are signed. fault: why it cannot go out at all."""

    delivery_id: int
    url: str
    message_id: str
    body: bytes
    secret: str
    fault: str = ""


@dataclass(frozen=True)
class Outcome:
    """What a post came to. answer: the HTTP status; None: no answer, and `fault` says why, in one
    of our own codes or as the network said it."""

    delivery_id: int
    answer: int | None
    fault: str = ""

    @property
    def arrived(self) -> bool:
        return self.answer is not None and 200 <= self.answer < 300


def send_due() -> int:
    """Send what is due, the first of each subject; gives how many posts were made.

    At least once: a sender that dies after the post and before its note leaves it to be sent again, under the
    same id. Several senders may work at once.
    """
    now = timestamp()
    if not Delivery.objects.filter(state="waiting", due_at__lte=now).exists():
        return 0  # asked every second: no lock is taken for nothing
    posts = _taken(now)
    with ThreadPoolExecutor(AT_ONCE) as senders:
        outcomes = list(senders.map(_post, posts))
    _note(outcomes, timestamp())
    return len(posts)


def forget_old() -> int:
    """Drop events that arrived everywhere long ago; gives how many. What was given up stays."""
    before = timestamp() - timedelta(days=KEPT_DAYS)
    with transaction.atomic():
        Delivery.objects.filter(state="delivered", event__at__lt=before).delete()
        told = Exists(Delivery.objects.filter(event=OuterRef("pk")))
        return Event.objects.filter(~told, at__lt=before).delete()[0]


@transaction.atomic
def _taken(now: datetime) -> list[Post]:
    """What this sender sends now; nobody else does while its lease lasts."""
    awake = Q(subscription__is_on=True) & (
        Q(subscription__rest_until__isnull=True) | Q(subscription__rest_until__lte=now)
    )
    earlier = Delivery.objects.filter(
        subscription=OuterRef("subscription"),
        subject=OuterRef("subject"),
        state="waiting",
        pk__lt=OuterRef("pk"),
    )
    heads = (
        Delivery.objects.filter(awake, ~Exists(earlier), state="waiting", due_at__lte=now)
        .select_related("subscription", "event")
        .select_for_update(of=("self",), skip_locked=True)
        .order_by("pk")[: 4 * AT_ONCE]
    )
    taken = list(heads)
    Delivery.objects.filter(pk__in=[one.pk for one in taken]).update(due_at=now + LEASE)
    return [_as_post(one) for one in taken]


def _as_post(delivery: Delivery) -> Post:
    event, subscription = delivery.event, delivery.subscription
    told = {
        "type": event.event,
        "timestamp": event.at.isoformat(),
        "on": event.on.isoformat(),
        "subject": event.subject,
        "data": event.payload,
    }
    secret = posting.secret_of(subscription.salt, subscription.secret_mark)
    fault = "" if secret else "secret_lost"
    if rules.fault_of_address(subscription.url, settings.WEBHOOK_HOSTS):
        fault = "host_refused"
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    return Post(delivery.pk, subscription.url, event.message_id, body, secret, fault)


def _post(post: Post) -> Outcome:
    """Post one message. Redirects are not followed, and of an answer only the status counts."""
    if post.fault:
        return Outcome(post.delivery_id, None, post.fault)
    headers = posting.signed_headers(post.secret, message_id=post.message_id, body=post.body)
    answer = posting.post(post.url, post.body, headers)
    return Outcome(post.delivery_id, answer.status, answer.fault)


@transaction.atomic
def _note(outcomes: list[Outcome], now: datetime) -> None:
    """Write down how the posts went, and how their subscriptions stand."""
    by_key = {one.delivery_id: one for one in outcomes}
    rows = list(Delivery.objects.select_for_update().filter(pk__in=by_key).order_by("pk"))
    rest: dict[int, datetime] = {}
    for row in rows:
        outcome = by_key[row.pk]
        row.tries, row.tried_at, row.answer = row.tries + 1, now, outcome.answer
        row.fault = outcome.fault
        wait = None if outcome.arrived else rules.wait_after(row.tries, chance=secrets.randbelow(1000) / 1000)
        if outcome.arrived:
            row.state = "delivered"
        elif wait is None:
            row.state = "dead"
        else:
            row.due_at = now + wait
            if outcome.answer is None:  # nobody there: the others of the subscription need not try
                rest.setdefault(row.subscription_id, now + min(wait, LONGEST_REST))
    Delivery.objects.bulk_update(rows, ["tries", "tried_at", "answer", "fault", "state", "due_at"])
    arrived = {row.subscription_id for row in rows if row.state == "delivered"}
    failed = {row.subscription_id for row in rows} - arrived
    Subscription.objects.filter(pk__in=arrived).update(failing_since=None, answered_at=now, rest_until=None)
    Subscription.objects.filter(pk__in=failed, failing_since__isnull=True).update(failing_since=now)
    for key in failed & rest.keys():
        Subscription.objects.filter(pk=key).update(rest_until=rest[key])
