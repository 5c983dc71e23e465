"""Where running sums are not what the facts come to."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from xinheng.facts.customers import queries as customers
from xinheng.facts.orders import queries as orders
from xinheng.judgements.limits import keeping, reconciling
from xinheng.judgements.limits.models import Account, ForeignSum, OrderCredit

FAR = date(9999, 12, 31)
KEYS = ["customer_id", "segment", "currency"]
SUMS = {"customer_id": pl.Int64, "segment": pl.String, "currency": pl.String, "minor": pl.Int64}


def confirmed() -> pl.DataFrame:
    """What differs, looked at once more with its accounts locked; within the caller's transaction."""
    found = proof()
    if found.is_empty():
        return found
    keeping.locked(found.select("customer_id", "segment").unique())
    return proof().join(found.select(KEYS).unique(), on=KEYS, how="semi")


def proof() -> pl.DataFrame:
    """Where a running sum is not what the facts come to, what is set aside for held orders included.

    Gives customer_id, segment, currency, component, kept_minor, facts_minor.
    """
    wanted, kept = _held_by_facts(), _held_kept()
    both = wanted.join(kept, on=KEYS, how="full", coalesce=True, suffix="_kept")
    held = both.select(
        *KEYS,
        component=pl.lit("held"),
        kept_minor=pl.col("minor_kept").fill_null(0),
        facts_minor=pl.col("minor").fill_null(0),
    )
    differing = held.filter(pl.col("kept_minor") != pl.col("facts_minor"))
    sums = reconciling.differences().filter(pl.col("component") != "held")
    return pl.concat([sums, differing]).sort(*KEYS, "component")


def named(found: pl.DataFrame) -> list[dict[str, Any]]:
    """Differences as they are kept and shown: customers by number."""
    numbers = customers.ids_by_no().rename({"id": "customer_id", "no": "customer_no"})
    rows = found.join(numbers, on="customer_id", how="left", maintain_order="left")
    columns = ["customer_no", "segment", "currency", "component", "kept_minor", "facts_minor"]
    return rows.select(columns).to_dicts()


def _held_by_facts() -> pl.DataFrame:
    """What is undelivered of orders that stand held or turned down."""
    open_orders = orders.open_documents(None, as_of=FAR).filter(pl.col("component") == "ordered")
    aside = OrderCredit.objects.filter(state__in=("held", "rejected")).values_list("order_no", flat=True)
    nos = pl.DataFrame({"no": list(aside)}, schema={"no": pl.String})
    held = open_orders.join(nos, on="no", how="semi")
    both = pl.concat([held.filter(pl.col("segment") != ""), held.with_columns(segment=pl.lit(""))])
    return both.group_by(KEYS).agg(pl.col("minor").sum())


def _held_kept() -> pl.DataFrame:
    home = Account.objects.values_list("customer_id", "segment", "currency", "held_minor")
    abroad = ForeignSum.objects.values_list(
        "account__customer_id", "account__segment", "currency", "held_minor"
    )
    frames = [
        pl.DataFrame(list(rows.exclude(held_minor=0)), schema=SUMS, orient="row") for rows in (home, abroad)
    ]
    return pl.concat(frames)
