"""Holding the running sums against the facts: nothing may differ."""

from __future__ import annotations

from datetime import date

import polars as pl
from django.db import transaction

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.facts.instruments import queries as instruments
from xinheng.facts.orders import queries as orders
from xinheng.facts.receivables import queries as receivables
from xinheng.judgements.limits.models import Account, ForeignSum

SUMS = ("receivable_minor", "prepaid_minor", "ordered_minor", "delivered_minor")
KEYS = ["customer_id", "segment", "currency"]


def differences() -> pl.DataFrame:
    """Where a running sum is not what the facts come to: none, if all is well.

    Gives customer_id, segment, currency, component, kept_minor, facts_minor.
    """
    facts = receivables.running_sums().join(orders.running_sums(), on=KEYS, how="full", coalesce=True)
    paper = facts.join(instruments.running_sums(), on=KEYS, how="full", coalesce=True)
    told = paper.with_columns(pl.col(*SUMS, "paper_minor").fill_null(0)).with_columns(
        receivable_minor=pl.col("receivable_minor") + pl.col("paper_minor")  # counts until it is paid
    )
    in_segment = told.filter(pl.col("segment") != "")
    whole = told.with_columns(segment=pl.lit("")).group_by(KEYS).agg(pl.col(name).sum() for name in SUMS)
    wanted = pl.concat([whole.select(*KEYS, *SUMS), in_segment.select(*KEYS, *SUMS)])
    both = wanted.join(_kept(), on=KEYS, how="full", coalesce=True, suffix="_kept")
    long = [
        both.select(
            *KEYS,
            component=pl.lit(name.removesuffix("_minor")),
            kept_minor=pl.col(f"{name}_kept").fill_null(0),
            facts_minor=pl.col(name).fill_null(0),
        )
        for name in SUMS
    ]
    return pl.concat(long).filter(pl.col("kept_minor") != pl.col("facts_minor")).sort(*KEYS, "component")


def reconcile(*, actor: Actor, on: date) -> pl.DataFrame:
    """Hold every running sum against the facts and put what was found on the trail. Refuses: AccessDenied."""
    access.require(actor, "limits.read", "reconciliation")
    with transaction.atomic():
        found = differences()
        audit.record(
            actor=actor, act="limits.reconcile", subject="", on=on, after={"differences": found.height}
        )
    return found


def _kept() -> pl.DataFrame:
    home = Account.objects.values_list("customer_id", "segment", "currency", *SUMS)
    abroad = ForeignSum.objects.values_list("account__customer_id", "account__segment", "currency", *SUMS)
    schema = {"customer_id": pl.Int64, "segment": pl.String, "currency": pl.String,
              **dict.fromkeys(SUMS, pl.Int64)}  # fmt: skip
    frames = [pl.DataFrame(list(rows), schema=schema, orient="row") for rows in (home, abroad)]
    return pl.concat(frames).filter(pl.any_horizontal(pl.col(name) != 0 for name in SUMS))
