"""What is done when a day ends: habits measured, overdue brought to the day, every running sum proven."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.clock import timestamp
from xinheng.facts.customers import queries as customers
from xinheng.judgements.limits import proving, rechecking_many, refreshing
from xinheng.judgements.limits.models import CoverRequest, Limit, OrderCredit, Reconciliation

SHOWN = 100


@dataclass(frozen=True)
class DayEnd:
    """What the end of a day came to. rechecked: held orders by how they stand now."""

    on: date
    accounts: int
    rechecked: dict[str, int]
    proof: Reconciliation


def end_day(*, actor: Actor, on: date) -> DayEnd:
    """Measure habits, bring what is overdue to the day, ask about held orders again, prove the sums.

    Each account and each order is done in a transaction of its own, so that nobody waits for the whole.
    Refuses: AccessDenied.
    """
    access.require(actor, "limits.check", "day_end")
    done = refreshing.refresh(actor=actor, on=on)
    rechecked = rechecking_many.recheck_all(actor=actor, on=on)
    return DayEnd(on, done, rechecked, prove(actor=actor, on=on))


def prove(*, actor: Actor, on: date) -> Reconciliation:
    """Hold every running sum against the facts, and keep what was found. Refuses: AccessDenied.

    What differs is looked at again with its accounts locked: what somebody was just posting is no difference.
    """
    access.require(actor, "limits.read", "reconciliation")
    with transaction.atomic():
        found = proving.confirmed()
        named = proving.named(found.head(SHOWN))
        kept = Reconciliation.objects.create(
            on=on,
            at=timestamp().astimezone(UTC),
            by=actor.login,
            differing=found.height,
            differences=named,
        )
        audit.record(
            actor=actor, act="limits.reconcile", subject="", on=on, after={"differences": found.height}
        )
    return kept


def last_proof() -> Reconciliation | None:
    """The last time the running sums were held against the facts; None: never."""
    return Reconciliation.objects.order_by("-pk").first()


def lapsing(actor: Actor, *, on: date, within: timedelta = timedelta(days=14)) -> QuerySet[Limit]:
    """Limits of the customers within reach whose last day comes soon and that no newer word replaced.

    The next to lapse first. Refuses: AccessDenied.
    """
    access.require(actor, "limits.read", "limits")
    newer = Limit.objects.filter(
        account=OuterRef("account"), reach=OuterRef("reach"), kind=OuterRef("kind"),
        component=OuterRef("component"), pk__gt=OuterRef("pk"),
    )  # fmt: skip
    reached = customers.visible(actor, on=on).values("pk")
    rows = Limit.objects.filter(until_on__gte=on, until_on__lte=on + within, account__customer__in=reached)
    rows = rows.exclude(state="withdrawn").filter(~Exists(newer))
    return rows.select_related("account__customer").order_by("until_on", "pk")


def granted_between(actor: Actor, *, on: date, first: date, last: date) -> QuerySet[Limit]:
    """Fixed limits of the customers within reach that were told from some days on and hold still.

    Whoever reviews credit yearly finds those of a year ago. Refuses: AccessDenied.
    """
    access.require(actor, "limits.read", "limits")
    newer = Limit.objects.filter(
        account=OuterRef("account"), reach="own", kind="fixed", component="", pk__gt=OuterRef("pk")
    )
    reached = customers.visible(actor, on=on).order_by().values("pk")
    rows = Limit.objects.filter(
        reach="own", kind="fixed", component="", state="limited", from_on__range=(first, last),
        account__customer__in=reached,
    )  # fmt: skip
    held = rows.filter(~Exists(newer)).exclude(until_on__lt=on)
    return held.select_related("account__customer").order_by("from_on", "pk")


def late_covers(actor: Actor, *, on: date) -> QuerySet[CoverRequest]:
    """What was asked of customers within reach for held orders and did not come by its day.

    Refuses: AccessDenied.
    """
    access.require(actor, "limits.read", "covers")
    reached = customers.visible(actor, on=on).values("pk")
    held = OrderCredit.objects.filter(customer__in=reached, state="held").values("order_no")
    return CoverRequest.objects.filter(state="open", until_on__lt=on, order_no__in=held).order_by("until_on")
