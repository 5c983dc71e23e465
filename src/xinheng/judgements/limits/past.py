"""What customers owed us on any past day, with the documents behind each figure, from the facts alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from django.db.models import Max, QuerySet

from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.facts.customers import queries as customers
from xinheng.facts.instruments import queries as instruments
from xinheng.facts.orders import queries as orders
from xinheng.facts.receivables import queries as receivables
from xinheng.judgements.limits import keeping
from xinheng.judgements.limits.models import Account, Decision
from xinheng.judgements.limits.values import Exposure

COMPONENTS = ("receivable", "prepaid", "delivered", "ordered", "held")
TAKEN_OFF = ("prepaid", "held")
COLUMNS = ["customer_id", "segment", "currency", "component", "no", "on", "due_on", "minor"]
NAMES = {"customer_id": pl.Int64, "no": pl.String, "name": pl.String}
ACCOUNTS = {"customer_id": pl.Int64, "kept_in": pl.String}


@dataclass(frozen=True)
class PastExposure:
    """What one customer owed on a day. is_convertible: every currency that stood open had a rate by then.

    documents: a row a document behind the figures, with the columns of `documents_as_of`.
    """

    exposure: Exposure
    is_convertible: bool
    documents: pl.DataFrame


def exposure_as_of(
    customer: Any, *, as_of: date, segment: str = "", known_on: date | None = None
) -> PastExposure:
    """What a customer owed on a day in a segment ("": over all of them), by component.

    customer: one that customers.queries.get gave out. known_on: facts told after that day do not count,
    which shows the day as people saw it then; without it the day is looked at with all that is known.
    What stood in another currency is valued at the rate of the day.
    """
    here = type(customer).objects.filter(pk=customer.pk)
    documents = documents_as_of(here, as_of=as_of, segment=segment, known_on=known_on)
    found = _valued(documents, segment, as_of=as_of)
    if found.is_empty():
        account = Account.objects.filter(customer=customer, segment=segment).first() or Account()
        nothing = Exposure(account.currency, 0, 0, 0, 0, 0, 0)
        return PastExposure(nothing, is_convertible=True, documents=documents)
    row = found.row(0, named=True)
    parts = [int(row[name]) for name in (*COMPONENTS, "foreign")]
    return PastExposure(Exposure(row["currency"], *parts), bool(row["is_convertible"]), documents)


def exposures_as_of(
    whose: QuerySet[Any] | None, *, as_of: date, segment: str = "", known_on: date | None = None
) -> pl.DataFrame:
    """What many customers owed on a day: a row each that owed, had ordered or had prepaid anything.

    whose: the rows of customers.queries.visible; None: everybody. Gives customer_id, currency of the
    account, receivable, prepaid, delivered, ordered, held, foreign and minor, what counts of all of them, in
    minor units; is_convertible is false where a currency had no rate.
    """
    documents = documents_as_of(whose, as_of=as_of, segment=segment, known_on=known_on)
    return _valued(documents, segment, as_of=as_of).sort("customer_id")


def documents_as_of(
    whose: QuerySet[Any] | None, *, as_of: date, segment: str = "", known_on: date | None = None
) -> pl.DataFrame:
    """The documents behind what customers owed on a day: bills, receipts and orders with something left.

    Gives customer_id, segment, currency, component, no, on, due_on, minor. An order that was held or turned
    down on the day stands as "held" beside "ordered": that much of it did not count.
    """
    told: dict[str, Any] = {"as_of": as_of, "known_on": known_on}
    ordered = orders.open_documents(whose, **told).select(COLUMNS)
    owed = receivables.open_documents(whose, **told).select(COLUMNS)
    paper = instruments.open_documents(whose, **told).select(COLUMNS)
    held = _held(whose, ordered, on=min(as_of, known_on or as_of))
    found = pl.concat([owed, paper, ordered, held])
    return found.filter(pl.col("segment") == segment) if segment else found


def group_as_of(
    actor: Actor, customer: Any, *, on: date, as_of: date, segment: str = "", known_on: date | None = None
) -> pl.DataFrame:
    """What a customer and all below it owed on a day, the largest first; no rows where it stands alone.

    Gives no, name and the figures of `exposures_as_of`. Members out of reach are one row without a name, so
    that the sum is the whole. The group is that of today.
    """
    keys = customers.below(customer)
    if len(keys) == 1:
        return pl.DataFrame()
    everybody = customers.visible(system_actor(), on=on).filter(pk__in=keys)
    found = exposures_as_of(everybody, as_of=as_of, segment=segment, known_on=known_on)
    seen = customers.visible(actor, on=on).filter(pk__in=keys).values_list("pk", "no", "name")
    names = pl.DataFrame(list(seen), schema=NAMES, orient="row")
    told = found.join(names, on="customer_id", how="full", coalesce=True).with_columns(
        pl.col("no", "name").fill_null(""),
        pl.col("currency").fill_null("CNY"),
        pl.col("is_convertible").fill_null(value=True),
        pl.col(*COMPONENTS, "foreign", "minor").fill_null(0),
    )
    sums = [pl.col(name).sum() for name in (*COMPONENTS, "foreign", "minor")]
    summed = told.group_by("no", "name", "currency").agg(*sums, pl.col("is_convertible").all())
    return summed.sort("minor", "no", descending=[True, False])


def _held(whose: QuerySet[Any] | None, ordered: pl.DataFrame, *, on: date) -> pl.DataFrame:
    """What of the undelivered did not count, by the last decision on each order up to a day."""
    decisions = Decision.objects.filter(on__lte=on)
    if whose is not None:
        decisions = decisions.filter(account__customer__in=whose.order_by().values("pk"))
    last = decisions.order_by().values("order_no").annotate(last=Max("pk")).values("last")
    aside = Decision.objects.filter(pk__in=last, verdict__in=("held", "rejected")).order_by()
    nos = pl.DataFrame({"no": list(aside.values_list("order_no", flat=True))}, schema={"no": pl.String})
    stands = ordered.filter(pl.col("component") == "ordered")
    return stands.join(nos, on="no", how="semi").with_columns(component=pl.lit("held"))


def _valued(documents: pl.DataFrame, segment: str, *, as_of: date) -> pl.DataFrame:
    """The documents summed up by customer, foreign ones at the rate of the day."""
    keys = ["customer_id", "currency"]
    minor = pl.col("minor")
    sums = [minor.filter(pl.col("component") == name).sum().alias(name) for name in COMPONENTS]
    summed = documents.group_by(keys).agg(*sums)
    signs = [pl.col(name) * (-1 if name in TAKEN_OFF else 1) for name in COMPONENTS]
    rows = summed.join(_accounts(segment), on="customer_id", how="left").with_columns(
        pl.col("kept_in").fill_null("CNY"), counted=pl.sum_horizontal(signs)
    )
    abroad = rows.filter(pl.col("currency") != pl.col("kept_in"), pl.col("counted") != 0)
    worth = _worth(abroad, as_of=as_of)
    home = pl.col("currency") == pl.col("kept_in")
    found = rows.group_by("customer_id").agg(
        pl.col("kept_in").first().alias("currency"),
        *(pl.col(name).filter(home).sum() for name in COMPONENTS),
    )
    found = found.join(worth, on="customer_id", how="left").with_columns(
        pl.col("foreign").fill_null(0), pl.col("is_convertible").fill_null(value=True)
    )
    return found.with_columns(minor=pl.sum_horizontal(*signs, "foreign"))


def _accounts(segment: str) -> pl.DataFrame:
    """The currencies of accounts that are not kept in the usual one."""
    kept = Account.objects.filter(segment=segment).exclude(currency="CNY")
    return pl.DataFrame(list(kept.values_list("customer_id", "currency")), schema=ACCOUNTS, orient="row")


def _worth(abroad: pl.DataFrame, *, as_of: date) -> pl.DataFrame:
    """What stands in other currencies, by customer, at the rates of a day."""
    worth = [
        (customer_id, keeping.convert(minor, currency, into, on=as_of))
        for customer_id, currency, into, minor in abroad.select(
            "customer_id", "currency", "kept_in", "counted"
        ).iter_rows()
    ]
    schema = {"customer_id": pl.Int64, "foreign": pl.Int64}
    valued = pl.DataFrame(worth, schema=schema, orient="row")
    return valued.group_by("customer_id").agg(
        is_convertible=pl.col("foreign").is_not_null().all(), foreign=pl.col("foreign").sum()
    )
