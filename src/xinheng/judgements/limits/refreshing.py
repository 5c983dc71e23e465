"""Accounts brought to a day, many at once: how late they pay by habit, what is overdue, foreign sums."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from typing import Any

import polars as pl
from django.db import transaction
from django.db.models import F

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.facts.customers import queries as customers
from xinheng.facts.disputes import queries as disputes
from xinheng.facts.receivables import queries as receivables
from xinheng.judgements.limits import keeping
from xinheng.judgements.limits.models import Account, OverdueSum

FAR = date(9999, 12, 31)
AT_ONCE = 500  # accounts that are locked at a time
SCHEMA = {
    "pk": pl.Int64,
    "customer_id": pl.Int64,
    "segment": pl.String,
    "currency": pl.String,
    "late_days": pl.Int64,
    "overdue_minor": pl.Int64,
    "oldest_due_on": pl.Date,
    "rolled_on": pl.Date,
    "is_rolled": pl.Boolean,
}
KEPT = ("late_days", "overdue_minor", "oldest_due_on", "rolled_on", "is_rolled")
KEYS: list[Any] = ["customer_id", "segment", "currency"]
SUMS = {"id": pl.Int64, "pk": pl.Int64, "days": pl.Int64}


def refresh(*, actor: Actor, on: date) -> int:
    """Bring every account to a day: how late it pays by habit, what is overdue, foreign sums at its rates.

    Some accounts at a time, so that nobody waits for the whole. Gives how many accounts changed.
    Refuses: AccessDenied.
    """
    access.require(actor, "limits.check", "accounts")
    late, changed = late_days(on=on), 0
    keys = list(Account.objects.order_by("pk").values_list("pk", flat=True))
    for some in _portions(keys):
        with transaction.atomic():
            changed += refresh_some(some, late, on=on)
    with transaction.atomic():
        audit.record(actor=actor, act="limits.refresh", subject="", on=on, after={"accounts": changed})
    return changed


def late_days(*, on: date) -> pl.DataFrame:
    """How late customers pay by habit, without what was our own fault and what a paused clock took off."""
    return receivables.late_days(on=on, counted=partial(disputes.counted_payments, as_of=on))


def refresh_some(account_ids: Sequence[int], late: pl.DataFrame, *, on: date) -> int:
    """The same of some accounts, locked within the caller's transaction; gives how many changed."""
    rows = Account.objects.select_for_update().filter(pk__in=account_ids).order_by("pk")
    kept = pl.DataFrame(list(rows.values_list(*SCHEMA)), schema=SCHEMA, orient="row")
    bills = _open_bills(kept, on=on)
    due_on, minor = pl.col("due_on"), pl.col("minor")
    due = bills.group_by("pk").agg(
        overdue_minor=minor.filter(due_on < on).sum(), oldest_due_on=due_on.filter(minor > 0).min()
    )
    wanted = (
        kept.select("pk", *KEYS)
        .join(due, on="pk", how="left")
        .join(late, on=["customer_id", "segment"], how="left")
        .with_columns(
            pl.col("overdue_minor").fill_null(0), rolled_on=pl.lit(on), is_rolled=pl.lit(value=True)
        )
    )
    both = wanted.join(kept.select("pk", *KEPT), on="pk", suffix="_kept")
    differs = pl.any_horizontal(~pl.col(name).eq_missing(pl.col(f"{name}_kept")) for name in KEPT)
    new = both.filter(differs).select("pk", *KEPT).sort("pk")
    values = [
        Account(version=F("version") + 1, **dict(zip(new.columns, row, strict=True)))
        for row in new.iter_rows()
    ]
    Account.objects.bulk_update(values, [*KEPT, "version"], batch_size=100)
    _roll_sums(account_ids, bills, on=on)
    keeping.revalue(account_ids, on=on)
    return new.height


def roll_contested(account: Account, *, on: date) -> None:
    """Bring one account to a day where bills of its customer were contested or paused; its habit stays."""
    habit = {
        "customer_id": [account.customer_id],
        "segment": [account.segment],
        "late_days": [account.late_days],
    }
    schema = {"customer_id": pl.Int64, "segment": pl.String, "late_days": pl.Int64}
    refresh_some([account.pk], pl.DataFrame(habit, schema=schema), on=on)


def _roll_sums(account_ids: Sequence[int], bills: pl.DataFrame, *, on: date) -> None:
    """What is more than so many days past due, for the distances that rules have asked about."""
    rows = OverdueSum.objects.filter(account__in=account_ids).values_list("pk", "account_id", "days")
    sums = pl.DataFrame(list(rows), schema=SUMS, orient="row").with_columns(
        cutoff_on=pl.lit(on) - pl.duration(days=pl.col("days"))
    )
    past = sums.join(bills, on="pk").filter(pl.col("due_on") < pl.col("cutoff_on"))
    totals = sums.join(past.group_by("id").agg(pl.col("minor").sum()), on="id", how="left").sort("id")
    values = [
        OverdueSum(pk=key, cutoff_on=cutoff_on, minor=minor or 0)
        for key, cutoff_on, minor in totals.select("id", "cutoff_on", "minor").iter_rows()
    ]
    OverdueSum.objects.bulk_update(values, ["cutoff_on", "minor"], batch_size=200)


def _open_bills(accounts: pl.DataFrame, *, on: date) -> pl.DataFrame:
    """The open bills of accounts in the currency of each, as they count: pk of the account, due_on, minor."""
    everybody = customers.visible(system_actor(), on=FAR)
    those = everybody.filter(pk__in=accounts["customer_id"].unique().to_list())
    found = receivables.open_documents(those, as_of=FAR).filter(pl.col("component") == "receivable")
    bills = disputes.counted_bills(found, as_of=on)
    both = pl.concat([bills.filter(pl.col("segment") != ""), bills.with_columns(segment=pl.lit(""))])
    return accounts.select("pk", *KEYS).join(both, on=KEYS).select("pk", "due_on", "minor")


def _portions(keys: list[int]) -> Iterator[list[int]]:
    return (keys[at : at + AT_ONCE] for at in range(0, len(keys), AT_ONCE))
