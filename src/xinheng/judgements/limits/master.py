"""The credit master: every account of some customers with its limit, what is owed and how it is paid."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Any

import polars as pl
from django.db.models import QuerySet

from xinheng.facts.receivables import queries as receivables
from xinheng.judgements.limits import figures, rules
from xinheng.judgements.limits.models import Account, Limit
from xinheng.judgements.limits.values import Effective, LimitWord

MASTER = {
    "account_id": pl.Int64,
    "customer_id": pl.Int64,
    "segment": pl.String,
    "currency": pl.String,
    "status": pl.String,
    "risk_class": pl.String,
    "review_on": pl.Date,
    "payment": pl.String,
    "terms_days": pl.Int64,
    "dunning_level": pl.Int64,
    "late_days": pl.Int64,
    "oldest_due_on": pl.Date,
    "receivable_minor": pl.Int64,
    "overdue_minor": pl.Int64,
    "exposure_minor": pl.Int64,
    "state": pl.String,
    "limit_minor": pl.Int64,
    "until_on": pl.Date,
}
FIELDS = ("pk", *list(MASTER)[1:14])


def credit_master(customers: QuerySet[Any], *, on: date) -> pl.DataFrame:
    """Every account of some customers, a row a customer and segment; what was billed in the year besides.

    customers: the rows of customers.queries.visible. Gives the columns of MASTER and billed_minor; state and
    limit_minor are of the limit that holds on the day, null unless it is an amount.
    """
    accounts = Account.objects.filter(customer__in=customers.order_by().values("pk"))
    rows = list(accounts.annotate(total=figures.COUNTED).values_list(*FIELDS, "total"))
    words = Limit.objects.filter(
        account__in=accounts.values("pk"), reach="own", component="", told_on__lte=on
    )
    listed = words.order_by("account_id", "-pk").values_list(
        "account_id", "kind", "state", "amount_minor", "from_on", "until_on"
    )
    told = {
        account: rules.effective([_word(*row) for row in some], on=on)
        for account, some in groupby(listed.iterator(chunk_size=50_000), key=lambda row: row[0])
    }
    none = Effective("not_assessed")
    found = pl.DataFrame(
        [(*row, *_limit(told.get(row[0], none))) for row in rows], schema=MASTER, orient="row"
    )
    billed = receivables.billed_in_year(customers, on=on)
    keys = ["customer_id", "segment", "currency"]
    return found.join(billed, on=keys, how="left").with_columns(pl.col("billed_minor").fill_null(0))


def _word(_account: int, kind: Any, *told: Any) -> LimitWord:
    return LimitWord(kind, *told)


def _limit(limit: Effective) -> tuple[str, int | None, date | None]:
    return limit.state, limit.minor if limit.state == "limited" else None, limit.until
