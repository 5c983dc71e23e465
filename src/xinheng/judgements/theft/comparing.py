"""The use of one consumer beside its own past and beside its peers, for one chart."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.engine import engine
from xinheng.facts.metering import queries as accounts
from xinheng.facts.metering import tables as metering
from xinheng.judgements.theft import gathering, keeping, peers, policy, selecting
from xinheng.judgements.theft.features import YEAR
from xinheng.judgements.theft.models import Ranking
from xinheng.judgements.theft.reducing import NOT_USED
from xinheng.judgements.theft.values import Curves, Mark

SHOWN_DAYS = 400  # of the window, the latest
MOST_PEERS = 200  # nearest in size


def curves(actor: Actor, consumer_no: str, run: int | None = None) -> Curves:
    """Daily use in the window of a run: own, a year before, of peers; and the days whose reading is odd.

    What was not read, and an odd reading that does not count, is None: never zero, never a drop.
    Refuses: AccessDenied, NotRanked, ConsumerUnknown (also when out of reach), KeptFileAltered.
    """
    access.require(actor, "theft.read")
    row = selecting.run(actor, run)
    accounts.consumer(actor, consumer_no)
    since = max(row.since, row.as_of - timedelta(days=SHOWN_DAYS - 1))
    beside = _peers(row, consumer_no)
    told = _readings([consumer_no, *beside], since - timedelta(days=YEAR), row.as_of)
    own = told.filter(pl.col("consumer") == consumer_no)
    counted = dict(own.filter(~pl.col("odd")).select("day", "kwh").iter_rows())
    days = tuple(pl.date_range(since, row.as_of, "1d", eager=True).to_list())
    known = [value for day in days if (value := counted.get(day)) is not None]
    mean = float(np.mean(known)) if known else 0.0
    shape = _shape(told.filter(pl.col("consumer").is_in(beside) & ~pl.col("odd")), since)
    year = timedelta(days=YEAR)
    return Curves(
        consumer_no,
        days,
        tuple(counted.get(day) for day in days),
        tuple(counted.get(day - year) for day in days),
        tuple(None if (value := shape.get(day)) is None else round(value * mean, 3) for day in days),
        _marks(own.filter(pl.col("day") >= since)),
        len(beside),
    )


def _peers(row: Ranking, consumer_no: str) -> list[str]:
    """The consumers of the same industry and size nearest in use; of the same size where they are too few."""
    figures = pl.read_parquet(
        keeping.proven(row.features_path, row.features_sha256), columns=["consumer", "industry", "mean_kwh"]
    )
    mean = figures["mean_kwh"].fill_null(np.nan).to_numpy()
    belongs = peers.groups(figures["industry"], mean)
    names = figures["consumer"].to_list()
    if consumer_no not in names:
        return []
    own = names.index(consumer_no)
    least = policy.load(row.inputs["policy_text"]).peers.least
    nearness = np.abs(mean - mean[own])
    for column in belongs.columns:
        if (group := belongs[column][own]) is None:  # of an unknown industry
            continue
        members = np.flatnonzero((belongs[column] == group).fill_null(value=False).to_numpy() & (mean > 0))
        members = members[members != own]
        if len(members) >= least or group == peers.EVERYBODY:
            nearest = members[np.argsort(nearness[members], kind="stable")]
            return [names[at] for at in nearest[:MOST_PEERS].tolist()]
    return []


def _readings(consumers: list[str], since: date, until: date) -> pl.DataFrame:
    """consumer, day, kwh, mark, odd (it does not count)."""
    with engine(keeping.scratch()) as backend:
        table = metering.readings(backend, since=since, until=until)
        rows = gathering.taken(table.filter(table.consumer.isin(consumers)))
    mark = pl.col("mark").fill_null("")
    odd = pl.any_horizontal(pl.col("kwh").is_null(), *(mark.str.contains(name) for name in NOT_USED))
    return rows.with_columns(mark.alias("mark"), odd.alias("odd")).sort("consumer", "day")


def _shape(rows: pl.DataFrame, since: date) -> dict[date, float]:
    """Of each day the median of the peers' use over their own mean."""
    shown = rows.filter(pl.col("day") >= since)
    relative = pl.col("kwh") / pl.col("kwh").mean().over("consumer")
    counted = shown.with_columns(relative.alias("relative")).filter(pl.col("relative").is_finite())
    return dict(counted.group_by("day").agg(pl.col("relative").median()).iter_rows())


def _marks(own: pl.DataFrame) -> tuple[Mark, ...]:
    return tuple(
        Mark(day, code)
        for day, text in own.select("day", "mark").iter_rows()
        for code in text.split(";")
        if code
    )
