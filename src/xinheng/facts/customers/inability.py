"""Who was told to be unable to pay: an item of the credit file, whose value is the evidence."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from django.db.models import Q, QuerySet

from xinheng.facts.customers.filing import UNPROVEN
from xinheng.facts.customers.models import FileFact

ITEM = "unable_to_pay"
INABILITIES = {
    "customer_id": pl.Int64, "bill_no": pl.String, "happened_on": pl.Date, "evidence": pl.String,
    "source": pl.String, "told_by": pl.String,
}  # fmt: skip


def inabilities(reach: QuerySet[Any], *, as_of: date, since: date) -> pl.DataFrame:
    """A row a customer and bill or contract: customer_id, bill_no, happened_on, evidence, source, told_by.

    reach: as queries.visible gives it. The last fact of each, true on or after `since` and known by `as_of`;
    what was found wrong by then, and what a mailed form told that nobody examined, does not count.
    """
    wrong = Q(verification="disputed", verified_on__lte=as_of)
    unproven = Q(channel__in=UNPROVEN) & ~Q(verification="verified", verified_on__lte=as_of)
    found = FileFact.objects.filter(
        item=ITEM, customer__in=reach.order_by(), told_on__lte=as_of, true_on__range=(since, as_of)
    ).exclude(wrong | unproven)
    told = found.order_by("true_on", "id").values_list(
        "customer_id", "key", "true_on", "value", "source", "told_by"
    )
    frame = pl.DataFrame(list(told), schema=INABILITIES, orient="row")
    return frame.unique(["customer_id", "bill_no"], keep="last", maintain_order=True)
