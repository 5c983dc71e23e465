"""What is done when a day ends: habits measured, overdue brought to the day, every running sum proven."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from typing import Any

import polars as pl
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.base.kernel.clock import timestamp
from xinheng.facts.customers import queries as customers
from xinheng.facts.receivables import queries as receivables
from xinheng.judgements.limits import keeping, proving, rechecking
from xinheng.judgements.limits.models import Account, CoverRequest, Limit, OrderCredit, Reconciliation

FAR = date(9999, 12, 31)
AT_ONCE = 500  # accounts that are locked at a time
SHOWN = 100
FIELDS = (
    "pk",
    "customer_id",
    "segment",
    "currency",
    "late_days",
    "overdue_minor",
    "oldest_due_on",
    "rolled_on",
)
SCHEMA = {
    "account_id": pl.Int64,
    "customer_id": pl.Int64,
    "segment": pl.String,
    "currency": pl.String,
    "late_days": pl.Int64,
    "overdue_minor": pl.Int64,
    "oldest_due_on": pl.Date,
    "rolled_on": pl.Date,
}
KEPT = ("late_days", "overdue_minor", "oldest_due_on", "rolled_on")


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
    done = refresh(actor=actor, on=on)
    rechecked = rechecking.recheck_all(actor=actor, on=on)
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


def refresh(*, actor: Actor, on: date) -> int:
    """Bring every account to a day: how late it pays by habit, what is overdue, foreign sums at its rates.

    Gives how many accounts changed. Refuses: AccessDenied.
    """
    access.require(actor, "limits.check", "accounts")
    late, changed = receivables.late_days(on=on), 0
    keys = list(Account.objects.order_by("pk").values_list("pk", flat=True))
    for some in _portions(keys):
        with transaction.atomic():
            changed += refresh_some(some, late, on=on)
    with transaction.atomic():
        audit.record(actor=actor, act="limits.refresh", subject="", on=on, after={"accounts": changed})
    return changed


def refresh_some(account_ids: Sequence[int], late: pl.DataFrame, *, on: date) -> int:
    """The same of some accounts, locked within the caller's transaction; gives how many changed."""
    rows = Account.objects.select_for_update().filter(pk__in=account_ids).order_by("pk")
    kept = pl.DataFrame(list(rows.values_list(*FIELDS)), schema=SCHEMA, orient="row")
    told = late.rename({"late_days": "late"})
    wanted = kept.select("account_id", "customer_id", "segment", "currency").join(
        _overdue(kept, on), on="account_id", how="left"
    )
    wanted = wanted.join(told, on=["customer_id", "segment"], how="left").select(
        "account_id", late_days="late", overdue_minor=pl.col("overdue").fill_null(0), oldest_due_on="oldest",
        rolled_on=pl.lit(on),
    )  # fmt: skip
    both = wanted.join(kept, on="account_id", suffix="_kept")
    differs = pl.any_horizontal(~pl.col(name).eq_missing(pl.col(f"{name}_kept")) for name in KEPT)
    new = both.filter(differs).select("account_id", *KEPT).sort("account_id")
    values = [
        Account(pk=account_id, **dict(zip(KEPT, told, strict=True))) for account_id, *told in new.iter_rows()
    ]
    Account.objects.bulk_update(values, KEPT, batch_size=100)
    keeping.revalue(account_ids, on=on)
    return new.height


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


def late_covers(actor: Actor, *, on: date) -> QuerySet[CoverRequest]:
    """What was asked of customers within reach for held orders and did not come by its day.

    Refuses: AccessDenied.
    """
    access.require(actor, "limits.read", "covers")
    reached = customers.visible(actor, on=on).values("pk")
    held = OrderCredit.objects.filter(customer__in=reached, state="held").values("order_no")
    return CoverRequest.objects.filter(state="open", until_on__lt=on, order_no__in=held).order_by("until_on")


def _overdue(accounts: pl.DataFrame, on: date) -> pl.DataFrame:
    """What is past due on bills in the currency of each account, and the earliest day anything is due."""
    everybody = customers.visible(system_actor(), on=on)
    those = everybody.filter(pk__in=accounts["customer_id"].unique().to_list())
    bills = receivables.open_documents(those, as_of=FAR).filter(pl.col("component") == "receivable")
    both = pl.concat([bills.filter(pl.col("segment") != ""), bills.with_columns(segment=pl.lit(""))])
    keys: list[Any] = ["customer_id", "segment", "currency"]
    minor, due_on = pl.col("minor"), pl.col("due_on")
    summed = both.group_by(keys).agg(
        overdue=minor.filter(due_on < on).sum(), oldest=due_on.filter(minor > 0).min()
    )
    return (
        accounts.select("account_id", *keys).join(summed, on=keys).select("account_id", "overdue", "oldest")
    )


def _portions(keys: list[int]) -> Iterator[list[int]]:
    return (keys[at : at + AT_ONCE] for at in range(0, len(keys), AT_ONCE))
