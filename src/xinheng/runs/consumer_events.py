"""What happened to consumers' payments in every room, raised as demerits of their points."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
from django.conf import settings

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.engine import engine
from xinheng.facts.metering import queries as metering
from xinheng.facts.metering import tables
from xinheng.facts.receivables import queries as receivables
from xinheng.judgements.consumers import services as consumers
from xinheng.judgements.consumers.values import NewDemerit
from xinheng.operations.collection import queries as collection
from xinheng.operations.dunning import queries as dunning

TRIP = "301F"  # DL/T 698.45
LOOKED_DAYS = 400
HIGHEST = 3  # a reminder of this level and above is a notice of disconnection
EVENT = {"consumer": pl.String, "code": pl.String, "day": pl.Date, "subject": pl.String}


def raise_demerits(*, actor: Actor, on: date) -> int:
    """Raise a demerit for each event of the last year that raised none yet; gives how many are new.

    Reminders, disconnections, returned payments, write-offs, broken promises and plans. What happened to a
    customer with several consumers counts for none of them: nobody told which it concerns.
    Refuses: AccessDenied.
    """
    access.require(actor, "consumers.write", "points")
    since = on - timedelta(days=LOOKED_DAYS)
    with TemporaryDirectory(dir=settings.HOME) as folder, engine(Path(folder)) as backend:
        events = tables.events(backend, since=since, until=on)
        trips = pl.from_arrow(events.filter(events.code == TRIP).to_pyarrow())
    assert isinstance(trips, pl.DataFrame)
    alone = metering.accounts(on=on).filter(pl.col("customer_id").is_not_null()).filter(
        pl.len().over("customer_id") == 1
    ).select("consumer", "customer_id")  # fmt: skip
    found = pl.concat([_trips(trips), _of_customers(alone, since=since, on=on, actor=actor)])
    rows = found.filter((pl.col("day") >= since) & (pl.col("day") <= on)).sort("day", "consumer", "subject")
    news = [NewDemerit(who, code, day, subject=subject) for who, code, day, subject in rows.iter_rows()]
    return consumers.raise_demerits(actor=actor, on=on, news=news)


def _trips(trips: pl.DataFrame) -> pl.DataFrame:
    """Disconnections as events: the meter reported that it tripped."""
    at = pl.col("at")
    subject = pl.format("trip:{}", at.dt.strftime("%Y%m%d%H%M%S"))
    return trips.select("consumer", code=pl.lit("severance"), day=at.dt.date(), subject=subject)


def _of_customers(alone: pl.DataFrame, *, since: date, on: date, actor: Actor) -> pl.DataFrame:
    """Reminders, returned payments, write-offs and broken promises of customers with one consumer."""
    rows = list(_told(since=since, on=on, actor=actor))
    schema = {"customer_id": pl.Int64, "code": pl.String, "day": pl.Date, "subject": pl.String}
    told = pl.DataFrame(rows, schema=schema, orient="row")
    return told.join(alone, on="customer_id").select(list(EVENT))


def _told(*, since: date, on: date, actor: Actor) -> Iterator[tuple[Any, ...]]:
    sent = dunning.contacts(None, since=since, until=on).filter(
        (pl.col("way") == "letter") & (pl.col("level") > 0)
    )
    for who, day, level, letter in sent.select("customer_id", "on", "level", "letter_id").iter_rows():
        yield who, f"reminder_{min(level, HIGHEST)}", day, f"letter:{letter}"
    back = receivables.returned_payments(None, since=since, as_of=on)
    for who, day, receipt in back.select("customer_id", "returned_on", "receipt_id").iter_rows():
        yield who, "returned_payment", day, f"receipt:{receipt}"
    given_up = receivables.written_off(None, as_of=on)
    for who, day, number in given_up.select("customer_id", "written_off_on", "write_off_id").iter_rows():
        yield who, "write_off", day, f"write_off:{number}"
    for one in collection.promises(actor, state="broken", on=on):
        yield one.case.customer_id, "broken_promise", one.judged_on, f"promise:{one.pk}"
    for plan in collection.broken_plans(actor, on=on):
        yield plan.case.customer_id, "broken_plan", plan.judged_on, f"plan:{plan.pk}"
