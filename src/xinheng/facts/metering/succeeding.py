"""How well areas are read: which readings should be there, which are, and which are good."""

from __future__ import annotations

from datetime import date

import polars as pl
from django.db.models import Q

from xinheng.base.access.services import require
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.engine import engine
from xinheng.facts.metering import store, tables
from xinheng.facts.metering.layout import folder
from xinheng.facts.metering.models import Supply
from xinheng.facts.metering.selecting import scope_of, sees_all
from xinheng.facts.metering.values import Success

SPANS = {"consumer": pl.String(), "area": pl.String(), "first": pl.Date(), "past": pl.Date()}


def success(actor: Actor, *, since: date, until: date) -> list[Success]:
    """The success of reading by area and month, both days included; a consumer counts where it was that day.

    Consumers without an area are under "". Refuses: AccessDenied.
    """
    days = success_days(actor, since=since, until=until)
    months = (
        days.group_by("area", pl.col("day").dt.truncate("1mo").alias("month"))
        .agg(pl.col("due", "read", "good", "kwh").sum())
        .sort("area", "month")
    )
    return [Success(**row) for row in months.iter_rows(named=True)]


def success_days(actor: Actor, *, since: date, until: date) -> pl.DataFrame:
    """The same by day: area, day, due, read, good, kwh (the sum of what was read). Refuses: AccessDenied.

    Days after the last one that was told are not due yet.
    """
    require(actor, "metering.read")
    spans = _spans(actor, since, until)
    with engine(folder()) as backend:
        rows = tables.readings(backend, since=since, until=until)
        told = pl.DataFrame(pl.from_arrow(rows.to_pyarrow()))
    if not sees_all(actor):
        told = told.join(spans.select("consumer").unique(), on="consumer", how="semi")
    last = min(until, store.last_day("readings") or since)
    read = (
        told.join(spans, on="consumer")
        .filter((pl.col("day") >= pl.col("first")) & (pl.col("day") < pl.col("past")))
        .group_by("area", "day")
        .agg(
            read=pl.col("kwh").is_not_null().sum().cast(pl.Int64),
            good=(pl.col("mark") == "").sum().cast(pl.Int64),
            kwh=pl.col("kwh").sum(),
        )
    )
    due = _due(spans, since, last)
    joined = due.join(read, on=["area", "day"], how="left").with_columns(
        pl.col("read", "good", "kwh").fill_null(0)
    )
    return joined.sort("area", "day")


def _spans(actor: Actor, since: date, until: date) -> pl.DataFrame:
    """From when until when consumers were in which area, cut to the days asked for."""
    holds = Q(from_on__lte=until) & (Q(until_on__isnull=True) | Q(until_on__gt=since))
    rows = Supply.objects.filter(holds, consumer__opened_on__lte=until).filter(
        Q(consumer__closed_on__isnull=True) | Q(consumer__closed_on__gt=since)
    )
    if not sees_all(actor):
        rows = rows.filter(consumer__in=scope_of(actor).order_by().values("pk"))
    told = rows.order_by("pk").values_list(
        "consumer__consumer_no",
        "area__code",
        "from_on",
        "until_on",
        "consumer__opened_on",
        "consumer__closed_on",
    )
    schema = {**SPANS, "opened": pl.Date(), "closed": pl.Date()}
    frame = pl.DataFrame(list(told.iterator(chunk_size=50_000)), schema=schema, orient="row")
    end = pl.lit(until).dt.offset_by("1d")
    return frame.select(
        "consumer",
        pl.col("area").fill_null(""),
        first=pl.max_horizontal("first", "opened", pl.lit(since)),
        past=pl.min_horizontal(pl.col("past").fill_null(end), pl.col("closed").fill_null(end), end),
    ).filter(pl.col("first") < pl.col("past"))


def _due(spans: pl.DataFrame, since: date, last: date) -> pl.DataFrame:
    """How many consumers each area had on each day: the sum of those that came and went."""
    came = spans.select("area", day="first", n=pl.lit(1))
    went = spans.select("area", day="past", n=pl.lit(-1))
    moves = pl.concat([came, went]).group_by("area", "day").agg(pl.col("n").sum())
    days = pl.DataFrame({"day": pl.date_range(since, max(since, last), eager=True)})
    grid = spans.select(pl.col("area").unique()).join(days, how="cross")
    joined = grid.join(moves, on=["area", "day"], how="left").sort("area", "day")
    return joined.select("area", "day", due=pl.col("n").fill_null(0).cum_sum().over("area").cast(pl.Int64))
