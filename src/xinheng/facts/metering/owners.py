"""Consumers with the customer each belongs to, all at once, for rooms that judge them set-wise."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal

import polars as pl
from django.db.models import Q, Sum

from xinheng.facts.metering import tables
from xinheng.facts.metering.models import Consumer, Supply

OWNERS = {
    "consumer": pl.String(), "customer_id": pl.Int64(), "is_prepaid": pl.Int64(), "is_important": pl.Int64(),
}  # fmt: skip
FEW = 5_000


def accounts(*, on: date) -> pl.DataFrame:
    """Consumers open on a day as `tables.consumers` has them, with customer_id (null: a household without a
    file), is_prepaid and is_important. Of everybody: who shows it to a person keeps to their reach.
    """
    owners = tables.rows_of(
        """
        SELECT consumer_no, customer_id, CAST(is_prepaid AS integer), CAST(is_important AS integer)
        FROM metering_consumer ORDER BY consumer_no
        """,
        OWNERS,
    ).with_columns(pl.col("is_prepaid", "is_important") == 1)
    return tables.consumer_rows(on).join(owners, on="consumer", how="left", maintain_order="left")


def capacity_of(customer_id: int, *, on: date) -> Decimal | None:
    """The capacity by contract of a customer's consumers open on a day, together; None where none is told."""
    is_open = Q(consumer__closed_on__isnull=True) | Q(consumer__closed_on__gt=on)
    holds = Q(until_on__isnull=True) | Q(until_on__gt=on)
    rows = Supply.objects.filter(
        is_open, holds, consumer__customer=customer_id, consumer__opened_on__lte=on, from_on__lte=on
    )
    total: Decimal | None = rows.aggregate(total=Sum("capacity_kva"))["total"]
    return total


def keys_of(numbers: Collection[str]) -> dict[str, int]:
    """The key of each consumer by its number; numbers that nobody has are left out."""
    rows = Consumer.objects.order_by()
    wanted = set(numbers)
    if len(wanted) <= FEW:
        rows = rows.filter(consumer_no__in=wanted)
    found = dict(rows.values_list("consumer_no", "pk"))
    return {no: found[no] for no in wanted if no in found}
