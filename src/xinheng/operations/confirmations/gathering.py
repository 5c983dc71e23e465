"""Ageing as it is asked for: gathered by a dimension, filtered, sorted, a page at a time, with its sums."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import polars as pl
from django.db.models import QuerySet

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.facts.receivables import queries as receivables
from xinheng.operations.confirmations import buckets, dimensions
from xinheng.operations.confirmations.ageing import Cells, Look, bucket_columns, cells
from xinheng.operations.confirmations.values import (
    OF_THE_LINE,
    Aged,
    AgeingAsked,
    AgeingLine,
    BucketSet,
    ControlSum,
)


def aged(actor: Actor, asked: AgeingAsked, *, as_of: date, on: date, page: slice = slice(None)) -> Aged:
    """The ageing of a day within reach, cut and gathered as asked; `lines` are those of the page.

    Sums are of all lines that pass, not of the page. Refuses: AccessDenied.
    """
    access.require(actor, "receivables.read")
    chosen = buckets.in_force(on).chosen(asked.buckets)
    reach = _reach(actor, asked, as_of=as_of, on=on)
    key = asked.by if asked.by in OF_THE_LINE else "customer_id"
    where = ("kind", asked.kind) if asked.kind else ("", "")
    if asked.of in OF_THE_LINE:
        where = (asked.of, asked.key)
    found = cells(reach, Look(as_of, chosen, key, where, asked.known_on))
    frame = gathered(actor, found, chosen, asked, as_of=as_of, on=on)
    ordered = _ordered(frame, asked.sort)
    lines = tuple(_lines(ordered[page], chosen, asked.by))
    sums = tuple(_sums(ordered, chosen))
    is_whole = not (asked.text or asked.kind or asked.of or asked.currency)
    controls = (
        () if found.from_file or not is_whole else tuple(_controls(reach, found, as_of, asked.known_on))
    )
    return Aged(as_of, chosen, asked.by, lines, ordered.height, sums, controls, found.from_file)


def _reach(actor: Actor, asked: AgeingAsked, *, as_of: date, on: date) -> QuerySet[Any] | None:
    """The customers whose lines are looked at; None: everybody's."""
    seen = customers.visible(actor, on=on)
    reach = None if actor.scope.reach == "everything" else seen
    if asked.text:
        reach = customers.search(actor, asked.text, on=on)
    if asked.of == "customer":
        return seen.filter(no=asked.key)
    if asked.of and asked.of not in OF_THE_LINE:
        keys = dimensions.keys_of(actor, asked.of, as_of=as_of, on=on)
        if asked.key:
            key = _top(actor, asked.key, on=on) if asked.of == "group" else asked.key
            ids = keys.filter(pl.col("key") == key)["customer_id"].to_list()
            return (seen if reach is None else reach).filter(pk__in=ids)
        return (seen if reach is None else reach).exclude(pk__in=keys["customer_id"].to_list())
    return reach


def gathered(
    actor: Actor, found: Cells, chosen: BucketSet, asked: AgeingAsked, *, as_of: date, on: date
) -> pl.DataFrame:
    """Cells added up by the dimension: key, currency, bills, b0 … bn, total, disputed, prepaid (null: none).

    key: of customers their id as text. Customers without a key in a dimension stand together under "".
    """
    figures = ["bills", *bucket_columns(chosen), "total", "disputed"]
    of_lines = bool(asked.kind) or asked.of in OF_THE_LINE  # money has no kind: it is not told beside one
    if asked.by in OF_THE_LINE:
        frame = found.open.with_columns(prepaid=pl.lit(None, dtype=pl.Int64))
    else:
        opened, free = found.open.rename({"key": "customer_id"}), found.free
        free = free.clear() if of_lines else free
        both = opened.join(
            free.rename({"free_minor": "prepaid"}), on=["customer_id", "currency"], how="full", coalesce=True
        ).with_columns(pl.col(*figures, "prepaid").fill_null(0))
        if asked.by == "customer":
            frame = both.with_columns(key=pl.col("customer_id").cast(pl.String))
        else:
            keys = dimensions.keys_of(actor, asked.by, as_of=as_of, on=on)
            frame = both.join(keys, on="customer_id", how="left").with_columns(pl.col("key").fill_null(""))
            frame = frame.group_by("key", "currency").agg(pl.col(*figures, "prepaid").sum())
        frame = frame.select("key", "currency", *figures, "prepaid")
        if of_lines:
            frame = frame.with_columns(prepaid=pl.lit(None, dtype=pl.Int64))
    return frame.filter(pl.col("currency") == asked.currency) if asked.currency else frame


