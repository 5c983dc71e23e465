"""Levels and orders: checks of orders see the level, a level may hold an account, payment lifts both."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import partial
from typing import Any

import polars as pl
from django.db import transaction

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.base.kernel.clock import at_site, timestamp
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.facts.receivables import queries as receivables
from xinheng.judgements.limits import services as limits
from xinheng.operations.dunning import policy
from xinheng.operations.dunning.models import Block, Reminder

LIVE = {
    "customer_id": pl.Int64, "bill_id": pl.Int64, "instalment": pl.Int64, "level": pl.Int64,
    "currency": pl.String, "segment": pl.String, "blocks": pl.Boolean,
}  # fmt: skip
STANDING = {"customer_id": pl.Int64, "segment": pl.String, "level": pl.Int64, "blocks": pl.Boolean}
FAR = date(9999, 12, 31)
MANY = 5_000


def follow_payments(*, moves: pl.DataFrame, **_: Any) -> None:
    """Once something was paid, credited or voided and is kept: the levels of who was reminded, anew.

    Not inside the transaction, whose facts are told before they are written. What is cut off in between the
    night makes good; until then orders are held rather than let pass.
    """
    touched = frozenset(moves["customer_id"].unique().to_list())
    transaction.on_commit(partial(_follow, touched), robust=True)


def follow_all(*, actor: Actor, on: date) -> int:
    """The levels of everybody who was reminded, anew; gives of how many. Refuses: AccessDenied."""
    access.require(actor, "dunning.write")
    reminded = Reminder.objects.filter(lives=True, level__gt=0).order_by()
    ids = list(reminded.values_list("customer_id", flat=True).distinct())
    if ids:
        tell_levels(ids, actor=actor, on=on)
    return len(ids)


def _follow(touched: frozenset[int]) -> None:
    reminded = Reminder.objects.filter(lives=True, level__gt=0)
    if len(touched) <= MANY:
        reminded = reminded.filter(customer_id__in=touched)
    found = reminded.order_by().values_list("customer_id", flat=True).distinct()
    if ids := [key for key in found if key in touched]:
        tell_levels(ids, actor=system_actor("dunning"), on=at_site(timestamp()).date(), as_of=FAR)


@transaction.atomic
def tell_levels(customer_ids: Collection[int], *, actor: Actor, on: date, as_of: date | None = None) -> None:
    """Tell the check of orders the highest level of what each customer has open, and hold or free accounts.

    as_of: the ledger looked at; the day itself where nothing else is said. What is open below the small
    amount of the company's ladder does not count (SAP-11).
    """
    standing = levels_now(customer_ids, as_of=as_of or on)
    levels = standing.select("customer_id", "segment", "level")
    limits.note_reminders(actor=actor, on=on, levels=levels, customer_ids=sorted(customer_ids))
    _hold(standing, customer_ids, actor=actor, on=on)


def levels_now(customer_ids: Collection[int], *, as_of: date) -> pl.DataFrame:
    """The highest level of what customers have open, a row a customer and segment; "" is over all."""
    few = sorted(customer_ids)
    rows = Reminder.objects.filter(lives=True, level__gt=0)
    if len(few) <= MANY:
        rows = rows.filter(customer_id__in=few)
    live = pl.DataFrame(
        list(rows.values_list(*LIVE)), schema=LIVE, orient="row", infer_schema_length=None
    ).filter(pl.col("customer_id").is_in(few))
    if live.is_empty():
        return pl.DataFrame(schema=STANDING)
    among = customers.by_ids(few) if len(few) <= MANY else None
    lines = receivables.open_lines(among, as_of=as_of).select("bill_id", "instalment", "open_minor")
    found = live.join(lines, on=["bill_id", "instalment"], how="inner").join(
        _small(as_of), on="currency", how="left"
    )
    counted = found.filter(pl.col("open_minor") > 0, pl.col("open_minor") >= pl.col("small").fill_null(0))
    whole = counted.with_columns(segment=pl.lit(""))
    each = pl.concat([counted.filter(pl.col("segment") != ""), whole])
    return (
        each.group_by("customer_id", "segment")
        .agg(pl.col("level").max(), pl.col("blocks").any())
        .select(*STANDING)
    )


def _small(on: date) -> pl.DataFrame:
    ladder = policy.company_ladder(on)
    rows = [(one.currency, Money.of(one.amount, one.currency).minor) for one in ladder.counts_from]
    return pl.DataFrame(rows, schema={"currency": pl.String, "small": pl.Int64}, orient="row")


def _hold(standing: pl.DataFrame, customer_ids: Collection[int], *, actor: Actor, on: date) -> None:
    """Put accounts on hold whose level blocks, and give those back that stand below such a level again."""
    wanted = {(key, segment): level for key, segment, level, blocks in standing.iter_rows() if blocks}
    open_blocks = Block.objects.filter(lifted_on__isnull=True)
    if len(customer_ids) <= MANY:
        open_blocks = open_blocks.filter(customer_id__in=list(customer_ids))
    known = set(customer_ids)
    held = {(row.customer_id, row.segment): row for row in open_blocks if row.customer_id in known}
    put = limits.hold_accounts(actor=actor, on=on, accounts=sorted(wanted.keys() - held.keys()))
    Block.objects.bulk_create(
        [
            Block(customer_id=key, segment=segment, before=before, level=wanted[key, segment], from_on=on)
            for (key, segment), before in put.items()
        ],
        batch_size=1000,
    )
    lifted = [row for place, row in held.items() if place not in wanted]
    before = {(row.customer_id, row.segment): row.before for row in lifted}
    limits.free_accounts(actor=actor, on=on, accounts=before)
    Block.objects.filter(pk__in=[row.pk for row in lifted]).update(lifted_on=on)
