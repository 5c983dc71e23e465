"""How the accounts of many customers stand at once: the limit that holds, what is owed, what is held."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Any

import polars as pl
from django.db.models import QuerySet

from xinheng.judgements.limits import figures, rules
from xinheng.judgements.limits.models import Account, Limit, OrderCredit
from xinheng.judgements.limits.values import Effective, LimitWord

STANDINGS = {
    "customer_id": pl.Int64, "currency": pl.String, "status": pl.String, "state": pl.String,
    "limit_minor": pl.Int64, "cover_minor": pl.Int64, "exposure_minor": pl.Int64,
}  # fmt: skip
HELD = {"customer_id": pl.Int64, "order_no": pl.String, "amount_minor": pl.Int64, "since": pl.Date}


def standings(customers: QuerySet[Any], *, on: date) -> pl.DataFrame:
    """The accounts over all segments of some customers, a row an account; who has none has no row.

    limit_minor: of the fixed limit without its covers, null unless it is an amount; cover_minor: what is
    insured and guaranteed; state: of the fixed limit. Two statements, whatever the number of customers.
    """
    accounts = Account.objects.filter(segment="", customer__in=customers.order_by().values("pk"))
    rows = list(
        accounts.annotate(total=figures.COUNTED).values_list(
            "pk", "customer_id", "currency", "status", "total"
        )
    )
    words = Limit.objects.filter(
        account__in=accounts.values("pk"), reach="own", component="", told_on__lte=on
    ).exclude(kind="temporary")  # fmt: skip
    listed = words.order_by("account_id", "-pk").values_list(
        "account_id", "kind", "state", "amount_minor", "from_on", "until_on"
    )
    told = {
        account: rules.effective([LimitWord(*row[1:]) for row in some], on=on)  # type: ignore[arg-type]
        for account, some in groupby(listed.iterator(chunk_size=50_000), key=lambda row: row[0])
    }
    none = Effective("not_assessed")
    return pl.DataFrame(
        [
            (customer, currency, status, *_limit(told.get(account, none)), total)
            for account, customer, currency, status, total in rows
        ],
        schema=STANDINGS,
        orient="row",
    )


def held_by_customer(customers: QuerySet[Any]) -> pl.DataFrame:
    """The held orders of some customers in the currency of their account, the longest held first."""
    rows = OrderCredit.objects.filter(
        state="held", account__segment="", customer__in=customers.order_by().values("pk")
    ).order_by("customer_id", "since", "pk")  # fmt: skip
    listed = rows.values_list("customer_id", "order_no", "amount_minor", "since")
    return pl.DataFrame(list(listed.iterator(chunk_size=50_000)), schema=HELD, orient="row")


def given_limits() -> QuerySet[Any]:
    """The customers of whom a limit was ever told, as keys."""
    return Limit.objects.order_by().values("account__customer_id").distinct()


def status_of(customer: Any) -> str:
    """Whether orders of a customer are taken: open, watch, hold or stop."""
    account = Account.objects.filter(customer=customer, segment="").first()
    return account.status if account else "open"


def _limit(limit: Effective) -> tuple[str, int | None, int]:
    cover = limit.insured_minor + limit.guaranteed_minor
    return limit.state, limit.minor - cover if limit.state == "limited" else None, cover
