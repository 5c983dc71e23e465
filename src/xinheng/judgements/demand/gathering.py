"""What a forecast is made from: use by leaf and period from the readings, and what is known outside."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
from django.conf import settings

from xinheng.base.kernel.engine import engine
from xinheng.base.kernel.periods import add_months, month_start
from xinheng.facts.customers import queries as customers
from xinheng.facts.factors import queries as factors
from xinheng.facts.factors import tables as outside
from xinheng.facts.metering import queries as items
from xinheng.facts.metering import tables as metering
from xinheng.judgements.demand.combining import Entry, Known
from xinheng.judgements.demand.policy import DemandRules
from xinheng.judgements.demand.values import UNKNOWN

BACK = {"month": 72, "day": 36, "hour": 6}  # months of history that are looked at
AHEAD = 38  # months of calendar after the readings
OWN = 3  # months of large consumers that are compared with those of a year before


@dataclass(frozen=True)
class Gathered:
    """leaves: leaf, consumer (null for a cell), area, industry (section), trade (code).

    series: leaf, ds, kwh (null: not read).
    calendar: of its days and those ahead. large: change of the use of large consumers against a year before;
    None where it cannot be said. files: path and SHA-256; sources: code and key of raw data items.
    read: consumers of which there are readings, of those open on the day.
    """

    leaves: pl.DataFrame
    series: pl.DataFrame
    calendar: pl.DataFrame
    large: float | None = None
    files: list[tuple[str, str]] = field(default_factory=list)
    sources: list[tuple[str, str]] = field(default_factory=list)
    read: int = 0
    open: int = 0


def gather(*, as_of: date, frequency: str, leaf: str, rules: DemandRules) -> Gathered:
    """Use before a day by leaf and whole period; no rows where nothing was read."""
    until = (month_start(as_of) if frequency == "month" else as_of) - timedelta(days=1)
    since = add_months(month_start(until), -BACK[frequency])
    with TemporaryDirectory(dir=settings.HOME) as folder, engine(Path(folder)) as backend:
        consumers = _consumers(backend, as_of)
        read = _hours if frequency == "hour" else _days
        use = read(backend, since, until, frequency, rules.read_share)
        series = _frame(use.join(consumers.select("consumer"), "consumer"))
        told = _frame(consumers)
    large = None if frequency == "hour" else _large(_by_month(series), told, rules)
    kind = "quarters" if frequency == "hour" else "readings"
    leaves = _leaves(told, leaf).join(series.select("consumer").unique(), on="consumer", how="semi")
    joined = series.join(leaves.select("leaf", "consumer"), on="consumer")
    if leaf == "cell":
        joined = _scaled(joined, rules.read_share)
        leaves = leaves.unique("leaf", maintain_order=True).with_columns(
            pl.lit(None, pl.String).alias("consumer")
        )
    return Gathered(
        leaves.sort("leaf"), joined.select("leaf", "ds", "kwh").sort("leaf", "ds"),
        outside.calendar_days(since, add_months(until, AHEAD), as_of=as_of), large,
        metering.files(kind, since=since, until=until), items.raw_sources(kind, since=since, until=until),
        series["consumer"].n_unique(), told.height,
    )  # fmt: skip


def known(*, as_of: date, rules: DemandRules, large: float | None) -> Known:
    """What is known of the outside as of a day; series that are out of date are left out."""
    old = factors.old_series(as_of=as_of)
    codes = {one.series for one in rules.factors if one.series} - set(old)
    series = outside.series(sorted(codes), as_of=as_of) if codes else Known().series
    kinds = {one.entries for one in rules.factors if one.entries}
    told = [
        Entry(one.kind, one.industry, one.effect, one.valid_from, one.valid_until, one.no)
        for one in [*factors.entries(as_of=as_of), *factors.expired(as_of=as_of)]
        if one.kind in kinds
    ]
    own = {} if large is None else {"large_consumers": large}
    return Known(series, told, own, old)


def _consumers(backend: Any, as_of: date) -> Any:

    told = metering.consumers(backend, on=as_of)
    return told.select(
        "consumer", "capacity_kva", area=told.area.fill_null(UNKNOWN), trade=told.industry.fill_null("")
    )  # fmt: skip


def _days(backend: Any, since: date, until: date, frequency: str, share: float) -> Any:
    """consumer, ds, kwh by day, or by month where enough of its days were read; negative use is not read."""
    import ibis

    told = metering.readings(backend, since=since, until=until)
    told = told.mutate(kwh=ibis.ifelse(told.kwh < 0, None, told.kwh))
    if frequency == "day":
        return told.select("consumer", "kwh", ds=told.day.cast("timestamp"))
    month = told.day.truncate("M")
    whole = told.group_by(told.consumer, ds=month).agg(kwh=told.kwh.sum(), read=told.kwh.count())
    following = (whole.ds + ibis.interval(months=1)).cast("date")
    days = following.delta(whole.ds.cast("date"), unit="day").cast("float64")
    kwh = ibis.ifelse(whole.read >= days * share, whole.kwh * days / whole.read.nullif(0), None)
    return whole.select("consumer", ds=whole.ds.cast("timestamp"), kwh=kwh)


def _hours(backend: Any, since: date, until: date, _frequency: str, _share: float) -> Any:
    """consumer, ds, kwh by hour from the 96 points; an hour with a missing point is not read."""
    import ibis

    told = metering.quarters(backend, since=since, until=until)
    hours = ibis.range(0, 24).unnest()
    wide = told.select("consumer", "day", "kwh", hour=hours)
    start = wide.hour.cast("int64") * 4
    points = [wide.kwh[start + number].cast("float64") for number in range(4)]
    at = wide.day.cast("timestamp") + wide.hour.cast("int64").as_interval("h")
    return wide.select("consumer", ds=at, kwh=points[0] + points[1] + points[2] + points[3])


def _frame(expression: Any) -> pl.DataFrame:
    found = pl.from_arrow(expression.to_pyarrow())
    assert isinstance(found, pl.DataFrame)
    if "ds" in found.columns:
        found = found.with_columns(pl.col("ds").cast(pl.Datetime("us")))
    return found


def _leaves(consumers: pl.DataFrame, leaf: str) -> pl.DataFrame:
    sections = {trade: customers.section_of(trade) or UNKNOWN for trade in consumers["trade"].unique()}
    section = pl.col("trade").replace_strict(sections, return_dtype=pl.String)
    cell = pl.concat_str("area", "trade", separator="|")
    name = pl.col("consumer") if leaf == "consumer" else cell
    return consumers.select(name.alias("leaf"), "consumer", "area", section.alias("industry"), "trade")


def _scaled(joined: pl.DataFrame, share: float) -> pl.DataFrame:
    """The sum of a cell, as if those not read had used as much as those read; null where too few were."""
    summed = joined.group_by("leaf", "ds").agg(
        pl.col("kwh").sum().alias("sum"), pl.col("kwh").count().alias("read"), pl.len().alias("all")
    )
    enough = (pl.col("read") > 0) & (pl.col("read") >= pl.col("all") * share)
    kwh = pl.when(enough).then(pl.col("sum") * pl.col("all") / pl.col("read"))
    return summed.with_columns(kwh.alias("kwh"))


def _by_month(series: pl.DataFrame) -> pl.DataFrame:
    """consumer, ds, kwh: the mean of what was read in a month."""
    month = pl.col("ds").dt.truncate("1mo")
    return series.group_by("consumer", month).agg(pl.col("kwh").mean())


def _large(series: pl.DataFrame, consumers: pl.DataFrame, rules: DemandRules) -> float | None:
    """How the use of large consumers moved: the last months against the same of a year before.

    Only consumers and months that were read in both years are compared.
    """
    large = consumers.filter(pl.col("capacity_kva").cast(pl.Float64) >= rules.large_kva)["consumer"]
    own = series.filter(pl.col("consumer").is_in(large.to_list()) & pl.col("kwh").is_not_null())
    last = own["ds"].max()
    if last is None:
        return None
    months = own.with_columns(pl.col("ds").dt.offset_by("12mo").alias("a_year_on"))
    now = own.filter(pl.col("ds") > pl.lit(last).dt.offset_by(f"-{OWN}mo"))
    both = now.join(months.select("consumer", ds="a_year_on", then="kwh"), on=["consumer", "ds"], how="inner")
    then = float(both["then"].sum())
    return float(both["kwh"].sum()) / then - 1 if then > 0 else None
