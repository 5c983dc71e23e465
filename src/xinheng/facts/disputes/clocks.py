"""How long the overdue clock of bills stood still, and what of them is contested: of many at once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

import polars as pl
from django.db.models import Q, QuerySet

from xinheng.facts.disputes.models import Dispute, Pause
from xinheng.facts.disputes.rules import merged, paused_of

FAR = date(9999, 12, 31)
FEW = 500  # so many bills are asked for by name; more are met soon enough in passing
PAUSES = {
    "bill_id": pl.Int64, "due_on": pl.Date, "from_on": pl.Date, "until_on": pl.Date, "ended_told_on": pl.Date,
}  # fmt: skip
DISPUTES = {
    "bill_id": pl.Int64, "disputed_minor": pl.Int64, "bill_minor": pl.Int64,
    "closed_on": pl.Date, "closed_told_on": pl.Date, "our_fault": pl.Boolean,
}  # fmt: skip
CONTESTED = {
    "bill_id": pl.Int64, "due_on": pl.Date, "from_on": pl.Date, "until_on": pl.Date, "minor": pl.Int64,
    "our_fault": pl.Boolean,
}  # fmt: skip
CLOCKS = {
    "bill_id": pl.Int64, "disputed_minor": pl.Int64, "is_disputed": pl.Boolean, "is_paused": pl.Boolean,
    "paused_days": pl.Int64, "our_fault": pl.Boolean,
}  # fmt: skip


def clocks(
    *, as_of: date, bill_ids: Collection[int] | None = None, known_on: date | None = None
) -> pl.DataFrame:
    """What is contested of bills and how long their overdue clock stood still, as of a day.

    Gives bill_id, disputed_minor (of open disputes, at most the bill's amount), is_disputed, is_paused (the
    clock stands still on the day), paused_days (after the bill's due day, overlaps counted once) and
    our_fault (found to be ours by then). A bill without a dispute or pause has no row. bill_ids: None is all.
    Overdue days of a bill are max(0, as_of − due_on − paused_days); `of_lines` does it for instalments too.
    """
    found = spans(as_of, bill_ids, known_on)
    days = paused_of(found.select("bill_id", "due_on").unique(), found, as_of=as_of)
    contested = _contested(as_of, bill_ids, known_on)
    return (
        contested.join(days, on="bill_id", how="full", coalesce=True)
        .with_columns(
            pl.col("disputed_minor", "paused_days").fill_null(0),
            pl.col("is_disputed", "is_paused", "our_fault").fill_null(value=False),
        )
        .select(*CLOCKS)
        .sort("bill_id")
    )


def of_lines(lines: pl.DataFrame, *, as_of: date, known_on: date | None = None) -> pl.DataFrame:
    """Open bills and instalments (bill_id, due_on and anything else) with their clocks.

    Adds disputed_minor, is_disputed, is_paused, our_fault as `clocks` tells them of the bill, and of each
    line paused_days (after its own due day) and overdue_days, both never below zero.
    """
    ids = lines["bill_id"].unique().to_list()
    told = clocks(as_of=as_of, bill_ids=ids, known_on=known_on).drop("paused_days")
    numbered = lines.with_row_index("_line")
    found = spans(as_of, ids, known_on).drop("due_on")
    days = paused_of(numbered.select("_line", "bill_id", "due_on"), found, as_of=as_of, by="_line")
    past = (pl.lit(as_of) - pl.col("due_on")).dt.total_days()
    return (
        numbered.join(told, on="bill_id", how="left")
        .join(days.select("_line", "paused_days"), on="_line", how="left")
        .with_columns(
            pl.col("disputed_minor", "paused_days").fill_null(0),
            pl.col("is_disputed", "is_paused", "our_fault").fill_null(value=False),
        )
        .with_columns(overdue_days=pl.max_horizontal(past - pl.col("paused_days"), 0))
        .sort("_line")
        .drop("_line")
    )


def free_spans(*, as_of: date, bill_ids: Collection[int] | None = None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Days for which nothing may be charged on bills, as of a day: their clock stood still, or a part.

    Gives two frames. The first, bill_id, from_on, until_on: the clock stood still, or the lateness was found
    to be our own fault; overlaps are one stretch. The second, with minor: what was contested of the bill.
    until_on is the first day after; what goes on ends with `as_of`.
    """
    stood = spans(as_of, bill_ids, None).select("bill_id", "due_on", "from_on", "until_on")
    rows = Dispute.objects.filter(opened_on__lt=as_of)
    columns = ("bill_id", "bill__due_on", "opened_on", "closed_on", "amount_minor", "our_fault")
    found = _of(rows, bill_ids, *columns, schema=CONTESTED).with_columns(
        until_on=pl.min_horizontal(pl.col("until_on").fill_null(as_of), as_of)
    )
    ours = found.filter("our_fault").select("bill_id", "due_on", from_on="due_on", until_on="until_on")
    excused = ours.filter(pl.col("from_on") < pl.col("until_on"))
    apart = found.filter(pl.col("from_on") < pl.col("until_on"))
    return (
        merged(pl.concat([stood, excused]), as_of=as_of).select("bill_id", "from_on", "until_on"),
        apart.select("bill_id", "from_on", "until_on", "minor"),
    )


def spans(as_of: date, bill_ids: Collection[int] | None, known_on: date | None) -> pl.DataFrame:
    """Every pause that began by the day, with nothing overlapping: bill_id, due_on, from_on, until_on."""
    known = known_on or FAR
    rows = Pause.objects.filter(from_on__lte=as_of, told_on__lte=known).filter(
        Q(annulled_told_on__isnull=True) | Q(annulled_told_on__gt=known)
    )
    found = _of(
        rows, bill_ids, "bill_id", "bill__due_on", "from_on", "until_on", "ended_told_on", schema=PAUSES
    )
    until = pl.when(pl.col("ended_told_on") <= known).then("until_on")
    return merged(found.with_columns(until_on=until).drop("ended_told_on"), as_of=as_of)


def _contested(as_of: date, bill_ids: Collection[int] | None, known_on: date | None) -> pl.DataFrame:
    known = known_on or FAR
    rows = Dispute.objects.filter(opened_on__lte=as_of, told_on__lte=known)
    columns = (
        "bill_id", "amount_minor", "bill__amount_minor", "closed_on", "closed_told_on",
        "our_fault",
    )  # fmt: skip
    found = _of(rows, bill_ids, *columns, schema=DISPUTES)
    is_closed = ((pl.col("closed_on") <= as_of) & (pl.col("closed_told_on") <= known)).fill_null(value=False)
    open_minor = pl.col("disputed_minor").filter(~pl.col("is_closed")).sum()
    return (
        found.with_columns(is_closed=is_closed)
        .group_by("bill_id")
        .agg(
            disputed_minor=pl.min_horizontal(open_minor, pl.col("bill_minor").max()),
            is_disputed=(~pl.col("is_closed")).any(),
            our_fault=(pl.col("our_fault") & pl.col("is_closed")).any(),
        )
    )


def _of(
    rows: QuerySet[Any], bill_ids: Collection[int] | None, *columns: str, schema: dict[str, Any]
) -> pl.DataFrame:
    if bill_ids is not None and len(bill_ids) <= FEW:
        rows = rows.filter(bill_id__in=list(bill_ids))
    frame = pl.DataFrame(list(rows.order_by().values_list(*columns)), schema=schema, orient="row")
    if bill_ids is not None and len(bill_ids) > FEW:
        frame = frame.filter(pl.col("bill_id").is_in(list(bill_ids)))
    return frame
