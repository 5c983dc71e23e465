"""How punctually it was paid: days beyond terms, the payment index, and how long bills stay open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from xinheng.judgements.losses.ledger import Past
from xinheng.judgements.losses.targets_document import IndexScale

WHOSE = ("customer_id", "currency")


def items(past: Past, *, since: date) -> pl.DataFrame:
    """What was paid after a day, and what is unpaid and late on the last day, by bill.

    Gives customer_id, currency, segment, bill_id, minor, late_days (early below zero) and is_open. Unpaid
    bills that are not due do not count; nor do credit bills and what they settle.
    """
    columns = ("bill_id", *WHOSE, "segment", "due_on")
    bills = past.bills.filter(pl.col("amount_minor") > 0)
    paid = (
        past.moves.filter((pl.col("how") == "receipt") & (pl.col("day") > since))
        .join(bills.select(columns), on="bill_id")
        .with_columns(is_open=False)
    )
    settled = past.moves.group_by("bill_id").agg(pl.col("minor").sum())
    unpaid = (
        bills.filter((pl.col("due_on") < past.as_of) & pl.col("voided_on").is_null())
        .join(settled, on="bill_id", how="left")
        .with_columns(minor=pl.col("amount_minor") - pl.col("minor").fill_null(0), day=pl.lit(past.as_of))
        .with_columns(is_open=True)
    )
    names = [*columns, "day", "minor", "is_open"]
    late = (pl.col("day") - pl.col("due_on")).dt.total_days()
    return (
        pl.concat([paid.select(names), unpaid.select(names)])
        .group_by(*columns, "day", "is_open")
        .agg(pl.col("minor").sum())
        .filter(pl.col("minor") > 0)
        .select(*WHOSE, "segment", "bill_id", "minor", "is_open", late_days=late)
    )


def score(scale: IndexScale) -> pl.Expr:
    """The score of late_days: linear between the points of the scale, no better than its first.

    Beyond the last point it falls a point in so many days, down to the least.
    """
    days = pl.col("late_days").cast(pl.Float64)
    first, last = scale.points[0], scale.points[-1]
    made = pl.when(days <= first.days).then(float(first.score))
    for low, high in zip(scale.points, scale.points[1:], strict=False):
        slope = float(high.score - low.score) / (high.days - low.days)
        made = made.when(days <= high.days).then(float(low.score) + (days - low.days) * slope)  # type: ignore[assignment]
    beyond = float(last.score) - (days - last.days) / float(scale.days_a_point_beyond)
    return made.otherwise(pl.max_horizontal(beyond, pl.lit(float(scale.least))))


def index(found: pl.DataFrame, scale: IndexScale, *, by: Sequence[str]) -> pl.DataFrame:
    """The payment index and days beyond terms of each group, weighted by money.

    found: rows as `items` gives them. Gives the group's columns, payment_index (0 to 100), beyond_terms
    (days) and bills; a group of fewer bills than the scale wants has neither figure.
    """
    weight = pl.col("minor")
    enough = pl.col("bill_id").n_unique() >= scale.at_least
    return found.with_columns(score=score(scale)).group_by(*by).agg(
        payment_index=pl.when(enough).then((pl.col("score") * weight).sum() / weight.sum()),
        beyond_terms=pl.when(enough).then((pl.col("late_days") * weight).sum() / weight.sum()),
        bills=pl.col("bill_id").n_unique(),
    )  # fmt: skip


def open_days(past: Past, *, since: date, sales_kinds: Sequence[str]) -> pl.DataFrame:
    """How long each part of a bill was open: to its payment, or to the last day where it is open still.

    Of bills of these kinds billed after a day; what credit bills took off does not count. Gives customer_id,
    currency, segment, minor, days.
    """
    whose = ("customer_id", "currency", "segment")
    bills = past.bills.filter(
        (pl.col("billed_on") > since) & (pl.col("amount_minor") > 0) & pl.col("voided_on").is_null(),
        pl.col("kind").is_in(list(sales_kinds)),
    ).select("bill_id", *whose, "billed_on", "amount_minor")
    moves = past.moves.join(bills.select("bill_id", "billed_on"), on="bill_id")
    paid = moves.filter(pl.col("how") == "receipt").select(
        "bill_id", "minor", days=(pl.col("day") - pl.col("billed_on")).dt.total_days()
    )
    settled = moves.group_by("bill_id").agg(pl.col("minor").sum())
    left = bills.join(settled, on="bill_id", how="left").select(
        "bill_id",
        minor=pl.col("amount_minor") - pl.col("minor").fill_null(0),
        days=(pl.lit(past.as_of) - pl.col("billed_on")).dt.total_days(),
    )
    return pl.concat([paid, left]).join(bills.select("bill_id", *whose), on="bill_id").drop("bill_id")


def true_dso(parts: pl.DataFrame, *, by: Sequence[str]) -> pl.DataFrame:
    """Days from billing to the payment, weighted by money: the group's columns and true_dso.

    parts: rows as `open_days` gives them.
    """
    total = pl.col("minor").sum()
    weighted = (pl.col("minor") * pl.col("days")).sum() / total
    return parts.group_by(*by).agg(true_dso=pl.when(total > 0).then(weighted))
