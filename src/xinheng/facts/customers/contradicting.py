"""What two channels tell differently of one item, over many customers at once (SIX-15, NET-05)."""

from __future__ import annotations

from datetime import date

import polars as pl
from django.db.models import Count, Exists, OuterRef, QuerySet

from xinheng.facts.customers.items import catalogue, unclassified
from xinheng.facts.customers.models import Customer, FileFact
from xinheng.facts.customers.setwise import framed
from xinheng.facts.customers.values import MASK, Contradiction

SCHEMA = {
    "id": pl.Int64, "customer_id": pl.Int64, "item": pl.String, "key": pl.String, "channel": pl.String,
    "value": pl.String, "true_on": pl.Date, "told_on": pl.Date, "verification": pl.String,
    "verified_on": pl.Date,
}  # fmt: skip
ONE = ["customer_id", "item", "key"]


def contradictory(customers: QuerySet[Customer], *, on: date, most: int = 500) -> list[Contradiction]:
    """The items of active customers of which the channels tell different things, in order of the numbers.

    As in a credit file: the last word of each channel counts, one that was disputed does not, and one that
    was verified settles what others had told until then. Sensitive values are masked.
    """
    found = _apart(_standing(customers, on)).sort("customer_id", "item", "key", "channel")
    rows = found.group_by(ONE, maintain_order=True).agg("channel", "value", "true_on")
    named = Customer.objects.in_bulk(set(rows["customer_id"]))
    known = catalogue()
    told = [
        Contradiction(
            named[row["customer_id"]].no,
            named[row["customer_id"]].name,
            item := known.get(row["item"], unclassified(row["item"])),
            MASK if item.sensitive and row["key"] else row["key"],
            tuple(
                (channel, MASK if item.sensitive else value, day)
                for channel, value, day in zip(row["channel"], row["value"], row["true_on"], strict=True)
            ),
        )
        for row in rows.iter_rows(named=True)
    ]
    return sorted(told, key=lambda one: (one.customer_no, one.item.dimension, one.item.code))[:most]


def _standing(customers: QuerySet[Customer], on: date) -> pl.DataFrame:
    """The facts of items that were told in more than one way, without what is disputed."""
    active = customers.filter(status="active").order_by()
    told = FileFact.objects.filter(customer__in=active, told_on__lte=on).exclude(verification="disputed")
    same = told.order_by().values(*ONE).annotate(ways=Count("value", distinct=True)).filter(ways__gt=1)
    here = {name: OuterRef(name) for name in ONE}
    rows = told.filter(Exists(same.filter(**here))).order_by().values_list(*SCHEMA)
    return framed(rows.iterator(chunk_size=50_000), SCHEMA)


def _apart(told: pl.DataFrame) -> pl.DataFrame:
    """The last word of each channel where those that count differ."""
    last = told.sort("true_on", "id").group_by([*ONE, "channel"], maintain_order=True).last()
    sure = (
        last.filter(pl.col("verification") == "verified")
        .sort("verified_on", "id")
        .group_by(ONE, maintain_order=True)
        .last()
        .select(*ONE, sure_id="id", sure_on="verified_on")
    )
    counted = last.join(sure, on=ONE, how="left").filter(
        pl.col("sure_id").is_null()
        | (pl.col("id") == pl.col("sure_id"))
        | (pl.col("told_on") > pl.col("sure_on"))
    )
    return counted.filter(pl.col("value").n_unique().over(ONE) > 1)