def _top(actor: Actor, no: str, *, on: date) -> str:
    """How the dimension of groups names the customer at its top: by its id, while people name its number."""
    found = customers.visible(actor, on=on).filter(no=no).values_list("pk", flat=True).first()
    return "" if found is None else str(found)


def _ordered(frame: pl.DataFrame, sort: str) -> pl.DataFrame:
    column, descending = sort.removeprefix("-"), sort.startswith("-")
    chosen = column if column in frame.columns else "total"
    return frame.sort(chosen, "key", "currency", descending=[descending, False, False])


def _lines(frame: pl.DataFrame, chosen: BucketSet, by: str) -> Iterator[AgeingLine]:
    named = dimensions.named(by, frame["key"].unique().to_list())
    for row in frame.iter_rows(named=True):
        key, name = named.get(row["key"], (row["key"], row["key"]))
        yield _line({**row, "key": key}, chosen, name)


def _sums(frame: pl.DataFrame, chosen: BucketSet) -> Iterator[AgeingLine]:
    """A line a currency; by a dimension of the bill nothing prepaid is told."""
    figures = ["bills", *bucket_columns(chosen), "total", "disputed"]
    is_told = frame["prepaid"].null_count() < max(1, frame.height)
    prepaid = pl.col("prepaid").sum() if is_told else pl.lit(None, dtype=pl.Int64).alias("prepaid").first()
    summed = frame.group_by("currency").agg(pl.col(*figures).sum(), prepaid).sort("currency")
    for row in summed.iter_rows(named=True):
        yield _line({"key": "", **row}, chosen, "")


def _line(row: dict[str, Any], chosen: BucketSet, name: str) -> AgeingLine:
    currency = row["currency"]
    amounts = tuple(Money(row[column], currency) for column in bucket_columns(chosen))
    has_due = chosen.counts_from == "due_on" and chosen.upto[0] == 0
    total = Money(row["total"], currency)
    return AgeingLine(
        key=row["key"],
        name=name,
        currency=currency,
        bills=row["bills"],
        buckets=amounts,
        total=total,
        overdue=total - amounts[0] if has_due else None,
        disputed=Money(row["disputed"], currency),
        prepaid=None if row["prepaid"] is None else Money(row["prepaid"], currency),
    )


def _controls(
    reach: QuerySet[Any] | None, found: Cells, as_of: date, known_on: date | None
) -> Iterator[ControlSum]:
    """What is shown less what is free against the facts; only where nothing is left out of the ageing."""
    if known_on is not None:
        return
    ids = None if reach is None else list(reach.order_by().values_list("pk", flat=True))
    facts = receivables.control_by_customer(ids, as_of=as_of)
    shown = pl.concat(
        [
            found.open.select("currency", minor="total"),
            found.free.select("currency", minor=-pl.col("free_minor")),
        ]
    )
    held = facts.select("currency", facts_minor=pl.col("facts_minor") - pl.col("written_off_minor"))
    told = (
        shown.group_by("currency")
        .agg(pl.col("minor").sum())
        .join(
            held.group_by("currency").agg(pl.col("facts_minor").sum()),
            on="currency",
            how="full",
            coalesce=True,
        )
        .with_columns(pl.col("minor", "facts_minor").fill_null(0))
    )
    for currency, minor, of_facts in told.sort("currency").iter_rows():
        yield ControlSum(currency, Money(minor, currency), Money(of_facts, currency))


def net_cells(found: Cells) -> pl.DataFrame:
    """What cells by customer come to less free money: customer_id, currency, shown_minor."""
    shown = pl.concat(
        [
            found.open.select(customer_id="key", currency="currency", shown_minor="total"),
            found.free.select("customer_id", "currency", shown_minor=-pl.col("free_minor")),
        ]
    )
    return shown.group_by("customer_id", "currency").agg(pl.col("shown_minor").sum())


def proven(shown: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
    """For each customer what is shown and what the facts say: they must be the same.

    shown: customer_id, currency, shown_minor. facts: as receivables.queries.control_by_customer gives them.
    Gives customer_id, currency, shown_minor and facts_minor (bills less receipts less what is written off).
    """
    both = ["customer_id", "currency"]
    held = facts.select(*both, facts_minor=pl.col("facts_minor") - pl.col("written_off_minor"))
    joined = shown.join(held, on=both, how="full", coalesce=True)
    return joined.with_columns(pl.col("shown_minor", "facts_minor").fill_null(0))
