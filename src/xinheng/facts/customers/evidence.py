"""Lists of what was asked, ordered and reported, and of what is out of date."""

from __future__ import annotations

from datetime import date
from functools import reduce
from operator import or_

import polars as pl
from django.db.models import Count, Max, Q, QuerySet

from xinheng.base.kernel.periods import add_months
from xinheng.base.kernel.working_days import add_working_days
from xinheng.facts.customers.items import catalogue, fresh_since
from xinheng.facts.customers.models import (
    Customer,
    FieldReport,
    FileFact,
    Investigation,
    Responsibility,
    Survey,
)
from xinheng.facts.customers.quality import only_in_row
from xinheng.facts.customers.setwise import framed
from xinheng.facts.customers.values import Item, Responses, StaleItem

AGENCY_REPORT_MONTHS = 12  # an agency's report is out of date when it is older (assumed, as for SIX-05)
SENT_OUT = ("mailed_form", "phone_mail")  # forms that wait for the customer's answer (COL-05)
TOLD = {
    "customer_id": pl.Int64, "item": pl.String, "true_on": pl.Date,
}  # fmt: skip


def is_outdated(kept: Investigation, *, on: date) -> bool:
    """Whether the report of an investigation is too old to rely on; exactly so old is not."""
    return kept.report_on is not None and kept.report_on < add_months(on, -AGENCY_REPORT_MONTHS)


def overdue(rows: QuerySet[Investigation], *, on: date) -> QuerySet[Investigation]:
    """Those that should have ended before the day."""
    return rows.filter(state="ordered", due_on__lt=on)


def unread(rows: QuerySet[FieldReport]) -> QuerySet[FieldReport]:
    """Urgent reports that no manager read yet."""
    return rows.filter(kind="urgent", read_on__isnull=True)


def escalated(rows: QuerySet[FieldReport], *, on: date) -> QuerySet[FieldReport]:
    """Urgent reports that no manager read within one working day after they were told (assumed)."""
    return unread(rows).filter(told_on__lt=add_working_days(on, -1).day)


def surveys_asked(
    rows: QuerySet[Survey], *, state: str = "", form: str = "", person: str = "", text: str = ""
) -> QuerySet[Survey]:
    """The questionnaires in a state, on a form, of who filled in or signed, on customers named so."""
    named = {name: one for name, one in (("state", state), ("form", form)) if one}
    found = rows.filter(**named)
    if person:
        found = found.filter(Q(told_by=person) | Q(signed_by=person))
    if text:
        found = found.filter(Q(customer__no__istartswith=text) | Q(customer__name__icontains=text))
    return found


def responses(rows: QuerySet[Survey]) -> list[Responses]:
    """How many of the forms sent out came back, by form."""
    sent = rows.filter(channel__in=SENT_OUT).order_by().values("form")
    counted = sent.annotate(
        sent=Count("pk"),
        answered=Count("pk", filter=Q(submitted_on__isnull=False)),
        gone=Count("pk", filter=Q(state="not_answered")),
    )
    return [
        Responses(row["form"], row["sent"], row["answered"], row["gone"]) for row in counted.order_by("form")
    ]


def stale_counts(customers: QuerySet[Customer], *, on: date) -> list[tuple[str, str, int, int]]:
    """Who answers for stale data: login, name, customers with something stale, stale items; most first.

    A blank login: nobody answers. Only what was told of active customers counts; unknown is no stale.
    """
    found = _stale(customers, on).join(_responsible(on), on="customer_id", how="left")
    found = found.with_columns(pl.col("login", "name").fill_null(""))
    counted = found.group_by("login", "name").agg(
        customers=pl.col("customer_id").n_unique().cast(pl.Int64), items=pl.len().cast(pl.Int64)
    )
    return list(counted.sort(["items", "login"], descending=[True, False]).iter_rows())


def stale_items(
    customers: QuerySet[Customer], *, on: date, login: str | None = None, most: int = 500
) -> list[StaleItem]:
    """What is out of date, the oldest first. login: only of whom that person answers; "": of whom nobody."""
    found = _stale(customers, on).join(_responsible(on), on="customer_id", how="left")
    found = found.with_columns(pl.col("login", "name", "unit").fill_null(""))
    if login is not None:
        found = found.filter(pl.col("login") == login)
    rows = list(found.sort("true_on", "customer_id", "item").head(most).iter_rows(named=True))
    named = Customer.objects.in_bulk({row["customer_id"] for row in rows})
    known = catalogue()
    return [
        StaleItem(
            named[row["customer_id"]].no, named[row["customer_id"]].name, known[row["item"]],
            row["true_on"], row["login"], row["name"], row["unit"],
        )
        for row in rows
    ]  # fmt: skip


def _stale(customers: QuerySet[Customer], on: date) -> pl.DataFrame:
    """The newest fact of each item and customer that is older than the item allows.

    What stands in the customer's row only is as old as the row.
    """
    told = FileFact.objects.filter(customer__in=customers.filter(status="active").order_by(), told_on__lte=on)
    newest = told.exclude(verification="disputed").order_by().values("customer_id", "item")
    limited = [item for item in catalogue().values() if item.stale_after_months]
    old = reduce(or_, (Q(item=one.code, last__lt=fresh_since(one, on=on)) for one in limited))
    rows = newest.annotate(last=Max("true_on")).filter(old).values_list("customer_id", "item", "last")
    found = framed(rows.iterator(chunk_size=50_000), TOLD)
    return pl.concat([found, *(_stale_rows(customers, one, on) for one in limited if one.field)])


def _stale_rows(customers: QuerySet[Customer], item: Item, on: date) -> pl.DataFrame:
    """The customers whose row alone says something of an item, and was told too long ago."""
    old = customers.filter(only_in_row(item), status="active", told_on__lt=fresh_since(item, on=on))
    rows = old.order_by().values_list("pk", "told_on").iterator(chunk_size=50_000)
    return framed(((pk, item.code, told_on) for pk, told_on in rows), TOLD)


def _responsible(on: date) -> pl.DataFrame:
    running = Q(from_on__lte=on) & (Q(until_on__isnull=True) | Q(until_on__gt=on))
    rows = Responsibility.objects.filter(running).order_by()
    told = rows.values_list("customer_id", "person__login", "person__name", "unit__name")
    schema = {"customer_id": pl.Int64, "login": pl.String, "name": pl.String, "unit": pl.String}
    return framed(told.iterator(chunk_size=50_000), schema)
